import { createReadStream } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BodyCommitment, BodyLog, BodyRecord, KeptBody, ScannedBody } from '../contracts/body-log.ts';
import { AppError } from '../contracts/errors.ts';
import { isoTime } from '../lib/iso-time.ts';
import { ulidTime } from '../lib/ulid-time.ts';
import { addSlot, destroyKey, findSlot } from './body-key-file.ts';
import { createMasterKey, MASTER_KEY_FILE, readMasterKey } from './body-master-key.ts';
import { commitmentOf, newKey, openBody, sealBody, unwrapKey, wrapKey } from './body-seal.ts';
import { scanBodies } from './scan-bodies.ts';

const DAY_MS = 86_400_000;
/** Of bodies that wait for a slow disk: they are not worth the memory of the process. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
const FILE_NAME = /^(\d{4}-\d{2}-\d{2})\.(?:jsonl|keys)$/;

export interface BodyFilesOptions {
  /** `bodies/` in it is made when the first body is kept, readable by this account alone. */
  dataDir: string;
  retentionDays: number;
  now: () => number;
  onProblem: (problem: string) => void;
  /** What comes while so much waits for the disk is not kept. Absent: MOST_WAITING_BYTES. */
  mostWaitingBytes?: number;
}

/** A body as it lies on the disk. */
interface SealedLine {
  request_id: string;
  sealed: string;
}

/**
 * What an opted-in use case said: one file a day, one line a request, found again by the time in the request's id. Each
 * is encrypted under a key of its own; the keys lie in a second file of the day, wrapped with the folder's key, where
 * one can be destroyed without touching anything else.
 */
export class BodyFiles implements BodyLog {
  #options: BodyFilesOptions;
  #directory: string;
  #master: Buffer | null;
  #writing: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  /** In a row, of which the first was told: a disk may stay full for hours. */
  #lost = 0;
  #prepared = false;

  /** @param master the folder's key, null where there is none yet: see `openBodyFiles` */
  constructor(options: BodyFilesOptions, master: Buffer | null) {
    this.#options = options;
    this.#directory = join(options.dataDir, 'bodies');
    this.#master = master;
  }

