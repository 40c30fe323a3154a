import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { scanJson } from '../../lib/json-scan.ts';
import { declarationBytes, openAiPromptView } from './prompt-view.ts';

const chat = (messages: unknown, rest: Record<string, unknown> = {}) => openAiPromptView('chat', { messages, ...rest });
const user = (content: unknown) => ({ role: 'user', content });

const TOOL = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } };

describe('texts', () => {
  test('the last user turn is the last one by the user, whatever follows', () => {
    const view = chat([
      { role: 'system', content: 'Be brief.' },
      user('first'),
      { role: 'assistant', content: 'answer' },
      user('second'),
      { role: 'tool', tool_call_id: 'c', content: 'result' },
    ]);
    expect(view.lastUserTexts).toEqual(['second']);
    expect(view.texts).toEqual(['Be brief.', 'first', 'answer', 'second', 'result']);
    expect(view.totalCharacters).toBe('Be brief.firstanswersecondresult'.length);
    expect(view.systemCharacters).toBe('Be brief.'.length);
    expect(view.messages).toBe(5);
  });

  test('parts of a turn stay apart and their order is kept', () => {
    const view = chat([user([{ type: 'text', text: 'one' }, { type: 'image_url' }, { type: 'text', text: 'two' }])]);
    expect(view.lastUserTexts).toEqual(['one', 'two']);
    expect(view.images).toBe(1);
    expect(view.modalities).toEqual(['text', 'image']);
  });

  test('a developer message is a system message', () => {
    expect(chat([{ role: 'developer', content: 'abc' }, user('x')]).systemCharacters).toBe(3);
  });

  test('tool calls and refusals are input too', () => {
    const view = chat([
      { role: 'assistant', content: null, tool_calls: [{ function: { name: 'f', arguments: '{"a":1}' } }] },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
      user('x'),
    ]);
    expect(view.texts).toEqual(['f', '{"a":1}', 'no', 'x']);
  });
});

describe('tools', () => {
  test('are present when declared, in either spelling', () => {
    expect(chat([user('x')], { tools: [TOOL] })).toMatchObject({ toolsPresent: true, toolNames: ['get_weather'] });
    expect(chat([user('x')], { functions: [{ name: 'f' }] })).toMatchObject({ toolsPresent: true, toolNames: ['f'] });
    expect(chat([user('x')], { tools: [] })).toMatchObject({ toolsPresent: false, toolNames: [] });
  });

  test.each([
    [undefined, 'auto'],
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'forced'],
    [{ type: 'function', function: { name: 'f' } }, 'forced'],
  ])('tool_choice %j is %s', (tool_choice, expected) => {
    expect(chat([user('x')], { tools: [TOOL], tool_choice }).toolChoice).toBe(expected);
  });

  test.each([
    [{ role: 'tool', content: 'r' }],
    [{ role: 'function', name: 'f', content: 'r' }],
    [{ role: 'assistant', tool_calls: [{ id: '1' }] }],
    [{ role: 'assistant', function_call: { name: 'f', arguments: '{}' } }],
  ])('a tool turn is %j', (message) => {
    expect(chat([user('x'), message]).toolTurnPresent).toBe(true);
  });

  test('an assistant turn without calls is none', () => {
    expect(chat([user('x'), { role: 'assistant', content: 'y', tool_calls: [] }]).toolTurnPresent).toBe(false);
  });

  test('names are read up to the 64th, malformed tools skipped', () => {
    const tools = [null, 7, {}, ...Array.from({ length: 100 }, (_, i) => ({ function: { name: `f${i}` } }))];
    expect(chat([user('x')], { tools }).toolNames).toHaveLength(64);
  });

  test('declarations are as long as they are in the body, scanned or not', () => {
    const body = {
      messages: [user('x')],
      tools: [TOOL, TOOL],
      response_format: { type: 'json_schema', json_schema: {} },
    };
    const scan = scanJson(Buffer.from(JSON.stringify(body)), { maxDepth: 64, maxKeys: 1_000 });
    if (!scan.ok) throw new Error(scan.message);
    const declared = declarationBytes(scan.members);
    expect(declared).toBe(JSON.stringify(body.tools).length + JSON.stringify(body.response_format).length);
    expect(openAiPromptView('chat', body).declarationCharacters).toBe(declared);
    expect(openAiPromptView('chat', body, declared).declarationCharacters).toBe(declared);
  });
});

