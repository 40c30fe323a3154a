import { describe, expect, test } from 'vitest';
import { bodyFixture } from '../../../test/support/anthropic-fixtures.ts';
import { scanJson } from '../../lib/json-scan.ts';
import { anthropicDeclarationBytes, anthropicPromptView } from './prompt-view.ts';

const view = (messages: unknown, rest: Record<string, unknown> = {}) => anthropicPromptView({ messages, ...rest });
const user = (content: unknown) => ({ role: 'user', content });
const text = (words: string) => ({ type: 'text', text: words });

describe('texts', () => {
  test('the last user turn is the last one by the user, results of tools are none', () => {
    const result = view(
      [
        user('first'),
        { role: 'assistant', content: 'answer' },
        user('second'),
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }] },
        user([{ type: 'tool_result', tool_use_id: 't', content: 'result' }]),
      ],
      { system: 'Be brief.' },
    );
    expect(result.lastUserTexts).toEqual(['second']);
    expect(result.texts).toEqual(['Be brief.', 'first', 'answer', 'second', 'f', '{"a":1}', 'result']);
    expect(result.systemCharacters).toBe('Be brief.'.length);
    expect(result.totalCharacters).toBe(result.texts.join('').length);
    expect(result).toMatchObject({ messages: 5, toolTurnPresent: true });
  });

  test('what stands beside a result is the turn of the user', () => {
    const turn = user([{ type: 'tool_result', tool_use_id: 't', content: [text('result')] }, text('and now?')]);
    expect(view([user('first'), turn]).lastUserTexts).toEqual(['and now?']);
  });

  test('blocks stay apart and in order, an image alone is a turn without texts', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    expect(view([user([text('one'), image, text('two')])])).toMatchObject({
      lastUserTexts: ['one', 'two'],
      images: 1,
      modalities: ['text', 'image'],
    });
    expect(view([user('x'), user([image])]).lastUserTexts).toEqual([]);
  });

  test('system prompts count as such at the top and in mid-conversation', () => {
    const mid = { role: 'system', content: [text('later')] };
    expect(view([user('x'), mid], { system: [text('ab'), text('c')] }).systemCharacters).toBe(8);
  });

  test('thoughts, documents, search results and results of server tools are input', () => {
    const result = view([
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 's' }] },
      user([
        { type: 'document', title: 'T', context: 'C', source: { type: 'text', media_type: 'text/plain', data: 'D' } },
        { type: 'document', source: { type: 'content', content: [text('inner')] } },
        { type: 'search_result', title: 'S', source: 'x', content: [text('found')] },
        { type: 'web_search_tool_result', content: [{ type: 'web_search_result', title: 'W', url: 'u' }] },
        text('question'),
      ]),
    ]);
    expect(result.texts).toEqual(['hm', 'T', 'C', 'D', 'inner', 'S', 'found', 'W', 'question']);
    expect(result.lastUserTexts).toEqual(['question']);
  });

  test('a PDF is a file with about as many bytes as it has', () => {
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAAAAAA' } };
    expect(view([user([pdf])])).toMatchObject({ modalities: ['file'], fileBytes: 6, totalCharacters: 0 });
  });
});

