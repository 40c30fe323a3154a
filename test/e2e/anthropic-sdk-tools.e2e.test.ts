import type Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { anthropicClient } from '../support/vendors/clients.ts';
import type { SaidCall } from '../support/vendors/said.ts';
import { LOOK_ALIKE, MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// Tools through the official @anthropic-ai/sdk: the message that it gets must be good enough for the next turn.

const served = serveVendors();
const client = (): Anthropic => anthropicClient(served);

const CITY = { type: 'object' as const, properties: { city: { type: 'string' as const } }, required: ['city'] };
const WEATHER: Anthropic.Tool = { name: 'weather', description: 'The weather in a city', input_schema: CITY };
const TIME: Anthropic.Tool = { name: 'time', input_schema: { type: 'object', properties: {} } };
const BERN: SaidCall = { id: 'toolu_A1', name: 'weather', arguments: { city: 'Bern' } };
const OSLO: SaidCall = { id: 'toolu_B2', name: 'weather', arguments: { city: 'Oslo' } };
const NOW: SaidCall = { id: 'toolu_C3', name: 'time', arguments: {} };

const question: Anthropic.MessageParam = { role: 'user', content: 'How is the weather?' };

const callsOf = (message: Anthropic.Message): Anthropic.ToolUseBlock[] =>
  message.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));

/** One result for each call, the last call first, as concurrent tools finish. */
const resultsOf = (message: Anthropic.Message): Anthropic.MessageParam => ({
  role: 'user',
  content: callsOf(message)
    .map(
      ({ id, name, input }): Anthropic.ToolResultBlockParam => ({
        type: 'tool_result',
        tool_use_id: id,
        content: `result for ${(input as { city?: string }).city ?? name}`,
      }),
    )
    .reverse(),
});

