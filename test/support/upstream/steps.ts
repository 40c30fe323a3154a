/**
 * What a scripted answer is made of. A body is a list of steps; each one is done before the next begins, so a test says
 * exactly which bytes have left at which moment. `hold()` waits for `call.release()` and is the way to order events
 * between a test and the upstream without any sleep.
 */
export type Step =
  | { kind: 'send'; bytes: Buffer; sliceBytes: number | null }
  | { kind: 'raw'; bytes: Buffer }
  | { kind: 'hold'; name: string | null }
  | { kind: 'delay'; ms: number }
  | { kind: 'stall' }
  | { kind: 'cut' }
  | { kind: 'reset' }
  | { kind: 'half-close' };

/**
 * How the body is delimited. `chunked` ends with the zero chunk, `length` with content-length (whole bodies only, or
 * with `contentLength` given), `close` with the end of the connection, `raw` sends no head at all: the steps are the answer.
 */
export type Framing = 'chunked' | 'length' | 'close' | 'raw';

/** One answer. Everything left out is the friendly default: 200, JSON or SSE by the body's form, keep-alive. */
export interface Script {
  status?: number;
  statusText?: string;
  /** Added to, or replacing by name, the defaults. A null value removes a default. */
  headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Default: `length` for a string or Buffer body, `chunked` for steps. */
  framing?: Framing;
  /** Announced instead of the true length. */
  contentLength?: number;
  /** Done before the status line leaves. */
  before?: readonly Step[];
  body?: string | Buffer | readonly Step[];
}

const bytesOf = (data: string | Buffer): Buffer => (typeof data === 'string' ? Buffer.from(data) : data);

/** Body bytes in one write, or one write per `sliceBytes` bytes with a turn of the event loop between them. */
export const send = (data: string | Buffer, options: { sliceBytes?: number } = {}): Step => ({
  kind: 'send',
  bytes: bytesOf(data),
  sliceBytes: options.sliceBytes ?? null,
});

/** Bytes on the socket outside any framing: for wrong chunk sizes, second answers, garbage. */
export const raw = (data: string | Buffer): Step => ({ kind: 'raw', bytes: bytesOf(data) });

/** Wait for `call.release()`, or for `call.release(name)` when named. */
export const hold = (name?: string): Step => ({ kind: 'hold', name: name ?? null });

/** Wait on the upstream's timer (`createScriptedUpstream({ setTimer })`). For soaks and demos; tests use `hold`. */
export const delay = (ms: number): Step => ({ kind: 'delay', ms });

/** Nothing more is sent and the connection stays open until the client or the test closes it. */
export const stall = (): Step => ({ kind: 'stall' });

/** Close the connection now (FIN), whatever the framing promised. */
export const cut = (): Step => ({ kind: 'cut' });

/** Break the connection with RST: the client sees ECONNRESET. */
export const reset = (): Step => ({ kind: 'reset' });

/** Slow close: send FIN but keep reading, so that the connection lingers half open until the client closes it. */
export const halfClose = (): Step => ({ kind: 'half-close' });
