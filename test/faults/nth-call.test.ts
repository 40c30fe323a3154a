import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNTRY_GROUPS } from '../../src/catalog/facts/country-groups.ts';
import type { ClientSink } from '../../src/contracts/client-sink.ts';
import { useCaseSchema } from '../../src/contracts/configuration.ts';
import type { Deployment } from '../../src/contracts/deployment.ts';
import { NO_REQUEST_HEADERS } from '../../src/contracts/gateway-request.ts';
import type { JournalRecord } from '../../src/contracts/journal.ts';
import type { Limiter, LimitLease } from '../../src/contracts/limits.ts';
import type { Receipt } from '../../src/contracts/receipt.ts';
import type { UpstreamHandler } from '../../src/contracts/upstream.ts';
import { RequestDetector } from '../../src/gateway/detection.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import { MemoryLimiter } from '../../src/gateway/limits/memory-limiter.ts';
import { createBundle } from '../../src/policy/bundle.ts';
import { evaluateRules, type RuleEvaluator } from '../../src/policy/evaluate-rules.ts';
import { PolicyEngine } from '../../src/policy/policy-engine.ts';
import { STARTER_RULES } from '../../src/policy/starter-rules.ts';
import { TextScanner } from '../../src/privacy-thread/text-scanner.ts';
import { createUpstreamClient } from '../../src/providers/http-client.ts';
import { testEndpoint, testRoute, testWorld } from '../../src/routing/test-world.ts';
import { ManualClock, upstreamDeployment } from '../support/gateway.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { streamCutAfter } from '../support/upstream/faults.ts';
import { chatCompletion, chatStream, errorReply } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

// Every call that leaves the gateway (journal, bodies, metrics, limits, upstream, client) and everything that an upstream's
// socket brings is made to fail, one a run: n = 1..N.

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let forbidden: ScriptedUpstream;
const scanner = new TextScanner();

beforeAll(async () => {
  first = await createScriptedUpstream();
  second = await createScriptedUpstream();
  forbidden = await createScriptedUpstream();
});

afterAll(async () => {
  await scanner.close();
  for (const upstream of [first, second, forbidden]) await upstream.close();
});

/** Fails the n-th call of everything that is wrapped. */
class NthCall {
  calls = 0;
  failed: string | null = null;
  readonly #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  check(name: string): void {
    this.calls += 1;
    if (this.calls !== this.#at) return;
    this.failed = name;
    throw new Error(`call ${this.#at} (${name}) fails`);
  }
}

function failingSink(inner: MemorySink, nth: NthCall): ClientSink {
  return {
    get onDrain() {
      return inner.onDrain;
    },
    set onDrain(listener) {
      inner.onDrain = listener;
    },
    get onGone() {
      return inner.onGone;
    },
    set onGone(listener) {
      inner.onGone = listener;
    },
    head: (status, headers) => {
      nth.check('client head');
      inner.head(status, headers);
    },
    write: (chunk) => {
      nth.check('client write');
      return inner.write(chunk);
    },
    end: (chunk) => {
      nth.check('client end');
      inner.end(chunk);
    },
    destroy: () => inner.destroy(),
  };
}

/** The n-th thing that the socket brings is that it is broken. */
function failingSocket(inner: UpstreamHandler, nth: NthCall): UpstreamHandler {
  let broken = false;
  const or = (name: string, pass: () => void): void => {
    if (broken) return;
    try {
      nth.check(name);
    } catch (error) {
      broken = true;
      return inner.onFailure('reset', error as Error);
    }
    pass();
  };
  return {
    onHead: (status, headers) => or('socket head', () => inner.onHead(status, headers)),
    onData: (chunk) => or('socket data', () => inner.onData(chunk)),
    onEnd: () => or('socket end', () => inner.onEnd()),
    onFailure: (failure, cause) => {
      if (!broken) inner.onFailure(failure, cause);
    },
  };
}

function failingLease(inner: LimitLease, nth: NthCall): LimitLease {
  return {
    ...{ ok: true, requests: inner.requests },
    settle: (actual) => {
      nth.check('limits settle');
      inner.settle(actual);
    },
    release: () => inner.release(),
    extend: (leaseMs) => inner.extend(leaseMs),
    recorded: () => {
      nth.check('limits recorded');
      inner.recorded();
    },
  };
}

