import { describe, expect, test } from 'vitest';
import { chatRequest, functionTool } from '../../../test/support/chat-requests.ts';
import { type SampleDeployment, sampleDeployment } from '../../../test/support/deployments.ts';
import type {
  AssistantPart,
  ChatRequest,
  FilePart,
  ReasoningRequest,
  ResponseFormat,
  ToolChoice,
  ToolResultPart,
  Turn,
  UserTurn,
} from '../../contracts/chat-request.ts';
import { LossReport } from '../losses.ts';
import { buildAnthropicChat } from './build-chat.ts';

type Message = { role: string; content: Record<string, unknown>[] };
type Body = Record<string, unknown> & { messages: Message[] };

function build(given: Partial<ChatRequest> = {}, sample: SampleDeployment = {}) {
  const losses = new LossReport();
  const deployment = sampleDeployment({ upstreamModel: 'claude-opus-4-5', maxOutputTokens: 10_000, ...sample });
  const { path, body, headers } = buildAnthropicChat(chatRequest(given), deployment, losses);
  return {
    path,
    headers,
    body: JSON.parse(body) as Body,
    losses: losses.entries.map(({ kind, field }) => `${kind} ${field}`),
  };
}

const text = (value: string) => ({ type: 'text', text: value }) as const;
const user = (...parts: UserTurn['parts'][number][]): Turn => ({ role: 'user', parts });
const assistant = (...parts: AssistantPart[]): Turn => ({ role: 'assistant', parts });
const call = (id: string, given: Partial<Extract<AssistantPart, { type: 'tool-call' }>> = {}): AssistantPart => ({
  type: 'tool-call',
  id,
  name: 'f',
  arguments: '{}',
  ...given,
});
const result = (id: string, value = 'r'): ToolResultPart => ({ type: 'tool-result', id, parts: [text(value)] });
const results = (...list: ToolResultPart[]): Turn => ({ role: 'tool', results: list });
const turns = (list: readonly Turn[], sample: SampleDeployment = {}, given: Partial<ChatRequest> = {}) => {
  const { body, losses } = build({ turns: list, tools: [functionTool({ name: 'f' })], ...given }, sample);
  return { messages: body.messages, system: body.system, losses };
};
const reasoning = (given: Partial<ReasoningRequest>): ReasoningRequest => ({
  mode: null,
  effort: null,
  budgetTokens: null,
  display: null,
  ...given,
});

test('a request says only what was said, and what is demanded', () => {
  expect(build()).toEqual({
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: {
      model: 'claude-opus-4-5',
      max_tokens: 10_000,
      messages: [{ role: 'user', content: [text('Hello')] }],
    },
    losses: [],
  });
});

test('members that nobody read are declared', () => {
  expect(build({ unread: ['x_new'] }).losses).toEqual(['dropped x_new']);
});

describe('quirk 1: system prompts', () => {
  const list: Turn[] = [
    { role: 'system', parts: [text('One.'), { ...text('Two.'), cache: { ttl: '1h' } }] },
    { role: 'developer', parts: [text('Three.')] },
    user(text('Hi')),
    { role: 'system', parts: [text('Later.')] },
    assistant(text('Hello')),
    user(text('Go on')),
  ];

  test('go to the top with their blocks and cache marks, those in mid-conversation too', () => {
    const { system, messages, losses } = turns(list);
    expect(system).toEqual([
      text('One.'),
      { ...text('Two.'), cache_control: { type: 'ephemeral', ttl: '1h' } },
      text('Three.'),
      text('Later.'),
    ]);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(losses).toEqual(['degraded messages.system']);
  });

  test('stay in mid-conversation for models that know them there', () => {
    const { system, messages, losses } = turns(list, { upstreamModel: 'claude-opus-5' });
    expect(system).toHaveLength(3);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'system', 'assistant', 'user']);
    expect(losses).toEqual([]);
  });

  test('but not before a turn of the user, where they are refused', () => {
    const before = [
      user(text('a')),
      assistant(text('b')),
      { role: 'system', parts: [text('s')] } as Turn,
      user(text('c')),
    ];
    expect(turns(before, { upstreamModel: 'claude-opus-5' }).losses).toEqual(['degraded messages.system']);
  });

  test('nor where the turns around them say nothing', () => {
    const instruction: Turn = { role: 'system', parts: [text('s')] };
    const sample = { upstreamModel: 'claude-opus-5' };
    const unheard = turns([user(), instruction, assistant(text('b')), user(text('c'))], sample);
    expect(unheard.system).toEqual([text('s')]);
    expect(unheard.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    const unanswered = turns([user(text('a')), instruction, assistant(), user(text('c'))], sample);
    expect(unanswered.system).toEqual([text('s')]);
    expect(unanswered.messages.map(({ role }) => role)).toEqual(['user']);
  });

  test('are the conversation where there is nothing else', () => {
    const { system, messages, losses } = turns([{ role: 'system', parts: [text('Say hi.')] }]);
    expect(system).toBeUndefined();
    expect(messages).toEqual([{ role: 'user', content: [text('Say hi.')] }]);
    expect(losses).toEqual(['synthesised messages']);
  });
});

