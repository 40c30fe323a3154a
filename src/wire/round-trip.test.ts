import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryChatRequest } from '../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../test/support/deployments.ts';
import type { ChatRequest, Turn } from '../contracts/chat-request.ts';
import { buildAnthropicChat } from './anthropic/build-chat.ts';
import { readAnthropicChat } from './anthropic/read-chat.ts';
import { LossReport } from './losses.ts';
import { buildOpenAiChat } from './openai-chat/build-chat.ts';
import { readOpenAiChat } from './openai-chat/read-chat.ts';

const parsed = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

/** Through Anthropic's dialect and back through OpenAI's. */
function acrossAndBack(request: ChatRequest) {
  const losses = new LossReport();
  const anthropic = sampleDeployment({ dialect: 'anthropic' });
  const across = readAnthropicChat(parsed(buildAnthropicChat(request, anthropic, losses).body));
  const back = readOpenAiChat(parsed(buildOpenAiChat(across, sampleDeployment(), losses).body));
  return { back, losses };
}

/** Turns of one role that follow each other are one where turns must alternate (wire-quirks 22); their parts stay. */
function withoutRuns(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (turn.role === 'user' && last?.role === 'user') {
      joined[joined.length - 1] = { ...last, parts: [...last.parts, ...turn.parts] };
    } else joined.push(turn);
  }
  return joined;
}

/** What is so anyway need not be said: tools are chosen freely, several at once. */
function spelledOut(request: ChatRequest): ChatRequest {
  const turns = withoutRuns(request.turns);
  if (request.tools.length === 0) return { ...request, turns };
  const toolChoice = request.toolChoice ?? { mode: 'auto', tools: null };
  const parallelToolCalls = toolChoice.mode === 'none' ? null : (request.parallelToolCalls ?? true);
  return { ...request, turns, toolChoice, parallelToolCalls };
}

test('a request of one dialect comes back from another as it was where no loss is declared', () => {
  let whole = 0;
  fc.assert(
    fc.property(arbitraryChatRequest, (given) => {
      // Anthropic demands a limit, and one that is made up would be a declared loss.
      const request = { ...given, maxOutputTokens: given.maxOutputTokens ?? 1000 };
      const { back, losses } = acrossAndBack(request);
      if (losses.size > 0) return;
      whole += 1;
      expect(spelledOut(back)).toEqual(spelledOut(request));
    }),
    { numRuns: 1000 },
  );
  expect(whole).toBeGreaterThan(100);
});
