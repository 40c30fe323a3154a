import fc from 'fast-check';

/**
 * Requests that the client's own vendor takes, odd as they may be: turns of nothing, results in any order, ids and names
 * that no other vendor takes, wishes that another vendor's models exclude.
 */
type Wire = Record<string, unknown>;

const orAbsent = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const wanted = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values);
const withoutAbsent = (body: Wire): Wire => JSON.parse(JSON.stringify(body)) as Wire;

const said = fc.constantFrom('Hello', 'Größe 🌊', 'a\u0000b');
const anything = fc.oneof(said, fc.constantFrom('', ' ', '\n'));

/** What every vendor can hold an answer to. */
const CLOSED_SCHEMA = {
  type: 'object',
  properties: { a: { type: 'string' }, b: { type: 'array', items: { $ref: '#' } } },
  required: ['a', 'b'],
  additionalProperties: false,
};

/** Schemas of objects; vendors take different parts of JSON Schema. */
const schema = fc.constantFrom<unknown>(
  { type: 'object' },
  { type: 'object', properties: { a: { type: ['string', 'null'], minLength: 2 }, b: { enum: ['x', 1, null] } } },
  {
    type: 'object',
    properties: { node: { $ref: '#/$defs/node' } },
    $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
  },
  {
    type: 'object',
    properties: { a: { const: 1 }, b: { type: 'array', prefixItems: [{}] } },
    additionalProperties: {},
  },
  { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { $ref: '#' }] } } },
  CLOSED_SCHEMA,
);

interface CallSketch {
  id: string;
  name: string;
  argumentsText: string;
  result: string;
}

const calls = (ids: readonly string[], names: readonly string[]): fc.Arbitrary<CallSketch[]> =>
  fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      name: fc.constantFrom(...names),
      argumentsText: fc.constantFrom('{}', '', ' ', '{"a":1}', '{"a":', '[1]', 'free text', 'null'),
      result: fc.oneof(anything, fc.constant('{"$ref":"#"}')),
    }),
    { minLength: 1, maxLength: 3, selector: ({ id }) => id },
  );

const OPENAI_IDS = ['call_1', 'call_2', 'toolu_3', 'functions.f:0', 'ü', 'x'.repeat(40)];
const OPENAI_NAMES = ['weather', 'time', '1st', '-', 'f'.repeat(64)];
/** What the `data:` URI says of its bytes is not looked at. */
const URLS = [
  'data:image/png;base64,iVBORw0KGgo=',
  'data:image/png;base64,/9j/4AAQ',
  'data:image/jpg;base64,/9j/4AAQ',
  'data:image/gif;base64,R0lGODlh',
  'data:;base64,iVBORw0KGgo=',
  'https://example.com/a.png',
  'https://example.com/a.gif',
  'http://example.com/a',
];

const openAiText = anything.map((text): Wire => ({ type: 'text', text }));
const openAiImage = fc
  .record({ url: fc.constantFrom(...URLS), detail: wanted('low', 'auto') })
  .map((image): Wire => ({ type: 'image_url', image_url: image }));
