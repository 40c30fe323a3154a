import { describe, expect, it } from 'vitest';
import { requestTexts } from './request-texts.ts';

const BYTES = 'iVBORw0KGgo'.repeat(20);
const textsOf = (body: Record<string, unknown>): string => requestTexts(body).texts.join('\n');

/** Wherever a value may stand in a body: the body with it, in the words of each dialect. */
const PLACES: readonly [string, (value: string) => Record<string, unknown>][] = [
  ['a turn', (value) => ({ messages: [{ role: 'user', content: value }] })],
  ['a part of a turn', (value) => ({ messages: [{ role: 'user', content: [{ type: 'text', text: value }] }] })],
  ['a system turn', (value) => ({ messages: [{ role: 'system', content: value }] })],
  ['the name of whoever speaks', (value) => ({ messages: [{ role: 'user', name: value, content: 'x' }] })],
  ['a refusal', (value) => ({ messages: [{ role: 'assistant', content: null, refusal: value }] })],
  [
    'arguments of a call',
    (value) => ({
      messages: [
        { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: value } }] },
      ],
    }),
  ],
  [
    'arguments of a call as they once were',
    (value) => ({ messages: [{ role: 'assistant', function_call: { name: 'f', arguments: value } }] }),
  ],
  ['the result of a tool', (value) => ({ messages: [{ role: 'tool', tool_call_id: 'c', content: value }] })],
  ['an unknown part', (value) => ({ messages: [{ role: 'user', content: [{ type: 'video_url', caption: value }] }] })],
  ['an unknown member of a turn', (value) => ({ messages: [{ role: 'user', content: 'x', note: { deep: [value] } }] })],
  ['the name of a member', (value) => ({ messages: [{ role: 'user', content: 'x', [value]: true }] })],
  ['the name of a member with text', (value) => ({ messages: [{ role: 'user', content: 'x', [value]: 'y' }] })],
  ['who the end user is', (value) => ({ messages: [], user: value })],
  ['metadata', (value) => ({ messages: [], metadata: { user_id: value } })],
  ['what only pins a decision', (value) => ({ messages: [], moment: { session: value } })],
  ['a stop sequence', (value) => ({ messages: [], stop: [value] })],
  ['a member that nobody knows', (value) => ({ messages: [], extra: { deep: [{ deeper: value }] } })],
  ['the name of a member that nobody knows', (value) => ({ messages: [], [value]: 1 })],
  [
    'a schema',
    (value) => ({
      messages: [],
      tools: [{ type: 'function', function: { name: 'f', parameters: { properties: { a: { default: value } } } } }],
    }),
  ],
  ['an answer format', (value) => ({ messages: [], response_format: { json_schema: { description: value } } })],
  [
    'the file name beside a file',
    (value) => ({
      messages: [{ role: 'user', content: [{ type: 'file', file: { filename: value, file_data: BYTES } }] }],
    }),
  ],
  [
    'the address of an image',
    (value) => ({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: value } }] }],
    }),
  ],
  ['an embedding', (value) => ({ input: value })],
  ['one of several embeddings', (value) => ({ input: ['x', value] })],
  ['a system prompt', (value) => ({ system: value, messages: [] })],
  ['a block of the system prompt', (value) => ({ system: [{ type: 'text', text: value }], messages: [] })],
  [
    'input of a tool',
    (value) => ({
      messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'f', input: { to: value } }] }],
    }),
  ],
  [
    'the name of an input',
    (value) => ({
      messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'f', input: { [value]: 1 } }] }],
    }),
  ],
  [
    'a block of a tool’s result',
    (value) => ({
      messages: [{ role: 'user', content: [{ type: 'tool_result', content: [{ type: 'text', text: value }] }] }],
    }),
  ],
  ['a thought', (value) => ({ messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: value }] }] })],
  [
    'a document of text',
    (value) => ({
      messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'text', data: value } }] }],
    }),
  ],
  [
    'the title of a document',
    (value) => ({
      messages: [{ role: 'user', content: [{ type: 'document', title: value, source: { type: 'url', url: 'x' } }] }],
    }),
  ],
  ['a part of Gemini’s', (value) => ({ contents: [{ role: 'user', parts: [{ text: value }] }] })],
  [
    'arguments of Gemini’s',
    (value) => ({ contents: [{ role: 'model', parts: [{ functionCall: { name: 'f', args: { to: value } } }] }] }),
  ],
  [
    'a result of Gemini’s',
    (value) => ({ contents: [{ role: 'user', parts: [{ functionResponse: { response: { is: value } } }] }] }),
  ],
  ['Gemini’s system prompt', (value) => ({ systemInstruction: { parts: [{ text: value }] } })],
];

