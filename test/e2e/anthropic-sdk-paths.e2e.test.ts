import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { anthropicClient } from '../support/vendors/clients.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';
import { VENDOR_COUNT } from '../support/vendors/vendor.ts';

// Where the official @anthropic-ai/sdk asks, besides the messages themselves.

const served = serveVendors();
const client = (): Anthropic => anthropicClient(served);
const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Tell me about the sea, the wind and the rain.' }];

describe.each(DIALECTS)('the @anthropic-ai/sdk package in front of %s', (dialect) => {
  const model = MODELS[dialect];
  const vendor = () => served.vendor(dialect);

  test.each(['', '/anthropic'])('finds us under the base URL ORIGIN%s', async (path) => {
    vendor().says({ text: ['Wet.'] });
    const aliased = client().withOptions({ baseURL: served.origin + path });
    const message = await aliased.messages.create({ model, max_tokens: 50, messages });
    expect(message.content).toMatchObject([{ type: 'text', text: 'Wet.' }]);
    const count = await aliased.messages.countTokens({ model, messages });
    expect(count.input_tokens).toBeGreaterThan(5);
  });

  test('asks by its beta methods too', async () => {
    vendor().says({ text: ['Wet.'] }, { text: ['Wet.'] });
    const ask = { model, max_tokens: 50, messages: [{ role: 'user' as const, content: 'Hello' }] };
    expect((await client().beta.messages.create(ask)).content).toMatchObject([{ type: 'text', text: 'Wet.' }]);
    const streamed = await client().beta.messages.stream(ask).finalMessage();
    expect(streamed.content).toMatchObject([{ type: 'text', text: 'Wet.' }]);
    const { input_tokens: count } = await client().beta.messages.countTokens({ model, messages: ask.messages });
    expect(count).toBeGreaterThan(0);
  });

  test('shows its key and its other headers to nobody but us', async () => {
    vendor().says({ text: ['Wet.'] });
    await client().messages.create({ model, max_tokens: 50, messages }, { headers: { 'x-private': 'mine' } });
    const { headers } = vendor().last;
    expect(JSON.stringify(headers)).not.toContain(client().apiKey);
    expect(Object.keys(headers).filter((name) => /^x-(stainless|private)/.test(name))).toEqual([]);
    // The version that the package was written for is Anthropic's business.
    expect(headers['anthropic-version']).toBe(dialect === 'anthropic' ? '2026-10-21' : undefined);
  });

  test('counts the tokens of a prompt, and says who has counted', async () => {
    const prompt = { model, system: 'Be brief.', messages };
    const { data, response } = await client().messages.countTokens(prompt).withResponse();
    const loss = response.headers.get('x-alidade-loss');
    if (dialect === 'anthropic') {
      expect([data.input_tokens, loss]).toEqual([VENDOR_COUNT, null]);
    } else {
      expect(data.input_tokens).toBeGreaterThan(10);
      expect(data.input_tokens).toBeLessThan(30);
      expect(loss).toBe('synthesised:input_tokens');
    }
  });

  test('finds the receipt by the id of the request', async () => {
    vendor().says({ text: ['Wet.'] });
    const { request_id: id } = await client().messages.create({ model, max_tokens: 50, messages }).withResponse();
    const response = await fetch(`${served.origin}/api/receipts/${id}`, {
      headers: { 'x-api-key': client().apiKey as string },
    });
    expect(await response.json()).toMatchObject({
      dialect: 'anthropic',
      outcome: 'ok',
      usage: { input_tokens: 100, cached_input_tokens: 60, output_tokens: 20, reasoning_tokens: 5 },
      attempts: [{ deployment: dialect }],
    });
  });
});
