import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { messageOf, openAiClient } from '../support/vendors/clients.ts';
import type { SaidCall } from '../support/vendors/said.ts';
import { LOOK_ALIKE, MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// Tools through the official openai package: what it keeps of an answer must be enough for the next turn.

const served = serveVendors();
const client = (): OpenAI => openAiClient(served);

const WEATHER: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const TIME: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: { name: 'time', parameters: { type: 'object', properties: {} } },
};
const BERN: SaidCall = { id: 'call_A1', name: 'weather', arguments: { city: 'Bern' } };
const OSLO: SaidCall = { id: 'call_B2', name: 'weather', arguments: { city: 'Oslo' } };
const NOW: SaidCall = { id: 'call_C3', name: 'time', arguments: {} };

const question: OpenAI.ChatCompletionMessageParam = { role: 'user', content: 'How is the weather?' };

type Message = OpenAI.ChatCompletionMessage;
type Param = OpenAI.ChatCompletionMessageParam;

const functionsOf = (message: Message): OpenAI.ChatCompletionMessageFunctionToolCall[] =>
  (message.tool_calls ?? []).flatMap((call) => (call.type === 'function' ? [call] : []));

/** What a client keeps that knows only the members of the official types. */
const asTyped = (message: Message): Param => ({
  role: 'assistant',
  content: message.content,
  tool_calls: functionsOf(message).map(({ id, type, function: { name, arguments: text } }) => ({
    id,
    type,
    function: { name, arguments: text },
  })),
});

/** One result for each call, the last call first, as concurrent tools finish. */
const resultsOf = (message: Message): Param[] =>
  functionsOf(message)
    .map(
      (call): Param => ({
        role: 'tool',
        tool_call_id: call.id,
        content: `result for ${JSON.parse(call.function.arguments).city ?? call.function.name}`,
      }),
    )
    .reverse();

