// test/support/upstream: an HTTP/1.1 upstream whose every byte a test decides. Real sockets, port 0, loopback only.
// May import: node built-ins and its own folder. Used by every suite that talks to an upstream.
// Start here: createScriptedUpstream, then steps.ts (what an answer is made of), openai-replies.ts (ready-made answers)
// and faults.ts (ready-made misbehaviour).
// It is written on node:net and not on node:http, because an HTTP server refuses to send what these tests are about.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Exchange, type SetTimer, type UpstreamCallRecord } from './exchange.ts';
import { createRequestReader, type ReceivedRequest } from './request-reader.ts';
import type { Script } from './steps.ts';

export type Responder = Script | ((call: UpstreamCallRecord) => Script);

export interface ScriptedUpstream {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, or https. */
  readonly origin: string;
  /** `origin` + `/v1`: what an endpoint's base_url takes. */
  readonly baseUrl: string;
  /** Answers every request for which nothing is queued. Without it such a request gets 500 `no script`. */
  reply(responder: Responder): void;
  /** Answers the next requests, one each, in order of arrival. */
  enqueue(...responders: Responder[]): void;
  /** The n-th request (from 1), as soon as it has arrived whole. */
  request(number: number): Promise<UpstreamCallRecord>;
  readonly requests: readonly UpstreamCallRecord[];
  readonly connectionsOpen: number;
  readonly connectionsAccepted: number;
  /** Resolves once no connection is open. */
  allClosed(): Promise<void>;
  /** What went wrong inside the upstream itself (a malformed request, say); a test may assert that it is empty. */
  readonly problems: readonly Error[];
  close(): Promise<void>;
}

export interface ScriptedUpstreamOptions {
  /** Key and certificate make it an https server. */
  tls?: { key: string; cert: string };
  /** Timer behind `delay()`; setTimeout by default. */
  setTimer?: SetTimer;
  /** Forget answered requests (benchmarks and soaks); `request(n)` then knows only the ones to come. */
  keepNoRequests?: boolean;
}

/** Listens on a free loopback port. Always `await close()` it. */
export async function createScriptedUpstream(options: ScriptedUpstreamOptions = {}): Promise<ScriptedUpstream> {
  const state = new UpstreamState(options);
  const server: Server = options.tls
    ? createTlsServer(options.tls, (socket) => state.accept(socket))
    : createServer({ noDelay: true, allowHalfOpen: true }, (socket) => state.accept(socket));
  server.on('tlsClientError', () => {
    // A client that rejects the certificate is what some tests are about; the client's side of it is asserted there.
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;

  return {
    port,
    origin,
    baseUrl: `${origin}/v1`,
    reply(responder) {
      state.fallback = responder;
    },
    enqueue(...responders) {
      state.queue.push(...responders);
    },
    request: (number) => state.request(number),
    get requests() {
      return state.requests;
    },
    get connectionsOpen() {
      return state.sockets.size;
    },
    get connectionsAccepted() {
      return state.connectionsAccepted;
    },
    allClosed: () => state.allClosed(),
    problems: state.problems,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of state.sockets) socket.destroy();
      await closed;
    },
  };
}

class UpstreamState {
  readonly options: ScriptedUpstreamOptions;
  readonly sockets = new Set<Socket>();
  readonly requests: UpstreamCallRecord[] = [];
  readonly problems: Error[] = [];
  readonly queue: Responder[] = [];
  fallback: Responder | null = null;
  connectionsAccepted = 0;
  private received = 0;
  private readonly setTimer: SetTimer;
  private readonly requestWaiters = new Map<number, ((call: UpstreamCallRecord) => void)[]>();
  private readonly closeWaiters: (() => void)[] = [];

  constructor(options: ScriptedUpstreamOptions) {
    this.options = options;
    this.setTimer = options.setTimer ?? ((callback, ms) => void setTimeout(callback, ms));
  }

  accept(socket: Socket): void {
    this.connectionsAccepted += 1;
    const connection = this.connectionsAccepted;
    this.sockets.add(socket);
    const waiting: ReceivedRequest[] = [];
    let current: Exchange | null = null;

    const startNext = (): void => {
      if (current !== null || socket.destroyed) return;
      const received = waiting.shift();
      if (received === undefined) return;
      const exchange = new Exchange(socket, received, connection, ++this.received, this.setTimer);
      current = exchange;
      this.announce(exchange);
      exchange.run(this.scriptFor(exchange), () => {
        current = null;
        startNext();
      });
    };

    const reader = createRequestReader((received) => {
      waiting.push(received);
      startNext();
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.problems.push(error as Error);
        socket.destroy();
      }
    });
    // With allowHalfOpen the server must answer the client's FIN itself, else `aborted` would never be seen.
    socket.on('end', () => socket.destroy());
    socket.on('error', () => {
      // ECONNRESET and EPIPE are the client's doing; 'close' follows and is what tests wait for.
    });
    socket.on('close', () => {
      this.sockets.delete(socket);
      current?.connectionLost();
      if (this.sockets.size === 0) for (const resolve of this.closeWaiters.splice(0)) resolve();
    });
  }

  request(number: number): Promise<UpstreamCallRecord> {
    const known = this.requests[number - 1];
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      const waiters = this.requestWaiters.get(number) ?? [];
      waiters.push(resolve);
      this.requestWaiters.set(number, waiters);
    });
  }

  allClosed(): Promise<void> {
    if (this.sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.closeWaiters.push(resolve));
  }

  private announce(call: UpstreamCallRecord): void {
    if (!this.options.keepNoRequests) this.requests.push(call);
    const waiters = this.requestWaiters.get(call.number);
    if (waiters === undefined) return;
    this.requestWaiters.delete(call.number);
    for (const resolve of waiters) resolve(call);
  }

  private scriptFor(call: UpstreamCallRecord): Script {
    const responder = this.queue.shift() ?? this.fallback;
    if (responder === null)
      return { status: 500, body: `no script for request ${call.number}: ${call.method} ${call.path}` };
    return typeof responder === 'function' ? responder(call) : responder;
  }
}
