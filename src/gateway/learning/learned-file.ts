import { readFileSync, renameSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { learnedStateSchema } from '../../contracts/learned-state.ts';
import type { Learning } from './learning.ts';

/** Which deployments a company uses for what is nobody else's business on this machine. */
const MODE = 0o600;
/** What is lost with a killed process is this much learning: a few of 500 answers. */
const EVERY_MS = 60_000;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export interface LearnedFileParts {
  path: string;
  learning: Learning;
  /** Milliseconds of a clock that never goes back. */
  monotonic: () => number;
  onProblem: (problem: string) => void;
}

/**
 * What receipts have taught, over a restart: a small file beside the journal, read before the first request and written
 * once a minute where something has changed. Without it dollars per task start from list prices. A file that cannot be
 * read is kept aside, one that cannot be written reported; neither costs a request.
 */
export class LearnedFile {
  readonly #parts: LearnedFileParts;
  #savedChanges: number;
  #savedAtMs: number;
  #writing: Promise<void> | null = null;

  /** Takes over what was saved. */
  constructor(parts: LearnedFileParts) {
    this.#parts = parts;
    this.#read();
    this.#savedChanges = parts.learning.changes;
    this.#savedAtMs = parts.monotonic();
  }

  /** Call it every second or so; does nothing within a minute of the last write. */
  save(): Promise<void> {
    return this.#parts.monotonic() - this.#savedAtMs < EVERY_MS ? Promise.resolve() : this.#saveNow();
  }

  /** The last write, at the end of the process. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#saveNow();
  }

  #saveNow(): Promise<void> {
    if (this.#writing !== null) return this.#writing;
    if (this.#parts.learning.changes === this.#savedChanges) return Promise.resolve();
    this.#writing = this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { path, learning, monotonic, onProblem } = this.#parts;
    const { changes } = learning;
    // Whether it can be written or not: a full disk is tried again in a minute.
    this.#savedAtMs = monotonic();
    try {
      await writeFile(`${path}.new`, `${JSON.stringify(learning.state())}\n`, { mode: MODE });
      // Renamed, so that a crash leaves either the old file or the new one.
      await rename(`${path}.new`, path);
      this.#savedChanges = changes;
    } catch (error) {
      onProblem(`What was learned cannot be written to ${path}: ${String(error)}`);
    }
  }

  #read(): void {
    const { path, learning, onProblem } = this.#parts;
    try {
      learning.restore(learnedStateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
    } catch (error) {
      if (isMissing(error)) return;
      onProblem(`What was learned cannot be read from ${path} and is learned anew: ${String(error)}`);
      this.#setAside();
    }
  }

  #setAside(): void {
    const { path, onProblem } = this.#parts;
    try {
      renameSync(path, `${path}.broken`);
    } catch (error) {
      onProblem(`${path} cannot be kept aside: ${String(error)}`);
    }
  }
}
