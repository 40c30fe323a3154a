import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { chat, ManualClock, SAMPLE_COMMITMENT, upstreamDeployment } from '../../test/support/gateway.ts';
import type { MemorySink } from '../../test/support/memory-sink.ts';
import { useTwoUpstreams } from '../../test/support/served-upstreams.ts';
import {
  neverAnswers,
  resetsBeforeHead,
  streamCutAfter,
  streamErrorsAfter,
  streamMalformedEventAt,
  streamStallsAfter,
} from '../../test/support/upstream/faults.ts';
import {
  chatCompletion,
  chatStream,
  embeddings,
  sseEvent,
  usageOf,
} from '../../test/support/upstream/openai-replies.ts';
import type { ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { hold, send } from '../../test/support/upstream/steps.ts';
import type { ApiKey } from '../contracts/api-key.ts';
import type { Tracing } from '../contracts/tracing.ts';
import { testEndpoint } from '../routing/test-world.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
const { gatewayOf } = useTwoUpstreams((one, two) => {
  [first, second] = [one, two];
});

const key = (overrides: Partial<ApiKey> = {}): ApiKey => ({
  id: 'team-a',
  hash: '',
  prefix: 'ald_abcd',
  roles: ['app'],
  useCases: null,
  defaultUseCase: null,
  models: null,
  labels: [],
  limits: null,
  defaultJurisdictions: null,
  createdAt: '2026-11-01T00:00:00Z',
  revokedAt: null,
  ...overrides,
});

const errorCode = (sink: MemorySink): unknown => (sink.json().error as { code: unknown }).code;

describe('a plain answer', () => {
  test('reaches the client byte for byte, with usage, cost and decision in the receipt', async () => {
    const { send: request, journal } = gatewayOf();
    const reply = chatCompletion({ usage: usageOf(12, 3) });
    first.reply(reply);
    const sink = request(chat());
    await sink.ended;
    expect(sink.status).toBe(200);
    expect(sink.text).toBe(String(reply.body));
    expect(sink.headers).toMatchObject({
      'x-request-id': 'req_1',
      'x-alidade-model': 'maker/one',
      'x-alidade-deployment': 'one@first',
      'x-alidade-reason': 'primary_optimal',
      'x-alidade-attempts': '1',
    });
    const receipt = await journal.receipt;
    expect(receipt).toMatchObject({ outcome: 'ok', status: 200, usage: { input_tokens: 12, output_tokens: 3 } });
    expect(receipt.cost_usd).toBeCloseTo((12 * 1 + 3 * 2) / 1e6, 12);
    expect(receipt.attempts).toMatchObject([{ deployment: 'one@first', role: 'primary', usage_source: 'reported' }]);
  });

  test('goes upstream as the client wrote it, but for the model', async () => {
    const { send: request } = gatewayOf();
    first.reply(chatCompletion());
    const body = Buffer.from(
      '{"seed":12345678901234567890, "model":"auto","messages":[{"role":"user","content":"hé"}]}',
    );
    await request(body).ended;
    const call = await first.request(1);
    expect(call.body.toString('utf8')).toBe(body.toString('utf8').replace('"auto"', '"one"'));
  });

  test('of embeddings is relayed too', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(embeddings([[0.1, 0.2]]));
    const sink = request({ model: 'maker/one', input: 'hello' }, { operation: 'embeddings' });
    await sink.ended;
    expect(sink.status).toBe(200);
    expect((await first.request(1)).target).toBe('/v1/embeddings');
    expect((await journal.receipt).operation).toBe('embeddings');
  });
});

