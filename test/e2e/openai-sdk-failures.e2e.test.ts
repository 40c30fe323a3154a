import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { drain, failureOf, openAiClient } from '../support/vendors/clients.ts';
import { OVERLOAD_UNDER_WAY, VENDOR_FAILURES } from '../support/vendors/failures.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// Whatever the vendor speaks, what goes wrong reaches the official openai package as its own error classes.

const served = serveVendors();
const client = (): OpenAI => openAiClient(served);
type Failure = InstanceType<typeof OpenAI.APIError>;

const CLASSES: Readonly<Record<number, new (...given: never[]) => Failure>> = {
  400: OpenAI.BadRequestError,
  429: OpenAI.RateLimitError,
  502: OpenAI.InternalServerError,
  503: OpenAI.InternalServerError,
};

describe.each(DIALECTS)('the openai package in front of %s', (dialect) => {
  const vendor = () => served.vendor(dialect);
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Tell me about the sea.' }];
  const ask = { model: MODELS[dialect], max_completion_tokens: 500, messages };

  describe.each(VENDOR_FAILURES)('when the vendor says $failure', ({ failure, status, code, retryAfterS }) => {
    test.each([false, true])('raises its own error (stream: %s)', async (stream) => {
      // Twice: with nobody else to go to it may be asked once more.
      vendor().fails(failure);
      vendor().fails(failure);
      const error = await failureOf<Failure>(client().chat.completions.create({ ...ask, stream }));
      expect(error).toBeInstanceOf(CLASSES[status]);
      expect(error).toMatchObject({ status, code });
      expect(error.requestID).toMatch(/^\S+$/);
      expect(error.headers?.get('x-should-retry')).toBe('false');
      expect(error.headers?.get('retry-after')).toBe(retryAfterS);
      // What vendors say may hold the prompt.
      expect(error.message).not.toMatch(/something you said/i);
    });
  });

  test('leaves in the middle, and the vendor hears of it within a second', async () => {
    vendor().breaksOff({ text: ['It ', 'is '] }, 'stall');
    const stream = await client().chat.completions.create({ ...ask, stream: true });
    for await (const { choices } of stream) if (choices[0]?.delta.content) break;
    const left = performance.now();
    await vendor().last.aborted;
    expect(performance.now() - left).toBeLessThan(1_000);
  });

  test('gives up an answer that is not streamed, and the vendor hears of it within a second', async () => {
    const asked = vendor().upstream.requests.length;
    vendor().hangs();
    const controller = new AbortController();
    const answer = failureOf(client().chat.completions.create(ask, { signal: controller.signal }));
    const call = await vendor().upstream.request(asked + 1);
    const left = performance.now();
    controller.abort();
    expect(await answer).toBeInstanceOf(OpenAI.APIUserAbortError);
    await call.aborted;
    expect(performance.now() - left).toBeLessThan(1_000);
  });

  test.each([
    { how: 'cut' as const, code: 'upstream_cut' },
    { how: 'error' as const, code: OVERLOAD_UNDER_WAY[dialect].code },
  ])('sees a stream that ends by $how as an error and never as a short answer', async ({ how, code }) => {
    vendor().breaksOff({ text: ['It ', 'is '] }, how);
    const pieces: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { choices } of await client().chat.completions.create({ ...ask, stream: true })) {
        pieces.push(choices[0]?.delta.content ?? '');
        expect(choices[0]?.finish_reason ?? null).toBeNull();
      }
    };
    const error = await failureOf<Failure>(read());
    expect(pieces.join('')).toBe('It is ');
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error.code).toBe(code);
    vendor().breaksOff({ text: ['It ', 'is '] }, how);
    await expect(client().chat.completions.stream(ask).finalChatCompletion()).rejects.toThrow(OpenAI.APIError);
  });

  test.each(['cut', 'error'] as const)('gets a status where a stream ends by %s before its first word', async (how) => {
    // Twice: with nobody else to go to it is asked once more.
    vendor().breaksOff({ text: [] }, how);
    vendor().breaksOff({ text: [] }, how);
    const error = await failureOf<Failure>(client().chat.completions.create({ ...ask, stream: true }));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject(
      how === 'cut'
        ? { status: 502, code: 'upstream_cut' }
        : { status: OVERLOAD_UNDER_WAY[dialect].status, code: OVERLOAD_UNDER_WAY[dialect].code },
    );
  });

  test('sees calls that were cut in the middle as an error', async () => {
    vendor().breaksOff({ calls: [{ id: 'call_A1', name: 'f', arguments: { a: 1 } }], signature: 'Y3V0' }, 'cut');
    const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'f' } }];
    const error = await failureOf<Failure>(
      client()
        .chat.completions.create({ ...ask, tools, stream: true })
        .then(drain),
    );
    expect(error.code).toBe('upstream_cut');
  });

  test('is told what was lost, and refused where it is strict', async () => {
    const lossy = { ...ask, seed: 7, logit_bias: { '50256': -100 }, prompt_cache_key: 'k' };
    const lost = {
      openai: null,
      anthropic: 'dropped:logit_bias, dropped:seed, dropped:prompt_cache_key',
      gemini: 'dropped:logit_bias, dropped:prompt_cache_key',
    }[dialect];
    const sorted = (text: string | null | undefined) => text?.split(', ').sort() ?? null;
    vendor().says({ text: ['Wet.'] }, { text: ['Wet.'] });
    const { response } = await client().chat.completions.create(lossy).withResponse();
    expect(sorted(response.headers.get('x-alidade-loss'))).toEqual(sorted(lost));
    const strict = { headers: { 'x-alidade-strict': 'true' } };
    expect((await client().chat.completions.create(ask, strict)).choices).toHaveLength(1);
    if (lost === null) return;
    const asked = vendor().upstream.requests.length;
    const error = await failureOf<Failure>(client().chat.completions.create(lossy, strict));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error.code).toBe('translation_loss');
    expect(error.message).toContain('logit_bias');
    expect(vendor().upstream.requests.length).toBe(asked);
  });

  test.each([
    { wrong: { messages: [] }, param: 'messages' },
    { wrong: { messages: [{ role: 'nobody', content: 'Hello' }] }, param: 'messages[0].role' },
    { wrong: { temperature: 'hot' }, param: 'temperature' },
    { wrong: { tools: 'all' }, param: 'tools' },
    { wrong: { base_url: 'http://169.254.169.254' }, param: 'base_url' },
  ])('is told what is wrong with $param', async ({ wrong, param }) => {
    const asked = vendor().upstream.requests.length;
    const error = await failureOf<Failure>(client().chat.completions.create({ ...ask, ...wrong } as typeof ask));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error.param).toBe(param);
    expect(vendor().upstream.requests.length).toBe(asked);
  });
});
