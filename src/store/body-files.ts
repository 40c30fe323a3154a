import { createReadStream } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BodyLog, BodyRecord } from '../contracts/body-log.ts';
import { isoTime } from '../lib/iso-time.ts';
import { ulidTime } from '../lib/ulid-time.ts';

const DAY_MS = 86_400_000;
const FILE_NAME = /^(\d{4}-\d{2}-\d{2})\.jsonl$/;

export interface BodyFilesOptions {
  /** Made when the first body is kept, readable by this account alone. */
  directory: string;
  retentionDays: number;
  now: () => number;
  onProblem: (problem: string) => void;
}

/** One file a day, one line a request: what an opted-in use case said, found again by the time in the request's id. */
export class BodyFiles implements BodyLog {
  #options: BodyFilesOptions;
  #writing: Promise<void> = Promise.resolve();
  #prepared = false;

  constructor(options: BodyFilesOptions) {
    this.#options = options;
  }

  append(record: BodyRecord): void {
    const line = `${JSON.stringify(record)}\n`;
    this.#writing = this.#writing
      .then(() => this.#write(record.at.slice(0, 10), line))
      .catch((error: Error) => {
        this.#options.onProblem(`A body cannot be kept: ${error.message}`);
      });
  }

  async find(requestId: string): Promise<BodyRecord | null> {
    const ms = ulidTime(requestId);
    if (ms === null) return null;
    await this.#writing;
    // The id is made when the headers arrive and the record's time when the body is whole: midnight may lie between.
    for (const day of new Set([isoTime(ms).slice(0, 10), isoTime(ms + DAY_MS).slice(0, 10)])) {
      const found = await this.#findOn(day, requestId);
      if (found !== null) return found;
    }
    return null;
  }

  close(): Promise<void> {
    return this.#writing;
  }

  async #findOn(day: string, requestId: string): Promise<BodyRecord | null> {
    const start = `{"request_id":${JSON.stringify(requestId)},`;
    const lines = createInterface({ input: createReadStream(this.#path(day)), crlfDelay: Number.POSITIVE_INFINITY });
    try {
      for await (const line of lines) if (line.startsWith(start)) return JSON.parse(line) as BodyRecord;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    } finally {
      lines.close();
    }
    return null;
  }

  #path(day: string): string {
    return join(this.#options.directory, `${day}.jsonl`);
  }

  async #write(day: string, line: string): Promise<void> {
    if (!this.#prepared) {
      await mkdir(this.#options.directory, { recursive: true, mode: 0o700 });
      await chmod(this.#options.directory, 0o700);
      await this.#retain();
      this.#prepared = true;
    }
    await appendFile(this.#path(day), line, { mode: 0o600 });
  }

  async #retain(): Promise<void> {
    const oldest = isoTime(this.#options.now() - this.#options.retentionDays * DAY_MS).slice(0, 10);
    for (const name of await readdir(this.#options.directory)) {
      const day = FILE_NAME.exec(name)?.[1];
      if (day !== undefined && day < oldest) await unlink(join(this.#options.directory, name));
    }
  }
}
