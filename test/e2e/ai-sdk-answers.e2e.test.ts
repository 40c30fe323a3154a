import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, generateText, type LanguageModel, Output, streamText } from 'ai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { AI_PROVIDER_NAMES, aiModel } from '../support/vendors/ai-clients.ts';
import { failureOf } from '../support/vendors/clients.ts';
import { VENDOR_FAILURES } from '../support/vendors/failures.ts';
import { CLIENT_KEY, MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// The `ai` package through three of its providers, in front of a vendor of each dialect.

const served = serveVendors();

/** A red dot: the least PNG there is. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const PAIRS = AI_PROVIDER_NAMES.flatMap((provider) => DIALECTS.map((dialect) => ({ provider, dialect })));

describe.each(PAIRS)('$provider in front of $dialect', ({ provider, dialect }) => {
  const vendor = () => served.vendor(dialect);
  const model = (): LanguageModel => aiModel(provider, served, MODELS[dialect]);
  const ask = () => ({
    model: model(),
    instructions: 'Be brief.',
    prompt: 'Tell me about the sea.',
    maxOutputTokens: 500,
    maxRetries: 0,
  });
  const USAGE = {
    inputTokens: 100,
    outputTokens: 20,
    inputTokenDetails: { noCacheTokens: 40, cacheReadTokens: 60 },
    outputTokenDetails: { reasoningTokens: 5 },
  };

  test('generates text, and counts each token once', async () => {
    vendor().says({ text: ['It is ', 'wet.'] });
    const { text, finishReason, usage, response } = await generateText(ask());
    expect([text, finishReason]).toEqual(['It is wet.', 'stop']);
    expect(usage).toMatchObject(USAGE);
    expect(response.headers?.['x-alidade-deployment']).toBe(dialect);
    expect(vendor().seen()).toMatchObject({
      system: 'Be brief.',
      said: ['user: Tell me about the sea.'],
      maxTokens: 500,
    });
  });

  test('streams text piece by piece', async () => {
    vendor().says({ text: ['It ', 'is ', 'wet.'] });
    const result = streamText(ask());
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    expect(pieces).toEqual(['It ', 'is ', 'wet.']);
    expect(await result.finishReason).toBe('stop');
    expect(await result.usage).toMatchObject(USAGE);
  });

  test('says when the limit cut the answer', async () => {
    vendor().says({ text: ['It is'], finish: 'length' });
    expect(await generateText(ask())).toMatchObject({ text: 'It is', finishReason: 'length' });
  });

  test('gets an object that follows its schema', async () => {
    const said = { text: ['{"name":"Ake', 'rselva","depth":12}'] };
    vendor().says(said, said);
    const params = {
      ...ask(),
      output: Output.object({ schema: z.object({ name: z.string(), depth: z.number() }) }),
      providerOptions: { anthropic: { structuredOutputMode: 'outputFormat' } },
    };
    expect((await generateText(params)).output).toEqual({ name: 'Akerselva', depth: 12 });
    expect(vendor().seen().schema).toEqual(['name', 'depth']);
    expect(await streamText(params).output).toEqual({ name: 'Akerselva', depth: 12 });
  });

  test('gets an object by the way that its provider chooses', async () => {
    // For models that it does not know, the provider of Anthropic asks for a call of a tool named `json`.
    const value = { name: 'Akerselva' };
    const said =
      provider === '@ai-sdk/anthropic'
        ? { calls: [{ id: 'call_1', name: 'json', arguments: value }], signature: 'anNvbg==' }
        : { text: [JSON.stringify(value)] };
    vendor().says(said, said);
    const params = { ...ask(), output: Output.object({ schema: z.object({ name: z.string() }) }) };
    expect((await generateText(params)).output).toEqual(value);
    expect(await streamText(params).output).toEqual(value);
  });

  test('shows it images', async () => {
    vendor().says({ text: ['A red dot.'] });
    const { prompt: _, ...rest } = ask();
    await generateText({
      ...rest,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'file', mediaType: 'image/png', data: Buffer.from(PNG, 'base64') },
          ],
        },
      ],
    });
    expect(vendor().seen().media).toEqual([{ mediaType: 'image/png', data: PNG }]);
  });

  test.each(VENDOR_FAILURES)('raises its error when the vendor says $failure', async ({ failure, status, code }) => {
    // Twice: with nobody else to go to it may be asked once more.
    vendor().fails(failure);
    vendor().fails(failure);
    const error = await failureOf<APICallError>(generateText(ask()));
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error.statusCode).toBe(status);
    expect(error.responseBody).toContain(`"${code}"`);
  });

  test.each(['cut', 'error'] as const)('sees a stream that ends by %s as an error', async (how) => {
    vendor().breaksOff({ text: ['It ', 'is '] }, how);
    const result = streamText({ ...ask(), onError: () => undefined });
    const types: string[] = [];
    let text = '';
    for await (const part of result.stream) {
      types.push(part.type);
      if (part.type === 'text-delta') text += part.text;
      if (part.type === 'finish') expect(part.finishReason).toBe('error');
    }
    expect(text).toBe('It is ');
    expect(types).toContain('error');
  });

  test('leaves in the middle, and the vendor hears of it within a second', async () => {
    vendor().breaksOff({ text: ['It ', 'is '] }, 'stall');
    const controller = new AbortController();
    const result = streamText({ ...ask(), abortSignal: controller.signal, onError: () => undefined });
    let left = 0;
    for await (const part of result.stream) {
      if (part.type !== 'text-delta' || left > 0) continue;
      left = performance.now();
      controller.abort();
    }
    expect(left).toBeGreaterThan(0);
    await vendor().last.aborted;
    expect(performance.now() - left).toBeLessThan(1_000);
  });
});

test('the default of @ai-sdk/openai, the Responses API, is told which one to use', async () => {
  const model = createOpenAI({ apiKey: CLIENT_KEY, baseURL: `${served.origin}/v1` })(MODELS.openai);
  const error = await failureOf<APICallError>(generateText({ model, prompt: 'Hello', maxRetries: 0 }));
  expect(error.statusCode).toBe(501);
  expect(error.message).toContain('/v1/chat/completions');
});
