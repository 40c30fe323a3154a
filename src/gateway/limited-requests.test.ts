import { describe, expect, test } from 'vitest';
import {
  chat,
  createTestGateway,
  ManualClock,
  type TestGatewayOptions,
  upstreamDeployment,
} from '../../test/support/gateway.ts';
import type { MemorySink } from '../../test/support/memory-sink.ts';
import { useUpstreams } from '../../test/support/served-upstreams.ts';
import { streamCutAfter } from '../../test/support/upstream/faults.ts';
import { chatCompletion, embeddings } from '../../test/support/upstream/openai-replies.ts';
import type { ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import type { ApiKey } from '../contracts/api-key.ts';
import { type LimitsConfig, useCaseSchema } from '../contracts/configuration.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { NO_REQUEST_HEADERS } from '../contracts/gateway-request.ts';
import { testPrice } from '../routing/test-world.ts';
import type { Gateway } from './gateway.ts';
import { MemoryLimiter } from './limits/memory-limiter.ts';

let upstream: ScriptedUpstream;
let other: ScriptedUpstream;

const closing = useUpstreams(2, (...upstreams) => {
  [upstream, other] = upstreams as [ScriptedUpstream, ScriptedUpstream];
  for (const each of upstreams) each.reply(chatCompletion());
});

// A thousandth of a dollar for 100 tokens of reply, nothing for the prompt.
const price = testPrice(0, 10);

function gatewayOf(options: Partial<TestGatewayOptions> = {}, more: Partial<Deployment> = {}) {
  const test = createTestGateway({
    deployments: [
      upstreamDeployment('one@first', 'maker/one', upstream, { price, ...more }),
      upstreamDeployment('two@second', 'maker/two', other, { price }),
    ],
    ...options,
  });
  closing.push(test.close);
  return test;
}

const key = (limits: LimitsConfig): ApiKey => ({
  id: 'k',
  hash: '',
  prefix: '',
  roles: ['app'],
  useCases: ['support'],
  defaultUseCase: null,
  models: null,
  labels: [],
  limits,
  defaultJurisdictions: null,
  createdAt: '',
  revokedAt: null,
});

const codeOf = (sink: MemorySink): unknown => (sink.json().error as { code: unknown } | undefined)?.code ?? null;

describe('a budget', () => {
  test('books what was used, and refuses with 402 what it cannot pay', async () => {
    const { send, gateway, journal } = gatewayOf();
    const limited = key({ usd_day: 0.011 });
    const first = send(chat({ max_tokens: 1_000 }), { key: limited });
    await first.ended;
    expect(first.status).toBe(200);
    const spent = gateway.limiter.spent('key', 'k').usd_day;
    expect(spent).toBeCloseTo(journal.receipts[0]?.cost_usd as number, 12);
    const second = send(chat({ max_tokens: 1_100 }), { key: limited });
    await second.ended;
    expect([second.status, codeOf(second)]).toEqual([402, 'budget_exceeded']);
    expect(second.text).toContain(
      `budget (budget_left_usd), of which $${Math.floor((0.011 - spent) * 1e6) / 1e6} is left.`,
    );
    expect(gateway.limiter.spent('key', 'k')).toMatchObject({ usd_day: spent, in_flight: 0 });
  });

  test('is never overspent by requests that come together', async () => {
    const { send, gateway, journal } = gatewayOf();
    const limited = key({ usd_day: 0.05 });
    const sinks = Array.from({ length: 40 }, () => send(chat({ max_tokens: 1_000 }), { key: limited }));
    for (const sink of sinks) await sink.ended;
    expect(sinks.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(sinks.filter(({ status }) => status === 402)).toHaveLength(35);
    const total = journal.receipts.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
    expect(gateway.limiter.spent('key', 'k').usd_day).toBeCloseTo(total, 12);
    expect(total).toBeLessThanOrEqual(0.05);
  });

  test('cuts a reply that nobody bounded to what is left, tells the upstream, and says so', async () => {
    const { send, journal } = gatewayOf();
    const sink = send(chat(), { key: key({ usd_day: 0.005015 }) });
    await sink.ended;
    expect(sink.status).toBe(200);
    expect((await upstream.request(1)).json()).toMatchObject({ max_tokens: 501 });
    expect(journal.receipts[0]?.loss).toMatchObject([{ kind: 'degraded', field: 'max_tokens' }]);
  });

  test('is overspent by no single call, however long the model may talk where nobody bounds it', async () => {
    // 4,096 tokens are held, 32,000 could come, and the budget pays for 10,000.
    const { send, journal } = gatewayOf({}, { maxOutputTokens: 32_000 });
    await send(chat(), { key: key({ usd_day: 0.1 }) }).ended;
    expect((await upstream.request(1)).json()).toMatchObject({ max_tokens: 10_000 });
    expect(journal.receipts[0]?.loss).toMatchObject([{ kind: 'degraded', field: 'max_tokens' }]);
    await send(chat({ max_tokens: 9_000 }), { key: { ...key({ usd_day: 0.1 }), id: 'other' } }).ended;
    expect((await upstream.request(2)).json()).toMatchObject({ max_tokens: 9_000 });
    await send(chat(), { key: { ...key({ usd_day: 0.4 }), id: 'rich' } }).ended;
    await send(chat({ alidade: { strict: true } }), { key: { ...key({ usd_day: 0.1 }), id: 'strict' } }).ended;
    for (const number of [3, 4]) expect((await upstream.request(number)).json()).not.toHaveProperty('max_tokens');
    expect(journal.receipts.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test('leaves a reply that it bounds room in the window', async () => {
    const { send } = gatewayOf({}, { maxOutputTokens: 32_000, contextWindowTokens: 8_000 });
    await send(chat(), { key: key({ usd_day: 0.1 }) }).ended;
    const { max_tokens: asked } = (await upstream.request(1)).json() as { max_tokens: number };
    expect(asked).toBeGreaterThan(7_800);
    expect(asked).toBeLessThan(8_000);
  });

  test('is not cut to where nothing may be lost: 402', async () => {
    const { send } = gatewayOf();
    const sink = send(chat({ alidade: { strict: true } }), { key: key({ usd_day: 0.005015 }) });
    await sink.ended;
    expect([sink.status, codeOf(sink)]).toEqual([402, 'budget_exceeded']);
    expect(upstream.requests).toHaveLength(0);
  });

  test.each([
    ['openai', { service_tier: 'priority' }],
    ['openai', { service_tier: 'fast' }],
    ['anthropic', { speed: 'fast', max_tokens: 100 }],
  ] as const)(
    'is not asked to pay a price that no list has (%s %o), which is not booked as the listed one either',
    async (dialect, members) => {
      const { send, journal } = gatewayOf();
      const refused = send(chat(members), { dialect, key: key({ usd_day: 5 }) });
      await refused.ended;
      expect(refused.status).toBe(402);
      expect(upstream.requests).toHaveLength(0);
      await send(chat(members), { dialect }).ended;
      expect(journal.receipts[1]).toMatchObject({ outcome: 'ok', cost_usd: null });
      expect(journal.receipts[1]?.attempts[0]).toMatchObject({ price: null, usage_source: 'reported' });
    },
  );

  test('pays for patience what it would pay without, at most, and for the usual speed as ever', async () => {
    const { send, journal, gateway } = gatewayOf();
    await send(chat({ service_tier: 'flex' }), { key: key({ usd_day: 5 }) }).ended;
    await send(chat({ service_tier: 'auto' })).ended;
    expect(journal.receipts.map(({ cost_usd }) => cost_usd)).toEqual([null, expect.any(Number)]);
    expect(gateway.limiter.spent('key', 'k').usd_day).toBeGreaterThan(0);
  });

  test('covers embeddings too, which cost their input', async () => {
    const { send, gateway, journal } = gatewayOf({}, { price: testPrice(100, 0) });
    upstream.reply(embeddings([[0.1, 0.2]]));
    const body = { model: 'maker/one', input: 'The sea is deep. '.repeat(500) };
    const refused = send(body, { key: key({ usd_day: 0.01 }), operation: 'embeddings' });
    await refused.ended;
    expect([refused.status, codeOf(refused)]).toEqual([402, 'budget_exceeded']);
    expect(upstream.requests).toHaveLength(0);
    const paid = send(body, { key: key({ usd_day: 1 }), operation: 'embeddings' });
    await paid.ended;
    expect(paid.status).toBe(200);
    expect(journal.receipts[1]?.cost_usd).toBeGreaterThan(0);
    expect(gateway.limiter.spent('key', 'k').usd_day).toBeCloseTo(journal.receipts[1]?.cost_usd as number, 12);
  });

  test('is not asked for a count of tokens, which is a request all the same', async () => {
    const { send, gateway } = gatewayOf();
    const limited = key({ rpm: 1, usd_day: 0.000001, tpm: 1 });
    const count = () => send(chat(), { key: limited, operation: 'count_tokens', dialect: 'anthropic' });
    const sinks = [count(), count()];
    for (const sink of sinks) await sink.ended;
    expect(sinks.map(({ status }) => status)).toEqual([200, 429]);
    expect(gateway.limiter.spent('key', 'k')).toEqual({ usd_day: 0, usd_month: 0, in_flight: 0 });
  });

  test('books a stream that broke by what arrived of it', async () => {
    const { send, gateway, journal } = gatewayOf();
    upstream.reply(streamCutAfter(2));
    const sink = send(chat({ stream: true, max_tokens: 100 }), { key: key({ usd_month: 1 }) });
    await sink.ended;
    expect(journal.receipts[0]?.attempts[0]?.usage_source).toBe('estimated');
    const spent = gateway.limiter.spent('key', 'k').usd_month;
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeCloseTo(journal.receipts[0]?.cost_usd as number, 12);
  });

  test('of a use case and of a team counts for every key', async () => {
    const support = useCaseSchema.parse({ id: 'support', team: 'red', limits: { usd_day: 0.02 } });
    const { send, gateway } = gatewayOf({ useCases: [support] });
    gateway.setWorld({ ...gateway.world, teams: new Map([['red', { usd_day: 0.015 }]]) });
    const ask = (id: string) =>
      send(chat({ max_tokens: 1_000 }), { key: { ...key({}), id, defaultUseCase: 'support' } });
    const sinks = [ask('a'), ask('b')];
    for (const sink of sinks) await sink.ended;
    expect(sinks.map(({ status }) => status)).toEqual([200, 402]);
    expect(gateway.limiter.spent('team', 'red').usd_day).toBe(gateway.limiter.spent('use_case', 'support').usd_day);
  });
});

describe('other limits', () => {
  test('tokens a minute are refused with 429 and a time', async () => {
    const { send } = gatewayOf();
    const limited = key({ tpm: 1_500 });
    const sinks = [
      send(chat({ max_tokens: 1_000 }), { key: limited }),
      send(chat({ max_tokens: 1_000 }), { key: limited }),
    ];
    for (const sink of sinks) await sink.ended;
    expect(sinks.map(({ status }) => status)).toEqual([200, 429]);
    expect(Number(sinks[1]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(sinks[1]?.headers).not.toHaveProperty('x-should-retry');
  });

  test('nobody is told to come again with what is larger than a whole limit', async () => {
    const { send } = gatewayOf();
    const sink = send(chat({ max_tokens: 1_000 }), { key: key({ tpm: 5 }) });
    await sink.ended;
    expect([sink.status, sink.headers['x-should-retry']]).toEqual([429, 'false']);
    expect(sink.headers).not.toHaveProperty('retry-after');
  });

  test('a deployment at its limit makes room for the next', async () => {
    const { send, journal } = gatewayOf({}, { limits: { rpm: 1 } });
    const sinks = [send(chat()), send(chat())];
    for (const sink of sinks) await sink.ended;
    expect(sinks.map(({ status }) => status)).toEqual([200, 200]);
    const called = journal.receipts.map(({ attempts }) => attempts[0]?.deployment).sort();
    expect(called).toEqual(['one@first', 'two@second']);
  });
});

describe('a limiter that fails', () => {
  test('costs the request its answer and nobody else theirs: what was held for it is given back', async () => {
    const clock = new ManualClock();
    const limiter = new MemoryLimiter(clock);
    const take = limiter.take.bind(limiter);
    const { send, gateway, faults } = gatewayOf({ clock, services: { limiter } });
    const limited = key({ usd_day: 1, concurrency: 1 });
    const [one] = gateway.world.world.deployments;
    // Down, and just due for the one probe that is let through.
    for (let failure = 0; failure < 5; failure += 1) {
      gateway.health.admit(one as Deployment, 0)?.settle('connect', null, false, 0);
    }
    clock.advance(5_000);
    let takes = 0;
    limiter.take = (...claims) => {
      takes += 1;
      // The first lets the request in, the others are for its attempts.
      if (takes > 1) throw new Error('the limiter fails');
      return take(...claims);
    };
    const failed = send(chat(), { key: limited });
    await failed.ended;
    expect(failed.status).toBe(500);
    expect(codeOf(failed)).toBe('internal');
    expect(faults).not.toHaveLength(0);
    expect(upstream.requests.length + other.requests.length).toBe(0);
    limiter.take = take;
    const answered = send(chat(), { key: limited });
    await answered.ended;
    expect(answered.status).toBe(200);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('a question about the route, which calls nobody', () => {
  const ask = (gateway: Gateway, body: object, limited: ApiKey | null) =>
    gateway.route({
      body: Buffer.from(JSON.stringify(body)),
      key: limited,
      headers: NO_REQUEST_HEADERS,
      receivedAtMs: 0,
    });

  test('is a request of its key all the same, and of its use case', async () => {
    const { gateway, send } = gatewayOf({ clock: new ManualClock() });
    const limited = key({ rpm: 2, concurrency: 1 });
    expect((await ask(gateway, chat(), limited)).plan).toHaveLength(2);
    expect((await ask(gateway, chat(), limited)).plan).toHaveLength(2);
    await expect(ask(gateway, chat(), limited)).rejects.toMatchObject({ code: 'rate_limited' });
    const called = send(chat(), { key: limited });
    await called.ended;
    expect(called.status).toBe(429);
    expect(gateway.limiter.spent('key', 'k').in_flight).toBe(0);
  });

  test('gives back its slot when it cannot be answered', async () => {
    const { gateway } = gatewayOf();
    const limited = key({ concurrency: 1 });
    await expect(ask(gateway, { model: 'maker/none' }, limited)).rejects.toMatchObject({ code: expect.any(String) });
    expect((await ask(gateway, chat(), limited)).plan).toHaveLength(2);
  });

  test('is answered with what is left of the budget', async () => {
    const { gateway } = gatewayOf();
    const decision = await ask(gateway, chat({ max_tokens: 2_000 }), key({ usd_day: 0.01 }));
    expect(decision).toMatchObject({ plan: [], moment: { budget_left_usd: 0.01 } });
    expect(decision.removed).toContainEqual(expect.objectContaining({ removed_because: 'over_budget' }));
  });
});
