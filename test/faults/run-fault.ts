import type { Deployment } from '../../src/contracts/deployment.ts';
import { type ClientDialectName, NO_REQUEST_HEADERS } from '../../src/contracts/gateway-request.ts';
import type { JournalRecord } from '../../src/contracts/journal.ts';
import type { Receipt } from '../../src/contracts/receipt.ts';
import { DIALECTS, type Dialect } from '../../src/contracts/vocabulary.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import { createUpstreamClient } from '../../src/providers/http-client.ts';
import { testDeployment, testEndpoint, testRoute, testWorld } from '../../src/routing/test-world.ts';
import { ManualClock } from '../support/gateway.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { closedPort, hangingPort } from '../support/upstream/loopback-ports.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';
import type { Script } from '../support/upstream/steps.ts';
import { VENDOR_KINDS } from '../support/vendors/kinds.ts';
import type { Said } from '../support/vendors/said.ts';
import type { AnswerOf, Fault } from './faults.ts';

type HangingPort = Awaited<ReturnType<typeof hangingPort>>;

export interface FaultCase {
  fault: Fault;
  client: ClientDialectName;
  upstream: Dialect;
  stream: boolean;
}

/** What the client saw, and what the books say. */
export interface FaultResult {
  status: number | null;
  body: string;
  receipt: Receipt;
  /** Calls to the first and to the second upstream. */
  calls: readonly [number, number];
}

export const FIRST: Said = { text: ['The sea ', 'is deep ', 'and blue.'] };
export const SECOND: Said = { text: ['Another ', 'sea.'] };

/** Every fault for every pair of dialects, in the forms of answer in which it can happen. */
export function faultCases(faults: readonly Fault[]): FaultCase[] {
  const clients: readonly ClientDialectName[] = ['openai', 'anthropic'];
  return faults.flatMap((fault) =>
    clients.flatMap((client) =>
      (fault.upstreams ?? DIALECTS).flatMap((upstream) =>
        [false, true]
          .filter((stream) => fault.when === 'both' || (fault.when === 'stream') === stream)
          .map((stream) => ({ fault, client, upstream, stream })),
      ),
    ),
  );
}

function answerOf(dialect: Dialect, said: Said, stream: boolean, model: string): AnswerOf {
  const kind = VENDOR_KINDS[dialect];
  const request = { stream, stream_options: { include_usage: true } };
  return {
    kind,
    dialect,
    said,
    stream,
    events: kind.events(said, model, request),
    body: JSON.stringify(kind.body(said, model)),
  };
}

const wholeAnswer = ({ stream, events, body }: AnswerOf): Script =>
  stream ? { body: events.map((event) => ({ kind: 'send', bytes: Buffer.from(event), sliceBytes: null })) } : { body };

function deploymentAt(id: string, model: string, dialect: Dialect, origin: string, window: number): Deployment {
  const endpoint = testEndpoint(id, {
    dialect,
    baseUrl: origin + VENDOR_KINDS[dialect].basePath,
    private: true,
    auth: 'none',
    timeouts: { connectMs: CONNECT_MS, firstByteMs: null, firstTokenMs: null, idleMs: null },
  });
  return testDeployment(id, model, { upstreamModel: `${id}-model`, endpoint, contextWindowTokens: window });
}

const chatBody = (stream: boolean): Buffer =>
  Buffer.from(
    JSON.stringify({
      model: 'auto',
      stream,
      max_tokens: 500,
      messages: [{ role: 'user', content: 'Tell me about the sea.' }],
    }),
  );

/** Of real time: connecting is the one deadline that is not the gateway's. */
const CONNECT_MS = 250;
const MAX_RESPONSE_BYTES = 1_500_000;

/** Runs gateways for faults, one after the other, over the same two upstreams. Always `close()` it. */
export class FaultRunner {
  readonly #first: ScriptedUpstream;
  readonly #second: ScriptedUpstream;
  readonly #closedPort: number;
  readonly #hanging: HangingPort;
  readonly #client = createUpstreamClient({ maxResponseBytes: MAX_RESPONSE_BYTES });

