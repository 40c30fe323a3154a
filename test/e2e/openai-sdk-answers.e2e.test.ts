import type OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { openAiClient } from '../support/vendors/clients.ts';
import { MODELS, serveVendors, UPSTREAM_MODELS } from '../support/vendors/served-vendors.ts';

// The official openai package in front of a vendor of each dialect: what is asked arrives, what is said comes back.

const served = serveVendors();
const client = (): OpenAI => openAiClient(served);

/** A red dot: the least PNG there is. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

describe.each(DIALECTS)('the openai package in front of %s', (dialect) => {
  const vendor = () => served.vendor(dialect);
  const ask = {
    model: MODELS[dialect],
    max_completion_tokens: 500,
    messages: [
      { role: 'system' as const, content: 'Be brief.' },
      { role: 'user' as const, content: 'Tell me about the sea.' },
    ],
  };

  test('gets an answer with its usage, each token counted once', async () => {
    vendor().says({ text: ['It is ', 'wet.'] });
    const { data, response } = await client().chat.completions.create(ask).withResponse();
    expect(data.object).toBe('chat.completion');
    expect(data.choices).toMatchObject([
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'It is wet.' } },
    ]);
    expect(data.usage).toMatchObject({
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 5 },
    });
    // Relay shows the vendor's own name of the model, translation the canonical one.
    expect(data.model).toBe(dialect === 'openai' ? UPSTREAM_MODELS.openai : MODELS[dialect]);
    expect(response.headers.get('x-alidade-deployment')).toBe(dialect);
    expect(response.headers.get('x-alidade-loss')).toBeNull();
    expect(vendor().seen()).toMatchObject({
      system: 'Be brief.',
      said: ['user: Tell me about the sea.'],
      maxTokens: 500,
    });
  });

  test('streams piece by piece, with usage where it asked for it', async () => {
    vendor().says({ text: ['It ', 'is ', 'wet.'] }, { text: ['Yes.'] });
    const asked = await client().chat.completions.create({
      ...ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    const finishes: string[] = [];
    const usages: OpenAI.CompletionUsage[] = [];
    for await (const { choices, usage } of asked) {
      const [choice] = choices;
      if (choice?.delta.content) pieces.push(choice.delta.content);
      if (choice?.finish_reason) finishes.push(choice.finish_reason);
      if (usage) usages.push(usage);
    }
    expect(pieces).toEqual(['It ', 'is ', 'wet.']);
    expect(finishes).toEqual(['stop']);
    expect(usages).toMatchObject([
      { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 60 } },
    ]);
    for await (const { usage } of await client().chat.completions.create({ ...ask, stream: true })) {
      expect(usage ?? null).toBeNull();
    }
  });

  test('says when the limit cut the answer', async () => {
    vendor().says({ text: ['It is'], finish: 'length' }, { text: ['It is'], finish: 'length' });
    const whole = await client().chat.completions.create(ask);
    expect(whole.choices[0]?.finish_reason).toBe('length');
    const streamed = await client().chat.completions.stream(ask).finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'It is' } });
  });

  test('gets an answer of no words', async () => {
    vendor().says({ text: [] }, { text: [] });
    const whole = await client().chat.completions.create(ask);
    expect(whole.choices).toMatchObject([{ finish_reason: 'stop', message: { content: '' } }]);
    const streamed = await client().chat.completions.stream(ask).finalChatCompletion();
    expect(streamed.choices[0]).toMatchObject({ finish_reason: 'stop' });
    expect(streamed.choices[0]?.message.content ?? '').toBe('');
  });

  test('parses an answer that follows its JSON schema', async () => {
    const Sea = z.object({ name: z.string(), depth: z.number() });
    const said = ['{"name":"Ake', 'rselva","depth":12}'];
    vendor().says({ text: said }, { text: said });
    const format = { ...ask, response_format: zodResponseFormat(Sea, 'sea') };
    const { choices } = await client().chat.completions.parse(format);
    expect(choices[0]?.message.parsed).toEqual({ name: 'Akerselva', depth: 12 });
    expect(vendor().seen().schema).toEqual(['name', 'depth']);
    const streamed = await client().chat.completions.stream(format).finalChatCompletion();
    expect(streamed.choices[0]?.message.parsed).toEqual({ name: 'Akerselva', depth: 12 });
  });

  test('shows it images', async () => {
    vendor().says({ text: ['A red dot.'] });
    const { response } = await client()
      .chat.completions.create({
        ...ask,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
            ],
          },
        ],
      })
      .withResponse();
    expect(vendor().seen()).toMatchObject({
      media: [{ mediaType: 'image/png', data: PNG }],
      said: ['user: What is this?'],
    });
    expect(response.headers.get('x-alidade-loss')).toBeNull();
  });

  test('keeps a conversation in its order, whoever said what', async () => {
    vendor().says({ text: ['Nine.'] });
    await client().chat.completions.create({
      ...ask,
      messages: [
        { role: 'developer', content: 'Count.' },
        { role: 'user', content: 'Six?' },
        { role: 'assistant', content: 'Seven.' },
        { role: 'user', content: 'And' },
        { role: 'user', content: [{ type: 'text', text: 'then?' }] },
      ],
    });
    const { system, said } = vendor().seen();
    expect(system).toBe('Count.');
    expect(said.join('\n').replaceAll('user: then?', 'then?')).toBe('user: Six?\nassistant: Seven.\nuser: And\nthen?');
  });

  test('asks for reasoning and counts it', async () => {
    vendor().says({ text: ['42.'], usage: { input: 10, cached: 0, output: 300, thoughts: 290 } });
    const { usage } = await client().chat.completions.create({ ...ask, reasoning_effort: 'high' });
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(290);
    expect(usage?.completion_tokens).toBe(300);
    const effort = {
      openai: { reasoning_effort: 'high' },
      anthropic: { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      gemini: { generationConfig: { thinkingConfig: { thinkingLevel: 'high' } } },
    };
    expect(vendor().received()).toMatchObject(effort[dialect]);
  });
});