describe('quirk 2: max tokens', () => {
  test('are the most of the model where nobody said any', () => {
    expect(build().body.max_tokens).toBe(10_000);
    expect(build({}, { maxOutputTokens: null })).toMatchObject({
      body: { max_tokens: 8192 },
      losses: ['synthesised max_tokens'],
    });
  });

  test('are lowered to what the model can', () => {
    expect(build({ maxOutputTokens: 20_000 })).toMatchObject({
      body: { max_tokens: 10_000 },
      losses: ['degraded max_tokens'],
    });
    expect(build({ maxOutputTokens: 20 })).toMatchObject({ body: { max_tokens: 20 }, losses: [] });
  });
});

describe('quirk 3: sampling', () => {
  const all = { temperature: 0.3, topP: 0.8, topK: 5 };

  test('goes through where it is taken', () => {
    expect(build(all, { upstreamModel: 'claude-3-7-sonnet' })).toMatchObject({
      body: { temperature: 0.3, top_p: 0.8, top_k: 5 },
      losses: [],
    });
  });

  test('loses top_p beside temperature on 4.5, all of it from Opus 4.7 on', () => {
    expect(build(all).losses).toEqual(['dropped top_p']);
    expect(build(all, { upstreamModel: 'claude-opus-4-7' }).losses).toEqual([
      'dropped temperature',
      'dropped top_p',
      'dropped top_k',
    ]);
    expect(build({ temperature: 1, topP: 1 }, { upstreamModel: 'claude-opus-4-7' }).losses).toEqual([]);
  });

  test('gives way to thinking', () => {
    const thinks = { ...all, reasoning: reasoning({ mode: 'on', budgetTokens: 2000 }) };
    expect(build(thinks).losses).toEqual(['dropped temperature', 'dropped top_k', 'dropped top_p']);
    expect(build({ ...thinks, temperature: 1, topK: null, topP: 0.96 })).toMatchObject({
      body: { top_p: 0.96 },
      losses: [],
    });
  });

  test('a temperature above 1 is lowered', () => {
    expect(build({ temperature: 1.6 })).toMatchObject({ body: { temperature: 1 }, losses: ['degraded temperature'] });
  });
});

