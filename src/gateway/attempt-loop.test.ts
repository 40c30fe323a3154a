import { describe, expect, test } from 'vitest';
import { chat, ManualClock, type TestGatewayOptions, upstreamDeployment } from '../../test/support/gateway.ts';
import { useTwoUpstreams } from '../../test/support/served-upstreams.ts';
import { neverAnswers } from '../../test/support/upstream/faults.ts';
import { chatCompletion, errorReply, rateLimited } from '../../test/support/upstream/openai-replies.ts';
import type { ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { testEndpoint } from '../routing/test-world.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
const { gatewayOf } = useTwoUpstreams((one, two) => {
  [first, second] = [one, two];
});

const withKeys = (...apiKeys: string[]) =>
  upstreamDeployment('one@first', 'maker/one', first, {
    endpoint: testEndpoint('first', { baseUrl: first.baseUrl, private: true, apiKeys }),
  });

const alone = (): Pick<TestGatewayOptions, 'deployments'> => ({
  deployments: [upstreamDeployment('one@first', 'maker/one', first)],
});

describe('a failure that may pass', () => {
  test('is tried once more where nobody else is left, and no more than once', async () => {
    const { send: request } = gatewayOf(alone());
    first.enqueue(errorReply(500), chatCompletion());
    expect((await answered(request(chat()))).status).toBe(200);
    first.reply(errorReply(500));
    const failed = await answered(request(chat()));
    expect(failed.status).toBe(502);
    expect(first.requests).toHaveLength(4);
  });

  test('is not tried more often than the budget allows: ten a minute for little traffic', async () => {
    const { send: request } = gatewayOf(alone());
    first.reply(errorReply(500));
    // Embeddings, since they open no breaker.
    const body = { model: 'maker/one', input: 'sea' };
    for (let call = 0; call < 15; call += 1) await answered(request(body, { operation: 'embeddings' }));
    expect(first.requests).toHaveLength(25);
  });

  test('is never tried on a deployment that was silent', async () => {
    const clock = new ManualClock();
    const { send: request } = gatewayOf({ ...alone(), clock });
    first.reply(neverAnswers());
    const sink = request(chat({ stream: true }));
    await first.request(1);
    clock.advance(30_001);
    await sink.ended;
    expect(sink.text).toContain('upstream_timeout');
    expect(first.requests).toHaveLength(1);
  });
});

describe("a vendor's limit", () => {
  const limited = (rpm: number): Pick<TestGatewayOptions, 'deployments'> => ({
    deployments: [
      upstreamDeployment('one@first', 'maker/one', first, {
        endpoint: testEndpoint('first', {
          baseUrl: first.baseUrl,
          private: true,
          auth: 'none',
          rate: { rpm, tpm: null, resetsAt: null },
        }),
      }),
    ],
  });

  test.each([
    [1, 1],
    [2, 2],
  ])('of %i requests a minute is not passed by trying once more: %i calls', async (rpm, calls) => {
    const { send: request } = gatewayOf(limited(rpm));
    first.enqueue(errorReply(500), chatCompletion());
    await answered(request(chat()));
    expect(first.requests).toHaveLength(calls);
  });

  test('that holds longer than a hint is believed: the next deployment answers at once', async () => {
    const { send: request } = gatewayOf();
    const used = { 'retry-after': '1', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '60s' };
    first.reply(errorReply(429, { code: 'rate_limit_exceeded' }, used));
    second.reply(chatCompletion());
    const sink = await answered(request(chat()));
    expect(sink.headers['x-alidade-deployment']).toBe('two@second');
    expect(first.requests).toHaveLength(1);
  });

  test('refuses without a call, and says when it is worth asking again', async () => {
    const { send: request } = gatewayOf(limited(1));
    first.reply(chatCompletion());
    await answered(request(chat()));
    const sink = await answered(request(chat()));
    expect([sink.status, first.requests.length]).toEqual([429, 1]);
    expect(Number(sink.headers['retry-after'])).toBeGreaterThan(0);
    expect(sink.headers).not.toHaveProperty('x-should-retry');
  });

  test('of one credential is not passed by turning to it from another', async () => {
    const { send: request } = gatewayOf({ deployments: [withKeys('key-a', 'key-b')] });
    const used = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '60s' };
    first.enqueue({ ...chatCompletion(), headers: used }, errorReply(401, { code: 'invalid_api_key' }));
    first.reply(chatCompletion());
    await answered(request(chat()));
    const sink = await answered(request(chat()));
    expect(sink.status).not.toBe(200);
    expect(first.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-a', 'Bearer key-b']);
  });
});

describe('Retry-After', () => {
  test.each([
    ['in seconds', { 'retry-after': '2' }],
    ['in milliseconds, which say it more exactly', { 'retry-after': '60', 'retry-after-ms': '2000' }],
    ['as a date', { 'retry-after': new Date(new ManualClock().now() + 2_000).toUTCString() }],
  ])('of up to two seconds is waited for (%s)', async (_form, headers) => {
    const clock = new ManualClock();
    const { send: request, journal } = gatewayOf({ clock });
    first.enqueue(errorReply(429, undefined, headers), chatCompletion());
    const sink = request(chat());
    await (await first.request(1)).finished;
    await turns();
    clock.advance(1_999);
    await turns();
    expect(first.requests).toHaveLength(1);
    clock.advance(2);
    await sink.ended;
    expect(sink.headers['x-alidade-deployment']).toBe('one@first');
    expect((await journal.receipt).attempts.map(({ outcome }) => outcome)).toEqual(['rate_limited', 'ok']);
  });

  test('that is longer fails over at once, and keeps others away until it is over', async () => {
    const clock = new ManualClock();
    const { send: request } = gatewayOf({ clock });
    first.enqueue(rateLimited(30));
    first.reply(chatCompletion());
    second.reply(chatCompletion());
    await answered(request(chat()));
    await answered(request(chat()));
    expect([first.requests.length, second.requests.length]).toEqual([1, 2]);
    clock.advance(30_001);
    await answered(request(chat()));
    expect(first.requests).toHaveLength(2);
  });

  test('is not waited for past the deadline', async () => {
    const { send: request } = gatewayOf();
    first.reply(rateLimited(2));
    second.reply(chatCompletion());
    const sink = await answered(request(chat({ alidade: { deadline_ms: 1_500 } })));
    expect(sink.headers['x-alidade-deployment']).toBe('two@second');
  });
});

describe('credentials', () => {
  test.each([
    ['a rate limit', rateLimited(60)],
    ['a refusal', errorReply(401, { code: 'invalid_api_key' })],
    ['a refusal under 400, as Google says it', errorReply(400, { code: 'invalid_api_key' })],
    ['an account without credit', errorReply(429, { code: 'insufficient_quota' })],
    ['an account without credit under 402', errorReply(402)],
  ])('after %s of one the next one is used, and the first rests', async (_name, refusal) => {
    const { send: request } = gatewayOf({ deployments: [withKeys('key-a', 'key-b')] });
    first.enqueue(refusal);
    first.reply(chatCompletion());
    expect((await answered(request(chat()))).status).toBe(200);
    expect((await answered(request(chat()))).status).toBe(200);
    expect(first.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer key-a',
      'Bearer key-b',
      'Bearer key-b',
    ]);
  });
});

