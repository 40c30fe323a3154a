import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { PUBLIC_ADDRESS_RULES, targetOf } from './address-guard.ts';
import { type Connection, ConnectionPool, type PooledCall } from './connection-pool.ts';
import { failureOf, UpstreamCallError } from './failure.ts';

export interface DownloadOptions {
  /** Bytes of the body as they travel; beyond it the stream fails. */
  maxBytes: number;
  /** true: http and addresses inside one's own network are allowed, as for a mirror. */
  private: boolean;
  /** Silence after which it is given up, milliseconds. */
  idleMs?: number;
}

const MOST_REDIRECTS = 5;
const CONNECT_MS = 10_000;
const IDLE_MS = 60_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The body of a file that a person asked for by its address, as a stream with back-pressure. No credential goes out. Each
 * address, redirects included, is checked as those of endpoints are: https only and nothing inside, unless `private`.
 * @throws UpstreamCallError where there is no such file; the stream fails with one when it breaks off
 */
export async function openDownload(url: string, options: DownloadOptions): Promise<Readable> {
  let address = url;
  for (let redirect = 0; redirect <= MOST_REDIRECTS; redirect++) {
    const answer = await get(address, options);
    if (typeof answer !== 'string') return answer;
    address = new URL(answer, address).href;
  }
  throw new UpstreamCallError('redirects', `${url} leads from one address to another without an end.`);
}

/** The body of a 200 answer, or where a redirect leads. */
function get(url: string, options: DownloadOptions): Promise<Readable | string> {
  const target = targetOf(url, options.private, PUBLIC_ADDRESS_RULES);
  if (target instanceof UpstreamCallError) return Promise.reject(target);
  const pool = new ConnectionPool({
    target,
    connectTimeoutMs: CONNECT_MS,
    addressRules: PUBLIC_ADDRESS_RULES,
    resolve: null,
    certificateAuthorities: [],
    maxConnections: 1,
    maxResponseBytes: options.maxBytes,
    keepAliveMs: 1,
    maxConnectionAgeMs: CONNECT_MS,
  });
  return new Promise((resolve, reject) => {
    const { pathname, search } = new URL(url);
    const call = new DownloadCall(pathname + search, options.idleMs ?? IDLE_MS, {
      onHead: (status, location) => {
        if (REDIRECTS.has(status) && location !== null) resolve(location);
        else if (status === 200) return resolve(call.answer);
        else reject(new UpstreamCallError('status', `${url} answers ${status}.`));
        call.abort();
      },
      onEnd: (error) => {
        if (error !== null) reject(error);
        void pool.close();
      },
    });
    pool.dispatch(call);
  });
}

interface DownloadHandler {
  onHead(status: number, location: string | null): void;
  /** Once; null: all of it came. */
  onEnd(error: Error | null): void;
}

/** One GET. undici reads its options from it and calls its `on…` methods. */
class DownloadCall implements PooledCall {
  readonly method = 'GET';
  readonly path: string;
  readonly headers = ['accept', '*/*', 'accept-encoding', 'identity', 'user-agent', 'alidade'];
  /** What comes back. Not `body`: undici would send that. */
  readonly answer: Readable;
  connection: Connection | null = null;
  ended = false;
  readonly #handler: DownloadHandler;
  readonly #idleMs: number;
  #controller: Dispatcher.DispatchController | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string, idleMs: number, handler: DownloadHandler) {
    this.path = path;
    this.#idleMs = idleMs;
    this.#handler = handler;
    this.answer = new Readable({
      read: () => this.#controller?.resume(),
      destroy: (error, callback) => {
        this.abort();
        callback(error);
      },
    });
    // Whoever reads it is told all the same; where nobody got it, a redirect say, nobody needs to know.
    this.answer.on('error', () => undefined);
  }

  abort(): void {
    this.#end(new UpstreamCallError('aborted', 'The download was given up.'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#alive();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.ended || status < 200) return;
    const { location } = headers;
    this.#handler.onHead(status, typeof location === 'string' ? location : null);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    this.#alive();
    if (!this.answer.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#end(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#end(failureOf(error, this.#controller !== null, true).cause);
  }

  #alive(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#end(new UpstreamCallError('silent', `Nothing came for ${this.#idleMs / 1_000} seconds.`));
    }, this.#idleMs);
  }

  #end(error: Error | null): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.#timer);
    if (error === null) this.answer.push(null);
    else this.answer.destroy(error);
    this.#handler.onEnd(error);
  }
}