describe('quirk 4: reasoning', () => {
  const plan = (asked: Partial<ReasoningRequest>, upstreamModel: string, given: Partial<ChatRequest> = {}) => {
    const { body, losses } = build({ reasoning: reasoning(asked), ...given }, { upstreamModel });
    return [body.thinking, (body.output_config as { effort?: string } | undefined)?.effort, losses];
  };

  test('an effort is an effort where the model knows it, and a budget elsewhere', () => {
    expect(plan({ mode: 'on', effort: 'high' }, 'claude-opus-5')).toEqual([{ type: 'adaptive' }, 'high', []]);
    expect(plan({ mode: 'on', effort: 'low' }, 'claude-haiku-4-5')).toEqual([
      { type: 'enabled', budget_tokens: 4096 },
      undefined,
      ['degraded reasoning.effort'],
    ]);
    expect(plan({ mode: 'on', effort: 'minimal' }, 'claude-opus-5')).toEqual([
      { type: 'adaptive' },
      'low',
      ['degraded reasoning.effort'],
    ]);
  });

  test('a budget is at least 1024 and leaves room for the answer below max_tokens', () => {
    expect(plan({ mode: 'on', budgetTokens: 10 }, 'claude-opus-4-5')[0]).toMatchObject({ budget_tokens: 1024 });
    expect(plan({ mode: 'on', budgetTokens: 9000 }, 'claude-opus-4-5', { maxOutputTokens: 5000 })[0]).toMatchObject({
      budget_tokens: 4000,
    });
    expect(plan({ mode: 'on', budgetTokens: 9000 }, 'claude-opus-4-5', { maxOutputTokens: 1024 })).toEqual([
      undefined,
      undefined,
      ['dropped reasoning'],
    ]);
  });

  test('a budget is an effort where budgets are refused', () => {
    expect(plan({ mode: 'on', budgetTokens: 9000 }, 'claude-opus-5-5')).toEqual([
      { type: 'adaptive' },
      'medium',
      ['degraded reasoning.budget_tokens'],
    ]);
  });

  test('off is said in the word of the model, or with the least effort where it cannot be off', () => {
    expect(plan({ mode: 'off' }, 'claude-opus-5')).toEqual([{ type: 'disabled' }, undefined, []]);
    expect(plan({ mode: 'off' }, 'claude-sonnet-5-5')).toEqual([{ type: 'between_tools' }, undefined, []]);
    expect(plan({ mode: 'off' }, 'claude-opus-5-5')).toEqual([undefined, 'low', ['degraded reasoning']]);
  });

  test('what is shown is said where it is not what the model does anyway', () => {
    expect(plan({ mode: 'on', display: 'shown' }, 'claude-opus-5')[0]).toEqual({
      type: 'adaptive',
      display: 'summarized',
    });
    expect(plan({ display: 'shown' }, 'claude-opus-5')[0]).toEqual({ type: 'adaptive', display: 'summarized' });
    expect(plan({ mode: 'on', budgetTokens: 2000, display: 'shown' }, 'claude-opus-4-5')[0]).not.toHaveProperty(
      'display',
    );
  });

  test('models that do not think, or do not think beside tools, are not asked to', () => {
    expect(plan({ mode: 'on', effort: 'high' }, 'claude-3-haiku')).toEqual([
      undefined,
      undefined,
      ['dropped reasoning'],
    ]);
    const { body, losses } = build(
      { reasoning: reasoning({ mode: 'on', effort: 'high' }), tools: [functionTool()] },
      { upstreamModel: 'claude-opus-4-6', without: ['tools_with_reasoning'] },
    );
    expect(body).not.toHaveProperty('thinking');
    expect(losses).toEqual(['dropped reasoning']);
  });

  test('a budget is given up while calls are answered whose thoughts were lost', () => {
    const list = [user(text('a')), assistant(call('t')), results(result('t'))];
    const asked = { reasoning: reasoning({ mode: 'on', budgetTokens: 2000 }) };
    expect(turns(list, {}, asked).losses).toEqual(['dropped reasoning']);
    const signed: AssistantPart = { type: 'reasoning', text: '', signature: { origin: 'anthropic', value: 's' } };
    expect(turns([list[0] as Turn, assistant(signed, call('t')), list[2] as Turn], {}, asked).losses).toEqual([]);
  });
});

