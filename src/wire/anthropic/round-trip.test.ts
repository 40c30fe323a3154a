import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyFixture } from '../../../test/support/anthropic-fixtures.ts';
import { arbitraryChatRequest } from '../../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import type { ChatRequest, Turn } from '../../contracts/chat-request.ts';
import { LossReport } from '../losses.ts';
import { buildAnthropicChat } from './build-chat.ts';
import { readAnthropicChat } from './read-chat.ts';

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

/** The request as this dialect says it, where that means the same. */
function inThisDialect(request: ChatRequest, most: number): ChatRequest {
  const { reasoning, responseFormat } = request;
  return {
    ...request,
    origin: 'anthropic',
    includeUsage: true,
    turns: joined(request.turns),
    // No limit means the model's own, which must be said here.
    maxOutputTokens: request.maxOutputTokens ?? most,
    reasoning: reasoning?.mode === 'on' ? { ...reasoning, mode: 'adaptive' } : reasoning,
    // A schema always holds here.
    responseFormat: responseFormat?.kind === 'json-schema' ? { ...responseFormat, strict: true } : responseFormat,
    toolChoice: request.toolChoice ?? (request.parallelToolCalls === false ? { mode: 'auto', tools: null } : null),
    // Several at once are what happens unless one is asked for.
    parallelToolCalls: request.parallelToolCalls === false && request.toolChoice?.mode !== 'none' ? false : null,
  };
}

test.each([
  ['claude-opus-5', 150],
  ['claude-sonnet-4', 100],
])('a request to %s comes back as it was where no loss is declared', (upstreamModel, least) => {
  let whole = 0;
  fc.assert(
    fc.property(arbitraryChatRequest, (request) => {
      const losses = new LossReport();
      const deployment = { ...sampleDeployment({ upstreamModel }), maxOutputTokens: 8000 };
      // Of a default there is nothing to lose: a model that takes nothing else is not told.
      const given = { ...request, seed: null, temperature: null };
      const { body } = buildAnthropicChat(given, deployment, losses);
      if (losses.size > 0) return;
      whole += 1;
      expect(readAnthropicChat(JSON.parse(body))).toEqual({
        ...inThisDialect(given, 8000),
        model: upstreamModel,
      });
    }),
    { numRuns: 600, seed: 7 },
  );
  expect(whole).toBeGreaterThan(least);
});

test('a turn of an agent in this dialect comes back member by member', () => {
  const body = JSON.parse(bodyFixture('request-agent'));
  const request = readAnthropicChat(body);
  const losses = new LossReport();
  const deployment = { ...sampleDeployment({ upstreamModel: 'claude-opus-4' }), maxOutputTokens: 64_000 };
  const built = JSON.parse(buildAnthropicChat(request, deployment, losses).body);
  // Structured outputs and efforts came after this model: the schema is said in words, the effort is the budget's.
  expect(losses.entries.map(({ field }) => field).sort()).toEqual(['reasoning.effort', 'response_format', 'top_k']);
  expect(request.unread).toEqual([]);
  expect(built.messages).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'What is on this picture?' }] },
    body.messages[1],
    body.messages[2],
  ]);
  expect(built.tools).toEqual(body.tools);
  expect(built.tool_choice).toEqual(body.tool_choice);
  expect(built.thinking).toEqual(body.thinking);
  expect(built.system.slice(0, 2)).toEqual(body.system);
  expect(built).toMatchObject({
    max_tokens: 4096,
    top_p: 0.95,
    stop_sequences: ['###'],
    metadata: { user_id: 'user-1' },
    service_tier: 'standard_only',
    stream: true,
  });
});

test('numbers that no double can hold keep their digits in arguments', () => {
  const text =
    '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"id":12345678901234567890}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r"}]}]}';
  const request = readAnthropicChat(JSON.parse(text), Buffer.from(text));
  expect(request.turns[1]).toMatchObject({ parts: [{ arguments: '{"id":12345678901234567890}' }] });
  const { body } = buildAnthropicChat(request, sampleDeployment({ upstreamModel: 'claude-opus-4' }), new LossReport());
  expect(body).toContain('"input":{"id":12345678901234567890}');
});