const part = (content: unknown): Record<string, unknown> => ({ messages: [{ role: 'user', content: [content] }] });

describe('requestTexts', () => {
  it.each(PLACES)('gives %s', (_place, bodyWith) => {
    expect(textsOf(bodyWith('Quillon@Quimby.example'))).toContain('Quillon@Quimby.example');
  });

  it('gives numbers that somebody may have, and no settings', () => {
    expect(textsOf({ messages: [], card: 4012888888881881 })).toContain('4012888888881881');
    const use = { type: 'tool_use', name: 'f', input: { card: 4012888888881881 } };
    expect(textsOf(part(use))).toContain('4012888888881881');
    expect(requestTexts({ model: 'auto', max_tokens: 4096, temperature: 0.5, stream: true, messages: [] })).toEqual({
      texts: [],
      characters: 0,
      unscannable: false,
    });
  });

  it.each([
    ['an image', { type: 'image_url', image_url: { url: `data:image/png;base64,${BYTES}` } }],
    ['the address of an image', { type: 'image_url', image_url: { url: 'https://quimby.example/a.png' } }],
    ['sound', { type: 'input_audio', input_audio: { data: BYTES, format: 'wav' } }],
    ['a file', { type: 'file', file: { file_data: BYTES } }],
    ['a file that the vendor has', { type: 'file', file: { file_id: 'file-1' } }],
    ['a block with an image', { type: 'image', source: { type: 'base64', media_type: 'image/png', data: BYTES } }],
    ['a document of bytes', { type: 'document', source: { type: 'base64', data: BYTES } }],
    ['a document elsewhere', { type: 'document', source: { type: 'url', url: 'https://quimby.example/a.pdf' } }],
    ['an image in a tool’s result', { type: 'tool_result', content: [{ type: 'image', source: { type: 'file' } }] }],
    ['bytes of Gemini’s', { inlineData: { mimeType: 'image/png', data: BYTES } }],
    ['a file of Gemini’s', { fileData: { fileUri: 'gs://a/b' } }],
    ['a part that nobody knows', { type: 'hologram', value: 'x' }],
    ['bytes inside text', { type: 'text', text: `Look: data:image/png;base64,${BYTES}` }],
  ])('says that %s cannot be searched, and gives no bytes', (_what, content) => {
    const { texts, unscannable } = requestTexts(part(content));
    expect(unscannable).toBe(true);
    if ((content as { type?: string }).type !== 'text') expect(texts.join('\n')).not.toContain(BYTES);
  });

  it('says that token ids cannot be searched', () => {
    expect(requestTexts({ input: [1, 2, 3] }).unscannable).toBe(true);
    expect(requestTexts({ input: [[1, 2], [3]] }).unscannable).toBe(true);
  });

  it.each([
    { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } },
    { type: 'output_text', text: 'x' },
    { type: 'tool_use', id: 'a', name: 'f', input: {} },
    { type: 'web_search_tool_result', content: [{ type: 'web_search_result', url: 'x', encrypted_content: 'y' }] },
    { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'x' }] } },
    { type: 'redacted_thinking', data: 'x' },
    { type: 'search_result', source: 'https://quimby.example', title: 'x', content: [{ type: 'text', text: 'y' }] },
  ])('can search $type', (content) => {
    expect(requestTexts(part(content)).unscannable).toBe(false);
  });

  it('counts the units of all texts', () => {
    expect(requestTexts({ system: 'ab', messages: [{ role: 'user', content: 'cde' }] }).characters).toBe(5);
  });
});
