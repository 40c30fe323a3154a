import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryChatRequest, chatRequest, functionTool } from '../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../test/support/deployments.ts';
import type { PromptView } from '../contracts/prompt-view.ts';
import { chatPromptView } from './chat-prompt-view.ts';
import { LossReport } from './losses.ts';
import { buildOpenAiChat } from './openai-chat/build-chat.ts';
import { openAiPromptView } from './openai-chat/prompt-view.ts';
import { readOpenAiChat } from './openai-chat/read-chat.ts';

const WHAT_BOTH_SAY: readonly (keyof PromptView)[] = [
  'lastUserTexts',
  'toolsPresent',
  'toolNames',
  'toolChoice',
  'toolTurnPresent',
  'parallelToolsRequested',
  'images',
  'jsonSchemaRequested',
  'choices',
  'maxOutputTokens',
];

test('a conversation says the same as the body that it was read from', () => {
  fc.assert(
    fc.property(arbitraryChatRequest, (given) => {
      const losses = new LossReport();
      const body = JSON.parse(buildOpenAiChat(given, sampleDeployment(), losses).body) as Record<string, unknown>;
      const ofBody = openAiPromptView('chat', body);
      const ofChat = chatPromptView(readOpenAiChat(body));
      for (const member of WHAT_BOTH_SAY) expect(ofChat[member], member).toEqual(ofBody[member]);
    }),
    { numRuns: 300 },
  );
});

test('everything that is sent counts as input', () => {
  const view = chatPromptView(
    chatRequest({
      turns: [
        { role: 'system', parts: [{ type: 'text', text: 'sys' }] },
        { role: 'user', parts: [{ type: 'text', text: 'ask' }] },
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'get', arguments: '{}' }] },
        { role: 'tool', results: [{ type: 'tool-result', id: 'c', parts: [{ type: 'text', text: 'found' }] }] },
      ],
      tools: [functionTool()],
    }),
  );
  expect(view).toMatchObject({
    texts: ['sys', 'ask', 'get', '{}', 'found'],
    totalCharacters: 16,
    systemCharacters: 3,
    messages: 4,
    toolTurnPresent: true,
    prefill: false,
  });
  expect(view.declarationCharacters).toBeGreaterThan(50);
});
