import fc from 'fast-check';
import {
  type AssistantPart,
  type ChatRequest,
  type FunctionTool,
  NOTHING_SAID,
  type ReasoningRequest,
  type ResponseFormat,
  type TextPart,
  type ToolChoice,
  type ToolTurn,
  type Turn,
  type UserTurn,
} from '../../src/contracts/chat-request.ts';

/** A request of which only the conversation is said. */
export function chatRequest(given: Partial<ChatRequest> = {}): ChatRequest {
  return {
    origin: 'openai',
    model: 'upstream-model',
    stream: false,
    includeUsage: false,
    turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
    ...NOTHING_SAID,
    ...given,
  };
}

export const functionTool = (given: Partial<FunctionTool> = {}): FunctionTool => ({
  kind: 'function',
  name: 'get_weather',
  description: 'The weather in a place.',
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
  strict: null,
  ...given,
});

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const identifier = fc.stringMatching(/^[a-z][a-z_]{0,11}$/);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null, freq: 2 });

const textPart: fc.Arbitrary<TextPart> = words.map((text) => ({ type: 'text', text }));
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'));

const userPart: fc.Arbitrary<UserTurn['parts'][number]> = fc.oneof(
  { weight: 4, arbitrary: textPart },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('image' as const),
      source: fc.record({
        kind: fc.constant('base64' as const),
        mediaType: fc.constantFrom('image/png', 'image/jpeg', 'image/webp'),
        data: base64,
      }),
    }),
  },
);

interface CallSketch {
  name: string;
  arguments: Record<string, string | number | boolean>;
  result: string;
}

const callSketch: fc.Arbitrary<CallSketch> = fc.record({
  name: identifier,
  arguments: fc.dictionary(identifier, fc.oneof(words, fc.integer(), fc.boolean()), { maxKeys: 3 }),
  result: words,
});

/** One exchange: what the user says, what the assistant says or calls, and the results. */
const exchange = fc.record({
  user: fc.array(userPart, { minLength: 1, maxLength: 3 }),
  said: fc.array(textPart, { maxLength: 1 }),
  calls: fc.array(callSketch, { maxLength: 3 }),
});

type ExchangeSketch = typeof exchange extends fc.Arbitrary<infer T> ? T : never;

function turnsOf(exchanges: readonly ExchangeSketch[]): Turn[] {
  const turns: Turn[] = [];
  exchanges.forEach(({ user, said, calls }, at) => {
    turns.push({ role: 'user', parts: user });
    const named = calls.map((call, i) => ({ ...call, id: `call_${at}_${i}` }));
    const parts: AssistantPart[] = [
      ...said,
      ...named.map(
        (call): AssistantPart => ({
          type: 'tool-call',
          id: call.id,
          name: call.name,
          arguments: JSON.stringify(call.arguments),
        }),
      ),
    ];
    if (parts.length > 0) turns.push({ role: 'assistant', parts });
    const results: ToolTurn['results'] = named.map(({ id, result }) => ({
      type: 'tool-result',
      id,
      parts: [{ type: 'text', text: result }],
    }));
    if (results.length > 0) turns.push({ role: 'tool', results });
  });
  turns.push({ role: 'user', parts: [{ type: 'text', text: 'And then?' }] });
  return turns;
}

const tool: fc.Arbitrary<FunctionTool> = fc.record({
  kind: fc.constant('function' as const),
  name: identifier,
  description: orNull(words),
  parameters: fc.constant({ type: 'object', properties: { place: { type: 'string' } }, required: ['place'] }),
  strict: fc.constant(null),
});

const toolChoice: fc.Arbitrary<ToolChoice> = fc.oneof(
  fc.constant<ToolChoice>({ mode: 'none' }),
  fc.constant<ToolChoice>({ mode: 'auto', tools: null }),
  fc.constant<ToolChoice>({ mode: 'required', tools: null }),
);

const reasoning: fc.Arbitrary<ReasoningRequest> = fc.oneof(
  fc.constant<ReasoningRequest>({ mode: 'off', effort: null, budgetTokens: null, display: null }),
  fc
    .constantFrom('low' as const, 'medium' as const, 'high' as const)
    .map((effort): ReasoningRequest => ({ mode: 'on', effort, budgetTokens: null, display: null })),
);

const responseFormat: fc.Arbitrary<ResponseFormat> = fc.oneof(
  fc.constant<ResponseFormat>({ kind: 'json-object' }),
  fc.record({
    kind: fc.constant('json-schema' as const),
    name: orNull(identifier),
    description: fc.constant(null),
    schema: fc.constant({
      type: 'object',
      properties: { answer: { type: 'string' } },
      required: ['answer'],
      additionalProperties: false,
    }),
    strict: orNull(fc.boolean()),
  }),
);

/**
 * Requests with about half of their members said, in the form in which readers give them: texts are not empty, results
 * follow their calls, ids and names are those that every upstream takes.
 */
export const arbitraryChatRequest: fc.Arbitrary<ChatRequest> = fc
  .record({
    system: fc.array(words, { maxLength: 2 }),
    exchanges: fc.array(exchange, { maxLength: 3 }),
    tools: fc.uniqueArray(tool, { maxLength: 3, selector: ({ name }) => name }),
    toolChoice: orNull(toolChoice),
    stream: fc.boolean(),
    parallelToolCalls: orNull(fc.boolean()),
    maxOutputTokens: orNull(fc.integer({ min: 1, max: 4000 })),
    temperature: orNull(fc.constantFrom(0, 0.5, 1)),
    topP: orNull(fc.constantFrom(0.1, 0.9)),
    stop: fc.array(words, { maxLength: 4 }),
    seed: orNull(fc.integer()),
    reasoning: orNull(reasoning),
    responseFormat: orNull(responseFormat),
    userId: orNull(identifier),
  })
  .map(({ system, exchanges, ...said }) => {
    const turns = turnsOf(exchanges);
    if (system.length > 0) {
      turns.unshift({ role: 'system', parts: system.map((text) => ({ type: 'text', text })) });
    }
    const hasTools = said.tools.length > 0;
    return chatRequest({
      ...said,
      includeUsage: said.stream,
      turns,
      toolChoice: hasTools ? said.toolChoice : null,
      parallelToolCalls: hasTools ? said.parallelToolCalls : null,
    });
  });
