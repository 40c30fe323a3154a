import { join } from 'node:path';
import { type JournalPosition, segmentFileName } from '../contracts/journal.ts';
import type { JournalFiles } from './journal-files.ts';

/** Lines wait at most this long for others to share a write() with them; it bounds what kill -9 can take. */
const GATHER_MS = 5;
/** From here on a batch gains nothing from growing. */
const GATHER_BYTES = 1 << 17;
const CHUNK_BYTES = 1 << 18;
/**
 * A write to the page cache takes microseconds, and handing it to another thread costs eight times as much as doing it
 * here. A disk that makes one wait longer than this is in trouble, and would take the event loop along.
 */
const SLOW_WRITE_MS = 10;
/** One alone may be the machine's: on a busy or shared one a thread waits as long for its processor. */
const SLOW_WRITES = 2;
/** For so long after slow writes, writes go through the thread pool. */
const SLOW_DISK_MS = 10_000;
const RETRY_MS = 1_000;

interface OpenSegment {
  number: number;
  fd: number;
}

/** Lines that lie one after another in one segment; `buffer[start, end)` is not written yet and goes to `position`. */
interface Part {
  segment: OpenSegment;
  buffer: Buffer;
  start: number;
  end: number;
  position: number;
}

export interface SegmentWriterOptions {
  files: JournalFiles;
  directory: string;
  chain: string;
  /** Where the chain goes on; an offset of 0 means a new file. */
  start: JournalPosition;
  /** Bytes that may wait in memory while the disk does not take them. */
  bufferBytes: number;
  /** How often fdatasync follows what was written. */
  flushMs: number;
  onFailure: (error: Error) => void;
  /** Nothing waits any more: after a failure, or after the memory bound was met. */
  onDrained: () => void;
}

/** A disk that cannot be asked right now has not lost the file. */
const isNotMissing = (error: NodeJS.ErrnoException): boolean => error.code !== 'ENOENT' && error.code !== 'ENOTDIR';

const tookNothing = (): Error => new Error('The disk took no byte of a write.');

/**
 * Puts lines into segment files. Writes go to explicit positions, so that a write that failed halfway is simply done
 * again. Nothing here knows what a line means.
 */
export class SegmentWriter {
  #options: SegmentWriterOptions;
  #files: JournalFiles;
  #segment: OpenSegment;
  /** In writing order; the last one is where lines are added. Never empty. */
  #parts: Part[];
  #bufferedBytes = 0;
  #inFlight = false;
  #slowUntil = 0;
  /** One after the other, up to now. */
  #slowWrites = 0;
  #writeFailure: Error | null = null;
  #syncFailure: Error | null = null;
  #waiting: (() => void)[] = [];
  #written: JournalPosition;
  #dirty = false;
  #syncing = false;
  #closed = false;
  #gatherTimer: NodeJS.Timeout | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #gathering = false;