function failingLimiter(inner: Limiter, nth: NthCall): Limiter {
  return {
    get changes() {
      return inner.changes;
    },
    take: (claims, leaseMs, requestId) => {
      nth.check('limits take');
      const taken = inner.take(claims, leaseMs, requestId);
      return taken.ok ? failingLease(taken, nth) : taken;
    },
    room: (subjects) => {
      nth.check('limits room');
      return inner.room(subjects);
    },
    spent: (scope, id) => inner.spent(scope, id),
    subjects: () => inner.subjects(),
    sweep: () => inner.sweep(),
    snapshot: () => inner.snapshot(),
    restore: (snapshot) => inner.restore(snapshot),
  };
}

interface Run {
  nth: NthCall;
  sink: MemorySink;
  receipts: Receipt[];
  dispatched: number;
  /** Whether the intent was on record when the first call left. */
  intentFirst: boolean;
  inFlight: number;
  /** What the key's limits say is still going on. */
  heldSlots: number;
}

/** Personal data of Germans may go to the first two and, nothing being known of it, not to the third. */
function policyOver(deployments: readonly Deployment[], clock: ManualClock, nth: NthCall): PolicyEngine {
  const evaluator: RuleEvaluator = {
    async evaluate(bundle, request) {
      nth.check('policy evaluate');
      return evaluateRules(bundle, request);
    },
  };
  const world = { bundle: createBundle(STARTER_RULES), deployments, groups: COUNTRY_GROUPS };
  return new PolicyEngine({ evaluator, now: () => clock.now(), world, tokenise: 'when_asked' });
}

class FailingDetector extends RequestDetector {
  readonly #nth: NthCall;

  constructor(nth: NthCall) {
    super(scanner, { maxCharacters: 1_000_000, budgetMs: 60_000, plugIn: null });
    this.#nth = nth;
  }

  override detect(texts: Parameters<RequestDetector['detect']>[0]): ReturnType<RequestDetector['detect']> {
    this.#nth.check('detection');
    return super.detect(texts);
  }
}

function inGermany(id: string, upstream: ScriptedUpstream): Deployment['endpoint'] {
  const endpoint = testEndpoint(id, { baseUrl: upstream.baseUrl, private: true, auth: 'none' });
  const known = { region: 'de', storageRegion: 'de', operatorCountry: 'de', trainsOnData: false };
  return { ...endpoint, facts: { ...endpoint.facts, ...known, checkedAt: '2026-11-01' } };
}

async function run(at: number, stream: boolean): Promise<Run> {
  const nth = new NthCall(at);
  const sink = new MemorySink();
  const records: JournalRecord[] = [];
  const real = createUpstreamClient({ onFault: () => undefined });
  const clock = new ManualClock();
  const limiter = new MemoryLimiter(clock);
  const deployments = [
    upstreamDeployment('one@first', 'maker/one', first, { endpoint: inGermany('first', first) }),
    upstreamDeployment('two@second', 'maker/two', second, { endpoint: inGermany('second', second) }),
    upstreamDeployment('no@forbidden', 'maker/no', forbidden),
  ];
  let dispatched = 0;
  let intentFirst = true;
  const gateway = new Gateway(
    {
      upstream: {
        dispatch: (request, handler) => {
          nth.check('upstream dispatch');
          dispatched += 1;
          intentFirst &&= records.some(({ kind }) => kind === 'intent');
          return real.dispatch(request, failingSocket(handler, nth));
        },
        close: () => real.close(),
      },
      journal: {
        accepting: true,
        dropped: 0,
        append: (record) => {
          nth.check(`journal ${record.kind}`);
          records.push(record);
        },
        flush: async () => nth.check('journal flush'),
      },
      clock,
      randomSeed: () => 1,
      keepBodies: () => {
        nth.check('keep bodies');
        return null;
      },
      observe: () => nth.check('metrics'),
      onFault: () => undefined,
      tracing: null,
      limiter: failingLimiter(limiter, nth),
      policy: policyOver(deployments, clock, nth),
      detector: new FailingDetector(nth),
    },
    {
      world: testWorld(deployments, [
        testRoute({ default: true, primary: ['maker/one'], fallback: ['maker/two', 'maker/no'] }),
      ]),
      useCases: new Map([['hr', useCaseSchema.parse(HR)]]),
      defaultLimits: null,
      deadlineMs: 600_000,
    },
  );
  gateway.handle({
    requestId: 'req_nth',
    clientRequestId: null,
    operation: 'chat',
    dialect: 'openai',
    key: {
      ...{ id: 'k', hash: '', prefix: '', roles: ['app'], labels: [], defaultJurisdictions: null },
      limits: { rpm: 100, concurrency: 5, tpm: 1_000_000 },
      ...{ createdAt: '2026-11-01T00:00:00Z', revokedAt: null, defaultUseCase: 'hr', useCases: ['hr'] },
      models: null,
    },
    headers: NO_REQUEST_HEADERS,
    body: Buffer.from(JSON.stringify({ model: 'auto', stream, messages: [{ role: 'user', content: 'The sea?' }] })),
    receivedAtMs: clock.now(),
    startedAtMs: clock.monotonic(),
    sink: failingSink(sink, nth),
  });
  await Promise.race([sink.ended, new Promise((resolve) => setTimeout(resolve, 2_000))]);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await real.close();
  const receipts = records.filter((record): record is Receipt => record.kind === 'receipt');
  const heldSlots = limiter.spent('key', 'k').in_flight;
  return { nth, sink, receipts, dispatched, intentFirst, inFlight: gateway.inFlight, heldSlots };
}

