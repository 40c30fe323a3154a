import { describe, expect, test } from 'vitest';
import { chatRequest, functionTool } from '../../../test/support/chat-requests.ts';
import { type SampleDeployment, sampleDeployment } from '../../../test/support/deployments.ts';
import type { AssistantPart, ChatRequest, ReasoningRequest, Turn, UserTurn } from '../../contracts/chat-request.ts';
import { LossReport } from '../losses.ts';
import { buildOpenAiChat } from './build-chat.ts';

type Body = Record<string, unknown> & { messages: Record<string, unknown>[] };

function build(given: Partial<ChatRequest> = {}, sample: SampleDeployment = {}) {
  const losses = new LossReport();
  const { path, body } = buildOpenAiChat(
    chatRequest({ origin: 'anthropic', ...given }),
    sampleDeployment(sample),
    losses,
  );
  return { path, body: JSON.parse(body) as Body, losses: losses.entries.map(({ kind, field }) => `${kind} ${field}`) };
}

const messages = (turns: readonly Turn[], sample: SampleDeployment = {}) => {
  const { body, losses } = build({ turns }, sample);
  return { messages: body.messages, losses };
};
const user = (...parts: UserTurn['parts'][number][]) => messages([{ role: 'user', parts }]);
const assistant = (...parts: AssistantPart[]): Turn => ({ role: 'assistant', parts });
const text = (value: string) => ({ type: 'text', text: value }) as const;
const call = (id: string) => ({ type: 'tool-call', id, name: 'f', arguments: '{}' }) as const;
const answerTo = (id: string): Turn => ({ role: 'tool', results: [{ type: 'tool-result', id, parts: [text('r')] }] });
const reasoning = (given: Partial<ReasoningRequest>): ReasoningRequest => ({
  mode: 'on',
  effort: null,
  budgetTokens: null,
  display: null,
  ...given,
});