describe('a stream', () => {
  test('arrives as it is sent, and hides the usage chunk that only we asked for', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(chatStream({ deltas: ['Hel', 'lo'], usage: 'chunk' }));
    const sink = request(chat({ stream: true }));
    await sink.ended;
    expect((await first.request(1)).json()).toMatchObject({ stream_options: { include_usage: true } });
    expect(sink.headers['content-type']).toContain('text/event-stream');
    expect(sink.text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(sink.text).not.toContain('"usage":{');
    const receipt = await journal.receipt;
    expect(receipt).toMatchObject({ outcome: 'ok', stream: true });
    expect(receipt.attempts[0]?.usage_source).toBe('reported');
  });

  test('carries its receipt on the last chunk when asked', async () => {
    const { send: request } = gatewayOf();
    first.reply(chatStream({ deltas: ['a'], usage: 'chunk' }));
    const sink = request(chat({ stream: true, alidade: { receipt: true } }));
    await sink.ended;
    const last = sink.text.trim().split('\n\n').at(-2) as string;
    expect(JSON.parse(last.slice(6)).alidade).toMatchObject({
      request_id: 'req_1',
      deployment: 'one@first',
      outcome: 'ok',
      usage_source: 'reported',
    });
    expect((await first.request(1)).json()).not.toHaveProperty('alidade');
  });

  test('that is cut after its first token ends with an error event and without a clean end', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(streamCutAfter(2));
    const sink = request(chat({ stream: true }));
    await sink.ended;
    expect(sink.text).not.toContain('[DONE]');
    expect(sink.text).not.toContain('"finish_reason":"stop"');
    const last = JSON.parse((sink.text.trim().split('\n\n').at(-1) as string).slice(6));
    expect(last.error.code).toBe('upstream_cut');
    const receipt = await journal.receipt;
    expect(receipt).toMatchObject({ outcome: 'upstream_cut', error: 'upstream_cut', status: 200 });
    expect(receipt.attempts[0]).toMatchObject({ usage_source: 'estimated', usage: { output_tokens: 3 } });
    expect(second.requests).toHaveLength(0);
  });

  test('that dies before its first token is answered by the next deployment, nobody noticing', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(streamCutAfter(0));
    second.reply(chatStream({ deltas: ['hello'] }));
    const sink = request(chat({ stream: true }));
    await sink.ended;
    expect(sink.text).toContain('hello');
    expect(sink.text.match(/"role":"assistant"/g)).toHaveLength(1);
    expect(sink.headers['x-alidade-deployment']).toBe('two@second');
    expect(sink.headers['x-alidade-attempts']).toBe('2');
    expect((await journal.receipt).attempts).toMatchObject([
      { deployment: 'one@first', outcome: 'upstream_cut', usage_source: 'estimated', usage: { output_tokens: 0 } },
      { deployment: 'two@second', outcome: 'ok', role: 'fallback' },
    ]);
  });

  test('with an error event inside is replaced before the first token and ended after it', async () => {
    const { send: request } = gatewayOf();
    first.enqueue(streamErrorsAfter(0), streamErrorsAfter(1));
    second.reply(chatStream({ deltas: ['rescued'] }));
    const replaced = request(chat({ stream: true }));
    await replaced.ended;
    expect(replaced.text).toContain('rescued');
    const ended = request(chat({ stream: true }));
    await ended.ended;
    expect(ended.text).not.toContain('[DONE]');
    expect(ended.text).not.toContain('The server is overloaded');
    expect(ended.text).toContain('"code":"upstream_overloaded"');
  });

  test('that falls silent after its first token is ended when the idle limit passes', async () => {
    const clock = new ManualClock();
    const { send: request, journal } = gatewayOf({ clock });
    first.reply(streamStallsAfter(1));
    const sink = request(chat({ stream: true }));
    await sink.firstBytes;
    clock.advance(30_001);
    await sink.ended;
    expect(sink.text).toContain('"code":"upstream_stalled"');
    expect((await journal.receipt).outcome).toBe('upstream_stalled');
    await (await first.request(1)).aborted;
  });

  test.each(['Text/Event-Stream', 'text/event-stream;charset=UTF-8'])('is known by %s', async (contentType) => {
    const { send: request } = gatewayOf();
    const reply = chatStream({ deltas: ['Hi'] });
    first.reply({ ...reply, headers: { ...reply.headers, 'content-type': contentType } });
    const sink = request(chat({ stream: true }));
    await sink.ended;
    expect(sink.headers['x-alidade-deployment']).toBe('one@first');
    expect(sink.text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('that is slow to start gets headers and pings after 10 s, and can still be replaced', async () => {
    const clock = new ManualClock();
    const { send: request } = gatewayOf({ clock });
    first.reply(neverAnswers());
    second.reply(chatStream({ deltas: ['late'] }));
    const sink = request(chat({ stream: true }));
    await first.request(1);
    clock.advance(10_001);
    await sink.firstBytes;
    expect(sink.text).toBe(': ping\n');
    expect(sink.headers).not.toHaveProperty('x-alidade-deployment');
    clock.advance(20_001);
    await sink.ended;
    expect(sink.text).toContain('late');
    expect(sink.text.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});

describe('a failing deployment', () => {
  test.each([
    ['a server error', { status: 500, body: '{"error":{}}' }, 'upstream_error'],
    ['HTML under 200', { status: 200, body: '<html>ok</html>' }, 'upstream_protocol'],
    ['cut JSON', { status: 200, body: '{"choices":[{"mess' }, 'upstream_protocol'],
    ['a rate limit', { status: 429, headers: { 'retry-after': '60' }, body: '{}' }, 'upstream_rate_limited'],
    ['a refused credential', { status: 401, body: '{}' }, 'upstream_auth'],
    ['an empty account', { status: 402, body: '{"error":{"code":"insufficient_balance"}}' }, 'upstream_no_credit'],
    ['a reset', resetsBeforeHead(), 'upstream_reset'],
  ])('with %s is followed by the next one', async (_name, script, code) => {
    const { send: request, journal } = gatewayOf();
    first.reply(script);
    second.reply(chatCompletion());
    const sink = request(chat());
    await sink.ended;
    expect(sink.status).toBe(200);
    expect(sink.headers['x-alidade-deployment']).toBe('two@second');
    expect((await journal.receipt).attempts[0]).toMatchObject({ error: code });
  });

  test('that calls the request invalid is not followed: the caller must change it', async () => {
    const { send: request } = gatewayOf();
    first.reply({
      status: 400,
      body: '{"error":{"message":"prompt: my secret","code":"invalid_value","param":"top_p"}}',
    });
    const sink = request(chat());
    await sink.ended;
    expect(sink.status).toBe(400);
    expect(sink.json().error).toMatchObject({ code: 'upstream_refused_request', param: 'top_p' });
    expect(sink.text).not.toContain('my secret');
    expect(second.requests).toHaveLength(0);
  });

  test('all failing gives one error that names them and asks for no retry', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply({ status: 500, body: '' });
    second.reply({ status: 503, body: '' });
    const sink = request(chat());
    await sink.ended;
    expect(sink.status).toBe(503);
    expect(errorCode(sink)).toBe('all_deployments_down');
    expect(sink.text).toContain('one@first: upstream_error');
    expect(sink.headers['x-should-retry']).toBe('false');
    // Each once, and the last one again, since nobody else was left.
    expect((await journal.receipt).attempts.map(({ deployment }) => deployment)).toEqual([
      'one@first',
      'two@second',
      'two@second',
    ]);
  });

  test('yields to its fallback once more than 5 % of its calls fail', async () => {
    const clock = new ManualClock();
    const { send: request, gateway, journal } = gatewayOf({ clock });
    first.reply({ status: 500, body: '' });
    second.reply(chatCompletion());
    for (let i = 0; i < 20; i += 1) await request(chat()).ended;
    gateway.publishHealth();
    const sink = request(chat());
    await sink.ended;
    expect(sink.headers['x-alidade-reason']).toBe('fallback_high_error_rate');
    expect(sink.headers['x-alidade-attempts']).toBe('1');
    expect(journal.receipts.at(-1)?.attempts[0]?.deployment).toBe('two@second');
  });
});

describe('the client', () => {
  test('that leaves in the middle has its upstream aborted and its tokens booked', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(streamStallsAfter(3));
    const sink = request(chat({ stream: true }));
    await sink.firstBytes;
    sink.leave();
    await (await first.request(1)).aborted;
    const receipt = await journal.receipt;
    expect(receipt).toMatchObject({ outcome: 'client_gone', error: 'client_gone' });
    expect(receipt.attempts[0]).toMatchObject({ outcome: 'client_gone', usage_source: 'estimated' });
    expect(receipt.cost_usd).toBeGreaterThan(0);
  });

  test('that leaves after the finish reason still has its usage drained', async () => {
    const { send: request, journal } = gatewayOf();
    const whole = chatStream({ deltas: ['a'], usage: 'chunk' });
    const steps = whole.body as ReturnType<typeof send>[];
    first.reply({ ...whole, body: [...steps.slice(0, -2), hold(), ...steps.slice(-2)] });
    const sink = request(chat({ stream: true }));
    await sink.firstBytes;
    const call = await first.request(1);
    while (!sink.text.includes('"finish_reason":"stop"')) await new Promise((resolve) => setImmediate(resolve));
    sink.leave();
    call.release();
    expect((await journal.receipt).attempts[0]).toMatchObject({ usage_source: 'drained' });
    expect(sink.text).not.toContain('[DONE]');
  });

  test('that does not read pauses the upstream and is gone after a minute', async () => {
    const clock = new ManualClock();
    const { send: request, journal } = gatewayOf({ clock });
    first.reply(streamStallsAfter(1));
    const sink = request(chat({ stream: true }));
    sink.reads = false;
    await sink.firstBytes;
    clock.advance(60_001);
    await sink.ended;
    expect(sink.destroyed).toBe(true);
    expect((await journal.receipt).outcome).toBe('client_gone');
  });

  test('gets an error when its deadline passes', async () => {
    const clock = new ManualClock();
    const { send: request, journal } = gatewayOf({ clock });
    first.reply(neverAnswers());
    const sink = request(chat({ alidade: { deadline_ms: 5_000 } }));
    await first.request(1);
    clock.advance(5_001);
    await sink.ended;
    expect(sink.status).toBe(504);
    expect(errorCode(sink)).toBe('deadline_exceeded');
    expect((await journal.receipt).outcome).toBe('timeout');
  });
});

describe('bad input', () => {
  test.each([
    ['no JSON', '{"model":', 400, 'invalid_json'],
    ['an empty body', '', 400, 'invalid_json'],
    ['a list', '[]', 400, 'invalid_request'],
    ['no messages', '{"model":"auto","messages":[]}', 400, 'invalid_request'],
    ['an unknown model', '{"model":"maker/onne","messages":[{"role":"user","content":"a"}]}', 404, 'model_not_found'],
    ['a duplicate member', '{"model":"auto","model":"x","messages":[]}', 400, 'duplicate_member'],
    [
      '__proto__',
      '{"model":"auto","__proto__":{},"messages":[{"role":"user","content":"a"}]}',
      400,
      'forbidden_member',
    ],
    [
      'a destination',
      '{"model":"auto","base_url":"http://x","messages":[{"role":"user","content":"a"}]}',
      400,
      'forbidden_member',
    ],
    ['depth 100', `{"model":"auto","x":${'['.repeat(100)}${']'.repeat(100)}}`, 400, 'json_too_deep'],
    [
      'an unknown option',
      '{"model":"auto","alidade":{"tsak":"x"},"messages":[{"role":"user","content":"a"}]}',
      400,
      'invalid_request',
    ],
    [
      'an unknown task',
      '{"model":"auto","alidade":{"task":"x"},"messages":[{"role":"user","content":"a"}]}',
      400,
      'invalid_request',
    ],
  ])('%s is refused with a stable code and a receipt, before anybody is called', async (_name, body, status, code) => {
    const { send: request, journal } = gatewayOf();
    const sink = request(Buffer.from(body));
    await sink.ended;
    expect(sink.status).toBe(status);
    expect(errorCode(sink)).toBe(code);
    expect(sink.headers['x-should-retry']).toBe('false');
    expect((await journal.receipt).error).toBe(code);
    expect(first.requests).toHaveLength(0);
  });

  test('an unknown model is answered with near matches', async () => {
    const { send: request } = gatewayOf();
    const sink = request(chat({ model: 'maker/onne' }));
    await sink.ended;
    expect((sink.json().error as { message: string }).message).toContain('maker/one');
  });

  test('invalid UTF-8 is refused', async () => {
    const { send: request } = gatewayOf();
    const sink = request(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    await sink.ended;
    expect(errorCode(sink)).toBe('invalid_json');
  });
});

describe('keys and use cases', () => {
  test('a key is held to its requests a minute, and told when to come back', async () => {
    const { send: request } = gatewayOf();
    first.reply(chatCompletion());
    const limited = key({ limits: { rpm: 2 } });
    const answers = [
      request(chat(), { key: limited }),
      request(chat(), { key: limited }),
      request(chat(), { key: limited }),
    ];
    for (const sink of answers) await sink.ended;
    expect(answers.map((sink) => sink.status)).toEqual([200, 200, 429]);
    expect(answers[0]?.headers['x-ratelimit-remaining-requests']).toBe('1');
    expect(answers[2]?.headers).toMatchObject({ 'retry-after': '30', 'x-ratelimit-remaining-requests': '0' });
  });

  test.each([
    ['chat', 'openai', chat({ stream: true })],
    ['embeddings', 'openai', { model: 'auto', input: ['a'] }],
    ['chat', 'anthropic', chat({ max_tokens: 9 })],
    ['count_tokens', 'anthropic', chat()],
  ] as const)('a key is held to its requests on every way in: %s of %s', async (operation, dialect, body) => {
    const { send: request } = gatewayOf();
    first.reply(chatCompletion());
    second.reply(chatCompletion());
    const limited = key({ limits: { rpm: 1 } });
    const sinks = [1, 2].map(() => request(body, { key: limited, operation, dialect }));
    for (const sink of sinks) await sink.ended;
    expect(sinks[0]?.status).not.toBe(429);
    expect(sinks[1]?.status).toBe(429);
    expect(sinks[1]?.headers['retry-after']).toBe('60');
  });

  test('a key is held to its requests at the same time, and freed when one ends', async () => {
    const { send: request } = gatewayOf();
    first.reply({ body: [hold(), send(JSON.stringify({ choices: [{ message: {}, finish_reason: 'stop' }] }))] });
    const limited = key({ limits: { concurrency: 1 } });
    const running = request(chat(), { key: limited });
    const refused = request(chat(), { key: limited });
    expect(refused.status).toBe(429);
    (await first.request(1)).release();
    await running.ended;
    const next = request(chat(), { key: limited });
    (await first.request(2)).release();
    await next.ended;
    expect(next.status).toBe(200);
  });

  test('a key reaches only the models it may use', async () => {
    const { send: request } = gatewayOf();
    second.reply(chatCompletion());
    const narrow = key({ models: ['maker/two'] });
    const auto = request(chat(), { key: narrow });
    await auto.ended;
    expect(auto.headers['x-alidade-model']).toBe('maker/two');
    const pinned = request(chat({ model: 'maker/one' }), { key: narrow });
    await pinned.ended;
    expect(pinned.status).toBe(403);
    expect(first.requests).toHaveLength(0);
  });

  test('a key acts only for its own use cases', async () => {
    const useCases = [{ id: 'hr', keep_bodies: false, on_stream_break: 'fail' as const }];
    const { send: request } = gatewayOf({ useCases });
    const sink = request(chat({ alidade: { use_case: 'hr' } }), { key: key({ useCases: ['sales'] }) });
    await sink.ended;
    expect(sink.status).toBe(403);
    expect(errorCode(sink)).toBe('use_case_not_allowed');
  });

  test('labelled traffic has its intent on record before it leaves', async () => {
    const useCases = [{ id: 'hr', data_classes: ['personal'], keep_bodies: false, on_stream_break: 'fail' as const }];
    const { send: request, journal } = gatewayOf({ useCases });
    first.reply(chatCompletion());
    const sink = request(chat({ model: 'auto/hr' }));
    expect(journal.records.map((record) => record.kind)).toEqual(['intent']);
    await sink.ended;
    expect(journal.records.map((record) => record.kind)).toEqual(['intent', 'receipt']);
  });

  test('labelled traffic is refused while the journal cannot record, other traffic is not', async () => {
    const useCases = [{ id: 'hr', data_classes: ['personal'], keep_bodies: false, on_stream_break: 'fail' as const }];
    const { send: request, journal } = gatewayOf({ useCases });
    first.reply(chatCompletion());
    journal.accepting = false;
    const labelled = request(chat({ model: 'auto/hr' }));
    await labelled.ended;
    expect(errorCode(labelled)).toBe('journal_unavailable');
    expect(first.requests).toHaveLength(0);
    const plain = request(chat());
    await plain.ended;
    expect(plain.status).toBe(200);
  });
});

test('a request that is refused before any call is traced like one that is answered', async () => {
  const traced: string[] = [];
  const tracing: Tracing = {
    start: (traceparent, name) => ({
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01',
      end: ({ error, status }) => traced.push(`${traceparent} ${name} ${status} ${error}`),
    }),
  };
  const { send: request } = gatewayOf({ services: { tracing } });
  first.reply(chatCompletion());
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await request(chat(), { headers: { traceparent } }).ended;
  await request(chat({ model: 'maker/nobody' }), { headers: { traceparent } }).ended;
  expect(traced).toEqual([`${traceparent} chat 200 null`, `${traceparent} chat 404 model_not_found`]);
});

describe('draining', () => {
  test('lets running requests end, refuses new ones, and cuts what is left after the timeout', async () => {
    const { send: request, gateway } = gatewayOf();
    first.reply(streamStallsAfter(1));
    const running = request(chat({ stream: true }));
    await running.firstBytes;
    const drained = gateway.drain(20);
    const refused = request(chat());
    expect(refused.status).toBe(503);
    // Nothing was called for it, and another replica can answer.
    expect(refused.headers).not.toHaveProperty('x-should-retry');
    await drained;
    expect(running.text).toContain('"code":"shutting_down"');
    expect(running.text).not.toContain('[DONE]');
    expect(gateway.inFlight).toBe(0);
  });
});

describe('strict', () => {
  const refusing = (id: string, model: string, upstream: ScriptedUpstream) =>
    upstreamDeployment(id, model, upstream, {
      endpoint: testEndpoint(id, {
        baseUrl: upstream.baseUrl,
        private: true,
        quirks: { maxTokensMember: 'either', streamUsage: 'ask', refusedMembers: ['logit_bias'], embeddings: true },
      }),
    });

  test('passes over a deployment that would lose something', async () => {
    const deployments = [
      refusing('one@first', 'maker/one', first),
      upstreamDeployment('two@second', 'maker/two', second),
    ];
    const { send: request } = gatewayOf({ deployments });
    second.reply(chatCompletion());
    const sink = request(chat({ logit_bias: { 5: 1 } }), { headers: { strict: 'true' } });
    await sink.ended;
    expect(sink.headers['x-alidade-deployment']).toBe('two@second');
    expect(first.requests).toHaveLength(0);
  });

  test('refuses with the list when all would, and without it the loss is declared', async () => {
    const { send: request } = gatewayOf({ deployments: [refusing('one@first', 'maker/one', first)] });
    first.reply(chatCompletion());
    const refused = request(chat({ logit_bias: { 5: 1 }, alidade: { strict: true } }));
    await refused.ended;
    expect(errorCode(refused)).toBe('translation_loss');
    expect(refused.text).toContain('logit_bias');
    expect(first.requests).toHaveLength(0);
    const lossy = request(chat({ logit_bias: { 5: 1 } }));
    await lossy.ended;
    expect(lossy.headers['x-alidade-loss']).toBe('dropped:logit_bias');
  });
});

test('a second request with the same Idempotency-Key is refused while the first runs, and not afterwards', async () => {
  const { send: request } = gatewayOf();
  first.reply({ body: [hold(), send(JSON.stringify({ choices: [{ message: {}, finish_reason: 'stop' }] }))] });
  const headers = { idempotencyKey: 'order-17' };
  const running = request(chat(), { headers });
  const twin = request(chat(), { headers });
  expect(twin.status).toBe(409);
  const other = request(chat(), { headers, key: key() });
  (await first.request(1)).release();
  (await first.request(2)).release();
  await running.ended;
  await other.ended;
  expect(other.status).toBe(200);
  const later = request(chat(), { headers });
  (await first.request(3)).release();
  await later.ended;
  expect(later.status).toBe(200);
});

test('a fault suffix reaches the first sandbox deployment only, and is refused for real ones', async () => {
  const sandboxed = [
    upstreamDeployment('one@first', 'maker/one', first, { sandbox: true }),
    upstreamDeployment('two@second', 'maker/two', second, { sandbox: true }),
  ];
  const { send: request } = gatewayOf({ deployments: sandboxed });
  first.reply({ status: 500, body: '' });
  second.reply(chatCompletion());
  await request(chat({ model: 'auto+fault-500' })).ended;
  expect((await first.request(1)).json()).toMatchObject({ model: 'one+fault-500' });
  expect((await second.request(1)).json()).toMatchObject({ model: 'two' });
  const { send: real } = gatewayOf();
  const refused = real(chat({ model: 'maker/one+fault-500' }));
  await refused.ended;
  expect(refused.status).toBe(404);
});

describe('bodies', () => {
  const useCases = [
    { id: 'kept', keep_bodies: true, on_stream_break: 'fail' as const },
    { id: 'plain', keep_bodies: false, on_stream_break: 'fail' as const },
  ];

  test('are kept for a use case that says so, as asked and as answered', async () => {
    const { send: request, bodies, journal } = gatewayOf({ useCases });
    first.reply(chatStream({ deltas: ['Hi'] }));
    const sink = request(chat({ model: 'auto/kept', stream: true }));
    await sink.ended;
    expect(bodies).toMatchObject([{ request_id: 'req_1', use_case: 'kept', answer: sink.text, truncated: false }]);
    expect(JSON.parse(bodies[0]?.request ?? '')).toMatchObject({ model: 'auto/kept' });
    expect(journal.records.at(-1)).toMatchObject({ kind: 'receipt', body_commitment: SAMPLE_COMMITMENT });
  });

  test('are kept nowhere otherwise', async () => {
    const { send: request, bodies, journal } = gatewayOf({ useCases });
    first.reply(chatCompletion({ content: 'a very special answer' }));
    await request(chat({ model: 'auto/plain' })).ended;
    await request(chat()).ended;
    expect(bodies).toEqual([]);
    expect(journal.records.at(-1)).not.toHaveProperty('body_commitment');
    expect(JSON.stringify(journal.records)).not.toContain('special');
    expect(JSON.stringify(journal.records)).not.toContain('about the sea');
  });
});

describe('money', () => {
  test('a refused call costs nothing, one that was given up or broken is booked with an estimate of its input', async () => {
    const clock = new ManualClock();
    const { send: request, journal } = gatewayOf({ clock });
    first.enqueue({ status: 500, body: '' }, { status: 200, body: '<html></html>' }, neverAnswers());
    second.reply(chatCompletion());
    await request(chat()).ended;
    await request(chat()).ended;
    const late = request(chat({ alidade: { deadline_ms: 1_000 } }));
    await first.request(3);
    clock.advance(1_001);
    await late.ended;
    const [refused, html, gaveUp] = journal.receipts.map((receipt) => receipt.attempts[0]);
    expect(refused).toMatchObject({ usage_source: 'none', cost_usd: 0 });
    expect(html).toMatchObject({ usage_source: 'estimated', usage: { output_tokens: 0 } });
    expect(html?.cost_usd).toBeGreaterThan(0);
    expect(gaveUp).toMatchObject({ usage_source: 'estimated', outcome: 'timeout' });
  });

  test('an answer without reported usage is estimated by what it says, not by its envelope', async () => {
    const { send: request, journal } = gatewayOf();
    const body = { id: 'x'.repeat(500), choices: [{ message: { content: 'twelve bytes' }, finish_reason: 'stop' }] };
    first.reply({ body: JSON.stringify(body) });
    await request(chat()).ended;
    expect((await journal.receipt).usage.output_tokens).toBe(3);
  });
});

test('a stream that has finished needs no sentinel, even when its socket stays open', async () => {
  const clock = new ManualClock();
  const { send: request, journal } = gatewayOf({ clock });
  const whole = chatStream({ deltas: ['done'], usage: 'none', done: false });
  first.reply({ ...whole, body: [...(whole.body as ReturnType<typeof send>[]), hold()] });
  const sink = request(chat({ stream: true }));
  await sink.firstBytes;
  while (!sink.text.includes('"finish_reason":"stop"')) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1_101);
  await sink.ended;
  expect(sink.text.endsWith('data: [DONE]\n\n')).toBe(true);
  expect((await journal.receipt).outcome).toBe('ok');
});

test('a refusal that nobody can unpack is one by its status', async () => {
  const { send: request, journal } = gatewayOf();
  const gzipped = {
    headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
    body: gzipSync('{"error":{}}'),
  };
  first.reply({ ...gzipped, status: 400 });
  const sink = request(chat());
  await sink.ended;
  expect(sink.status).toBe(400);
  first.reply({ ...gzipped, status: 429, headers: { ...gzipped.headers, 'retry-after': '30' } });
  second.reply(chatCompletion());
  await request(chat()).ended;
  expect(journal.receipts.map(({ attempts }) => attempts.map(({ status, error }) => [status, error]))).toEqual([
    [[400, 'upstream_refused_request']],
    [
      [429, 'upstream_rate_limited'],
      [200, null],
    ],
  ]);
});

test.each(['openai', 'anthropic'] as const)(
  'an answer whose usage is reported as 0 is not free (%s client)',
  async (dialect) => {
    const { send: request, journal } = gatewayOf();
    const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    const choices = [{ message: { content: 'twelve bytes' }, finish_reason: 'stop' }];
    first.reply({ body: JSON.stringify({ choices, usage }) });
    await request(chat({ max_tokens: 100 }), { dialect }).ended;
    const receipt = await journal.receipt;
    expect(receipt.attempts[0]).toMatchObject({ usage_source: 'estimated', usage: { output_tokens: 3 } });
    expect(receipt.cost_usd).toBeGreaterThan(0);
  },
);

test('a stream whose usage is reported when it begins, and never again, is booked by what it says', async () => {
  const { send: request, journal } = gatewayOf();
  const piece = (delta: object, more = {}) => sseEvent({ choices: [{ index: 0, delta, ...more }] });
  const opening = sseEvent({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 1 } });
  const words = Array.from({ length: 40 }, () => piece({ content: 'more words ' })).join('');
  const end = `${piece({}, { finish_reason: 'stop' })}data: [DONE]\n\n`;
  first.reply({ body: [send(opening + words + end)] });
  await request(chat({ stream: true })).ended;
  const usage = { input_tokens: 100, output_tokens: 110 };
  expect((await journal.receipt).attempts[0]).toMatchObject({ usage_source: 'estimated', usage });
});

test('an Anthropic stream that counts its output when it begins, and never again, is booked by what it says', async () => {
  const deployments = [
    upstreamDeployment('one@first', 'maker/one', first, {
      endpoint: testEndpoint('one@first', {
        baseUrl: first.baseUrl,
        private: true,
        auth: 'none',
        dialect: 'anthropic',
      }),
    }),
  ];
  const event = (data: { type: string; [name: string]: unknown }) =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const usage = { input_tokens: 100, output_tokens: 1 };
  const events = [
    event({ type: 'message_start', message: { id: 'm', role: 'assistant', content: [], usage } }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...Array.from({ length: 40 }, () =>
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'more words ' } }),
    ),
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }),
    event({ type: 'message_stop' }),
  ];
  for (const dialect of ['anthropic', 'openai'] as const) {
    const { send: request, journal } = gatewayOf({ deployments });
    first.reply({ headers: { 'content-type': 'text/event-stream' }, body: [send(events.join(''))] });
    await request(chat({ stream: true, max_tokens: 500 }), { dialect }).ended;
    const [attempt] = (await journal.receipt).attempts;
    expect(attempt).toMatchObject({ usage_source: 'estimated', usage: { input_tokens: 100 } });
    expect(attempt?.usage.output_tokens).toBeGreaterThanOrEqual(110);
  }
});