  append(record: BodyRecord): BodyCommitment | null {
    const bytes = record.request.length + record.answer.length;
    if (this.#waitingBytes + bytes > (this.#options.mostWaitingBytes ?? MOST_WAITING_BYTES)) {
      this.#isNotKept(`${this.#waitingBytes} bytes of others wait for the disk.`);
      return null;
    }
    try {
      this.#master ??= createMasterKey(join(this.#options.dataDir, MASTER_KEY_FILE));
      const { request_id } = record;
      const key = newKey();
      const wrapped = wrapKey(this.#master, request_id, key);
      this.#waitingBytes += bytes;
      this.#writing = this.#writing
        .then(() => this.#write(record, key, wrapped))
        .then(() => this.#isKeptAgain())
        .catch((error: Error) => this.#isNotKept(error.message))
        .finally(() => {
          this.#waitingBytes -= bytes;
        });
      return commitmentOf(key, record);
    } catch (error) {
      this.#isNotKept((error as Error).message);
      return null;
    }
  }

  async find(requestId: string): Promise<KeptBody | 'erased' | null> {
    await this.#writing;
    for (const day of daysOf(requestId)) {
      const slot = await findSlot(this.#keys(day), (known) => known.requestId === requestId);
      if (slot === null) continue;
      if (slot.wrapped === null) return 'erased';
      const line = await this.#findLine(day, requestId);
      // Where a crash came between its key and the body itself.
      if (line === null || this.#master === null) continue;
      const key = unwrapKey(this.#master, requestId, slot.wrapped);
      const record = openBody(key, requestId, line.sealed);
      return { ...record, commitment: commitmentOf(key, record) };
    }
    return null;
  }

  async erase(requestId: string): Promise<'erased' | 'already_erased' | null> {
    // Behind whatever is being written, and ahead of whatever comes: a slot must not move meanwhile.
    const erasure = this.#writing.then(() => this.#erase(requestId));
    this.#writing = erasure.then(
      () => undefined,
      () => undefined,
    );
    return erasure;
  }

  async *scan(useCase: string, since: string | null, until: string | null): AsyncGenerator<ScannedBody> {
    await this.#writing;
    if (this.#master === null) return;
    const fromMs = since === null ? null : Date.parse(since);
    const toMs = until === null ? null : Date.parse(until);
    yield* scanBodies(this.#directory, this.#master, { useCase, fromMs, toMs });
  }

  close(): Promise<void> {
    return this.#writing;
  }

  #isNotKept(reason: string): void {
    this.#lost += 1;
    if (this.#lost === 1) this.#options.onProblem(`A body cannot be kept: ${reason}`);
  }

  #isKeptAgain(): void {
    if (this.#lost > 1) this.#options.onProblem(`Bodies are kept again; ${this.#lost} were not.`);
    this.#lost = 0;
  }

  async #erase(requestId: string): Promise<'erased' | 'already_erased' | null> {
    let found: 'already_erased' | null = null;
    for (const day of daysOf(requestId)) {
      const destroyed = await destroyKey(this.#keys(day), requestId);
      if (destroyed === true) return 'erased';
      if (destroyed === false) found = 'already_erased';
    }
    return found;
  }

  async #findLine(day: string, requestId: string): Promise<SealedLine | null> {
    const start = `{"request_id":${JSON.stringify(requestId)},`;
    const input = createReadStream(join(this.#directory, `${day}.jsonl`));
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    try {
      for await (const line of lines) if (line.startsWith(start)) return JSON.parse(line) as SealedLine;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    } finally {
      lines.close();
    }
    return null;
  }

  #keys(day: string): string {
    return join(this.#directory, `${day}.keys`);
  }

  async #write(record: BodyRecord, key: Buffer, wrapped: Buffer): Promise<void> {
    if (!this.#prepared) {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await chmod(this.#directory, 0o700);
      await this.#retain();
      this.#prepared = true;
    }
    const { request_id, at, use_case } = record;
    const day = at.slice(0, 10);
    // The key first: a body without one could neither be read nor erased.
    await addSlot(this.#keys(day), request_id, wrapped);
    const line = JSON.stringify({ request_id, at, use_case, sealed: sealBody(key, record) });
    await appendFile(join(this.#directory, `${day}.jsonl`), `${line}\n`, { mode: 0o600 });
  }

  async #retain(): Promise<void> {
    const oldest = isoTime(this.#options.now() - this.#options.retentionDays * DAY_MS).slice(0, 10);
    for (const name of await readdir(this.#directory)) {
      const day = FILE_NAME.exec(name)?.[1];
      if (day !== undefined && day < oldest) await unlink(join(this.#directory, name));
    }
  }
}

/** The id is made when the headers arrive and the record's time when the body is whole: midnight may lie between. */
function daysOf(requestId: string): Set<string> {
  const ms = ulidTime(requestId);
  return ms === null ? new Set() : new Set([isoTime(ms).slice(0, 10), isoTime(ms + DAY_MS).slice(0, 10)]);
}

async function newestLiveSlot(directory: string): Promise<{ file: string; requestId: string; wrapped: Buffer } | null> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  for (const name of names
    .filter((known) => known.endsWith('.keys'))
    .toSorted()
    .toReversed()) {
    const file = join(directory, name);
    const slot = await findSlot(file, ({ wrapped }) => wrapped !== null);
    if (slot?.wrapped != null) return { file, requestId: slot.requestId, wrapped: slot.wrapped };
  }
  return null;
}

/**
 * Opens the bodies of a data folder; the folder's key must be the one that the kept bodies were kept with.
 * @throws AppError config_invalid naming the file: the key is missing, damaged or another one
 */
export async function openBodyFiles(options: BodyFilesOptions): Promise<BodyFiles> {
  const path = join(options.dataDir, MASTER_KEY_FILE);
  const master = readMasterKey(path);
  const live = await newestLiveSlot(join(options.dataDir, 'bodies'));
  if (live === null) return new BodyFiles(options, master);
  const advice = 'Restore it, or move the bodies folder away; nothing was changed.';
  if (master === null) {
    throw new AppError('config_invalid', `${path} is missing, and ${live.file} holds bodies kept with it. ${advice}`);
  }
  try {
    unwrapKey(master, live.requestId, live.wrapped);
  } catch (cause) {
    const message = `${path} is not the key that ${live.file} was written with (${live.requestId}). ${advice}`;
    throw new AppError('config_invalid', message, { cause });
  }
  return new BodyFiles(options, master);
}