describe('a request', () => {
  test('says only what was said', () => {
    expect(build()).toEqual({
      path: '/chat/completions',
      body: { model: 'upstream-model', messages: [{ role: 'user', content: 'Hello' }] },
      losses: [],
    });
  });

  test('asks for usage on a stream where it must be asked for', () => {
    expect(build({ stream: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(build({ stream: true }, { quirks: { streamUsage: 'always' } }).body).not.toHaveProperty('stream_options');
  });

  test('leaves out what the endpoint refuses, and says so', () => {
    const { body, losses } = build(
      { seed: 1, stream: true, tools: [functionTool()], toolChoice: { mode: 'required', tools: null } },
      { quirks: { refusedMembers: ['seed', 'stream_options'], onlyValues: { tool_choice: ['auto'] } } },
    );
    expect(body).not.toHaveProperty('seed');
    expect(body).not.toHaveProperty('tool_choice');
    expect(losses).toEqual(['dropped seed', 'dropped tool_choice']);
  });

  test('declares members that nobody read', () => {
    expect(build({ unread: ['context_management'] }).losses).toEqual(['dropped context_management']);
    expect(build({ unread: ['evil\r\nname'] }).losses).toEqual(['dropped (unnamed)']);
  });
});

describe('quirk 1: system prompts', () => {
  test('stay where they are, block by block', () => {
    const turns: Turn[] = [
      { role: 'system', parts: [text('One.'), text('Two.')] },
      { role: 'user', parts: [text('Hi')] },
      { role: 'system', parts: [text('Three.')] },
    ];
    expect(messages(turns)).toEqual({
      messages: [
        { role: 'system', content: [text('One.'), text('Two.')] },
        { role: 'user', content: 'Hi' },
        { role: 'system', content: 'Three.' },
      ],
      losses: [],
    });
  });

  test('are joined for an upstream that takes one string only', () => {
    const turns: Turn[] = [{ role: 'system', parts: [text('One.'), text('Two.')] }];
    expect(messages(turns, { quirks: { textParts: false } }).messages[0]?.content).toBe('One.\n\nTwo.');
  });
});

describe('quirk 2: the limit', () => {
  test('goes under the name that the upstream takes', () => {
    expect(build({ maxOutputTokens: 9 }).body.max_completion_tokens).toBe(9);
    expect(build({ maxOutputTokens: 9 }, { quirks: { maxTokensMember: 'max_tokens' } }).body.max_tokens).toBe(9);
  });

  test('is lowered to what the model can, and that is said', () => {
    const { body, losses } = build({ maxOutputTokens: 64_000 }, { maxOutputTokens: 16_384 });
    expect(body.max_completion_tokens).toBe(16_384);
    expect(losses).toEqual(['degraded max_tokens']);
  });

  test('of nothing, as Anthropic takes it, is raised to the least there is', () => {
    const { body, losses } = build({ origin: 'anthropic', maxOutputTokens: 0 });
    expect(body.max_completion_tokens).toBe(1);
    expect(losses).toEqual(['degraded max_tokens']);
  });
});

describe('quirk 3: sampling beside reasoning', () => {
  test('is left out for models that always reason', () => {
    const { body, losses } = build({ temperature: 0.2, topP: 1 }, { upstreamModel: 'o4-mini' });
    expect(body).not.toHaveProperty('temperature');
    expect(losses).toEqual(['dropped temperature']);
  });

  test('is kept where the model does not reason', () => {
    expect(build({ temperature: 0.2 }, { upstreamModel: 'gpt-4.1' })).toMatchObject({
      body: { temperature: 0.2 },
      losses: [],
    });
    expect(
      build({ temperature: 0.2, reasoning: reasoning({ mode: 'off' }) }, { upstreamModel: 'gpt-5.5' }),
    ).toMatchObject({
      body: { temperature: 0.2, reasoning_effort: 'none' },
      losses: [],
    });
  });
});

describe('quirk 4: how hard to think', () => {
  test.each([
    [reasoning({ effort: 'high' }), {}, { reasoning_effort: 'high' }, []],
    [reasoning({ mode: 'off' }), {}, { reasoning_effort: 'none' }, []],
    [reasoning({ budgetTokens: 2_000 }), {}, { reasoning_effort: 'low' }, ['degraded reasoning.budget_tokens']],
    [reasoning({ budgetTokens: 31_999 }), {}, { reasoning_effort: 'xhigh' }, ['degraded reasoning.budget_tokens']],
    [reasoning({ mode: 'adaptive' }), {}, { reasoning_effort: 'medium' }, ['degraded reasoning.adaptive']],
    [
      reasoning({ effort: 'max' }),
      { upstreamModel: 'gpt-5' },
      { reasoning_effort: 'high' },
      ['degraded reasoning.effort'],
    ],
    [reasoning({ mode: 'off' }), { upstreamModel: 'gpt-5' }, { reasoning_effort: 'minimal' }, ['degraded reasoning']],
    [reasoning({ effort: 'high' }), { upstreamModel: 'gpt-4.1' }, {}, ['dropped reasoning']],
    [reasoning({ effort: 'high' }), { without: ['reasoning'] }, {}, ['dropped reasoning']],
    [
      reasoning({ effort: 'high', display: 'omitted' }),
      {},
      { reasoning_effort: 'high' },
      ['dropped reasoning.display'],
    ],
    [
      reasoning({ effort: 'low' }),
      { quirks: { reasoningRequest: 'thinking' } },
      { thinking: { type: 'enabled' } },
      ['degraded reasoning.effort'],
    ],
    [reasoning({ mode: 'off' }), { quirks: { reasoningRequest: 'thinking' } }, { thinking: { type: 'disabled' } }, []],
    [
      reasoning({ effort: 'max' }),
      { quirks: { reasoningRequest: 'thinking_and_effort' } },
      { thinking: { type: 'enabled' }, reasoning_effort: 'max' },
      [],
    ],
    [
      reasoning({ budgetTokens: 5_000 }),
      { quirks: { reasoningRequest: 'enable_thinking' } },
      { enable_thinking: true, thinking_budget: 5_000 },
      [],
    ],
    [
      reasoning({ budgetTokens: 5_000, display: 'omitted' }),
      { quirks: { reasoningRequest: 'reasoning' } },
      { reasoning: { max_tokens: 5_000, exclude: true } },
      [],
    ],
  ] satisfies [ReasoningRequest, SampleDeployment, object, string[]][])(
    '%j for %j',
    (asked, sample, members, losses) => {
      const built = build({ reasoning: asked }, sample);
      const { model: _, messages: __, ...said } = built.body;
      expect(said).toEqual(members);
      expect(built.losses).toEqual(losses);
    },
  );
});

describe('quirk 5: reasoning together with tools', () => {
  test('gives way to the tools where the model refuses both, also when nobody asked for it', () => {
    const tools = [functionTool()];
    for (const asked of [reasoning({ effort: 'high' }), null]) {
      const { body, losses } = build({ tools, reasoning: asked }, { upstreamModel: 'gpt-5.6-sol' });
      expect(body.reasoning_effort).toBe('none');
      expect(losses).toEqual(['dropped reasoning']);
    }
  });

  test('is not asked for where the deployment lacks tools_with_reasoning', () => {
    const request = { tools: [functionTool()], reasoning: reasoning({ effort: 'high' }) };
    const { body, losses } = build(request, { without: ['tools_with_reasoning'] });
    expect(body).not.toHaveProperty('reasoning_effort');
    expect(losses).toEqual(['dropped reasoning']);
  });

  test('stays where both go together', () => {
    const request = { tools: [functionTool()], reasoning: reasoning({ effort: 'high' }) };
    expect(build(request, { upstreamModel: 'gpt-5.2' })).toMatchObject({
      body: { reasoning_effort: 'high' },
      losses: [],
    });
  });
});

test('quirk 6: top_k has no member here, and that is said', () => {
  expect(build({ topK: 5 }).losses).toEqual(['dropped top_k']);
});

test('quirk 6: more than four stop texts are cut to four', () => {
  const { body, losses } = build({ stop: ['a', 'b', 'c', 'd', 'e'] });
  expect(body.stop).toEqual(['a', 'b', 'c', 'd']);
  expect(losses).toEqual(['degraded stop']);
});

test('quirk 6: stop texts are left out for models that refuse them, and that is said', () => {
  expect(build({ stop: ['a'] }, { upstreamModel: 'o3' })).toMatchObject({ losses: ['dropped stop'] });
  expect(build({ stop: ['a'] }, { upstreamModel: 'gpt-5.5' })).toMatchObject({ body: { stop: ['a'] }, losses: [] });
});

describe('quirks 7 and 9: calls and results', () => {
  const longId = 'toolu_'.padEnd(80, 'x');
  const turns: Turn[] = [
    assistant(text('Let me see.'), { type: 'tool-call', id: longId, name: 'f', arguments: '{"a":1}' }),
    { role: 'tool', results: [{ type: 'tool-result', id: longId, parts: [text('one'), text('two')] }] },
  ];

  test('are tool_calls and messages of the tool, under one id that the upstream takes', () => {
    const { messages: built } = messages(turns);
    const [call] = built[0]!.tool_calls as { id: string }[];
    expect(call?.id).toMatch(/^call_[0-9a-f]{24}$/);
    expect(built).toEqual([
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [{ id: call?.id, type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: call?.id, content: [text('one'), text('two')] },
    ]);
  });

  test('images of a result follow in a message of the user, after all results', () => {
    const image = { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA' } } as const;
    const { messages: built, losses } = messages([
      assistant(call('a'), call('b')),
      {
        role: 'tool',
        results: [
          { type: 'tool-result', id: 'a', parts: [text('see'), image] },
          { type: 'tool-result', id: 'b', parts: [] },
        ],
      },
    ]);
    expect(built.slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'see' },
      { role: 'tool', tool_call_id: 'b', content: '' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] },
    ]);
    expect(losses).toEqual(['degraded messages.tool_result']);
  });

  test('a failure is said in text', () => {
    const { messages: built, losses } = messages([
      assistant(call('a')),
      { role: 'tool', results: [{ type: 'tool-result', id: 'a', parts: [text('no network')], isError: true }] },
    ]);
    expect(built[1]?.content).toEqual([text('The tool failed:'), text('no network')]);
    expect(losses).toEqual(['degraded messages.is_error']);
  });
});

describe('quirk 8: calls are answered at once, all of them and nothing else', () => {
  const result = (id: string, value: string) => ({ type: 'tool-result', id, parts: [text(value)] }) as const;
  const roles = (turns: readonly Turn[]) => {
    const { messages: built, losses } = messages(turns);
    return { said: built.map(({ role, content }) => `${role} ${content}`), losses };
  };

  test('a missing result is made up, also at the end, and said to be', () => {
    expect(roles([assistant(call('a'), call('b')), { role: 'tool', results: [result('b', 'B')] }])).toEqual({
      said: ['assistant null', 'tool B', 'tool '],
      losses: ['synthesised messages.tool_result'],
    });
    expect(roles([assistant(call('a'))])).toEqual({
      said: ['assistant null', 'tool '],
      losses: ['synthesised messages.tool_result'],
    });
  });

  test('results that come after a text move up to their calls', () => {
    const turns: Turn[] = [
      assistant(call('a')),
      { role: 'user', parts: [text('Well?')] },
      { role: 'tool', results: [result('a', 'A')] },
    ];
    expect(roles(turns)).toEqual({ said: ['assistant null', 'tool A', 'user Well?'], losses: [] });
  });

  test('calls of turns in a row are answered together', () => {
    const turns: Turn[] = [
      assistant(call('a')),
      assistant(call('b')),
      { role: 'tool', results: [result('a', 'A'), result('b', 'B')] },
    ];
    expect(roles(turns)).toEqual({ said: ['assistant null', 'tool A', 'tool B'], losses: [] });
  });

  test('a result without its call is what the user says', () => {
    const turns: Turn[] = [assistant(text('Hi')), { role: 'tool', results: [result('x', 'X')] }];
    expect(roles(turns)).toEqual({ said: ['assistant Hi', 'user X'], losses: ['degraded messages.tool_result'] });
  });
});

test('quirk 10: names of tools that are too long are shortened, everywhere alike', () => {
  const name = 'mcp__'.padEnd(100, 'n');
  const { body } = build({
    tools: [functionTool({ name })],
    toolChoice: { mode: 'tool', name },
    turns: [assistant({ type: 'tool-call', id: 'a', name, arguments: '{}' })],
  });
  const [tool] = body.tools as { function: { name: string } }[];
  const short = tool?.function.name;
  expect(short).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  expect(body.tool_choice).toEqual({ type: 'function', function: { name: short } });
  expect(body.messages[0]?.tool_calls).toMatchObject([{ function: { name: short } }]);
});

test('quirks 11 and 14: empty arguments are an object, cut ones stay as they are', () => {
  const { messages: built } = messages([
    assistant(
      { type: 'tool-call', id: 'a', name: 'f', arguments: '' },
      { type: 'tool-call', id: 'b', name: 'f', arguments: '{"a":"be' },
    ),
  ]);
  const calls = built[0]?.tool_calls as { function: { arguments: string } }[];
  expect(calls.map((call) => call.function.arguments)).toEqual(['{}', '{"a":"be']);
});

test('quirk 15: parallel calls are said where the model can', () => {
  const tools = [functionTool()];
  expect(build({ tools, parallelToolCalls: false }).body.parallel_tool_calls).toBe(false);
  expect(build({ tools, parallelToolCalls: false }, { without: ['parallel_tools'] })).toMatchObject({ losses: [] });
  expect(build({ tools, parallelToolCalls: true }, { without: ['parallel_tools'] }).losses).toEqual([
    'dropped parallel_tool_calls',
  ]);
});

test.each([
  [{ mode: 'none' }, 'none'],
  [{ mode: 'auto', tools: null }, 'auto'],
  [{ mode: 'required', tools: null }, 'required'],
  [
    { mode: 'tool', name: 'f' },
    { type: 'function', function: { name: 'f' } },
  ],
  [
    { mode: 'required', tools: ['f'] },
    {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
    },
  ],
] as const)('quirk 16: the choice %j', (toolChoice, expected) => {
  expect(build({ tools: [functionTool({ name: 'f' })], toolChoice }).body.tool_choice).toEqual(expected);
  expect(build({ toolChoice }).body).not.toHaveProperty('tool_choice');
});

test('quirk 18: tools that another vendor runs are a declared loss', () => {
  const tools = [{ kind: 'server', origin: 'anthropic', name: 'web_search_20250305', value: {} } as const];
  expect(build({ tools })).toMatchObject({ losses: ['dropped web_search_20250305'] });
});

describe('quirk 19: the schema of the answer', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };
  const responseFormat = { kind: 'json-schema', name: null, description: null, schema, strict: null } as const;

  test('gets a name', () => {
    const { body, losses } = build({ responseFormat });
    expect(body.response_format).toEqual({ type: 'json_schema', json_schema: { name: 'answer', schema } });
    expect(losses).toEqual(['synthesised response_format.name']);
  });

  test('is held where its vendor always holds it, if it can be', () => {
    const held = { ...responseFormat, strict: true };
    const closed = { ...schema, required: ['a'], additionalProperties: false };
    expect(build({ origin: 'anthropic', responseFormat: { ...held, schema: closed } })).toMatchObject({
      body: { response_format: { json_schema: { schema: closed, strict: true } } },
      losses: ['synthesised response_format.name'],
    });
    const open = build({ origin: 'anthropic', responseFormat: held });
    expect(open.body.response_format).toEqual({ type: 'json_schema', json_schema: { name: 'answer', schema } });
    expect(open.losses).toEqual(['synthesised response_format.name', 'degraded response_format.strict']);
  });

  test('is sent as it is where its own clients want it held', () => {
    const { body, losses } = build({
      origin: 'openai',
      responseFormat: { ...responseFormat, name: 'a', strict: true },
    });
    expect(body.response_format).toEqual({ type: 'json_schema', json_schema: { name: 'a', schema, strict: true } });
    expect(losses).toEqual([]);
  });

  test('is said in words where the upstream knows only JSON', () => {
    const { body, losses } = build({ responseFormat }, { without: ['json_schema'] });
    expect(body.response_format).toEqual({ type: 'json_object' });
    expect(body.messages[0]).toMatchObject({ role: 'system' });
    expect(body.messages[0]?.content).toContain(JSON.stringify(schema));
    expect(losses).toEqual(['degraded response_format']);
  });
});