describe.each(DIALECTS)('the @anthropic-ai/sdk package with tools in front of %s', (dialect) => {
  const vendor = () => served.vendor(dialect);
  const ask = { model: MODELS[dialect], max_tokens: 4_000, messages: [question], tools: [WEATHER, TIME] };

  async function answer(stream: boolean, params: Anthropic.MessageCreateParamsNonStreaming) {
    const message = stream
      ? await client()
          .messages.stream({ ...params, stream: true })
          .finalMessage()
      : await client().messages.create(params);
    expect(message.stop_reason).toBe(callsOf(message).length > 0 ? 'tool_use' : 'end_turn');
    return message;
  }

  describe.each([
    { form: 'whole', stream: false },
    { form: 'streamed', stream: true },
  ])('$form', ({ stream }) => {
    test('gets parallel calls, one of them without arguments, and finishes the loop', async () => {
      vendor().says({ calls: [BERN, OSLO, NOW], signature: 'c2lnbmF0dXJl' }, { text: ['Fine.'] });
      const message = await answer(stream, ask);
      const calls = callsOf(message).map(({ name, input }) => ({ name, arguments: input }));
      expect(calls).toEqual([
        { name: 'weather', arguments: { city: 'Bern' } },
        { name: 'weather', arguments: { city: 'Oslo' } },
        { name: 'time', arguments: {} },
      ]);
      expect(new Set(callsOf(message).map(({ id }) => id)).size).toBe(3);
      const messages = [question, { role: 'assistant' as const, content: message.content }, resultsOf(message)];
      expect((await answer(stream, { ...ask, messages })).content).toMatchObject([{ type: 'text', text: 'Fine.' }]);
      const { calls: seenCalls, results } = vendor().seen();
      expect(seenCalls).toEqual(calls);
      expect([...results].sort()).toEqual(['result for Bern', 'result for Oslo', 'result for time']);
    });

    test('gives signatures back, turn after turn', async () => {
      vendor().says(
        {
          thoughts: ['I need to ', 'look.'],
          text: ['Let me see.'],
          calls: [BERN],
          signature: 'Zmlyc3Q=',
          redacted: 'UmVkYWN0ZWQ=',
        },
        { thoughts: ['And there.'], calls: [OSLO], signature: 'c2Vjb25k' },
        { text: ['Rain.'] },
      );
      const params = { ...ask, thinking: { type: 'enabled' as const, budget_tokens: 2_000 } };
      const messages: Anthropic.MessageParam[] = [question];
      for (let step = 0; step < 2; step += 1) {
        const message = await answer(stream, { ...params, messages });
        messages.push({ role: 'assistant', content: message.content }, resultsOf(message));
      }
      const last = await answer(stream, { ...params, messages });
      expect(last.content.at(-1)).toMatchObject({ type: 'text', text: 'Rain.' });
      const { signatures, results, said } = vendor().seen();
      expect(results).toEqual(['result for Bern', 'result for Oslo']);
      expect(said).toContain('assistant: Let me see.');
      if (dialect === 'gemini') expect(signatures).toEqual(['Zmlyc3Q=', 'c2Vjb25k']);
      if (dialect === 'anthropic') expect(signatures).toEqual(['Zmlyc3Q=', 'UmVkYWN0ZWQ=', 'c2Vjb25k']);
    });
  });

  test('runs tools by its own loop, which goes on without a thread that nobody keeps', async () => {
    vendor().says(
      { text: ['Let me see.'], calls: [BERN, OSLO], signature: 'bG9vcA==' },
      { calls: [NOW], signature: 'bG9vcDI=' },
      { text: ['Both fine.'] },
    );
    const runner = client().beta.messages.toolRunner({
      ...ask,
      messages: [{ role: 'user', content: 'How is the weather?' }],
      tools: [
        betaTool({ name: 'weather', description: '', inputSchema: CITY, run: ({ city }) => `sunny in ${city}` }),
        betaTool({
          name: 'time',
          description: '',
          inputSchema: { type: 'object', properties: {} } as const,
          run: () => 'noon',
        }),
      ],
    });
    const last = await runner.runUntilDone();
    expect(last.content).toMatchObject([{ type: 'text', text: 'Both fine.' }]);
    expect(vendor().seen().results).toEqual(['sunny in Bern', 'sunny in Oslo', 'noon']);
  });

  test('brings the history of another vendor, a failed tool among it', async () => {
    vendor().says({ text: ['As before.'] });
    const use = (id: string, name: string, input: unknown): Anthropic.ToolUseBlockParam => ({
      type: 'tool_use',
      id,
      name,
      input,
    });
    const messages: Anthropic.MessageParam[] = [
      question,
      { role: 'assistant', content: [use('toolu_01Ab', 'time', {}), use('call_9xq', 'weather', { city: 'Rom' })] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_9xq', content: 'No such city.', is_error: true },
          { type: 'tool_result', tool_use_id: 'toolu_01Ab', content: [{ type: 'text', text: 'noon' }] },
          { type: 'text', text: 'Well?' },
        ],
      },
    ];
    await answer(false, { ...ask, messages });
    const { calls, results, said } = vendor().seen();
    expect(calls).toEqual([
      { name: 'time', arguments: {} },
      { name: 'weather', arguments: { city: 'Rom' } },
    ]);
    // Chat completions have no member for failure: it is said in words.
    const failed = dialect === 'openai' ? 'The tool failed:\nNo such city.' : 'No such city.';
    expect([...results].sort()).toEqual([failed, 'noon'].sort());
    if (dialect === 'gemini') expect(results).toEqual(['noon', 'No such city.']);
    expect(said.join()).toContain('Well?');
  });

  test.each([
    { choice: { type: 'any' as const }, seen: 'any' },
    { choice: { type: 'none' as const }, seen: 'none' },
    { choice: { type: 'tool' as const, name: 'time' }, seen: 'time' },
  ])('chooses: $seen', async ({ choice, seen }) => {
    vendor().says({ text: ['Well.'] });
    await answer(false, { ...ask, tool_choice: choice });
    expect(vendor().seen()).toMatchObject({ tools: ['weather', 'time'], toolChoice: seen });
  });
});

test('what look-alikes think is shown as thinking, and goes back between calls', async () => {
  const vendor = served.vendor('openai');
  vendor.says({ thoughts: ['Look ', 'it up.'], calls: [BERN] }, { text: ['Fine.'] });
  const params = { model: LOOK_ALIKE, max_tokens: 500, messages: [question], tools: [WEATHER] };
  const message = await client().messages.stream(params).finalMessage();
  expect(message.content[0]).toMatchObject({ type: 'thinking', thinking: 'Look it up.' });
  await client().messages.create({
    ...params,
    messages: [question, { role: 'assistant', content: message.content }, resultsOf(message)],
  });
  expect(JSON.stringify(vendor.received())).toContain('"reasoning_content":"Look it up."');
});

test('thoughts of one vendor do not reach another that would refuse them', async () => {
  served.vendor('gemini').says({ thoughts: ['Hm.'], calls: [BERN], signature: 'Z2VtaW5p' });
  served.vendor('anthropic').says({ text: ['Fine.'] });
  const params = { max_tokens: 4_000, tools: [WEATHER] };
  const thinking = { type: 'adaptive' as const };
  const message = await client().messages.create({
    ...params,
    thinking,
    model: MODELS.gemini,
    messages: [question],
  });
  expect(message.content[0]).toMatchObject({ type: 'thinking', thinking: 'Hm.' });
  const messages = [question, { role: 'assistant' as const, content: message.content }, resultsOf(message)];
  const next = await client().messages.create({ ...params, thinking, model: MODELS.anthropic, messages });
  expect(next.content).toMatchObject([{ type: 'text', text: 'Fine.' }]);
  expect(served.vendor('anthropic').seen()).toMatchObject({ signatures: [], results: ['result for Bern'] });
});
