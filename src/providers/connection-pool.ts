import type { Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { ChurningSet } from '../lib/churning-set.ts';
import { type AddressRules, checkedLookup, type ResolveHost, type Target } from './address-guard.ts';
import { HeadLines } from './answer-headers.ts';
import { CLOSED_BY_US, UpstreamCallError } from './failure.ts';
import { type Connect, type ConnectionCall, type ConnectionOptions, HttpConnection } from './http-connection.ts';
import { socketOpener } from './open-socket.ts';

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

/** How often idle connections whose time is over are looked for; one that is asked for is looked at then. */
const LOOK_FOR_EXPIRED_MS = 500;

/** What the pool needs of a call besides what its connection does. */
export interface PooledCall extends ConnectionCall {
  /** Set by the pool when the call has got a connection. */
  connection: HttpConnection | null;
  abort(): void;
}

/**
 * Connections to one origin, the most recently used first: taking the last of an array costs nothing and lets the rest
 * idle out (docs/decisions/0009-own-list-of-upstream-connections.md).
 */
export class ConnectionPool {
  private readonly options: PoolOptions;
  private readonly connectionOptions: ConnectionOptions;
  private readonly idle: HttpConnection[] = [];
  /** Released in this turn of the event loop. */
  private resting: HttpConnection[] = [];
  /** Calls that have got a connection in this turn. */
  private ready: PooledCall[] = [];
  private readonly open = new ChurningSet<HttpConnection>();
  /** Calls that wait for a resting connection or beyond the limit, in order of arrival; aborted ones are skipped when their turn comes. */
  private readonly waiting: PooledCall[] = [];
  private expiring: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(options: PoolOptions) {
    this.options = options;
    const { keepAliveMs, maxResponseBytes } = options;
    this.connectionOptions = {
      ...{ connect: connectorFor(options), keepAliveMs, maxResponseBytes, headLines: new HeadLines() },
      onLost: (connection) => this.onLost(connection),
    };
  }

  dispatch(call: PooledCall): void {
    const connection = this.takeIdle();
    if (connection !== undefined) {
      this.assign(connection, call);
    } else if (this.waiting.length < this.resting.length || this.open.size >= this.options.maxConnections) {
      this.waiting.push(call);
    } else {
      this.connect(call);
    }
  }

  /**
   * The call has ended well and its connection can serve the next one, but not in this turn of the event loop: an
   * upstream that closes right after its answer must be noticed first, else the next request is written into the void.
   */
  release(connection: HttpConnection): void {
    if (this.closed || connection.seat === null) return;
    if (performance.now() - connection.createdAt > this.options.maxConnectionAgeMs) {
      this.discard(connection);
      return;
    }
    connection.state = 'resting';
    this.resting.push(connection);
    if (this.resting.length === 1) setImmediate(this.endRest);
  }

  /** The connection is broken or has the rest of an unwanted answer on it. */
  discard(connection: HttpConnection): void {
    if (!this.leave(connection)) return;
    this.dropIdle(connection);
    connection.destroy();
    this.startWaiting();
  }

  /** Ends every call with `aborted`. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.expiring !== null) clearInterval(this.expiring);
    this.idle.length = 0;
    for (const call of this.waiting.splice(0)) call.abort();
    for (const call of this.ready.splice(0)) call.abort();
    const open: HttpConnection[] = [];
    this.open.visit((connection) => void open.push(connection));
    for (const connection of open) this.leave(connection);
    const reason = new UpstreamCallError(CLOSED_BY_US, 'The upstream client is closed.');
    await Promise.all(open.map((connection) => connection.close(reason)));
  }

  private readonly endRest = (): void => {
    const rested = this.resting;
    this.resting = [];
    for (const connection of rested) this.offer(connection);
    // A connection that was lost while resting leaves its call without one.
    while (this.waiting.length > 0 && this.open.size < this.options.maxConnections) this.startWaiting();
  };

  private offer(connection: HttpConnection): void {
    if (this.closed || connection.seat === null) return;
    const next = this.nextWaiting();
    if (next !== undefined) {
      this.assign(connection, next);
      return;
    }
    connection.state = 'idle';
    connection.rest(performance.now());
    connection.idleAt = this.idle.push(connection) - 1;
    this.expiring ??= setInterval(() => this.expire(), LOOK_FOR_EXPIRED_MS).unref();
  }

  private startWaiting(): void {
    const next = this.nextWaiting();
    if (next !== undefined) this.connect(next);
  }

  /** It was idle: whether the upstream has closed it or spoken on it unasked shows before the turn is over. */
  private assign(connection: HttpConnection, call: PooledCall): void {
    connection.state = 'busy';
    call.connection = connection;
    this.ready.push(call);
    if (this.ready.length === 1) setImmediate(this.sendReady);
  }

  private readonly sendReady = (): void => {
    const ready = this.ready;
    this.ready = [];
    for (const call of ready) {
      const { connection } = call;
      if (call.ended || connection === null) continue;
      if (!connection.lost) connection.send(call);
      else {
        call.connection = null;
        this.dispatch(call);
      }
    }
  };

  private nextWaiting(): PooledCall | undefined {
    for (;;) {
      const call = this.waiting.shift();
      if (call === undefined || !call.ended) return call;
    }
  }

  private takeIdle(): HttpConnection | undefined {
    for (let connection = this.idle.pop(); connection !== undefined; connection = this.idle.pop()) {
      if (performance.now() <= connection.idleUntilMs) return connection;
      connection.state = 'busy';
      this.discard(connection);
    }
    return undefined;
  }

  private expire(): void {
    const nowMs = performance.now();
    for (const connection of this.idle.filter(({ idleUntilMs }) => nowMs > idleUntilMs)) this.discard(connection);
    if (this.idle.length > 0 || this.expiring === null) return;
    clearInterval(this.expiring);
    this.expiring = null;
  }

  private connect(call: PooledCall): void {
    const connection = new HttpConnection(this.connectionOptions);
    connection.seat = this.open.add(connection);
    call.connection = connection;
    connection.send(call);
  }

  /** Whether it was still one of the open ones. */
  private leave(connection: HttpConnection): boolean {
    const { seat } = connection;
    connection.seat = null;
    return seat !== null && this.open.delete(seat);
  }

  /** One that has a call already is found out by it. */
  private onLost(connection: HttpConnection): void {
    if (connection.state !== 'busy') this.discard(connection);
    else if (this.leave(connection)) this.startWaiting();
  }

  /** The last idle connection takes the place of the one that goes. */
  private dropIdle(connection: HttpConnection): void {
    if (connection.state !== 'idle') return;
    connection.state = 'busy';
    const last = this.idle.pop();
    if (last === undefined || last === connection) return;
    this.idle[connection.idleAt] = last;
    last.idleAt = connection.idleAt;
  }
}

/** Sockets to the target, by addresses that were looked up and checked, with an exact time limit. */
function connectorFor(options: PoolOptions): Connect {
  const { target } = options;
  const { hostname, protocol, port } = new URL(target.origin);
  const secure = protocol === 'https:';
  const open = socketOpener({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 443 : 80),
    secureContext: secure ? secureContextFor(options) : null,
    lookup: checkedLookup(target.private, options.addressRules, options.resolve),
  });
  return (onRead, callback) => {
    let waiting = true;
    const settle = (error: Error | null, connected: Socket | null): void => {
      waiting = false;
      clearTimeout(timer);
      callback(error, connected);
    };
    const socket = open({
      onRead,
      onConnected: (connected) => settle(null, connected),
      onRefused: (error) => settle(error, null),
    });
    const giveUp = (): void => {
      if (waiting) socket.destroy(new UpstreamCallError('connect_timeout', 'Not connected in time.'));
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
