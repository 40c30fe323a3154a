// providers/: how to call an upstream: the HTTP client, what vendors differ in (presets.ts), local engines, the sandbox.
// May import: contracts, lib, wire. Everything else knows upstreams through `UpstreamClient` and presets as data.
// Start here: createUpstreamClient; then dispatched-call.ts (one call), connection-pool.ts (which connection) and
// address-guard.ts (where it may go). Deadlines belong to the gateway; only connecting has one here.
import type { Endpoint } from '../contracts/deployment.ts';
import type { UpstreamCall, UpstreamClient, UpstreamHandler, UpstreamRequest } from '../contracts/upstream.ts';
import { type AddressRules, PUBLIC_ADDRESS_RULES, type ResolveHost, type Target, targetOf } from './address-guard.ts';
import { authenticationHeaders, isOwnedHeader } from './authentication.ts';
import { ConnectionPool, type PoolOptions } from './connection-pool.ts';
import { DispatchedCall, refusedCall } from './dispatched-call.ts';
import { CLOSED_BY_US, UpstreamCallError } from './failure.ts';

export interface UpstreamClientOptions {
  /** Open connections per origin; calls beyond it wait for a free one. */
  maxConnectionsPerOrigin?: number;
  /** Bytes of one answer's body; beyond it the call fails with `response_too_large`. */
  maxResponseBytes?: number;
  /** How long an idle connection is kept where the upstream gives no `keep-alive: timeout`. */
  keepAliveMs?: number;
  /** A connection older than this is not used again, so that its name is resolved and checked anew. */
  maxConnectionAgeMs?: number;
  userAgent?: string;
  /** Certificate authorities in PEM besides the system's (which NODE_EXTRA_CA_CERTS also extends). */
  certificateAuthorities?: readonly string[];
  /** DNS; dns.lookup by default. */
  resolve?: ResolveHost;
  /** Which addresses are refused; replaced only by tests, which have none but loopback. */
  addressRules?: AddressRules;
  /** Told of exceptions thrown by a handler's own callbacks; they are bugs of the caller and never an upstream's fault. */
  onFault?: (error: unknown) => void;
}

/** 64 MiB: some 250,000 streamed tokens at 250 bytes an event, more than nearly all models may write at once. */
const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** uvicorn, which vLLM and SGLang stand on, closes idle connections after 5 s without announcing it; reusing one just then loses a request. */
const DEFAULT_KEEP_ALIVE_MS = 4_000;
const DEFAULT_MAX_CONNECTIONS = 4_096;
const DEFAULT_MAX_CONNECTION_AGE_MS = 300_000;

const CLOSED = new UpstreamCallError(CLOSED_BY_US, 'The upstream client is closed.');
const UNSENDABLE = new UpstreamCallError('INVALID_HEADER', 'A header or the path of the call cannot be sent.');

/** What an endpoint's calls have in common, worked out once. */
interface Prepared {
  target: Target | UpstreamCallError;
  pool: ConnectionPool | null;
  connectTimeoutMs: number;
  /** Request line and what connections need, by path below the base URL. null: no path that could be sent. */
  paths: Map<string, string | null>;
  /** Per credential. Holds secrets: never logged, never handed out. */
  headers: PreparedHeaders[];
}

/** Headers that the calls with one credential have in common. */
interface PreparedHeaders {
  /** Flat name, value, name, value … */
  own: readonly string[];
  /** Header lines with those of a request, where its headers are an object that many requests share. */
  lines: WeakMap<object, string>;
}

/** As undici and Node check them: whatever could end a line early, or is no byte, is refused. */
const PATH = /^[\u0021-\u00ff]+$/;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The one way to an upstream. Errors handed to `onFailure` hold no header, no body and no credential.
 * No callback runs before `dispatch` has returned; `abort()` calls `onFailure('aborted')` before it returns.
 */
export function createUpstreamClient(options: UpstreamClientOptions = {}): UpstreamClient {
  return new HttpUpstreamClient(options);
}

class HttpUpstreamClient implements UpstreamClient {
  private readonly options: UpstreamClientOptions;
  private readonly rules: AddressRules;
  private readonly onFault: (error: unknown) => void;
  private readonly userAgent: string;
  private readonly prepared = new WeakMap<Endpoint, Prepared>();
  private readonly pools = new Map<string, ConnectionPool>();
  private closed = false;

