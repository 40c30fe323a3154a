// server/direct/: plain requests to the gateway read from the socket, past node:http, which takes half of what they cost.
// May import: what server/ may.
// Start here: `serveDirectly` decides which connections and requests come this way; direct-connection.ts is one of them.
// Only what leaves no doubt is read here (read-head.ts); everything else goes to node:http with every byte of it, and so
// does whatever is refused: there is one place that answers errors of HTTP.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from '../../app.ts';
import { ChurningSet } from '../../lib/churning-set.ts';
import { callerOf, type Guard } from '../caller-of.ts';
import { type Asked, beginRequest, type OwnHeaders } from '../data-plane.ts';
import { checkHeaders } from '../read-body.ts';
import type { RequestHead } from '../request-head.ts';
import type { RawRoute, RouteDefinition } from '../route-definition.ts';
import { DirectConnection, type DirectServer } from './direct-connection.ts';

/** How often connections are looked at that wait for their clients. */
const LOOK_MS = 250;
/** Added to what clients are told, for requests that are on their way; node:http adds as much. */
const KEEP_ALIVE_MARGIN_MS = 1_000;
/** Slow senders are node:http's, which cuts them: whoever has not sent a whole request by then goes there. */
const PATIENCE_MS = 250;
/** Each costs some 30 us. */
const HAND_OVERS_A_TURN = 50;

export interface DirectOptions {
  app: App;
  guard: Guard;
  routes: readonly RouteDefinition[];
  maxHeadBytes: number;
  keepAliveMs: number;
}

export interface DirectLane {
  /** No connection is kept after its answer, and those that rest are closed. */
  stop(): void;
  /** Breaks off what is left. */
  destroy(): void;
}

/** Takes the connections of `server` first, and leaves to it what is not plain. */
export function serveDirectly(server: Server, options: DirectOptions): DirectLane {
  const lane = new Lane(server, options);
  server.on('close', () => lane.destroy());
  return lane;
}

class Lane implements DirectServer, DirectLane {
  readonly maxHeadBytes: number;
  keepAliveS: number | null;
  readonly #server: Server;
  readonly #options: DirectOptions;
  readonly #routes = new Map<string, RawRoute>();
  readonly #connections = new ChurningSet<DirectConnection>();
  readonly #toNode: (socket: Socket) => void;
  #looking: NodeJS.Timeout | null = null;

  constructor(server: Server, options: DirectOptions) {
    this.#server = server;
    this.#options = options;
    this.maxHeadBytes = options.maxHeadBytes;
    this.keepAliveS = Math.floor(options.keepAliveMs / 1_000);
    for (const route of options.routes) {
      if (route.raw === true && route.operation !== undefined)
        for (const path of route.paths) this.#routes.set(path, route);
    }
    const listeners = server.listeners('connection');
    server.removeAllListeners('connection');
    const toNode = (socket: Socket): void => {
      for (const listener of listeners) listener.call(server, socket);
    };
    this.#toNode = toNode;
    server.on('connection', (socket: Socket) => this.#open(socket));
  }

  now(): number {
    return this.#options.app.clock.monotonic();
  }

  admit(path: string, request: RequestHead): Asked | null {
    const { app, guard } = this.#options;
    const route = this.#routes.get(path);
    if (route?.operation === undefined) return null;
    try {
      const caller = callerOf(app, route, request, guard);
      checkHeaders(request, app.maxBodyBytes);
      return { caller, operation: route.operation, dialect: route.dialect };
    } catch {
      // node:http hears the same request and says why not.
      return null;
    }
  }

  begin(asked: Asked, headers: OwnHeaders, sink: Parameters<DirectServer['begin']>[2], body: Buffer): void {
    const { app } = this.#options;
    beginRequest(app, asked, headers, app.newRequestId(), sink, () => body);
  }

  handOver(connection: DirectConnection, socket: Socket, bytes: Buffer): void {
    this.#leave(connection);
    if (bytes.length > 0) socket.unshift(bytes);
    this.#toNode(socket);
    socket.resume();
  }

  /** Its end cannot be read a second time: node:http is told what its own parser would say. */
  refuseCut(socket: Socket): void {
    const error = Object.assign(new Error('The body was cut.'), { code: 'HPE_INVALID_EOF_STATE' });
    if (!this.#server.emit('clientError', error, socket)) socket.destroy();
  }

  onClosed(connection: DirectConnection): void {
    this.#leave(connection);
  }

  stop(): void {
    this.keepAliveS = null;
    this.#connections.visit((connection) => {
      if (connection.rests) connection.close();
    });
  }

  destroy(): void {
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = null;
    this.#connections.visit((connection) => connection.destroy());
  }

  #leave({ seat }: DirectConnection): void {
    if (seat !== null) this.#connections.delete(seat);
  }

  #open(socket: Socket): void {
    const connection = new DirectConnection(socket, this);
    connection.seat = this.#connections.add(connection);
    this.#looking ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Those that have waited too long, in turns. */
  #look(): void {
    const nowMs = this.now();
    const keptMs = this.#options.keepAliveMs + KEEP_ALIVE_MARGIN_MS;
    let handedOver = 0;
    this.#connections.visit((connection) => {
      if (handedOver === HAND_OVERS_A_TURN) return;
      const waitedMs = nowMs - connection.sinceMs;
      const { waitsFor } = connection;
      if (waitsFor === 'next request' && waitedMs > keptMs) connection.close();
      if ((waitsFor !== 'first request' && waitsFor !== 'body') || waitedMs <= PATIENCE_MS) return;
      connection.handOver();
      handedOver += 1;
    });
    if (handedOver === HAND_OVERS_A_TURN) {
      setImmediate(() => this.#look());
      return;
    }
    if (this.#connections.size > 0 || this.#looking === null) return;
    clearInterval(this.#looking);
    this.#looking = null;
  }
}