test('a stream that says in every event that it has finished is not over while it goes on', async () => {
  const clock = new ManualClock();
  const { send: request, journal } = gatewayOf({ clock });
  const piece = (content: string) => sseEvent({ choices: [{ index: 0, delta: { content }, finish_reason: 'stop' }] });
  first.reply({ body: [send(piece('One ') + piece('two ')), hold(), send(`${piece('three')}data: [DONE]\n\n`)] });
  const sink = request(chat({ stream: true }));
  await sink.firstBytes;
  clock.advance(5_000);
  await new Promise((resolve) => setTimeout(resolve, 250));
  first.requests[0]?.release();
  await sink.ended;
  expect(sink.text).toContain('three');
  expect((await journal.receipt).outcome).toBe('ok');
});

test.each([
  ['openai', null],
  ['openai', 'a_new_word'],
  ['anthropic', null],
  ['anthropic', 'a_new_word'],
] as const)(
  'an answer that does not say in a known word why it ended is not called ok (%s client, %s)',
  async (dialect, reason) => {
    const { send: request, journal } = gatewayOf();
    first.reply({ body: JSON.stringify({ choices: [{ message: { content: 'a' }, finish_reason: reason }] }) });
    await request(chat({ max_tokens: 100 }), { dialect }).ended;
    expect((await journal.receipt).outcome).toBe('unknown');
  },
);