describe('quirk 8 and 22: turns', () => {
  test('all results stand in the next turn of the user, before what it says', () => {
    const list = [
      user(text('a')),
      assistant(text('b'), call('t1'), call('t2')),
      results(result('t2')),
      user(text('c')),
      results(result('t1')),
    ];
    const { messages, losses } = turns(list);
    expect(messages).toHaveLength(3);
    expect(messages[2]?.content.map(({ type }) => type)).toEqual(['tool_result', 'tool_result', 'text']);
    expect(losses).toEqual([]);
  });

  test('runs of one role are one message, results are never merged into text', () => {
    const { messages } = turns([
      user(text('a')),
      user(text('b')),
      assistant(text('c')),
      assistant(call('t')),
      results(result('t', 'x')),
    ]);
    expect(messages).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
      { role: 'assistant', content: [text('c'), { type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] },
    ]);
  });

  test('a call without a result gets one that says so, a result without a call is text', () => {
    const { messages, losses } = turns([
      user(text('a')),
      assistant(call('t')),
      user(text('b')),
      results(result('gone', 'x')),
    ]);
    expect(messages[2]?.content).toEqual([
      { type: 'tool_result', tool_use_id: 't', is_error: true },
      text('x'),
      text('b'),
    ]);
    expect(losses).toEqual(['degraded messages.tool_result', 'synthesised messages.tool_result']);
  });

  test('a conversation that begins with the model gets a turn of the user before it', () => {
    const { messages, losses } = turns([assistant(text('a')), user(text('b'))]);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(losses).toEqual(['synthesised messages']);
  });

  test('names of participants are declared', () => {
    expect(turns([{ role: 'user', parts: [text('a')], name: 'Ann' }]).losses).toEqual(['dropped messages.name']);
  });
});

describe('quirks 9 and 10: ids and names of tools', () => {
  test('an id that is refused is replaced, the same for the call and its result', () => {
    const { messages } = turns([user(text('a')), assistant(call('functions.f:0')), results(result('functions.f:0'))]);
    const id = messages[1]?.content[0]?.id;
    expect(id).toMatch(/^toolu_[0-9a-f]+$/);
    expect(messages[2]?.content[0]?.tool_use_id).toBe(id);
  });

  test('a name that is refused is replaced everywhere', () => {
    const name = 'weather.get/now';
    const { body } = build({
      tools: [functionTool({ name })],
      toolChoice: { mode: 'tool', name },
      turns: [user(text('a')), assistant(call('t', { name })), results(result('t'))],
    });
    const sent = (body.tools as { name: string }[])[0]?.name as string;
    expect(sent).toMatch(/^weather_get_now_[0-9a-f]{8}$/);
    expect(body.tool_choice).toEqual({ type: 'tool', name: sent });
    expect(body.messages[1]?.content[0]?.name).toBe(sent);
  });
});

describe('quirks 11 and 14: arguments of earlier calls', () => {
  const input = (given: string) => {
    const { messages, losses } = turns([
      user(text('a')),
      assistant(call('t', { arguments: given })),
      results(result('t')),
    ]);
    return [messages[1]?.content[0]?.input, losses];
  };

  test('are an object, empty where there were none', () => {
    expect(input('')).toEqual([{}, []]);
    expect(input('{"a":1}')).toEqual([{ a: 1 }, []]);
  });

  test('are kept inside one where they were cut off or are no object', () => {
    expect(input('{"a":')).toEqual([{ arguments: '{"a":' }, ['degraded messages.tool_calls.arguments']]);
    expect(input('[1]')).toEqual([{ arguments: '[1]' }, ['degraded messages.tool_calls.arguments']]);
  });
});

