import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ReceivedRequest } from './request-reader.ts';
import type { Framing, Script, Step } from './steps.ts';

export type SetTimer = (callback: () => void, ms: number) => void;

/** One request and what became of its answer. */
export interface UpstreamCallRecord extends ReceivedRequest {
  /** 1 for the first request that this upstream received. */
  readonly number: number;
  readonly path: string;
  /** The connection it came on, numbered from 1 in order of acceptance. */
  readonly connection: number;
  /** Server name of the TLS handshake; null without TLS. */
  readonly serverName: string | null;
  /** performance.now() when the last byte of the request had arrived. */
  readonly receivedAt: number;
  /** The body parsed as JSON. */
  json(): unknown;
  /** Let the next `hold()` that was reached or will be reached go on; with a name, only a hold of that name. */
  release(name?: string): void;
  /** Resolves when the connection was lost before the answer was complete; stays pending otherwise. */
  readonly aborted: Promise<void>;
  /** Resolves when every step was done. */
  readonly finished: Promise<void>;
  readonly isAborted: boolean;
  readonly isFinished: boolean;
  /** Steps done so far. */
  readonly stepsDone: number;
}

/** One request being answered: the record that tests see and the interpreter of its script. */
export class Exchange implements UpstreamCallRecord {
  readonly number: number;
  readonly connection: number;
  readonly serverName: string | null;
  readonly receivedAt = performance.now();
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly rawHeaders: [string, string][];
  readonly head: Buffer;
  readonly body: Buffer;
  isAborted = false;
  isFinished = false;
  stepsDone = 0;
  private readonly socket: Socket;
  private readonly setTimer: SetTimer;
  private readonly abortedSignal = Promise.withResolvers<void>();
  private readonly finishedSignal = Promise.withResolvers<void>();
  /** Releases that came before their hold, by name. */
  private readonly released = new Map<string | null, number>();
  private waitingHold: { name: string | null; go: () => void } | null = null;
  private framing: Framing = 'length';
  /** Set once the script itself has ended the connection: its loss is then no abort. */
  private endedByScript = false;

  constructor(socket: Socket, received: ReceivedRequest, connection: number, number: number, setTimer: SetTimer) {
    this.socket = socket;
    this.connection = connection;
    this.number = number;
    this.setTimer = setTimer;
    this.serverName = 'encrypted' in socket ? String((socket as TLSSocket).servername || '') : null;
    this.method = received.method;
    this.target = received.target;
    this.path = received.target.split('?')[0] ?? '';
    this.headers = received.headers;
    this.rawHeaders = received.rawHeaders;
    this.head = received.head;
    this.body = received.body;
  }

  get aborted(): Promise<void> {
    return this.abortedSignal.promise;
  }

  get finished(): Promise<void> {
    return this.finishedSignal.promise;
  }

  json(): unknown {
    return JSON.parse(this.body.toString('utf8'));
  }

  release(name?: string): void {
    const wanted = name ?? null;
    const hold = this.waitingHold;
    if (hold !== null && (wanted === null || hold.name === wanted)) {
      this.waitingHold = null;
      hold.go();
      return;
    }
    this.released.set(wanted, (this.released.get(wanted) ?? 0) + 1);
  }

  connectionLost(): void {
    if (this.isFinished || this.isAborted || this.endedByScript) return;
    this.isAborted = true;
    this.abortedSignal.resolve();
  }

  run(script: Script, done: () => void): void {
    const body = script.body ?? '';
    const whole = typeof body === 'string' || Buffer.isBuffer(body);
    this.framing = script.framing ?? (whole ? 'length' : 'chunked');
    const bytes = whole ? Buffer.from(body) : null;
    const steps: Step[] = [...(script.before ?? [])];
    if (this.framing !== 'raw') {
      const head = headOf(script, this.framing, bytes);
      // One write for a whole answer, as real servers do it.
      steps.push({
        kind: 'raw',
        bytes: bytes !== null && this.framing !== 'chunked' ? Buffer.concat([head, bytes]) : head,
      });
      if (bytes !== null && this.framing === 'chunked') steps.push({ kind: 'send', bytes, sliceBytes: null });
    } else if (bytes !== null) {
      steps.push({ kind: 'raw', bytes });
    }
    if (!whole) steps.push(...body);
    this.advance(steps, 0, done);
  }