test('quirk 21: an assistant without text has null beside calls and an empty string without', () => {
  const { messages: built } = messages([
    assistant(call('a')),
    answerTo('a'),
    assistant(),
    assistant({ type: 'refusal', text: 'No.' }),
    { role: 'user', parts: [] },
  ]);
  expect(built.map(({ content }) => content)).toEqual([null, 'r', '', null, '']);
});

describe('quirk 23: images and files', () => {
  test.each([
    [
      { type: 'image', source: { kind: 'url', url: 'https://a/b.png', mediaType: null }, detail: 'low' },
      { type: 'image_url', image_url: { url: 'https://a/b.png', detail: 'low' } },
      [],
    ],
    [
      { type: 'audio', source: { kind: 'base64', mediaType: 'audio/mpeg', data: 'AA' } },
      { type: 'input_audio', input_audio: { data: 'AA', format: 'mp3' } },
      [],
    ],
    [
      { type: 'file', source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA' } },
      { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,AA' } },
      ['synthesised file.filename'],
    ],
    [{ type: 'file', source: { kind: 'text', text: 'Dear', mediaType: 'text/plain' } }, 'Dear', ['degraded file']],
    [{ type: 'file', source: { kind: 'url', url: 'https://a/b.pdf', mediaType: null } }, '', ['dropped file.url']],
    [{ type: 'image', source: { kind: 'file-id', id: 'x', origin: 'anthropic' } }, '', ['dropped file.id']],
    [{ type: 'unknown', origin: 'anthropic', name: 'search_result', value: {} }, '', ['dropped search_result']],
  ] satisfies [UserTurn['parts'][number], unknown, string[]][])('%j', (part, expected, losses) => {
    const built = user(part);
    expect(built.messages[0]?.content).toEqual(typeof expected === 'string' ? expected : [expected]);
    expect(built.losses).toEqual(losses);
  });

  test('title and context of a document come before it', () => {
    const source = { kind: 'text', text: 'Body', mediaType: 'text/plain' } as const;
    const built = user({ type: 'file', source, title: 'Letter', context: 'of 1912', citable: true });
    expect(built.messages[0]?.content).toEqual([text('Letter\nof 1912'), text('Body')]);
    expect(built.losses).toEqual(['dropped file.citations', 'degraded file', 'degraded file.title']);
  });
});

test('quirk 24: a prefill is a turn of its own where the model does not continue it', () => {
  const turns: Turn[] = [{ role: 'user', parts: [text('Rhyme.')] }, assistant(text('Roses'))];
  expect(messages(turns).losses).toEqual([]);
  expect(messages(turns, { without: ['prefill'] }).losses).toEqual(['degraded prefill']);
});

test('quirk 25: several answers and log probabilities go through', () => {
  const { body, losses } = build({ choices: 3, logprobs: { top: 2 } });
  expect(body).toMatchObject({ n: 3, logprobs: true, top_logprobs: 2 });
  expect(losses).toEqual([]);
});

describe('quirk 26: about the request', () => {
  test('the user goes where it fits', () => {
    expect(build({ userId: 'u'.repeat(64) }).body.user).toBe('u'.repeat(64));
    expect(build({ userId: 'u'.repeat(65) }).losses).toEqual(['dropped user']);
  });

  test('metadata goes together with store only', () => {
    expect(build({ metadata: { a: 'b' }, store: true }).body).toMatchObject({ metadata: { a: 'b' }, store: true });
    expect(build({ metadata: { a: 'b' } }).losses).toEqual(['dropped metadata']);
  });

  test('the tier is translated or said to be lost', () => {
    expect(build({ serviceTier: 'standard_only' }).body.service_tier).toBe('default');
    expect(build({ serviceTier: 'novel' }).losses).toEqual(['dropped service_tier']);
  });
});

describe('quirks 27 and 28: earlier thoughts', () => {
  const turns: Turn[] = [
    assistant(
      { type: 'reasoning', text: 'hm', signature: { origin: 'anthropic', value: 'c2ln' } },
      { ...call('a'), signature: { origin: 'gemini', value: 'Z2Vt' } },
    ),
    answerTo('a'),
  ];

  test('are left out where the upstream has no member for them', () => {
    expect(messages(turns)).toMatchObject({ losses: ['dropped messages.signature', 'dropped messages.reasoning'] });
  });

  test('go as text where the model wants its thoughts back', () => {
    const { messages: built, losses } = messages(turns, { quirks: { reasoningHistory: 'reasoning_content' } });
    expect(built[0]).toMatchObject({ reasoning_content: 'hm' });
    expect(losses).toEqual(['dropped messages.signature']);
  });

  test('go signed where a router passes them on', () => {
    const { messages: built, losses } = messages(turns, { quirks: { reasoningHistory: 'reasoning_details' } });
    expect(built[0]?.reasoning_details).toEqual([
      { type: 'reasoning.text', text: 'hm', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'Z2Vt', id: 'a', format: 'google-gemini-v1', index: 1 },
    ]);
    expect(losses).toEqual([]);
  });
});

test('quirk 30: marks of what may be cached are a declared loss, on parts, tools and the request', () => {
  const cache = { ttl: null };
  expect(user({ ...text('a'), cache }).losses).toEqual(['dropped cache_control']);
  expect(build({ tools: [functionTool({ cache })] }).losses).toEqual(['dropped cache_control']);
  expect(build({ cache }).losses).toEqual(['dropped cache_control']);
});

test('the order of text after calls is a declared loss', () => {
  const { losses } = messages([assistant(call('a'), text('after')), answerTo('a')]);
  expect(losses).toEqual(['degraded messages.content']);
});

describe('an upstream with rules of its own for calls and results', () => {
  const turns: Turn[] = [
    { role: 'user', parts: [text('a')] },
    assistant(call('toolu_01A'), call('aB3dE6gH9')),
    {
      role: 'tool',
      results: [
        { type: 'tool-result', id: 'toolu_01A', parts: [text('r')] },
        { type: 'tool-result', id: 'aB3dE6gH9', parts: [text('s')] },
      ],
    },
    { role: 'user', parts: [text('b')] },
  ];

  test('quirk 9: gets ids of nine letters and digits, the same in call and result', () => {
    const { messages: built, losses } = messages(turns, { quirks: { toolCallIds: 'nine_alphanumerics' } });
    const sent = (built[1] as { tool_calls: { id: string }[] }).tool_calls.map(({ id }) => id);
    expect(sent[0]).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(sent[1]).toBe('aB3dE6gH9');
    expect(built.slice(2, 4).map(({ tool_call_id: id }) => id)).toEqual(sent);
    expect(losses).toEqual([]);
  });

  test('gets something of the model between results and what the user says, and that is said', () => {
    const { messages: built, losses } = messages(turns, { quirks: { userAfterResults: false } });
    expect(built.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant', 'user']);
    expect(built[4]).toEqual({ role: 'assistant', content: '…' });
    expect(losses).toEqual(['synthesised messages']);
    expect(messages(turns).messages).toHaveLength(5);
  });
});