describe('quirks 15 and 16: choice of tools', () => {
  const choose = (
    toolChoice: ToolChoice | null,
    parallelToolCalls: boolean | null,
    upstreamModel = 'claude-opus-5',
  ) => {
    const tools = [functionTool({ name: 'f' }), functionTool({ name: 'g' })];
    const { body, losses } = build({ tools, toolChoice, parallelToolCalls }, { upstreamModel });
    return [body.tool_choice, (body.tools as { name: string }[]).map(({ name }) => name), losses];
  };

  test.each([
    [null, undefined],
    [{ mode: 'auto', tools: null }, { type: 'auto' }],
    [{ mode: 'required', tools: null }, { type: 'any' }],
    [{ mode: 'none' }, { type: 'none' }],
    [
      { mode: 'tool', name: 'g' },
      { type: 'tool', name: 'g' },
    ],
  ] as const)('%j is %j', (given, expected) => {
    expect(choose(given, null)).toEqual([expected, ['f', 'g'], []]);
  });

  test('one call at a time rides in the choice', () => {
    expect(choose(null, false)[0]).toEqual({ type: 'auto', disable_parallel_tool_use: true });
    expect(choose({ mode: 'required', tools: null }, false)[0]).toEqual({
      type: 'any',
      disable_parallel_tool_use: true,
    });
    expect(choose(null, true)[0]).toBeUndefined();
  });

  test('of some tools leaves the others out', () => {
    expect(choose({ mode: 'required', tools: ['g'] }, null)).toEqual([{ type: 'any' }, ['g'], []]);
  });

  test('a forced one becomes free for models that refuse it', () => {
    expect(choose({ mode: 'tool', name: 'f' }, null, 'claude-opus-5-5')).toEqual([
      { type: 'auto' },
      ['f', 'g'],
      ['degraded tool_choice'],
    ]);
  });

  test('a forced one wins over a thinking budget', () => {
    const { body, losses } = build({
      tools: [functionTool()],
      toolChoice: { mode: 'required', tools: null },
      reasoning: reasoning({ mode: 'on', budgetTokens: 2000 }),
    });
    expect(body).not.toHaveProperty('thinking');
    expect(body.tool_choice).toEqual({ type: 'any' });
    expect(losses).toEqual(['dropped reasoning']);
  });
});

test('quirk 17: earlier calls without tools get declarations that may not be called', () => {
  const { body, losses } = build({ turns: [user(text('a')), assistant(call('t')), results(result('t'))] });
  expect(body.tools).toEqual([{ name: 'f', input_schema: { type: 'object', properties: {} } }]);
  expect(body.tool_choice).toEqual({ type: 'none' });
  expect(losses).toEqual(['synthesised tools']);
});

test('quirk 18: server tools of this vendor pass, those of others are declared', () => {
  const value = { type: 'web_search_20250305', name: 'web_search' };
  const tools = [
    { kind: 'server', origin: 'anthropic', name: value.type, value },
    { kind: 'server', origin: 'openai', name: 'web_search', value: {} },
  ] as const;
  expect(build({ tools })).toMatchObject({ body: { tools: [value] }, losses: ['dropped web_search'] });
});

