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
const URLS = ['data:image/png;base64,iVBORw0KGgo=', 'https://example.com/a.png'];

const openAiText = anything.map((text): Wire => ({ type: 'text', text }));
const openAiImage = fc.constantFrom(...URLS).map((url): Wire => ({ type: 'image_url', image_url: { url } }));

/** Messages that belong together. */
const openAiMessages: fc.Arbitrary<Wire[]> = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer'), content: anything }).map((message) => [message]),
  fc
    .oneof(anything, fc.array(fc.oneof(openAiText, openAiImage), { minLength: 1, maxLength: 3 }))
    .map((content) => [{ role: 'user', content }]),
  fc.record({ role: fc.constant('assistant'), content: anything }).map((message) => [message]),
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

const openAiTools = fc
  .uniqueArray(fc.record({ name: fc.constantFrom(...OPENAI_NAMES), parameters: orAbsent(schema) }), {
    minLength: 1,
    maxLength: 3,
    selector: ({ name }) => name,
  })
  .map((tools) => tools.map((tool) => ({ type: 'function', function: tool })));

/** Bodies of chat completions. */
export const acceptedOpenAiRequest: fc.Arbitrary<Wire> = fc
  .record({
    messages: fc.array(openAiMessages, { minLength: 1, maxLength: 5 }).map((groups) => groups.flat()),
    tools: orAbsent(openAiTools),
    choice: fc.constantFrom('auto', 'none', 'required'),
    reasoning_effort: wanted('none', 'minimal', 'low', 'high', 'xhigh'),
    max_completion_tokens: wanted(1, 100, 1_100, 5_000, 500_000),
    temperature: wanted(0, 1, 1.7),
    top_p: wanted(0.1, 1),
    stop: wanted<unknown>('x', ['a', ' ', '\n', 'b']),
    n: wanted(1, 3),
    logprobs: wanted(true),
    response_format: orAbsent(
      fc.oneof(
        fc.constant<unknown>({ type: 'json_object' }),
        schema.map((value): unknown => ({ type: 'json_schema', json_schema: { name: 'a', schema: value } })),
      ),
    ),
    stream: wanted(true),
  })
  .map(({ choice, ...body }) =>
    withoutAbsent({ model: 'auto', ...body, ...(body.tools === undefined ? {} : { tool_choice: choice }) }),
  );

const ANTHROPIC_IDS = ['toolu_1', 'call_2', 'A-b_3', 'x'.repeat(90)];
const ANTHROPIC_NAMES = ['weather', 'time', '1st', '-', 'f'.repeat(120)];

const anthropicText = said.map((text): Wire => ({ type: 'text', text }));
const anthropicImage = fc.constantFrom<Wire>(
  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
  { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
);
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
    media: fc.array(fc.oneof(anthropicText, anthropicImage), { maxLength: 2 }),
    text: anthropicText,
    isError: wanted(true),
    instruction: wanted('Now in German.'),
  })
  .chain(({ thoughts, texts, made = [], media, text, isError, instruction }) =>
    fc.shuffledSubarray(made, { minLength: made.length }).map((answered): Wire[] => {
      const uses = made.map(({ id, name }) => ({ type: 'tool_use', id, name, input: { a: 1 } }));
      const content = [...thoughts, ...texts, ...uses];
      const results = answered.map(({ id, result }) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: result,
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

const anthropicTools = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...ANTHROPIC_NAMES),
    input_schema: schema,
    cache_control: wanted({ type: 'ephemeral' }),
  }),
  { minLength: 1, maxLength: 3, selector: ({ name }) => name },
);

/** Bodies of messages. */
export const acceptedAnthropicRequest: fc.Arbitrary<Wire> = fc
  .record({
    first: fc.oneof(said as fc.Arbitrary<unknown>, fc.array(anthropicText, { minLength: 1, maxLength: 2 })),
    exchanges: fc.array(anthropicExchange, { maxLength: 3 }),
    system: orAbsent(fc.oneof(anything as fc.Arbitrary<unknown>, fc.array(anthropicText, { maxLength: 2 }))),
    tools: orAbsent(anthropicTools),
    choice: wanted<unknown>({ type: 'auto', disable_parallel_tool_use: true }, { type: 'any' }, { type: 'none' }),
    thinking: wanted<unknown>({ type: 'adaptive' }, { type: 'enabled', budget_tokens: 1_500 }, { type: 'disabled' }),
    output_config: orAbsent(
      fc.record({
        effort: wanted('low', 'max'),
        format: orAbsent(schema.map((value): unknown => ({ type: 'json_schema', schema: value }))),
      }),
    ),
    max_tokens: fc.constantFrom(1, 100, 5_000, 500_000),
    temperature: wanted(0, 1),
    top_k: wanted(5),
    stop_sequences: wanted(['a', 'b', 'c', 'd', 'e']),
    stream: wanted(true),
  })
  .map(({ first, exchanges, choice, ...body }) =>
    withoutAbsent({
      model: 'auto',
      messages: [{ role: 'user', content: first }, ...exchanges.flat()],
      ...body,
      ...(body.tools === undefined ? {} : { tool_choice: choice }),
    }),
  );