  private constructor(first: ScriptedUpstream, second: ScriptedUpstream, closed: number, hanging: HangingPort) {
    this.#first = first;
    this.#second = second;
    this.#closedPort = closed;
    this.#hanging = hanging;
  }

  static async open(): Promise<FaultRunner> {
    const upstreams = [await createScriptedUpstream(), await createScriptedUpstream()] as const;
    return new FaultRunner(...upstreams, await closedPort(), await hangingPort());
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#first.close();
    await this.#second.close();
    await this.#hanging.close();
  }

  async run({ fault, client, upstream, stream }: FaultCase): Promise<FaultResult> {
    const answer = answerOf(upstream, fault.says ?? FIRST, stream, 'first-model');
    const other = answerOf(upstream, SECOND, stream, 'second-model');
    const asked = [this.#first.requests.length, this.#second.requests.length] as const;
    // What comes after the fault is well, and only seen where the same deployment is asked again.
    if (fault.at === undefined) this.#first.enqueue(fault.script(answer));
    this.#first.reply(wholeAnswer(answer));
    this.#second.reply(wholeAnswer(other));
    const clock = new ManualClock();
    const receipts: Receipt[] = [];
    const gateway = this.#gateway(fault, upstream, clock, receipts);
    const sink = new MemorySink();
    gateway.handle({
      requestId: 'req_fault',
      clientRequestId: null,
      operation: 'chat',
      dialect: client,
      key: null,
      headers: NO_REQUEST_HEADERS,
      body: chatBody(stream),
      receivedAtMs: clock.now(),
      startedAtMs: clock.monotonic(),
      sink,
    });
    await this.#untilEnded(sink, fault, clock, asked[0]);
    return {
      status: sink.status,
      body: sink.text,
      receipt: receipts[0] as Receipt,
      calls: [this.#first.requests.length - asked[0], this.#second.requests.length - asked[1]],
    };
  }

  #originOfFirst({ at }: Fault): string {
    if (at === undefined) return this.#first.origin;
    return `http://127.0.0.1:${at === 'closed_port' ? this.#closedPort : this.#hanging.port}`;
  }

  #gateway(fault: Fault, dialect: Dialect, clock: ManualClock, receipts: Receipt[]): Gateway {
    const deployments = [
      deploymentAt('first', 'maker/one', dialect, this.#originOfFirst(fault), 100_000),
      deploymentAt('second', 'maker/two', dialect, this.#second.origin, 200_000),
    ];
    return new Gateway(
      {
        upstream: this.#client,
        journal: {
          accepting: true,
          dropped: 0,
          append: (record: JournalRecord) => {
            if (record.kind === 'receipt') receipts.push(record);
          },
          flush: () => Promise.resolve(),
        },
        clock,
        randomSeed: () => 1,
        keepBodies: () => null,
        observe: () => undefined,
        onFault: (error) => {
          throw error;
        },
        tracing: null,
      },
      {
        world: testWorld(deployments, [testRoute({ default: true, primary: ['maker/one'], fallback: ['maker/two'] })]),
        useCases: new Map(),
        defaultLimits: null,
        deadlineMs: 600_000,
      },
    );
  }

  /** Lets time pass in steps until the client has its answer, but only after the upstream has the request. */
  async #untilEnded(sink: MemorySink, fault: Fault, clock: ManualClock, asked: number): Promise<void> {
    let ended = false;
    void sink.ended.then(() => {
      ended = true;
    });
    if (fault.at === undefined) await this.#first.request(asked + 1);
    while (!ended) {
      // A turn of real time, in which sockets and the sweeper move; the clock of deadlines is ours.
      await new Promise((resolve) => setTimeout(resolve, fault.waits === undefined ? 1 : 20));
      if (fault.waits !== undefined) clock.advance(fault.waits);
    }
  }
}