describe('quirk 19: schemas', () => {
  const format = (
    schema: Record<string, unknown>,
    given: Partial<Extract<ResponseFormat, { kind: 'json-schema' }>> = {},
  ) => {
    const responseFormat = {
      kind: 'json-schema',
      name: null,
      description: null,
      schema,
      strict: true,
      ...given,
    } as const;
    const { body, losses } = build({ responseFormat });
    return [(body.output_config as { format?: { schema: unknown } } | undefined)?.format?.schema, body.system, losses];
  };
  const CLOSED = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };

  test('of the answer go through where the grammar knows them', () => {
    expect(format(CLOSED)).toEqual([CLOSED, undefined, []]);
    expect(format(CLOSED, { name: 'x' })[2]).toEqual(['dropped response_format.name']);
    expect(format(CLOSED, { strict: false })[2]).toEqual(['dropped response_format.strict']);
  });

  test('keep in words what the grammar does not know', () => {
    const schema = {
      type: 'object',
      properties: {
        a: { type: 'integer', minimum: 3, description: 'A.' },
        b: { oneOf: [{ type: 'string', format: 'color' }] },
      },
    };
    expect(format(schema)).toEqual([
      {
        type: 'object',
        properties: {
          a: { type: 'integer', description: 'A. {minimum: 3}' },
          b: { anyOf: [{ type: 'string', description: '{format: "color"}' }] },
        },
        additionalProperties: false,
      },
      undefined,
      ['degraded response_format.schema'],
    ]);
  });

  test('that refer to themselves are said in the instructions, properties of those names do not confuse', () => {
    const tree = { $ref: '#/$defs/n', $defs: { n: { type: 'object', properties: { next: { $ref: '#/$defs/n' } } } } };
    const [schema, system, losses] = format(tree);
    expect(schema).toBeUndefined();
    expect(JSON.stringify(system)).toContain('JSON Schema');
    expect(losses).toEqual(['degraded response_format']);
    const twice = {
      ...CLOSED,
      properties: { a: { $ref: '#/$defs/s' }, b: { $ref: '#/$defs/s' } },
      $defs: { s: { type: 'string' } },
    };
    expect(format(twice)[2]).toEqual([]);
  });

  test('an object without a schema, and a schema where there is no grammar, are asked for in words', () => {
    expect(build({ responseFormat: { kind: 'json-object' } })).toMatchObject({
      body: { system: [text('Answer with one JSON object and nothing else.')] },
      losses: ['degraded response_format'],
    });
    const responseFormat = {
      kind: 'json-schema',
      name: null,
      description: null,
      schema: CLOSED,
      strict: null,
    } as const;
    expect(build({ responseFormat }, { without: ['json_schema'] }).losses).toEqual(['degraded response_format']);
  });

  test('of tools are objects without a union at their top', () => {
    const schemaOf = (parameters: Record<string, unknown> | null, strict: boolean | null = null) => {
      const { body, losses } = build({ tools: [functionTool({ parameters, strict })] });
      return [(body.tools as Record<string, unknown>[])[0], losses] as const;
    };
    expect(schemaOf(null)[0]?.input_schema).toEqual({ type: 'object', properties: {} });
    expect(schemaOf({ properties: {} })[0]?.input_schema).toEqual({ type: 'object', properties: {} });
    const union = { anyOf: [{ properties: { a: {} }, required: ['a'] }, { properties: { b: {} } }] };
    expect(schemaOf(union)).toMatchObject([
      { input_schema: { type: 'object', properties: { a: {}, b: {} } } },
      ['degraded tools.parameters'],
    ]);
    expect(schemaOf(CLOSED, true)).toMatchObject([{ strict: true, input_schema: CLOSED }, []]);
    expect(schemaOf({ type: 'object', properties: { a: { $ref: '#' } } }, true)).toMatchObject([
      { input_schema: { type: 'object' } },
      ['dropped tools.strict'],
    ]);
  });
});

describe('quirk 21: empty content', () => {
  test('of a turn with calls is nothing, white space is declared', () => {
    const list = [user(text('a')), assistant(text(''), call('t')), results(result('t', ''))];
    const { messages, losses } = turns(list);
    expect(messages[1]?.content.map(({ type }) => type)).toEqual(['tool_use']);
    expect(messages[2]?.content).toEqual([{ type: 'tool_result', tool_use_id: 't', content: '' }]);
    expect(losses).toEqual([]);
    expect(turns([user(text('a')), assistant(text('\n\n'), call('t')), results(result('t'))]).losses).toEqual([
      'dropped messages.content',
    ]);
  });

  test('a turn that says nothing is left out, and its neighbours are one turn', () => {
    const { messages, losses } = turns([user(text('a')), assistant(), user(text('b'))]);
    expect(messages).toMatchObject([{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }]);
    expect(losses).toEqual(['dropped messages.content']);
  });

  test('where nothing is said at all there is still a turn', () => {
    const { messages, losses } = turns([user()]);
    expect(messages).toMatchObject([{ role: 'user', content: [{ type: 'text' }] }]);
    expect(losses).toEqual(['dropped messages.content', 'synthesised messages']);
  });
});

