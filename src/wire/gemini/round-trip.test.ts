import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryChatRequest } from '../../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import { readGeminiRequest } from '../../../test/support/gemini-request-reader.ts';
import type { ChatRequest, Turn } from '../../contracts/chat-request.ts';
import { LossReport } from '../losses.ts';
import { buildGeminiRequest } from './build-request.ts';

/** Turns of one role in a row are one turn to the model, and are sent as one. */
function joined(turns: readonly Turn[]): Turn[] {
  const result: Turn[] = [];
  for (const turn of turns) {
    const last = result.at(-1);
    if (turn.role === 'user' && last?.role === 'user') {
      result[result.length - 1] = { ...last, parts: [...last.parts, ...turn.parts] };
    } else result.push(turn);
  }
  return result;
}

/** Calls named after their place: older models have no ids, and results are found by their order. */
function withPlacesAsIds(turns: readonly Turn[]): Turn[] {
  const places = new Map<string, string>();
  return turns.map((turn) => {
    if (turn.role === 'tool') {
      return { ...turn, results: turn.results.map((result) => ({ ...result, id: places.get(result.id) as string })) };
    }
    if (turn.role !== 'assistant') return turn;
    const parts = turn.parts.map((part) => {
      if (part.type !== 'tool-call') return part;
      places.set(part.id, `made_${places.size + 1}`);
      return { ...part, id: places.get(part.id) as string };
    });
    return { ...turn, parts };
  });
}

/** The request as this dialect says it, where that means the same. */
function inThisDialect(request: ChatRequest, upstreamModel: string, hasIds: boolean): ChatRequest {
  const { responseFormat } = request;
  const turns = joined(request.turns);
  return {
    ...request,
    origin: 'gemini',
    model: upstreamModel,
    turns: hasIds ? turns : withPlacesAsIds(turns),
    // Several at once are what happens here.
    parallelToolCalls: null,
    // A schema always holds here.
    responseFormat: responseFormat?.kind === 'json-schema' ? { ...responseFormat, strict: null } : responseFormat,
  };
}

test.each([
  ['gemini-3.5-flash', true, 60],
  ['gemini-2.5-flash', false, 60],
] as const)('a request to %s comes back as it was where no loss is declared', (upstreamModel, hasIds, least) => {
  let whole = 0;
  fc.assert(
    fc.property(arbitraryChatRequest, (given) => {
      const request = { ...given, userId: null };
      const losses = new LossReport();
      const deployment = sampleDeployment({ dialect: 'gemini', upstreamModel });
      const { path, body } = buildGeminiRequest(request, deployment, losses);
      if (losses.size > 0) return;
      whole += 1;
      expect(readGeminiRequest(path, JSON.parse(body))).toEqual(inThisDialect(request, upstreamModel, hasIds));
    }),
    { numRuns: 600, seed: 7 },
  );
  expect(whole).toBeGreaterThan(least);
});