const openAiMedia = fc.constantFrom<Wire>(
  { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
  { type: 'file', file: { filename: 'a.docx', file_data: 'data:application/msword;base64,UEsDBA==' } },
  { type: 'file', file: { filename: 'a.xml', file_data: 'data:application/xml;base64,PGEvPg==' } },
  { type: 'file', file: { file_id: 'file-1' } },
  { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
  { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
);
const speaker = wanted('alice');

/** Messages that belong together. */
const openAiMessages: fc.Arbitrary<Wire[]> = fc.oneof(
  fc
    .record({
      role: fc.constantFrom('system', 'developer'),
      content: fc.oneof<fc.Arbitrary<unknown>[]>(anything, fc.array(openAiText, { minLength: 1, maxLength: 2 })),
      name: speaker,
    })
    .map((message) => [message]),
  fc
    .record({
      content: fc.oneof<fc.Arbitrary<unknown>[]>(
        anything,
        fc.array(fc.oneof(openAiText, openAiImage, openAiMedia), { minLength: 1, maxLength: 3 }),
      ),
      name: speaker,
    })
    .map((message) => [{ role: 'user', ...message }]),
  fc.record({ role: fc.constant('assistant'), content: anything, name: speaker }).map((message) => [message]),
  fc.constantFrom<Wire[]>(
    [{ role: 'assistant', content: null, refusal: 'No.' }],
    [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }],
    [{ role: 'assistant', content: null, audio: { id: 'audio_1' } }],
    [
      { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{"a":1}' } },
      { role: 'function', name: 'weather', content: 'rain' },
    ],
    [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_9', type: 'custom', custom: { name: 'free', input: 'a: b' } }],
      },
      { role: 'tool', tool_call_id: 'call_9', content: [{ type: 'text', text: 'done' }] },
    ],
  ),
  fc
    .record({ content: fc.oneof(anything, fc.constant(null)), made: calls(OPENAI_IDS, OPENAI_NAMES) })
    .chain(({ content, made }) =>
      fc.shuffledSubarray(made, { minLength: made.length }).map((answered) => [
        {
          role: 'assistant',
          content,
          tool_calls: made.map(({ id, name, argumentsText }) => ({
            id,
            type: 'function',
            function: { name, arguments: argumentsText },
          })),
        },
        ...answered.map(({ id, result }) => ({ role: 'tool', tool_call_id: id, content: result })),
      ]),
    ),
);

const openAiFunctions = fc
  .uniqueArray(
    fc.oneof(
      fc.record({ name: fc.constantFrom(...OPENAI_NAMES), parameters: orAbsent(schema), description: wanted('', 'd') }),
      fc.record({
        name: fc.constantFrom(...OPENAI_NAMES),
        parameters: fc.constant(CLOSED_SCHEMA),
        strict: fc.constant(true),
      }),
    ),
    { minLength: 1, maxLength: 3, selector: ({ name }) => name },
  )
  .map((tools) => tools.map((tool): Wire => ({ type: 'function', function: tool })));
const openAiTools = fc
  .record({ functions: openAiFunctions, more: wanted<Wire>({ type: 'custom', custom: { name: 'free' } }) })
  .map(({ functions, more }) => (more === undefined ? functions : [...functions, more]));

/** A choice by name is one of a tool that is there. */
function openAiChoice(choice: string, tools: readonly Wire[]): unknown {
  const [{ function: first }] = tools as [{ function: { name: string } }];
  const named = { type: 'function', function: { name: first.name } };
  if (choice === 'first') return named;
  if (choice === 'allowed') return { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [named] } };
  if (choice === 'custom') return { type: 'custom', custom: { name: 'free' } };
  return choice;
}

/** Bodies of chat completions. */
export const acceptedOpenAiRequest: fc.Arbitrary<Wire> = fc
  .record({
    messages: fc.array(openAiMessages, { minLength: 1, maxLength: 5 }).map((groups) => groups.flat()),
    tools: orAbsent(openAiTools),
    choice: fc.constantFrom('auto', 'none', 'required', 'first', 'allowed', 'custom'),
    parallel_tool_calls: wanted(true, false),
    reasoning_effort: wanted('none', 'minimal', 'low', 'high', 'xhigh'),
    max_completion_tokens: wanted(1, 100, 1_100, 5_000, 500_000),
    temperature: wanted(0, 1, 1.7),
    top_p: wanted(0.1, 1),
    stop: wanted<unknown>('x', ['a', ' ', '\n', 'b']),
    n: wanted(1, 3),
    logprobs: wanted(true),
    seed: wanted(7),
    frequency_penalty: wanted(0, 1),
    logit_bias: wanted({ 5: 1 }),
    verbosity: wanted('low'),
    user: wanted('somebody'),
    service_tier: wanted('flex', 'default'),
    kept: wanted<Wire>({ store: true, metadata: { a: 'b' } }),
    spoken: wanted<Wire>({ modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } }),
    response_format: orAbsent(
      fc.oneof<fc.Arbitrary<unknown>[]>(
        fc.constant({ type: 'json_object' }),
        fc.record({ value: schema, description: wanted('d') }).map(({ value, description }) => ({
          type: 'json_schema',
          json_schema: { name: 'a', schema: value, description },
        })),
        fc.constant({ type: 'json_schema', json_schema: { name: 'a', schema: CLOSED_SCHEMA, strict: true } }),
      ),
    ),
    stream: wanted(true),
  })
  .map(({ choice, kept = {}, spoken = {}, parallel_tool_calls, ...body }) =>
    withoutAbsent({
      model: 'auto',
      ...body,
      ...kept,
      ...spoken,
      ...(body.tools === undefined ? {} : { tool_choice: openAiChoice(choice, body.tools), parallel_tool_calls }),
    }),
  );

const ANTHROPIC_IDS = ['toolu_1', 'call_2', 'A-b_3', 'x'.repeat(90)];
const ANTHROPIC_NAMES = ['weather', 'time', '1st', '-', 'f'.repeat(120)];