describe('quirk 23: images, files and audio', () => {
  const said = (...parts: UserTurn['parts'][number][]) => {
    const { messages, losses } = turns([user(text('a'), ...parts)]);
    return [messages[0]?.content.slice(1), losses];
  };
  const file = (given: Partial<FilePart>): FilePart => ({
    type: 'file',
    source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBERg==' },
    ...given,
  });

  test('images as bytes, addresses and names of uploads', () => {
    expect(
      said({ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' }, detail: 'auto' }),
    ).toEqual([[{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }], []]);
    expect(
      said({ type: 'image', source: { kind: 'url', url: 'https://x/y', mediaType: null }, detail: 'low' }),
    ).toEqual([[{ type: 'image', source: { type: 'url', url: 'https://x/y' } }], ['dropped image.detail']]);
    expect(said({ type: 'image', source: { kind: 'file-id', id: 'f', origin: 'anthropic' } })[1]).toEqual([]);
    expect(said({ type: 'image', source: { kind: 'file-id', id: 'f', origin: 'openai' } })).toEqual([
      [],
      ['dropped file.id'],
    ]);
  });

  test('images of the type that their bytes say, and a loss where it is refused', () => {
    const image = (mediaType: string, data: string) =>
      said({ type: 'image', source: { kind: 'base64', mediaType, data } });
    const sent = (type: string, data: string) => [
      [{ type: 'image', source: { type: 'base64', media_type: type, data } }],
      [],
    ];
    expect(image('image/png', '/9j/4AAQ')).toEqual(sent('image/jpeg', '/9j/4AAQ'));
    expect(image('image/jpg', 'AA==')).toEqual(sent('image/jpeg', 'AA=='));
    expect(image('', 'iVBORw0KGgo=')).toEqual(sent('image/png', 'iVBORw0KGgo='));
    expect(image('image/heic', 'AA==')).toEqual([[], ['dropped image']]);
  });

  test('addresses only where they are fetched', () => {
    const at = (address: string) => ({ kind: 'url', url: address, mediaType: null }) as const;
    expect(said({ type: 'image', source: at('http://x/y') })).toEqual([[], ['dropped image.url']]);
    expect(said({ type: 'image', source: at('data:image/png,%89PNG') })).toEqual([[], ['dropped image.url']]);
    expect(said(file({ source: at('http://x/y.pdf') }))).toEqual([[], ['dropped file.url']]);
    expect(said(file({ source: at('https://x/y.pdf') }))[1]).toEqual([]);
  });

  test('documents as PDF and as text; a name is a title', () => {
    expect(said(file({ filename: 'a.pdf' }))[0]).toEqual([
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' },
        title: 'a.pdf',
      },
    ]);
    const csv = { kind: 'base64', mediaType: 'text/csv', data: Buffer.from('ä;b').toString('base64') } as const;
    expect(said(file({ source: csv }))).toEqual([
      [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'ä;b' } }],
      ['degraded file'],
    ]);
    expect(said(file({ source: { ...csv, mediaType: 'application/zip' } }))).toEqual([[], ['dropped file']]);
    expect(said(file({ citable: true, context: 'c', title: 't' }))[0]).toMatchObject([
      { title: 't', context: 'c', citations: { enabled: true } },
    ]);
  });

  test('audio cannot be sent', () => {
    const audio = { type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'AA==' } } as const;
    expect(said(audio)).toEqual([[], ['dropped audio_input']]);
  });

  test('images stay inside results of tools', () => {
    const image = { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } } as const;
    const shown: ToolResultPart = { type: 'tool-result', id: 't', parts: [text('look'), image], isError: false };
    const { messages } = turns([user(text('a')), assistant(call('t')), results(shown)]);
    expect(messages[2]?.content[0]).toMatchObject({ content: [{ type: 'text' }, { type: 'image' }], is_error: false });
  });
});

describe('quirk 24: prefill', () => {
  const list = [user(text('a')), assistant(text('Once upon '))];

  test('goes through without white space at its end', () => {
    expect(turns(list)).toMatchObject({
      messages: [{}, { role: 'assistant', content: [text('Once upon')] }],
      losses: [],
    });
  });

  test('is left out for models that refuse it, and for deployments that do not have it', () => {
    for (const sample of [{ upstreamModel: 'claude-opus-4-6' }, { without: ['prefill'] as const }]) {
      const { messages, losses } = turns(list, sample);
      expect(messages).toHaveLength(1);
      expect(losses).toEqual(['dropped prefill']);
    }
  });
});

test('quirk 25: one answer, no log probabilities', () => {
  const { losses } = build({ choices: 2, logprobs: { top: 3 }, seed: 1, frequencyPenalty: 1, presencePenalty: 0 });
  expect(losses).toEqual(['dropped seed', 'dropped frequency_penalty', 'dropped logprobs', 'degraded n']);
});

