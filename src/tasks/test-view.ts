import type { PromptView } from '../contracts/prompt-view.ts';

/** A chat of one user turn; overrides describe the rest. */
export function testView(text: string, overrides: Partial<PromptView> = {}): PromptView {
  return {
    operation: 'chat',
    lastUserTexts: text === '' ? [] : [text],
    texts: text === '' ? [] : [text],
    systemCharacters: 0,
    totalCharacters: text.length,
    messages: 1,
    toolsPresent: false,
    toolNames: [],
    toolChoice: 'auto',
    parallelToolsRequested: false,
    toolTurnPresent: false,
    declarationCharacters: 0,
    modalities: ['text'],
    images: 0,
    audioBytes: 0,
    fileBytes: 0,
    givenTokens: 0,
    jsonSchemaRequested: false,
    reasoningRequested: false,
    prefill: false,
    choices: 1,
    maxOutputTokens: null,
    statedTokens: null,
    ...overrides,
  };
}
