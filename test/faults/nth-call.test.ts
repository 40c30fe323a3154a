import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClientSink } from '../../src/contracts/client-sink.ts';
import { NO_REQUEST_HEADERS } from '../../src/contracts/gateway-request.ts';
import type { JournalRecord } from '../../src/contracts/journal.ts';
import type { Receipt } from '../../src/contracts/receipt.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import { createUpstreamClient } from '../../src/providers/http-client.ts';
import { testRoute, testWorld } from '../../src/routing/test-world.ts';
import { ManualClock, upstreamDeployment } from '../support/gateway.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { streamCutAfter } from '../support/upstream/faults.ts';
import { chatCompletion, chatStream, errorReply } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

// Every call that leaves the gateway (journal, bodies, metrics, upstream, client) is made to fail, one a run: n = 1..N.

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let forbidden: ScriptedUpstream;

beforeAll(async () => {
  first = await createScriptedUpstream();
  second = await createScriptedUpstream();
  forbidden = await createScriptedUpstream();
});

afterAll(async () => {
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

interface Run {
  nth: NthCall;
  sink: MemorySink;
  receipts: Receipt[];
  dispatched: number;
  /** Whether the intent was on record when the first call left. */
  intentFirst: boolean;
  inFlight: number;
}

async function run(at: number, stream: boolean): Promise<Run> {
  const nth = new NthCall(at);
  const sink = new MemorySink();
  const records: JournalRecord[] = [];
  const real = createUpstreamClient({ onFault: () => undefined });
  const clock = new ManualClock();
  let dispatched = 0;
  let intentFirst = true;
  const gateway = new Gateway(
    {
      upstream: {
        dispatch: (request, handler) => {
          nth.check('upstream dispatch');
          dispatched += 1;
          intentFirst &&= records.some(({ kind }) => kind === 'intent');
          return real.dispatch(request, handler);
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
      keepBodies: () => nth.check('keep bodies'),
      observe: () => nth.check('metrics'),
      onFault: () => undefined,
      tracing: null,
    },
    {
      world: testWorld(
        [
          upstreamDeployment('one@first', 'maker/one', first),
          upstreamDeployment('two@second', 'maker/two', second),
          upstreamDeployment('no@forbidden', 'maker/no', forbidden),
        ],
        [testRoute({ default: true, primary: ['maker/one'], fallback: ['maker/two', 'maker/no'] })],
      ),
      useCases: new Map([
        ['hr', { id: 'hr', data_classes: ['personal'], keep_bodies: true, on_stream_break: 'continue' as const }],
      ]),
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
      ...{ id: 'k', hash: '', prefix: '', roles: ['app'], labels: [], limits: null, defaultJurisdictions: null },
      ...{ createdAt: '2026-11-01T00:00:00Z', revokedAt: null, defaultUseCase: 'hr', useCases: ['hr'] },
      models: ['maker/one', 'maker/two'],
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
  return { nth, sink, receipts, dispatched, intentFirst, inFlight: gateway.inFlight };
}

const TEXT = 'The sea is deep.';

function script(stream: boolean): void {
  first.reply(stream ? streamCutAfter(2, { deltas: ['The ', 'sea', ' is'] }) : errorReply(500));
  second.reply((call) => {
    if (!stream) return chatCompletion({ content: TEXT });
    const { messages } = call.json() as { messages: { role: string }[] };
    return chatStream({ deltas: messages.at(-1)?.role === 'assistant' ? [' is ', 'deep.'] : ['The sea is ', 'deep.'] });
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
    for (let at = 1; at <= whole.calls; at += 1) {
      const { nth, sink, receipts, dispatched, intentFirst, inFlight } = await run(at, stream);
      const where = `call ${at}: ${nth.failed}`;
      failed.add(String(nth.failed));
      expect(inFlight, where).toBe(0);
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
          'journal flush',
          'journal intent',
          'journal receipt',
          'keep bodies',
          'metrics',
        ],
        ...(stream ? ['client write'] : []),
        'upstream dispatch',
      ].sort(),
    );
  });
});