describe('what is asked for', () => {
  test('modalities in and out', () => {
    expect(chat([user([{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }])])).toMatchObject({
      modalities: ['audio'],
      audioBytes: 3,
    });
    expect(chat([user('x')], { modalities: ['text', 'audio'] }).modalities).toEqual(['text', 'audio']);
    expect(chat([user([{ type: 'file', file: { file_data: 'AAAAAAAA' } }])])).toMatchObject({
      modalities: ['file'],
      fileBytes: 6,
    });
  });

  test('a JSON schema, but not merely JSON', () => {
    expect(chat([user('x')], { response_format: { type: 'json_schema' } }).jsonSchemaRequested).toBe(true);
    expect(chat([user('x')], { response_format: { type: 'json_object' } }).jsonSchemaRequested).toBe(false);
  });

  test.each([
    [{ reasoning_effort: 'low' }, true],
    [{ reasoning_effort: 'none' }, false],
    [{ reasoning: { effort: 'high' } }, true],
    [{ reasoning: { enabled: true } }, true],
    [{ thinking: { type: 'enabled' } }, true],
    [{ thinking: { type: 'disabled' } }, false],
    [{}, false],
  ])('reasoning by %j: %s', (rest, expected) => {
    expect(chat([user('x')], rest).reasoningRequested).toBe(expected);
  });

  test('a prefill is a last turn of the assistant without calls', () => {
    expect(chat([user('x'), { role: 'assistant', content: 'Once' }]).prefill).toBe(true);
    expect(chat([user('x'), { role: 'assistant', tool_calls: [{ id: '1' }] }]).prefill).toBe(false);
    expect(chat([{ role: 'assistant', content: 'Once' }, user('x')]).prefill).toBe(false);
  });

  test('limits: the newer member wins, n is at least 1', () => {
    expect(chat([user('x')], { max_tokens: 5, max_completion_tokens: 7, n: 3 })).toMatchObject({
      maxOutputTokens: 7,
      choices: 3,
    });
    expect(chat([user('x')], { n: 0 })).toMatchObject({ maxOutputTokens: null, choices: 1 });
  });

  test.each([
    [{ metadata: { estimated_tokens: '85000' } }, 85_000],
    [{ alidade: { estimated_tokens: 85_000 } }, 85_000],
    [{ alidade: { estimated_tokens: 10 }, metadata: { estimated_tokens: 20 } }, 20],
    [{ metadata: { estimated_tokens: 'many' } }, null],
    [{ metadata: { estimated_tokens: -1 } }, null],
    [{}, null],
  ])('stated tokens of %j are %j', (rest, expected) => {
    expect(chat([user('x')], rest).statedTokens).toBe(expected);
  });
});

describe('embeddings', () => {
  test.each([
    ['abc', ['abc'], 0],
    [['abc', 'de'], ['abc', 'de'], 0],
    [[1, 2, 3], [], 3],
    [[[1, 2], [3]], [], 3],
  ])('input %j', (input, texts, givenTokens) => {
    const view = openAiPromptView('embeddings', { input });
    expect(view).toMatchObject({ operation: 'embeddings', texts, lastUserTexts: texts, givenTokens, messages: 0 });
  });
});

describe('bad input', () => {
  test.each([
    [{}],
    [{ messages: 'x' }],
    [{ messages: [null, 7, 'x', [], {}] }],
    [{ messages: [{ role: 'user' }] }],
    [{ messages: [{ role: 'user', content: [null, 7, {}, { type: 'text' }, { type: 'odd', text: 5 }] }] }],
    [{ messages: [{ role: 'user', content: { text: 'x' } }] }],
    [{ messages: [{ role: 'assistant', tool_calls: 'x', function_call: 5 }] }],
    [{ messages: [], tools: {}, tool_choice: 7, response_format: 'x', metadata: [], alidade: 4, modalities: 'audio' }],
  ])('%j gives a view without an error', (body) => {
    const view = openAiPromptView('chat', body);
    expect(view.totalCharacters).toBe(0);
    expect(view.lastUserTexts).toEqual([]);
  });

  test('parts of unknown type count by what they say', () => {
    expect(chat([user([{ type: 'novel', text: 'hello' }, 'bare'])]).lastUserTexts).toEqual(['hello', 'bare']);
  });

  test('ten thousand turns are walked', () => {
    const messages = Array.from({ length: 10_000 }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: 'x',
    }));
    expect(chat(messages)).toMatchObject({ messages: 10_000, totalCharacters: 10_000, lastUserTexts: ['x'] });
  });
});