  /** @throws the system's error when the segment cannot be opened */
  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#files = options.files;
    this.#written = { ...options.start };
    this.#segment = this.#open(options.start.segment, options.start.offset === 0 ? 'create' : 'continue');
    this.#parts = [this.#newPart(CHUNK_BYTES, options.start.offset)];
  }

  /** What stands in the way of writing; null while all is well. */
  get failure(): Error | null {
    return this.#writeFailure ?? this.#syncFailure;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Number of the segment that the next line goes to. */
  get segment(): number {
    return this.#segment.number;
  }

  /** Offset of the next line in that segment. */
  get offset(): number {
    const part = this.#last();
    return part.position + part.end - part.start;
  }

  /** Whether the segment that lines go to is still the file of its name; what else stands in the way is not said here. */
  async hasItsFile(): Promise<boolean> {
    const segment = this.#segment;
    const isAt = await this.#files.isAt(segment.fd, this.#pathOf(segment.number)).catch(isNotMissing);
    // Meanwhile the next one may have begun, and this one may be closed.
    return isAt || this.#segment !== segment || this.#closed;
  }

  /** Index in the buffer that `reserve` returned where the next line begins. */
  get at(): number {
    return this.#last().end;
  }

  /** End of what the operating system has. */
  get written(): JournalPosition {
    return this.#written;
  }

  /** A buffer with room for `bytes` from `at` on; null when too much is waiting for the disk. */
  reserve(bytes: number): Buffer | null {
    const part = this.#last();
    if (part.buffer.length - part.end >= bytes) return part.buffer;
    if (part.start === part.end && !this.#inFlight && part.buffer.length >= bytes) {
      part.start = 0;
      part.end = 0;
      return part.buffer;
    }
    if (this.#bufferedBytes + bytes > this.#options.bufferBytes) return null;
    const next = this.#newPart(Math.max(CHUNK_BYTES, bytes), this.offset);
    this.#parts.push(next);
    return next.buffer;
  }

  /** Takes the line that now lies in the reserved buffer from `at` to `end`. */
  commit(end: number): void {
    const part = this.#last();
    this.#bufferedBytes += end - part.end;
    part.end = end;
    // While the disk refuses, the retry timer decides when to try again, not the traffic.
    if (this.#writeFailure !== null) return;
    if (this.#bufferedBytes >= GATHER_BYTES) this.#drain();
    else if (!this.#gathering) this.#gather();
  }

  /**
   * Goes on in a new file.
   * @throws the system's error when it cannot be opened; then the present one goes on
   */
  roll(): void {
    this.#segment = this.#open(this.#segment.number + 1, 'create');
    this.#parts.push(this.#newPart(CHUNK_BYTES, 0));
    this.#files.syncDirectory(this.#options.directory, (error) => this.#synced(error));
  }

  /** Resolves when what was committed has been handed to the operating system, or with `failure` set. */
  flush(): Promise<void> {
    this.#drain();
    if (!this.#inFlight) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when what was committed to this segment is on the disk; with the reason where it is not. */
  async sync(): Promise<Error | null> {
    await this.flush();
    if (this.#writeFailure !== null) return this.#writeFailure;
    return new Promise((resolve) => this.#files.sync(this.#segment.fd, resolve));
  }

  /** Writes and syncs what is left, then lets go of the files. */
  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    for (const timer of [this.#gatherTimer, this.#syncTimer, this.#retryTimer]) if (timer !== null) clearTimeout(timer);
    for (const segment of new Set(this.#parts.map((part) => part.segment))) {
      if (segment !== this.#segment) this.#retire(segment);
    }
    await new Promise<void>((resolve) => this.#files.sync(this.#segment.fd, () => resolve()));
    this.#files.close(this.#segment.fd);
  }

  #last(): Part {
    return this.#parts[this.#parts.length - 1] as Part;
  }

  #open(number: number, mode: 'create' | 'continue'): OpenSegment {
    return { number, fd: this.#files.open(this.#pathOf(number), mode) };
  }

  #pathOf(number: number): string {
    return join(this.#options.directory, segmentFileName(number, this.#options.chain));
  }

  #newPart(bytes: number, position: number): Part {
    // Not from the pool: the buffer lives as long as the writer.
    return { segment: this.#segment, buffer: Buffer.allocUnsafeSlow(bytes), start: 0, end: 0, position };
  }

  #gather(): void {
    this.#gathering = true;
    // One timer, armed again: a new one for every batch costs more than the write.
    this.#gatherTimer ??= setTimeout(() => {
      this.#gathering = false;
      this.#drain();
    }, GATHER_MS);
    this.#gatherTimer.refresh();
  }

  #drain(): void {
    if (this.#inFlight || this.#closed) return;
    for (;;) {
      const part = this.#parts[0] as Part;
      if (part.start === part.end) {
        if (this.#parts.length === 1) break;
        this.#parts.shift();
        if (part.segment !== this.#parts[0]?.segment) this.#retire(part.segment);
        continue;
      }
      const startedAt = performance.now();
      if (startedAt < this.#slowUntil) return this.#writeLater(part);
      try {
        const { segment, buffer, start, end, position } = part;
        this.#advance(part, this.#files.write(segment.fd, buffer, start, end - start, position));
      } catch (error) {
        return this.#failed(error as Error);
      }
      this.#noteDuration(startedAt, performance.now());
    }
    this.#succeeded();
  }

  #noteDuration(startedAt: number, endedAt: number): void {
    this.#slowWrites = endedAt - startedAt > SLOW_WRITE_MS ? this.#slowWrites + 1 : 0;
    if (this.#slowWrites < SLOW_WRITES) return;
    this.#slowWrites = 0;
    this.#slowUntil = endedAt + SLOW_DISK_MS;
  }

  #writeLater(part: Part): void {
    this.#inFlight = true;
    this.#files.writeLater(
      part.segment.fd,
      part.buffer,
      part.start,
      part.end - part.start,
      part.position,
      (error, written) => {
        this.#inFlight = false;
        if (error !== null || written === 0) return this.#failed(error ?? tookNothing());
        this.#advance(part, written);
        this.#drain();
      },
    );
  }

  #advance(part: Part, bytes: number): void {
    if (bytes === 0) throw tookNothing();
    part.start += bytes;
    part.position += bytes;
    this.#bufferedBytes -= bytes;
    this.#written = { segment: part.segment.number, offset: part.position };
    this.#markDirty();
  }

  #failed(error: Error): void {
    const isNew = this.#writeFailure === null;
    this.#writeFailure = error;
    this.#release();
    this.#retryTimer ??= setTimeout(() => this.#drain(), RETRY_MS).unref();
    this.#retryTimer.refresh();
    if (isNew) this.#options.onFailure(error);
  }

  #succeeded(): void {
    this.#writeFailure = null;
    this.#release();
    this.#options.onDrained();
  }

  #release(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #markDirty(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    if (this.#syncing) return;
    this.#syncTimer ??= setTimeout(() => this.#sync(), this.#options.flushMs);
    this.#syncTimer.refresh();
  }

  #sync(): void {
    if (this.#closed || this.#syncing) return;
    this.#dirty = false;
    this.#syncing = true;
    this.#files.sync(this.#segment.fd, (error) => {
      this.#syncing = false;
      this.#synced(error);
      if (!this.#dirty) return;
      this.#dirty = false;
      this.#markDirty();
    });
  }

  #synced(error: Error | null): void {
    const before = this.#syncFailure;
    this.#syncFailure = error;
    if (error !== null && before === null) this.#options.onFailure(error);
    else if (error === null && before !== null) this.#options.onDrained();
  }

  /** A segment that has its last line: made durable, then closed. */
  #retire(segment: OpenSegment): void {
    this.#files.sync(segment.fd, (error) => {
      this.#synced(error);
      this.#files.close(segment.fd);
    });
  }
}