describe('tools', () => {
  const TOOL = { name: 'get_weather', input_schema: { type: 'object' } };

  test('are present when declared, server tools and toolsets too', () => {
    const tools = [TOOL, { type: 'web_search_20250305', name: 'web_search' }, { type: 'computer_toolset_20260801' }];
    expect(view([user('x')], { tools })).toMatchObject({
      toolsPresent: true,
      toolNames: ['get_weather', 'web_search', 'computer_toolset_20260801'],
    });
    expect(view([user('x')], { tools: [] }).toolsPresent).toBe(false);
  });

  test.each([
    [undefined, 'auto'],
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'any' }, 'forced'],
    [{ type: 'tool', name: 'f' }, 'forced'],
  ])('tool_choice %j is %s', (tool_choice, expected) => {
    expect(view([user('x')], { tools: [TOOL], tool_choice }).toolChoice).toBe(expected);
  });

  test('parallel calls are asked for only where the caller says so', () => {
    const parallel = (value: unknown) =>
      view([user('x')], { tools: [TOOL], tool_choice: { type: 'auto', disable_parallel_tool_use: value } })
        .parallelToolsRequested;
    expect([parallel(undefined), parallel(true), parallel(false)]).toEqual([false, false, true]);
  });

  test('declarations are as long as they are in the body, scanned or not', () => {
    const body = JSON.parse(bodyFixture('request-agent'));
    const scan = scanJson(Buffer.from(JSON.stringify(body)), { maxDepth: 64, maxKeys: 1_000 });
    if (!scan.ok) throw new Error(scan.message);
    const declared = anthropicDeclarationBytes(scan.members);
    expect(declared).toBe(JSON.stringify(body.tools).length + JSON.stringify(body.output_config).length);
    expect(anthropicPromptView(body).declarationCharacters).toBe(declared);
    expect(anthropicPromptView(body, declared).declarationCharacters).toBe(declared);
  });
});

describe('what is asked for', () => {
  test.each([
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, true],
    [{ thinking: { type: 'adaptive' } }, true],
    [{ thinking: { type: 'disabled' } }, false],
    [{ thinking: { type: 'between_tools' } }, false],
    [{ output_config: { effort: 'low' } }, false],
    [{}, false],
  ])('reasoning by %j: %s', (rest, expected) => {
    expect(view([user('x')], rest).reasoningRequested).toBe(expected);
  });

  test('a schema, in the place it has now or the one it had', () => {
    const format = { type: 'json_schema', schema: {} };
    expect(view([user('x')], { output_config: { format } }).jsonSchemaRequested).toBe(true);
    expect(view([user('x')], { output_format: format }).jsonSchemaRequested).toBe(true);
    expect(view([user('x')], { output_config: { effort: 'low' } }).jsonSchemaRequested).toBe(false);
  });

  test('a prefill is a last turn of the assistant, unless it ends in calls', () => {
    const assistant = (content: unknown) => ({ role: 'assistant', content });
    expect(view([user('x'), assistant('Once')]).prefill).toBe(true);
    expect(view([user('x'), assistant([{ type: 'tool_use', id: 't', name: 'f', input: {} }])]).prefill).toBe(false);
    expect(view([user('x'), assistant([{ type: 'server_tool_use', id: 's' }])]).prefill).toBe(false);
    expect(view([assistant('Once'), user('x')]).prefill).toBe(false);
  });

  test('limits and stated tokens', () => {
    expect(view([user('x')], { max_tokens: 7, alidade: { estimated_tokens: 90 } })).toMatchObject({
      maxOutputTokens: 7,
      statedTokens: 90,
      choices: 1,
    });
    expect(view([user('x')], { max_tokens: 0 })).toMatchObject({ maxOutputTokens: null, statedTokens: null });
  });
});

test.each([
  [{}],
  [{ messages: 'x' }],
  [{ messages: [null, 7, 'x', [], {}] }],
  [{ messages: [{ role: 'user' }] }],
  [
    {
      messages: [{ role: 'user', content: [null, 7, {}, { type: 'document', source: 4 }, { type: 'text', text: 5 }] }],
    },
  ],
  [{ messages: [{ role: 'assistant', content: [{ type: 'tool_use' }] }], tools: 4, tool_choice: 'x', thinking: [] }],
])('%j gives a view without an error', (body) => {
  expect(anthropicPromptView(body).lastUserTexts).toEqual([]);
});

test('ten thousand turns are walked', () => {
  const messages = Array.from({ length: 10_000 }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: 'x',
  }));
  expect(view(messages)).toMatchObject({ messages: 10_000, totalCharacters: 10_000, lastUserTexts: ['x'] });
});
