import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { anthropicClient, drain, failureOf } from '../support/vendors/clients.ts';
import { OVERLOAD_UNDER_WAY, VENDOR_FAILURES } from '../support/vendors/failures.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// Whatever the vendor speaks, what goes wrong reaches the official @anthropic-ai/sdk as its own error classes.

const served = serveVendors();
const client = (): Anthropic => anthropicClient(served);
type Failure = InstanceType<typeof Anthropic.APIError>;

const CLASSES: Readonly<Record<number, { class: new (...given: never[]) => Failure; type: string }>> = {
  400: { class: Anthropic.BadRequestError, type: 'invalid_request_error' },
  429: { class: Anthropic.RateLimitError, type: 'rate_limit_error' },
  502: { class: Anthropic.InternalServerError, type: 'api_error' },
  503: { class: Anthropic.InternalServerError, type: 'overloaded_error' },
};

describe.each(DIALECTS)('the @anthropic-ai/sdk package in front of %s', (dialect) => {
  const vendor = () => served.vendor(dialect);
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Tell me about the sea.' }];
  const ask = { model: MODELS[dialect], max_tokens: 500, messages };

  describe.each(VENDOR_FAILURES)('when the vendor says $failure', ({ failure, status, code, retryAfterS }) => {
    test.each([false, true])('raises its own error (stream: %s)', async (stream) => {
      // Twice: with nobody else to go to it may be asked once more.
      vendor().fails(failure);
      vendor().fails(failure);
      const error = await failureOf<Failure>(client().messages.create({ ...ask, stream }));
      expect(error).toBeInstanceOf(CLASSES[status]?.class);
      expect(error).toMatchObject({ status, errorCode: code, type: CLASSES[status]?.type });
      expect(error.requestID).toMatch(/^\S+$/);
      expect(error.error).toMatchObject({ type: 'error', request_id: error.requestID });
      expect(error.headers?.get('x-should-retry')).toBe('false');
      expect(error.headers?.get('retry-after')).toBe(retryAfterS);
      // What vendors say may hold the prompt.
      expect(error.message).not.toMatch(/something you said/i);
    });
  });

  test('is not asked again by the package: our attempts are spent', async () => {
    const patient = client().withOptions({ maxRetries: 3 });
    const asked = vendor().upstream.requests.length;
    vendor().fails('overloaded');
    vendor().fails('overloaded');
    expect((await failureOf<Failure>(patient.messages.create(ask))).status).toBe(503);
    // Once, and perhaps once more by us, since nobody else was left.
    expect(vendor().upstream.requests.length).toBeLessThanOrEqual(asked + 2);
  });

  test('leaves in the middle, and the vendor hears of it within a second', async () => {
    vendor().breaksOff({ text: ['It ', 'is '] }, 'stall');
    const stream = await client().messages.create({ ...ask, stream: true });
    for await (const { type } of stream) if (type === 'content_block_delta') break;
    const left = performance.now();
    await vendor().last.aborted;
    expect(performance.now() - left).toBeLessThan(1_000);
  });

  test('leaves its helper in the middle, and the vendor hears of it within a second', async () => {
    vendor().breaksOff({ text: ['It ', 'is '] }, 'stall');
    const stream = client().messages.stream(ask);
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    stream.on('text', () => begin());
    const end = failureOf(stream.finalMessage());
    await began;
    const left = performance.now();
    stream.abort();
    expect(await end).toBeInstanceOf(Anthropic.APIUserAbortError);
    await vendor().last.aborted;
    expect(performance.now() - left).toBeLessThan(1_000);
  });

  test.each([
    { how: 'cut' as const, code: 'upstream_cut' },
    { how: 'error' as const, code: OVERLOAD_UNDER_WAY[dialect].code },
  ])('sees a stream that ends by $how as an error and never as a short answer', async ({ how, code }) => {
    vendor().breaksOff({ text: ['It ', 'is '] }, how);
    const pieces: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of await client().messages.create({ ...ask, stream: true })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') pieces.push(event.delta.text);
        expect(event.type).not.toBe('message_stop');
      }
    };
    const error = await failureOf<Failure>(read());
    expect(pieces.join('')).toBe('It is ');
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error.errorCode).toBe(code);
    vendor().breaksOff({ text: ['It ', 'is '] }, how);
    await expect(client().messages.stream(ask).finalMessage()).rejects.toThrow(Anthropic.APIError);
  });

  test.each(['cut', 'error'] as const)('gets a status where a stream ends by %s before its first word', async (how) => {
    // Twice: with nobody else to go to it is asked once more.
    vendor().breaksOff({ text: [] }, how);
    vendor().breaksOff({ text: [] }, how);
    const error = await failureOf<Failure>(client().messages.create({ ...ask, stream: true }));
    expect(error).toBeInstanceOf(Anthropic.InternalServerError);
    expect(error).toMatchObject(
      how === 'cut'
        ? { status: 502, errorCode: 'upstream_cut' }
        : { status: OVERLOAD_UNDER_WAY[dialect].status, errorCode: OVERLOAD_UNDER_WAY[dialect].code },
    );
  });

  test('sees calls that were cut in the middle as an error', async () => {
    vendor().breaksOff({ calls: [{ id: 'toolu_A1', name: 'f', arguments: { a: 1 } }], signature: 'Y3V0' }, 'cut');
    const tools: Anthropic.Tool[] = [{ name: 'f', input_schema: { type: 'object' } }];
    const error = await failureOf<Failure>(
      client()
        .messages.create({ ...ask, tools, stream: true })
        .then(drain),
    );
    expect(error.errorCode).toBe('upstream_cut');
  });

  test('is told what was lost, and refused where it is strict', async () => {
    // The package's types have no top_k any more, since its version of the API takes none.
    const topK = dialect === 'anthropic' ? {} : { top_k: 7 };
    const lossy = { ...ask, ...topK, inference_geo: 'us', metadata: { user_id: 'somebody' } };
    const lost = {
      openai: ['dropped:inference_geo', 'dropped:top_k'],
      // Relayed, but where the answer is computed is not the caller's choice.
      anthropic: ['dropped:inference_geo'],
      gemini: ['dropped:inference_geo', 'dropped:user'],
    }[dialect];
    vendor().says({ text: ['Wet.'] }, { text: ['Wet.'] });
    const { response } = await client().messages.create(lossy).withResponse();
    expect(response.headers.get('x-alidade-loss')?.split(', ').sort()).toEqual(lost);
    const strict = { headers: { 'x-alidade-strict': 'true' } };
    expect((await client().messages.create(ask, strict)).type).toBe('message');
    const asked = vendor().upstream.requests.length;
    const error = await failureOf<Failure>(client().messages.create(lossy, strict));
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({ errorCode: 'translation_loss', type: 'invalid_request_error' });
    expect(error.message).toContain('inference_geo');
    expect(vendor().upstream.requests.length).toBe(asked);
  });

  test.each([
    { wrong: { messages: [] }, param: 'messages' },
    { wrong: { max_tokens: undefined }, param: 'max_tokens' },
    { wrong: { messages: [{ content: 'Hello' }] }, param: 'messages.0.role' },
    { wrong: { messages: [{ role: 'user' }] }, param: 'messages.0.content' },
    { wrong: { thread: { type: 'create' } }, param: 'thread' },
    { wrong: { temperature: 'hot' }, param: 'temperature' },
    { wrong: { tools: 'all' }, param: 'tools' },
    { wrong: { base_url: 'http://169.254.169.254' }, param: 'base_url' },
  ])('is told what is wrong with $param', async ({ wrong, param }) => {
    const asked = vendor().upstream.requests.length;
    const error = await failureOf<Failure>(client().messages.create({ ...ask, ...wrong } as typeof ask));
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({ type: 'invalid_request_error', details: { param } });
    expect(vendor().upstream.requests.length).toBe(asked);
  });
});

test('a wrong key, an unknown model and an unknown path are errors of its own classes', async () => {
  const stranger = new Anthropic({ apiKey: 'nobody-knows-this-key', baseURL: served.origin, maxRetries: 0 });
  const ask = { model: 'acme/none', max_tokens: 5, messages: [{ role: 'user' as const, content: 'Hello' }] };
  const wrongKey = await failureOf<Failure>(stranger.messages.create(ask));
  expect(wrongKey).toBeInstanceOf(Anthropic.AuthenticationError);
  expect(wrongKey).toMatchObject({ type: 'authentication_error', errorCode: 'invalid_api_key' });
  const unknownModel = await failureOf<Failure>(client().messages.create(ask));
  expect(unknownModel).toBeInstanceOf(Anthropic.NotFoundError);
  expect(unknownModel).toMatchObject({ type: 'not_found_error', errorCode: 'model_not_found' });
  const lost = client().withOptions({ baseURL: `${served.origin}/v1` });
  const unknownPath = await failureOf<Failure>(lost.messages.create(ask));
  expect(unknownPath).toBeInstanceOf(Anthropic.NotFoundError);
  expect(unknownPath).toMatchObject({ type: 'not_found_error', errorCode: 'unknown_path' });
});