test('quirk 26: metadata and what is said about the request', () => {
  const { body, losses } = build({
    userId: 'u',
    metadata: { a: 'b' },
    serviceTier: 'default',
    store: true,
    promptCacheKey: 'k',
    verbosity: 'low',
    stop: ['x', ' '],
  });
  expect(body).toMatchObject({ metadata: { user_id: 'u' }, service_tier: 'standard_only', stop_sequences: ['x'] });
  expect([...losses].sort()).toEqual(
    ['dropped metadata', 'dropped prompt_cache_key', 'dropped stop', 'dropped store', 'dropped verbosity'].sort(),
  );
  expect(build({ serviceTier: 'flex' }).losses).toEqual(['dropped service_tier']);
  expect(build({ store: false }).losses).toEqual([]);
});

describe('quirk 27: thoughts', () => {
  const thought = (given: object): AssistantPart => ({ type: 'reasoning', text: 'hm', ...given });
  const signed = thought({ signature: { origin: 'anthropic', value: 'c2ln' } });
  const redacted = thought({ text: '', redacted: { origin: 'anthropic', value: 'ZGF0YQ==' } });
  const list = (...parts: AssistantPart[]) => [user(text('a')), assistant(...parts, text('b')), user(text('c'))];

  test('of this vendor go back in their order, byte for byte', () => {
    const { messages, losses } = turns(list(signed, redacted), {}, { origin: 'anthropic' });
    expect(messages[1]?.content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'ZGF0YQ==' },
      text('b'),
    ]);
    expect(losses).toEqual([]);
  });

  test('go without their text where a client of another dialect may have changed it', () => {
    expect(turns(list(signed)).messages[1]?.content[0]).toEqual({ type: 'thinking', thinking: '', signature: 'c2ln' });
  });

  test('without a signature, or with that of another vendor, cannot be sent', () => {
    const foreign = thought({ signature: { origin: 'gemini', value: 'x' } });
    for (const part of [thought({}), foreign, thought({ redacted: { origin: 'openai', value: 'x' } })]) {
      const { messages, losses } = turns(list(part));
      expect(messages[1]?.content).toEqual([text('b')]);
      expect(losses).toEqual(['dropped messages.reasoning']);
    }
  });
});

describe('quirk 30: cache marks', () => {
  const marked = (value: string) => ({ ...text(value), cache: { ttl: null } });

  test('stay on blocks, tools, calls, results and the request', () => {
    const { body, losses } = build({
      cache: { ttl: '1h' },
      tools: [functionTool({ name: 'f', cache: { ttl: null } })],
      turns: [
        user(marked('a')),
        assistant(call('t', { cache: { ttl: '5m' } })),
        results({ ...result('t'), cache: { ttl: null } }),
      ],
    });
    expect(body.cache_control).toEqual({ type: 'ephemeral', ttl: '1h' });
    // With the one of the request there is one too many: the first goes.
    expect(losses).toEqual(['degraded cache_control']);
    const marks = [...(body.tools as object[]), ...body.messages.flatMap(({ content }) => content)];
    expect(marks.map((block) => 'cache_control' in block)).toEqual([false, true, true, true]);
  });

  test('are four at most, the last ones', () => {
    const { body, losses } = build({ turns: [user(...'abcdef'.split('').map(marked))] });
    expect(body.messages[0]?.content.map(({ cache_control }) => cache_control !== undefined)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(losses).toEqual(['degraded cache_control']);
  });
});

test('an earlier refusal and free text of custom tools are kept as they can be', () => {
  const { messages, losses } = turns([
    user(text('a')),
    assistant({ type: 'refusal', text: 'No.' }, call('t', { custom: true, arguments: 'free' })),
    results(result('t')),
  ]);
  expect(messages[1]?.content).toMatchObject([text('No.'), { input: { input: 'free' } }]);
  expect(losses).toEqual(['degraded messages.refusal', 'degraded messages.tool_calls.custom']);
});
