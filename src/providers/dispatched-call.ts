import type { UpstreamCall, UpstreamFailure, UpstreamHandler } from '../contracts/upstream.ts';
import type { AnswerHeaders } from './answer-headers.ts';
import type { ConnectionPool, PooledCall } from './connection-pool.ts';
import { failureOf, UpstreamCallError } from './failure.ts';
import type { HttpConnection } from './http-connection.ts';

const WITHDRAWN = new UpstreamCallError('withdrawn', 'The call was forbidden while it waited for a connection.');
const ABORTED = new UpstreamCallError('aborted', 'The call was aborted by the gateway.');

const ignore = (): void => {
  // Nothing flows in a call that was never dispatched.
};

/** A call that fails before anything was dispatched, after the caller has got its handle. */
export function refusedCall(handler: UpstreamHandler, failure: UpstreamFailure, cause: Error): UpstreamCall {
  let ended = false;
  const end = (why: UpstreamFailure, error: Error): void => {
    if (ended) return;
    ended = true;
    handler.onFailure(why, error);
  };
  process.nextTick(end, failure, cause);
  return { abort: () => end('aborted', ABORTED), pause: ignore, resume: ignore };
}

/**
 * One call: between the connection that carries it and whoever made it. Hot path: this object is all that a call
 * allocates here, and nothing in it makes a promise, a closure or a timer.
 */
export class DispatchedCall implements UpstreamCall, PooledCall {
  readonly head: string;
  readonly body: Buffer;
  connection: HttpConnection | null = null;
  ended = false;
  private readonly pool: ConnectionPool;
  private readonly handler: UpstreamHandler;
  private readonly onFault: (error: unknown) => void;
  private started = false;
  private paused = false;
  private answering = false;

  /** @param head as ConnectionCall has it */
  constructor(
    pool: ConnectionPool,
    handler: UpstreamHandler,
    onFault: (error: unknown) => void,
    head: string,
    body: Buffer,
  ) {
    this.pool = pool;
    this.handler = handler;
    this.onFault = onFault;
    this.head = head;
    this.body = body;
  }

  abort(): void {
    this.fail('aborted', ABORTED);
  }

  pause(): void {
    this.paused = true;
    if (this.started && !this.ended) this.connection?.pause();
  }

  resume(): void {
    this.paused = false;
    if (this.started && !this.ended) this.connection?.resume();
  }

  onStarted(): void {
    if (!this.mayLeave()) return this.fail('withdrawn', WITHDRAWN);
    this.started = true;
    if (this.paused) this.connection?.pause();
  }

  onHead(status: number, headers: AnswerHeaders): void {
    if (this.ended) return;
    const encoding = headers['content-encoding'];
    // A status that says no says it whatever its body looks like.
    if (encoding !== undefined && encoding !== 'identity' && status >= 200 && status < 300) {
      // We asked for identity. Decompressing what came instead would let a small answer grow without bound.
      this.fail(
        'protocol',
        new UpstreamCallError('content_encoding', 'The upstream sent a content encoding that was not asked for.'),
      );
      return;
    }
    this.answering = true;
    try {
      this.handler.onHead(status, headers);
    } catch (error) {
      this.fault(error);
    }
  }

  onBody(part: Buffer): void {
    if (this.ended) return;
    try {
      this.handler.onData(part);
    } catch (error) {
      this.fault(error);
    }
  }

  onEnd(reusable: boolean): void {
    if (this.ended) return;
    this.ended = true;
    this.letGo(reusable);
    try {
      this.handler.onEnd();
    } catch (error) {
      this.onFault(error);
    }
  }

  onError(error: Error): void {
    if (this.ended) return;
    const { failure, cause } = failureOf(error, this.started, this.answering);
    this.fail(failure, cause);
  }

  /** Ends the call. Its connection cannot be used again: it is broken, or has an answer on it that nobody will read. */
  fail(failure: UpstreamFailure, cause: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.letGo(false);
    try {
      this.handler.onFailure(failure, cause);
    } catch (error) {
      this.onFault(error);
    }
  }

  private letGo(reusable: boolean): void {
    if (this.connection === null) return;
    if (reusable) this.pool.release(this.connection);
    else this.pool.discard(this.connection);
  }

  /** What cannot be asked is not permitted. */
  private mayLeave(): boolean {
    try {
      return this.handler.mayLeave?.() ?? true;
    } catch (error) {
      this.onFault(error);
      return false;
    }
  }

  private fault(error: unknown): void {
    this.onFault(error);
    this.fail('aborted', error instanceof Error ? error : ABORTED);
  }
}
