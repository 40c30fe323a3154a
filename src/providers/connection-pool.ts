import { Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { buildConnector as Connect, Dispatcher } from 'undici';
// By their files: all of undici (fetch, WebSocket, caches, mocks) takes 9 MB more.
import buildConnector from 'undici/lib/core/connect.js';
import Client from 'undici/lib/dispatcher/client.js';
import { type AddressRules, checkedLookup, type ResolveHost, type Target } from './address-guard.ts';
import { UpstreamCallError } from './failure.ts';

export interface PoolOptions {
  target: Target;
  connectTimeoutMs: number;
  addressRules: AddressRules;
  resolve: ResolveHost | null;
  certificateAuthorities: readonly string[];
  maxConnections: number;
  maxResponseBytes: number;
  keepAliveMs: number;
  maxConnectionAgeMs: number;
}

/** What the pool needs of a call: undici's options and handler in one object, and where it stands. */
export interface PooledCall extends Dispatcher.DispatchOptions, Dispatcher.DispatchHandler {
  /** Set by the pool when the call has got a connection. */
  connection: Connection | null;
  readonly ended: boolean;
  abort(): void;
}

/** One socket's worth of undici. */
export interface Connection {
  readonly client: InstanceType<typeof Client>;
  readonly createdAt: number;
  state: 'busy' | 'resting' | 'idle';
  /** Position in the idle list while idle. */
  idleAt: number;
}

/**
 * Connections to one origin, the most recently used first. It stands in for undici's Pool because that one looks
 * through all its clients at each dispatch: with 1,000 open streams that costs 9 us a request, and about 180 us with
 * its `clientTtl` (bench: 2 cores, Node 24); taking the last of an array costs nothing and lets the rest idle out.
 */
export class ConnectionPool {
  private readonly options: PoolOptions;
  private readonly connector: Connect.connector;
  private readonly idle: Connection[] = [];
  /** Released in this turn of the event loop. */
  private resting: Connection[] = [];
  private readonly endRest = (): void => {
    const rested = this.resting;
    this.resting = [];
    for (const connection of rested) this.offer(connection);
    // A connection that was lost while resting leaves its call without one.
    while (this.waiting.length > 0 && this.open.size < this.options.maxConnections) this.startWaiting();
  };
  private readonly open = new Set<Connection>();
  /** Calls that wait for a resting connection or beyond the limit, in order of arrival; aborted ones are skipped when their turn comes. */
  private readonly waiting: PooledCall[] = [];
  private closed = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.connector = connectorFor(options);
  }

  dispatch(call: PooledCall): void {
    const connection = this.idle.pop();
    if (connection !== undefined) {
      this.start(connection, call);
    } else if (this.waiting.length < this.resting.length || this.open.size >= this.options.maxConnections) {
      this.waiting.push(call);
    } else {
      this.start(this.connect(), call);
    }
  }

  /**
   * The call has ended well and its connection can serve the next one, but not in this turn of the event loop: an
   * upstream that closes right after its answer must be noticed first, else the next request is written into the void.
   */
  release(connection: Connection): void {
    if (this.closed || !this.open.has(connection)) return;
    if (performance.now() - connection.createdAt > this.options.maxConnectionAgeMs) {
      this.discard(connection);
      return;
    }
    connection.state = 'resting';
    this.resting.push(connection);
    if (this.resting.length === 1) setImmediate(this.endRest);
  }

  /** The connection is broken or has the rest of an unwanted answer on it. */
  discard(connection: Connection): void {
    if (!this.open.delete(connection)) return;
    this.dropIdle(connection);
    // Not within undici's own callback, whose bookkeeping is half done there.
    queueMicrotask(() => void connection.client.destroy());
    this.startWaiting();
  }

  /** Ends every call with `aborted`. */
  async close(): Promise<void> {
    this.closed = true;
    this.idle.length = 0;
    for (const call of this.waiting.splice(0)) call.abort();
    const open = [...this.open];
    this.open.clear();
    await Promise.all(open.map(({ client }) => client.destroy()));
  }

  private offer(connection: Connection): void {
    if (this.closed || !this.open.has(connection)) return;
    const next = this.nextWaiting();
    if (next !== undefined) {
      this.start(connection, next);
      return;
    }
    connection.state = 'idle';
    connection.idleAt = this.idle.push(connection) - 1;
  }

  private startWaiting(): void {
    const next = this.nextWaiting();
    if (next !== undefined) this.start(this.connect(), next);
  }

  private start(connection: Connection, call: PooledCall): void {
    connection.state = 'busy';
    call.connection = connection;
    connection.client.dispatch(call, call);
  }

  private nextWaiting(): PooledCall | undefined {
    for (;;) {
      const call = this.waiting.shift();
      if (call === undefined || !call.ended) return call;
    }
  }

  private connect(): Connection {
    const { options } = this;
    const client = new Client(options.target.origin, {
      connect: this.connector,
      allowH2: false,
      pipelining: 1,
      // Deadlines are the gateway's; two timers per call less.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: options.keepAliveMs,
      maxResponseSize: options.maxResponseBytes,
    });
    const connection: Connection = { client, createdAt: performance.now(), state: 'busy', idleAt: -1 };
    this.open.add(connection);
    client.on('disconnect', () => {
      if (connection.state !== 'busy') this.discard(connection);
    });
    return connection;
  }

  /** The last idle connection takes the place of the one that goes. */
  private dropIdle(connection: Connection): void {
    if (connection.state !== 'idle') return;
    connection.state = 'busy';
    const last = this.idle.pop();
    if (last === undefined || last === connection) return;
    this.idle[connection.idleAt] = last;
    last.idleAt = connection.idleAt;
  }
}

/** undici's connector (TLS sessions, server name, happy eyeballs) with our lookup and an exact time limit: its own timer is up to a second late. */
function connectorFor(options: PoolOptions): Connect.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: 0,
    lookup: checkedLookup(options.target.private, options.addressRules, options.resolve),
    // A paused stream buffers at most this much besides the read under way.
    highWaterMark: 16_384,
    ...(options.target.origin.startsWith('https:') ? { secureContext: secureContextFor(options) } : {}),
  } as Connect.BuildOptions);
  return (target, callback) => {
    let waiting = true;
    // undici returns the socket, though its type says nothing.
    const socket: unknown = connect(target, (...outcome) => {
      waiting = false;
      clearTimeout(timer);
      callback(...outcome);
    });
    const giveUp = (): void => {
      if (waiting && socket instanceof Socket)
        socket.destroy(new UpstreamCallError('connect_timeout', 'Not connected in time.'));
    };
    // Timers come before sockets: where we ourselves were held up, connections that stand for long are noticed in between.
    // Taken for failures, five of them would open the breaker of a healthy deployment.
    const timer = setTimeout(() => setImmediate(giveUp), options.connectTimeoutMs);
  };
}

/** One for all connections of the origin: Node would otherwise build a new one, with its certificate store, for each. */
function secureContextFor(options: PoolOptions): SecureContext {
  const { certificateAuthorities } = options;
  if (certificateAuthorities.length === 0) return createSecureContext();
  return createSecureContext({ ca: [...getCACertificates('default'), ...certificateAuthorities] });
}
