import { generateText, isStepCount, type LanguageModel, type ModelMessage, streamText, tool } from 'ai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { AI_PROVIDER_NAMES, aiModel } from '../support/vendors/ai-clients.ts';
import type { SaidCall } from '../support/vendors/said.ts';
import { LOOK_ALIKE, MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// Tools through the `ai` package: its own loop, on what it keeps of each answer.

const served = serveVendors();
const PAIRS = AI_PROVIDER_NAMES.flatMap((provider) => DIALECTS.map((dialect) => ({ provider, dialect })));

const BERN: SaidCall = { id: 'call_A1', name: 'weather', arguments: { city: 'Bern' } };
const OSLO: SaidCall = { id: 'call_B2', name: 'weather', arguments: { city: 'Oslo' } };
const NOW: SaidCall = { id: 'call_C3', name: 'time', arguments: {} };

const tools = {
  weather: tool({
    description: 'The weather in a city',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => `sunny in ${city}`,
  }),
  time: tool({ description: 'The time', inputSchema: z.object({}), execute: () => 'noon' }),
};
const question = 'How is the weather?';

describe.each(PAIRS)('$provider with tools in front of $dialect', ({ provider, dialect }) => {
  const vendor = () => served.vendor(dialect);
  const ask = () => ({
    model: aiModel(provider, served, MODELS[dialect]) as LanguageModel,
    tools,
    maxOutputTokens: 4_000,
    maxRetries: 0,
    stopWhen: isStepCount(5),
  });

  async function answer(stream: boolean, messages: ModelMessage[]) {
    const result = stream ? streamText({ ...ask(), messages }) : await generateText({ ...ask(), messages });
    const [text, responseMessages] = [await result.text, await result.responseMessages];
    return { text, responseMessages };
  }

  test.each([
    { form: 'whole', stream: false },
    { form: 'streamed', stream: true },
  ])('runs its loop, $form, and goes on from its own history', async ({ stream }) => {
    vendor().says(
      { thoughts: ['Look.'], text: ['Let me see.'], calls: [BERN, OSLO], signature: 'b25l' },
      { calls: [NOW], signature: 'dHdv' },
      { text: ['Both fine.'] },
      { text: ['Still fine.'] },
    );
    const messages: ModelMessage[] = [{ role: 'user', content: question }];
    const first = await answer(stream, messages);
    expect(first.text).toBe('Both fine.');
    expect(vendor().seen()).toMatchObject({
      tools: ['weather', 'time'],
      calls: [BERN, OSLO, NOW].map(({ name, arguments: value }) => ({ name, arguments: value })),
      results: ['sunny in Bern', 'sunny in Oslo', 'noon'],
    });
    // Chat completions sign nothing. Where thoughts were not asked for, Anthropic needs none of them back.
    if (dialect === 'gemini') expect(vendor().seen().signatures).toEqual(['b25l', 'dHdv']);
    messages.push(...first.responseMessages, { role: 'user', content: 'Sure?' });
    expect((await answer(stream, messages)).text).toBe('Still fine.');
    expect(vendor().seen().said.slice(-2)).toEqual(['assistant: Both fine.', 'user: Sure?']);
  });

  test('asks for one tool by name, and loses nothing by it', async () => {
    vendor().says({ calls: [NOW], signature: 'Zm9yY2Vk' });
    const result = streamText({
      ...ask(),
      prompt: question,
      stopWhen: isStepCount(1),
      toolChoice: { type: 'tool', toolName: 'time' },
    });
    expect(await result.toolCalls).toMatchObject([{ toolName: 'time', input: {} }]);
    expect(vendor().seen().toolChoice).toBe('time');
    const { headers } = await result.response;
    expect(headers?.['x-alidade-loss']).toBeUndefined();
  });
});

describe.each(['anthropic', 'gemini'] as const)('thoughts of %s', (dialect) => {
  test('are shown by @ai-sdk/anthropic, and go back signed as they came', async () => {
    served
      .vendor(dialect)
      .says({ thoughts: ['Deep ', 'water.'], calls: [BERN], signature: 'b25l' }, { text: ['Fine.'] });
    const result = streamText({
      model: aiModel('@ai-sdk/anthropic', served, MODELS[dialect]),
      prompt: question,
      tools,
      maxOutputTokens: 4_000,
      stopWhen: isStepCount(5),
      providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens: 2_000 } } },
    });
    const [first] = await result.steps;
    expect(first?.reasoningText).toBe('Deep water.');
    expect(await result.text).toBe('Fine.');
    expect(served.vendor(dialect).seen()).toMatchObject({ signatures: ['b25l'], results: ['sunny in Bern'] });
  });

  test('are shown by @ai-sdk/openai-compatible, and their signatures go back', async () => {
    served
      .vendor(dialect)
      .says({ thoughts: ['Deep ', 'water.'], calls: [BERN], signature: 'b25l' }, { text: ['Fine.'] });
    const result = await generateText({
      model: aiModel('@ai-sdk/openai-compatible', served, MODELS[dialect]),
      prompt: question,
      tools,
      maxOutputTokens: 4_000,
      stopWhen: isStepCount(5),
      providerOptions: { alidade: { reasoningEffort: 'low' } },
    });
    expect(result.steps[0]?.reasoningText).toBe('Deep water.');
    expect(result.text).toBe('Fine.');
    expect(served.vendor(dialect).seen()).toMatchObject({ signatures: ['b25l'], results: ['sunny in Bern'] });
  });
});

test('what look-alikes think is shown by @ai-sdk/openai-compatible, and goes back between calls', async () => {
  const vendor = served.vendor('openai');
  vendor.says({ thoughts: ['Look ', 'it up.'], calls: [BERN] }, { text: ['Fine.'] });
  const result = await generateText({
    model: aiModel('@ai-sdk/openai-compatible', served, LOOK_ALIKE),
    prompt: question,
    tools,
    stopWhen: isStepCount(5),
  });
  expect(result.steps[0]?.reasoningText).toBe('Look it up.');
  expect(JSON.stringify(vendor.received())).toContain('"reasoning_content":"Look it up."');
});