describe.each(DIALECTS)('the openai package with tools in front of %s', (dialect) => {
  const ask = { model: MODELS[dialect], max_completion_tokens: 500, messages: [question], tools: [WEATHER, TIME] };
  const vendor = () => served.vendor(dialect);

  async function answer(stream: boolean, params: OpenAI.ChatCompletionCreateParamsNonStreaming): Promise<Message> {
    const completion = stream
      ? await client()
          .chat.completions.stream({ ...params, stream: true })
          .finalChatCompletion()
      : await client().chat.completions.create(params);
    const message = messageOf(completion);
    if (message.tool_calls !== undefined) expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
    return message;
  }

  describe.each([
    { form: 'whole', stream: false },
    { form: 'streamed', stream: true },
  ])('$form', ({ stream }) => {
    test('gets parallel calls, one of them without arguments, and finishes the loop', async () => {
      vendor().says({ calls: [BERN, OSLO, NOW], signature: 'c2lnbmF0dXJl' }, { text: ['Fine.'] });
      const message = await answer(stream, ask);
      const calls = functionsOf(message).map(({ function: called }) => ({
        name: called.name,
        arguments: JSON.parse(called.arguments) as unknown,
      }));
      expect(calls).toEqual([
        { name: 'weather', arguments: { city: 'Bern' } },
        { name: 'weather', arguments: { city: 'Oslo' } },
        { name: 'time', arguments: {} },
      ]);
      expect(new Set(functionsOf(message).map(({ id }) => id)).size).toBe(3);
      const last = await answer(stream, { ...ask, messages: [question, message, ...resultsOf(message)] });
      expect(last.content).toBe('Fine.');
      const { calls: seenCalls, results } = vendor().seen();
      expect(seenCalls).toEqual(calls);
      expect([...results].sort()).toEqual(['result for Bern', 'result for Oslo', 'result for time']);
    });

    test('gives signatures back though its types know none', async () => {
      // Chat completions have no signatures: there the loop alone is held.
      vendor().says(
        {
          thoughts: ['I need to ', 'look.'],
          calls: [BERN],
          signature: 'Zmlyc3Qtc2lnbmF0dXJl',
          redacted: 'UmVkYWN0ZWQ=',
        },
        { thoughts: ['And there.'], calls: [OSLO], signature: 'c2Vjb25kLXNpZ25hdHVyZQ==' },
        { text: ['Rain.'] },
      );
      const params = { ...ask, reasoning_effort: 'low' as const };
      const messages: Param[] = [question];
      for (let step = 0; step < 2; step += 1) {
        const message = await answer(stream, { ...params, messages });
        messages.push(asTyped(message), ...resultsOf(message));
      }
      expect((await answer(stream, { ...params, messages })).content).toBe('Rain.');
      const { signatures, results } = vendor().seen();
      expect(results).toEqual(['result for Bern', 'result for Oslo']);
      if (dialect === 'gemini') expect(signatures).toEqual(['Zmlyc3Qtc2lnbmF0dXJl', 'c2Vjb25kLXNpZ25hdHVyZQ==']);
      if (dialect === 'anthropic')
        expect(signatures).toEqual(['Zmlyc3Qtc2lnbmF0dXJl', 'UmVkYWN0ZWQ=', 'c2Vjb25kLXNpZ25hdHVyZQ==']);
    });
  });

  test('runs tools by its own loop', async () => {
    vendor().says(
      { text: ['Let me see.'], calls: [BERN, OSLO], signature: 'bG9vcA==' },
      { calls: [NOW], signature: 'bG9vcDI=' },
      { text: ['Both fine.'] },
    );
    const cities: string[] = [];
    const runner = client().chat.completions.runTools({
      ...ask,
      stream: true,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'The weather in a city',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: JSON.parse,
            function: ({ city }: { city: string }) => {
              cities.push(city);
              return `sunny in ${city}`;
            },
          },
        },
        {
          type: 'function',
          function: {
            name: 'time',
            description: 'The time',
            parameters: { type: 'object', properties: {} },
            parse: JSON.parse,
            function: (_: object) => 'noon',
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('Both fine.');
    expect(cities).toEqual(['Bern', 'Oslo']);
    const { results, said } = vendor().seen();
    expect(results).toEqual(['sunny in Bern', 'sunny in Oslo', 'noon']);
    expect(said).toContain('assistant: Let me see.');
  });

  test('brings the history of another vendor, with ids of its own', async () => {
    vendor().says({ text: ['As before.'] });
    const messages: Param[] = [
      question,
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_9xqLm3PzTn0aVbKd5RwYcE7f', type: 'function', function: { name: 'time', arguments: '{}' } },
          { id: 'functions.weather:1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rom"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'functions.weather:1', content: 'dry' },
      { role: 'tool', tool_call_id: 'call_9xqLm3PzTn0aVbKd5RwYcE7f', content: 'noon' },
      { role: 'assistant', content: 'Dry at noon.' },
      { role: 'user', content: 'And tomorrow?' },
    ];
    await answer(false, { ...ask, messages });
    const { calls, results } = vendor().seen();
    expect(calls).toEqual([
      { name: 'time', arguments: {} },
      { name: 'weather', arguments: { city: 'Rom' } },
    ]);
    expect([...results].sort()).toEqual(['dry', 'noon']);
    if (dialect === 'gemini') expect(results).toEqual(['noon', 'dry']);
  });

  test.each([
    { choice: 'required' as const, seen: 'any' },
    { choice: 'none' as const, seen: 'none' },
    { choice: { type: 'function' as const, function: { name: 'time' } }, seen: 'time' },
  ])('chooses: $seen', async ({ choice, seen }) => {
    vendor().says({ text: ['Well.'] });
    await answer(false, { ...ask, tool_choice: choice });
    expect(vendor().seen()).toMatchObject({ tools: ['weather', 'time'], toolChoice: seen });
  });
});

test('what look-alikes think is shown, and goes back between calls', async () => {
  const vendor = served.vendor('openai');
  vendor.says({ thoughts: ['Look ', 'it up.'], calls: [BERN] }, { text: ['Fine.'] });
  const params = { model: LOOK_ALIKE, messages: [question], tools: [WEATHER] };
  const { choices } = await client().chat.completions.create(params);
  const message = choices[0]?.message as Message;
  expect(message).toMatchObject({ reasoning_content: 'Look it up.' });
  await client().chat.completions.create({ ...params, messages: [question, message, ...resultsOf(message)] });
  expect(JSON.stringify(vendor.received())).toContain('"reasoning_content":"Look it up."');
});

test.each(['anthropic', 'gemini'] as const)('what %s thinks is shown', async (dialect) => {
  const said = { thoughts: ['Deep ', 'water.'], text: ['Wet.'], signature: 'dGV4dA==' };
  served.vendor(dialect).says(said, said);
  const params = { model: MODELS[dialect], max_completion_tokens: 500, messages: [question] };
  const whole = await client().chat.completions.create(params);
  expect(whole.choices[0]?.message).toMatchObject({ content: 'Wet.', reasoning_content: 'Deep water.' });
  const thoughts: string[] = [];
  for await (const { choices } of await client().chat.completions.create({ ...params, stream: true })) {
    const { reasoning_content: text } = (choices[0]?.delta ?? {}) as { reasoning_content?: string };
    if (text) thoughts.push(text);
  }
  expect(thoughts).toEqual(['Deep ', 'water.']);
});