describe('a conversation that is too long', () => {
  const tooLong = errorReply(400, { code: 'context_length_exceeded' });
  const sized = (one: number, two: number): Pick<TestGatewayOptions, 'deployments'> => ({
    deployments: [
      upstreamDeployment('one@first', 'maker/one', first, { contextWindowTokens: one }),
      upstreamDeployment('two@second', 'maker/two', second, { contextWindowTokens: two }),
    ],
  });

  test('goes to a larger window', async () => {
    const { send: request } = gatewayOf(sized(8_000, 32_000));
    first.reply(tooLong);
    second.reply(chatCompletion());
    expect((await answered(request(chat()))).status).toBe(200);
  });

  test('goes nowhere else, and is the caller to know', async () => {
    const { send: request } = gatewayOf(sized(8_000, 8_000));
    first.reply(tooLong);
    const sink = await answered(request(chat()));
    expect(sink.status).toBe(400);
    expect(sink.text).toContain('upstream_context_length');
    expect([first.requests.length, second.requests.length]).toEqual([1, 0]);
  });
});

test("a vendor's rejection by its own policy is passed on with its reason, and never routed around", async () => {
  const { send: request, journal } = gatewayOf();
  first.reply(errorReply(400, { code: 'content_policy_violation' }));
  const sink = await answered(request(chat()));
  expect(sink.status).toBe(400);
  expect(sink.text).toContain('content_policy_violation');
  expect((await journal.receipt).outcome).toBe('content_filter');
  expect(second.requests).toHaveLength(0);
});

test('a deployment that was taken away is not asked, even by a request that had planned it', async () => {
  const clock = new ManualClock();
  const { send: request, gateway } = gatewayOf({ clock });
  first.reply(neverAnswers());
  second.reply(chatCompletion());
  const sink = request(chat({ stream: true }));
  await first.request(1);
  const { world } = gateway;
  gateway.setWorld({ ...world, world: { ...world.world, deploymentsById: new Map() } });
  clock.advance(30_001);
  await sink.ended;
  expect(sink.text).toContain('upstream_timeout');
  expect(second.requests).toHaveLength(0);
});

async function answered<Sink extends { ended: Promise<void> }>(sink: Sink): Promise<Sink> {
  await sink.ended;
  return sink;
}

/** A few turns of the sweeper. */
const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250));