const anthropicText = said.map((text): Wire => ({ type: 'text', text }));
const anthropicImage = fc.constantFrom<Wire>(
  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
  { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'R0lGODlh' } },
  { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
  { type: 'image', source: { type: 'url', url: 'https://example.com/a.gif' } },
);
const anthropicDocument = fc.constantFrom<Wire>(
  { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' }, title: 'T' },
  { type: 'document', source: { type: 'url', url: 'https://example.com/a' }, citations: { enabled: true } },
  { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'words' }, context: 'C' },
  { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }] } },
  { type: 'document', source: { type: 'file', file_id: 'file_1' } },
  {
    type: 'search_result',
    source: 'https://example.com',
    title: 'T',
    content: [{ type: 'text', text: 'found' }],
  },
);
const cached = <T extends Wire>(block: fc.Arbitrary<T>): fc.Arbitrary<Wire> =>
  fc
    .record({ block, cache_control: wanted<Wire>({ type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' }) })
    .map(({ block: given, cache_control }) => ({ ...given, cache_control }));
const anthropicThought = fc.constantFrom<Wire>(
  { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
  { type: 'thinking', thinking: '', signature: 'c2ln' },
  { type: 'redacted_thinking', data: 'c2ln' },
);

/** What the assistant says, and what the user answers it with. */
const anthropicExchange: fc.Arbitrary<Wire[]> = fc
  .record({
    thoughts: fc.array(anthropicThought, { maxLength: 2 }),
    texts: fc.array(anthropicText, { maxLength: 2 }),
    made: orAbsent(calls(ANTHROPIC_IDS, ANTHROPIC_NAMES)),
    media: fc.array(fc.oneof(cached(anthropicText), anthropicImage, cached(anthropicDocument)), { maxLength: 2 }),
    shown: orAbsent(fc.array(fc.oneof(anthropicText, anthropicImage, anthropicDocument), { maxLength: 2 })),
    text: anthropicText,
    isError: wanted(true),
    instruction: wanted('Now in German.'),
  })
  .chain(({ thoughts, texts, made = [], media, shown, text, isError, instruction }) =>
    fc.shuffledSubarray(made, { minLength: made.length }).map((answered): Wire[] => {
      const uses = made.map(({ id, name }) => ({ type: 'tool_use', id, name, input: { a: 1 } }));
      const content = [...thoughts, ...texts, ...uses];
      const results = answered.map(({ id, result }) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: shown ?? result,
        is_error: isError,
      }));
      const answer = results.length > 0 ? [...results, ...media] : [...media, text];
      return [
        { role: 'assistant', content: content.length > 0 ? content : [text] },
        { role: 'user', content: answer },
        ...(instruction === undefined ? [] : [{ role: 'system', content: instruction }]),
      ];
    }),
  );

const anthropicFunctions = fc.uniqueArray(
  fc.oneof(
    fc.record({
      name: fc.constantFrom(...ANTHROPIC_NAMES),
      input_schema: schema,
      cache_control: wanted({ type: 'ephemeral' }),
    }),
    fc.record({
      name: fc.constantFrom(...ANTHROPIC_NAMES),
      input_schema: fc.constant(CLOSED_SCHEMA),
      strict: fc.constant(true),
    }),
  ),
  { minLength: 1, maxLength: 3, selector: ({ name }) => name },
);
const anthropicTools = fc
  .record({
    functions: anthropicFunctions,
    more: wanted<Wire>({ type: 'web_search_20250305', name: 'web_search', max_uses: 1 }),
  })
  .map(({ functions, more }): Wire[] => (more === undefined ? functions : [...functions, more]));

const anthropicChoice = (choice: unknown, tools: readonly Wire[]): unknown =>
  choice === 'first' ? { type: 'tool', name: tools[0]?.name } : choice;

/** Bodies of messages. */
export const acceptedAnthropicRequest: fc.Arbitrary<Wire> = fc
  .record({
    first: fc.oneof(said as fc.Arbitrary<unknown>, fc.array(anthropicText, { minLength: 1, maxLength: 2 })),
    exchanges: fc.array(anthropicExchange, { maxLength: 3 }),
    system: orAbsent(fc.oneof(anything as fc.Arbitrary<unknown>, fc.array(anthropicText, { maxLength: 2 }))),
    tools: orAbsent(anthropicTools),
    choice: wanted<unknown>(
      { type: 'auto', disable_parallel_tool_use: true },
      { type: 'any', disable_parallel_tool_use: false },
      { type: 'none' },
      'first',
    ),
    thinking: wanted<unknown>(
      { type: 'adaptive', display: 'omitted' },
      { type: 'enabled', budget_tokens: 1_500 },
      { type: 'disabled' },
      { type: 'between_tools' },
    ),
    output_config: orAbsent(
      fc.record({
        effort: wanted('low', 'max'),
        format: orAbsent(schema.map((value): unknown => ({ type: 'json_schema', schema: value }))),
      }),
    ),
    max_tokens: fc.constantFrom(0, 1, 100, 5_000, 500_000),
    temperature: wanted(0, 1),
    top_k: wanted(5),
    stop_sequences: wanted(['a', 'b', 'c', 'd', 'e', 'f']),
    metadata: wanted<Wire>({ user_id: 'u' }, { user_id: 'u'.repeat(90) }),
    service_tier: wanted('auto', 'standard_only'),
    cache_control: wanted<Wire>({ type: 'ephemeral' }),
    inference_geo: wanted('us'),
    stream: wanted(true),
  })
  .map(({ first, exchanges, choice, ...body }) =>
    withoutAbsent({
      model: 'auto',
      messages: [{ role: 'user', content: first }, ...exchanges.flat()],
      ...body,
      ...(body.tools === undefined ? {} : { tool_choice: anthropicChoice(choice, body.tools) }),
    }),
  );