  /** A loop and not a recursion, so that ten thousand steps that need no waiting fit on the stack. */
  private advance(steps: readonly Step[], from: number, done: () => void): void {
    for (let index = from; ; index += 1) {
      if (this.isAborted || this.socket.destroyed) return;
      this.stepsDone = index;
      const step = steps[index];
      if (step === undefined) {
        this.complete(done);
        return;
      }
      let inLoop = true;
      let performed = false;
      this.perform(step, () => {
        performed = true;
        if (!inLoop) this.advance(steps, index + 1, done);
      });
      inLoop = false;
      if (!performed) return;
    }
  }

  private complete(done: () => void): void {
    if (this.framing === 'chunked') this.socket.write('0\r\n\r\n');
    this.isFinished = true;
    this.finishedSignal.resolve();
    if (this.framing === 'close') this.socket.end();
    done();
  }

  private perform(step: Step, go: () => void): void {
    switch (step.kind) {
      case 'send':
        this.sendSlices(step.bytes, step.sliceBytes ?? (step.bytes.length || 1), 0, go);
        return;
      case 'raw':
        this.write(step.bytes, go);
        return;
      case 'hold':
        this.holdFor(step.name, go);
        return;
      case 'delay':
        this.setTimer(go, step.ms);
        return;
      case 'stall':
        return;
      case 'cut':
        this.endByScript(() => this.socket.destroySoon());
        return;
      case 'reset':
        // A queued write must not overtake the RST; flushing first makes "n bytes, then RST" mean that.
        this.endByScript(() => this.socket.write('', () => this.socket.resetAndDestroy()));
        return;
      case 'half-close':
        this.endByScript(() => this.socket.end());
        return;
    }
  }

  private endByScript(end: () => void): void {
    this.endedByScript = true;
    this.isFinished = true;
    end();
    this.finishedSignal.resolve();
  }

  private holdFor(name: string | null, go: () => void): void {
    for (const key of name === null ? [null] : [name, null]) {
      const count = this.released.get(key) ?? 0;
      if (count === 0) continue;
      this.released.set(key, count - 1);
      go();
      return;
    }
    this.waitingHold = { name, go };
  }

  private sendSlices(bytes: Buffer, sliceBytes: number, at: number, go: () => void): void {
    if (at >= bytes.length) {
      go();
      return;
    }
    const slice = bytes.subarray(at, at + sliceBytes);
    const last = at + sliceBytes >= bytes.length;
    const framed =
      this.framing === 'chunked'
        ? Buffer.concat([Buffer.from(`${slice.length.toString(16)}\r\n`), slice, Buffer.from('\r\n')])
        : slice;
    this.write(framed, () => {
      // A turn of the loop between slices, so that they arrive as separate reads and not as one.
      if (last) go();
      else setImmediate(() => this.sendSlices(bytes, sliceBytes, at + sliceBytes, go));
    });
  }

  /** Goes on when the kernel has taken the bytes, so that a slow reader really holds the script back. */
  private write(bytes: Buffer, go: () => void): void {
    if (bytes.length === 0) {
      go();
      return;
    }
    if (this.socket.write(bytes)) go();
    else this.socket.once('drain', go);
  }
}

function headOf(script: Script, framing: Framing, bytes: Buffer | null): Buffer {
  const status = script.status ?? 200;
  const headers = new Map<string, string | readonly string[]>();
  headers.set('content-type', bytes === null ? 'text/event-stream; charset=utf-8' : 'application/json');
  if (framing === 'chunked') headers.set('transfer-encoding', 'chunked');
  if (framing === 'length') headers.set('content-length', String(script.contentLength ?? bytes?.length ?? 0));
  if (framing === 'close') headers.set('connection', 'close');
  for (const [name, value] of Object.entries(script.headers ?? {})) {
    if (value === null) headers.delete(name.toLowerCase());
    else headers.set(name.toLowerCase(), value);
  }
  let text = `HTTP/1.1 ${status} ${script.statusText ?? 'Scripted'}\r\n`;
  for (const [name, value] of headers) {
    for (const one of typeof value === 'string' ? [value] : value) text += `${name}: ${one}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
}
