import type Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { anthropicClient } from '../support/vendors/clients.ts';
import { MODELS, serveVendors, UPSTREAM_MODELS } from '../support/vendors/served-vendors.ts';

// The official @anthropic-ai/sdk in front of a vendor of each dialect: what is asked arrives, what is said comes back.

const served = serveVendors();
const client = (): Anthropic => anthropicClient(served);

/** A red dot: the least PNG there is. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

describe.each(DIALECTS)('the @anthropic-ai/sdk package in front of %s', (dialect) => {
  const vendor = () => served.vendor(dialect);
  const ask = {
    model: MODELS[dialect],
    max_tokens: 500,
    system: 'Be brief.',
    messages: [{ role: 'user' as const, content: 'Tell me about the sea.' }],
  };

  test('gets an answer with its usage, each token counted once', async () => {
    vendor().says({ text: ['It is ', 'wet.'] });
    const { data, response, request_id: id } = await client().messages.create(ask).withResponse();
    expect(data).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'It is wet.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      // Without the cached ones, as this dialect counts.
      usage: { input_tokens: 40, cache_read_input_tokens: 60, output_tokens: 20 },
    });
    expect(data.model).toBe(dialect === 'anthropic' ? UPSTREAM_MODELS.anthropic : MODELS[dialect]);
    expect(id).toBe(response.headers.get('x-request-id'));
    expect(data).toMatchObject({ _request_id: id });
    expect(response.headers.get('x-alidade-deployment')).toBe(dialect);
    expect(response.headers.get('x-alidade-loss')).toBeNull();
    expect(vendor().seen()).toMatchObject({
      system: 'Be brief.',
      said: ['user: Tell me about the sea.'],
      maxTokens: 500,
    });
  });

  test('streams event by event', async () => {
    vendor().says({ text: ['It ', 'is ', 'wet.'] });
    const pieces: string[] = [];
    const types: string[] = [];
    let last: Anthropic.MessageDeltaUsage | null = null;
    for await (const event of await client().messages.create({ ...ask, stream: true })) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') pieces.push(event.delta.text);
      if (event.type === 'message_delta') last = event.usage;
    }
    expect(pieces).toEqual(['It ', 'is ', 'wet.']);
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(last).toMatchObject({ output_tokens: 20 });
  });

  test('streams by its helper, which ends with the same message as without streaming', async () => {
    const said = { text: ['It ', 'is ', 'wet.'] };
    vendor().says(said, said);
    const texts: string[] = [];
    const stream = client().messages.stream(ask);
    stream.on('text', (text) => texts.push(text));
    const streamed = await stream.finalMessage();
    const whole = await client().messages.create(ask);
    expect(texts).toEqual(said.text);
    expect(stream.request_id).toMatch(/^\S+$/);
    expect(streamed).toMatchObject({ content: whole.content, stop_reason: whole.stop_reason, model: whole.model });
    expect(streamed.usage).toMatchObject({ input_tokens: 40, cache_read_input_tokens: 60, output_tokens: 20 });
  });

  test('says when the limit cut the answer', async () => {
    vendor().says({ text: ['It is'], finish: 'length' }, { text: ['It is'], finish: 'length' });
    expect((await client().messages.create(ask)).stop_reason).toBe('max_tokens');
    const streamed = await client().messages.stream(ask).finalMessage();
    expect(streamed).toMatchObject({ stop_reason: 'max_tokens', content: [{ type: 'text', text: 'It is' }] });
  });

  test('gets an answer of no words', async () => {
    vendor().says({ text: [] }, { text: [] });
    expect(await client().messages.create(ask)).toMatchObject({ content: [], stop_reason: 'end_turn' });
    expect(await client().messages.stream(ask).finalMessage()).toMatchObject({ content: [], stop_reason: 'end_turn' });
  });

  test('parses an answer that follows its JSON schema', async () => {
    const Sea = z.object({ name: z.string(), depth: z.number() });
    const said = { text: ['{"name":"Ake', 'rselva","depth":12}'] };
    vendor().says(said, said);
    const format = { ...ask, output_config: { format: zodOutputFormat(Sea) } };
    const message = await client().messages.parse(format);
    expect(message.parsed_output).toEqual({ name: 'Akerselva', depth: 12 });
    expect(vendor().seen().schema).toEqual(['name', 'depth']);
    const streamed = await client().messages.stream(format).finalMessage();
    expect(streamed.parsed_output).toEqual({ name: 'Akerselva', depth: 12 });
  });

  test('shows it images', async () => {
    vendor().says({ text: ['A red dot.'] });
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PNG };
    const { response } = await client()
      .messages.create({
        ...ask,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source },
              { type: 'text', text: 'What is this?' },
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

  test('keeps a conversation and the blocks of its system prompt in their order', async () => {
    vendor().says({ text: ['Nine.'] });
    await client().messages.create({
      ...ask,
      system: [
        { type: 'text', text: 'Count.' },
        { type: 'text', text: 'In English.' },
      ],
      messages: [
        { role: 'user', content: 'Six?' },
        { role: 'assistant', content: [{ type: 'text', text: 'Seven.' }] },
        { role: 'user', content: 'And then?' },
      ],
    });
    expect(vendor().seen()).toMatchObject({
      system: 'Count.\nIn English.',
      said: ['user: Six?', 'assistant: Seven.', 'user: And then?'],
    });
  });

  test.each([{ form: 'whole' }, { form: 'streamed' }])('thinks, $form: its thoughts can go back', async ({ form }) => {
    const said = { thoughts: ['Deep ', 'water.'], text: ['Wet.'], signature: 'dGhvdWdodA==' };
    vendor().says(said, { text: ['Still wet.'] });
    const params = { ...ask, max_tokens: 4_000, thinking: { type: 'adaptive' as const } };
    const message =
      form === 'whole' ? await client().messages.create(params) : await client().messages.stream(params).finalMessage();
    expect(message.content.map(({ type }) => type)).toContain('text');
    if (dialect !== 'openai') {
      expect(message.content[0]).toMatchObject({ type: 'thinking', thinking: 'Deep water.' });
    }
    const next = await client().messages.create({
      ...params,
      messages: [...ask.messages, { role: 'assistant', content: message.content }, { role: 'user', content: 'Sure?' }],
    });
    expect(next.content).toMatchObject([{ type: 'text', text: 'Still wet.' }]);
    const { signatures, said: turns } = vendor().seen();
    expect(turns).toEqual(['user: Tell me about the sea.', 'assistant: Wet.', 'user: Sure?']);
    if (dialect !== 'openai') expect(signatures).toEqual(['dGhvdWdodA==']);
  });
});
