import { Readable } from 'node:stream';
import { PUBLIC_ADDRESS_RULES, targetOf } from './address-guard.ts';
import type { AnswerHeaders } from './answer-headers.ts';
import { ConnectionPool, type PooledCall } from './connection-pool.ts';
import { failureOf, UpstreamCallError } from './failure.ts';
import type { HttpConnection } from './http-connection.ts';

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
const HEADERS = 'connection: close\r\naccept: */*\r\naccept-encoding: identity\r\nuser-agent: alidade\r\n';
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
    const { host, pathname, search } = new URL(url);
    const call = new DownloadCall(
      `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${HEADERS}`,
      options.idleMs ?? IDLE_MS,
      {
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
      },
    );
    pool.dispatch(call);
  });
}

interface DownloadHandler {
  onHead(status: number, location: string | null): void;
  /** Once; null: all of it came. */
  onEnd(error: Error | null): void;
}

/** One GET. */
class DownloadCall implements PooledCall {
  readonly head: string;
  readonly body = null;
  /** What comes back. */
  readonly answer: Readable;
  connection: HttpConnection | null = null;
  ended = false;
  readonly #handler: DownloadHandler;
  readonly #idleMs: number;
  #started = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param head as ConnectionCall has it; a URL holds nothing that could end its line */
  constructor(head: string, idleMs: number, handler: DownloadHandler) {
    this.head = head;
    this.#idleMs = idleMs;
    this.#handler = handler;
    this.answer = new Readable({
      read: () => this.connection?.resume(),
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

  onStarted(): void {
    this.#started = true;
    this.#alive();
  }

  onHead(status: number, { location }: AnswerHeaders): void {
    if (!this.ended) this.#handler.onHead(status, typeof location === 'string' ? location : null);
  }

  onBody(part: Buffer): void {
    if (this.ended) return;
    this.#alive();
    if (!this.answer.push(part)) this.connection?.pause();
  }

  onEnd(): void {
    this.#end(null);
  }

  onError(error: Error): void {
    this.#end(failureOf(error, this.#started, true).cause);
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
