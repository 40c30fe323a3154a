import type { Dispatcher } from 'undici';
import type { UpstreamCall, UpstreamFailure, UpstreamHandler } from '../contracts/upstream.ts';
import type { Connection, ConnectionPool, PooledCall } from './connection-pool.ts';
import { failureOf, UpstreamCallError } from './failure.ts';

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
 * One call. `path`, `method`, `headers` and `body` are read by undici as its dispatch options, the `on…` methods are
 * its handler, and `abort`, `pause` and `resume` are the caller's. Hot path: this object is all that a call allocates
 * here, and nothing in it makes a promise, a closure or a timer.
 */
export class DispatchedCall implements UpstreamCall, PooledCall {
  readonly method = 'POST';
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer;
  connection: Connection | null = null;
  ended = false;
  private readonly pool: ConnectionPool;
  private readonly handler: UpstreamHandler;
  private readonly onFault: (error: unknown) => void;
  private controller: Dispatcher.DispatchController | null = null;
  private paused = false;
  private answering = false;

  constructor(
    pool: ConnectionPool,
    handler: UpstreamHandler,
    onFault: (error: unknown) => void,
    path: string,
    headers: readonly string[],
    body: Buffer,
  ) {
    this.pool = pool;
    this.handler = handler;
    this.onFault = onFault;
    this.path = path;
    // undici only reads the array; its type lacks the `readonly`.
    this.headers = headers as string[];
    this.body = body;
  }

  abort(): void {
    this.fail('aborted', ABORTED);
  }

  pause(): void {
    this.paused = true;
    this.controller?.pause();
  }

  resume(): void {
    this.paused = false;
    if (!this.ended) this.controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.ended && !this.mayLeave()) this.fail('withdrawn', WITHDRAWN);
    if (this.ended) {
      controller.abort(ABORTED);
      return;
    }
    this.controller = controller;
    if (this.paused) controller.pause();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // Informational answers (103 Early Hints) precede the real one.
    if (this.ended || status < 200) return;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
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

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    try {
      this.handler.onData(chunk);
    } catch (error) {
      this.fault(error);
    }
  }

  onResponseEnd(): void {
    if (this.ended) return;
    this.ended = true;
    if (this.connection !== null) this.pool.release(this.connection);
    try {
      this.handler.onEnd();
    } catch (error) {
      this.onFault(error);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.ended) return;
    const started = this.controller !== null;
    const { failure, cause } = failureOf(error, started, this.answering);
    // undici refuses an invalid request within dispatch(), when the caller has no handle yet.
    if (started) this.fail(failure, cause);
    else process.nextTick(() => this.fail(failure, cause));
  }

  /** Ends the call. Its connection cannot be used again: it is broken, or has an answer on it that nobody will read. */
  fail(failure: UpstreamFailure, cause: Error): void {
    if (this.ended) return;
    this.ended = true;
    if (this.connection !== null) this.pool.discard(this.connection);
    try {
      this.handler.onFailure(failure, cause);
    } catch (error) {
      this.onFault(error);
    }
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