test('a refusal is an answer: passed on, recorded as such, never routed around', async () => {
  const { send: request, journal } = gatewayOf();
  const message = { role: 'assistant', content: null, refusal: 'I cannot help with that.' };
  first.reply({ body: JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] }) });
  const sink = request(chat());
  await sink.ended;
  expect(sink.status).toBe(200);
  expect((await journal.receipt).outcome).toBe('refused_by_model');
  expect(second.requests).toHaveLength(0);
});

test('embeddings never go to a model that is known to chat, and do not touch its health', async () => {
  const deployments = [upstreamDeployment('one@first', 'maker/one', first, { kind: 'chat' })];
  const { send: request } = gatewayOf({ deployments });
  const sink = request({ model: 'auto', input: 'hi' }, { operation: 'embeddings' });
  await sink.ended;
  expect(errorCode(sink)).toBe('no_capable_deployment');
  expect(first.requests).toHaveLength(0);
  const unknown = gatewayOf();
  first.reply({ status: 500, body: '' });
  second.reply({ status: 500, body: '' });
  await unknown.send({ model: 'auto', input: 'hi' }, { operation: 'embeddings' }).ended;
  unknown.gateway.publishHealth();
  expect(unknown.gateway.health.healthOf(unknown.gateway.world.world.deployments)).toEqual({});
});

test('an event that was left out is noted in the receipt', async () => {
  const { send: request, journal } = gatewayOf();
  first.reply(streamMalformedEventAt(1));
  await request(chat({ stream: true })).ended;
  expect((await journal.receipt).loss).toMatchObject([{ kind: 'dropped', field: 'stream' }]);
});