  constructor(options: UpstreamClientOptions) {
    this.options = options;
    this.rules = options.addressRules ?? PUBLIC_ADDRESS_RULES;
    this.userAgent = options.userAgent ?? 'alidade';
    this.onFault = options.onFault ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error)));
  }

  dispatch(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall {
    const prepared = this.prepared.get(request.endpoint) ?? this.prepare(request.endpoint);
    const { target } = prepared;
    if (this.closed) return refusedCall(handler, 'aborted', CLOSED);
    if (target instanceof UpstreamCallError) return refusedCall(handler, 'address_forbidden', target);
    const pool =
      prepared.connectTimeoutMs === request.connectTimeoutMs && prepared.pool !== null
        ? prepared.pool
        : this.selectPool(prepared, target, request.connectTimeoutMs);
    const start = prepared.paths.get(request.path) ?? this.preparePath(prepared, target, request.path);
    const lines = headerLines(prepared.headers[request.credential] ?? this.prepareHeaders(prepared, request), request);
    if (start === null || lines === null) return refusedCall(handler, 'connect_failed', UNSENDABLE);
    const call = new DispatchedCall(pool, handler, this.onFault, start + lines, request.body);
    pool.dispatch(call);
    return call;
  }

  async close(): Promise<void> {
    this.closed = true;
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.close()));
  }

  private prepare(endpoint: Endpoint): Prepared {
    const prepared: Prepared = {
      target: targetOf(endpoint.baseUrl, endpoint.private, this.rules),
      pool: null,
      connectTimeoutMs: 0,
      paths: new Map(),
      headers: [],
    };
    this.prepared.set(endpoint, prepared);
    return prepared;
  }

  private preparePath(prepared: Prepared, target: Target, path: string): string | null {
    // A path may bring a query of its own (`:streamGenerateContent?alt=sse`), and a base URL, too (`?api-version=`).
    const search = path.includes('?') ? target.search.replace('?', '&') : target.search;
    const full = target.basePath + path + search;
    const { host } = new URL(target.origin);
    const start = PATH.test(full) ? `POST ${full} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n` : null;
    prepared.paths.set(path, start);
    return start;
  }

  private prepareHeaders(prepared: Prepared, request: UpstreamRequest): PreparedHeaders {
    const own = authenticationHeaders(request.endpoint, request.credential, this.userAgent);
    const made = { own, lines: new WeakMap<object, string>() };
    prepared.headers[request.credential] = made;
    return made;
  }

  /** `private` belongs to the key: two endpoints of one origin must not lend each other their permission. */
  private selectPool(prepared: Prepared, target: Target, connectTimeoutMs: number): ConnectionPool {
    const key = `${target.origin} ${connectTimeoutMs} ${target.private}`;
    let pool = this.pools.get(key);
    if (pool === undefined) {
      pool = new ConnectionPool(this.poolOptions(target, connectTimeoutMs));
      this.pools.set(key, pool);
    }
    prepared.pool = pool;
    prepared.connectTimeoutMs = connectTimeoutMs;
    return pool;
  }

  private poolOptions(target: Target, connectTimeoutMs: number): PoolOptions {
    const { options } = this;
    return {
      target,
      connectTimeoutMs,
      addressRules: this.rules,
      resolve: options.resolve ?? null,
      certificateAuthorities: options.certificateAuthorities ?? [],
      maxConnections: options.maxConnectionsPerOrigin ?? DEFAULT_MAX_CONNECTIONS,
      maxResponseBytes: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
      keepAliveMs: options.keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS,
      maxConnectionAgeMs: options.maxConnectionAgeMs ?? DEFAULT_MAX_CONNECTION_AGE_MS,
    };
  }
}

/**
 * Header lines of a call; null: one of them could not be sent. What we own (credential, framing) a request cannot
 * replace; of what is left its own word holds.
 */
function headerLines({ own, lines }: PreparedHeaders, { headers }: UpstreamRequest): string | null {
  const known = lines.get(headers);
  if (known !== undefined) return known;
  let text = '';
  for (let at = 0; at < own.length; at += 2) {
    const name = own[at] as string;
    const value = own[at + 1] as string;
    if (!isOwnedHeader(name) && Object.hasOwn(headers, name)) continue;
    if (!isSendable(name, value)) return null;
    text += `${name}: ${value}\r\n`;
  }
  for (const [name, value] of Object.entries(headers)) {
    if (isOwnedHeader(name)) continue;
    if (!isSendable(name, value)) return null;
    text += `${name}: ${value}\r\n`;
  }
  // What is frozen stays as it is; others belong to one request.
  if (Object.isFrozen(headers)) lines.set(headers, text);
  return text;
}

const isSendable = (name: string, value: string): boolean => HEADER_NAME.test(name) && HEADER_VALUE.test(value);