const TEXT = 'The sea is deep.';
const HR = {
  ...{ id: 'hr', data_classes: ['personal'], subject_jurisdictions: ['de'] },
  ...{ keep_bodies: true, on_stream_break: 'continue' },
};

function script(stream: boolean): void {
  first.reply(stream ? streamCutAfter(2, { deltas: ['The ', 'sea', ' is'] }) : errorReply(500));
  second.reply((call) => {
    if (!stream) return chatCompletion({ content: TEXT });
    const { messages } = call.json() as { messages: { role: string; content: string }[] };
    // Whoever goes on begins where the text that it was given ends, wherever the stream broke.
    const given = messages.findLast(({ role }) => role === 'assistant')?.content ?? '';
    const rest = TEXT.slice(given.length);
    return chatStream({ deltas: [rest.slice(0, 3), rest.slice(3)] });
  });
}

function said(sink: MemorySink, stream: boolean): string {
  if (!stream)
    return sink.text === ''
      ? ''
      : String((sink.json().choices as { message: { content: string } }[] | undefined)?.[0]?.message.content ?? '');
  return [...sink.text.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text).join('');
}

describe.each([false, true])('whatever call fails (stream: %s)', (stream) => {
  test('nothing is billed twice, lost, shown as whole though it is not, or sent where it may not go', async () => {
    script(stream);
    const { nth: whole } = await run(0, stream);
    expect(whole.calls).toBeGreaterThan(6);
    const failed = new Set<string>();
    // Sockets cut a stream as they like: a run may need a few calls more or less than the one that was counted.
    for (let at = 1; at <= whole.calls + 3; at += 1) {
      const { nth, sink, receipts, dispatched, intentFirst, inFlight, heldSlots } = await run(at, stream);
      const where = `call ${at}: ${nth.failed}`;
      if (nth.failed !== null) failed.add(nth.failed);
      expect(inFlight, where).toBe(0);
      expect(heldSlots, where).toBe(0);
      expect(intentFirst, where).toBe(true);
      if (nth.failed !== 'journal receipt') expect(receipts, where).toHaveLength(1);
      const attempts = receipts[0]?.attempts ?? [];
      // One entry a call; of those that answered there is never more than one.
      if (receipts.length === 1 && nth.failed !== 'upstream dispatch') expect(attempts, where).toHaveLength(dispatched);
      expect(attempts.filter(({ outcome }) => outcome === 'ok').length, where).toBeLessThanOrEqual(1);
      const looksWhole = stream ? sink.text.includes('[DONE]') : sink.status === 200 && !sink.destroyed;
      if (looksWhole) expect(said(sink, stream), where).toBe(TEXT);
      expect(forbidden.requests, where).toHaveLength(0);
    }
    expect([...failed].sort()).toEqual(
      [
        ...[
          'client end',
          'client head',
          'detection',
          'journal flush',
          'journal intent',
          'journal receipt',
          'keep bodies',
          'limits recorded',
          'limits room',
          'limits settle',
          'limits take',
          'metrics',
          'policy evaluate',
          'socket data',
          'socket end',
          'socket head',
        ],
        ...(stream ? ['client write'] : []),
        'upstream dispatch',
      ].sort(),
    );
  });
});
