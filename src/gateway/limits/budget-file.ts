import { readFileSync, renameSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { budgetSnapshotSchema, type Limiter } from '../../contracts/limits.ts';

/** Whose keys spend how much is nobody else's business on this machine. */
const MODE = 0o600;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * Dollars over a restart: a small file beside the journal, read before the first request and written when something has
 * changed. What a kill -9 costs is what was spent since the last `save`. A file that cannot be read or written is
 * reported and costs memory of the past, never a request.
 */
export class BudgetFile {
  readonly #path: string;
  readonly #limiter: Limiter;
  readonly #onProblem: (problem: string) => void;
  #savedChanges = 0;
  #writing: Promise<void> | null = null;

  constructor(path: string, limiter: Limiter, onProblem: (problem: string) => void) {
    this.#path = path;
    this.#limiter = limiter;
    this.#onProblem = onProblem;
  }

  /** False where nothing could be taken over: no file yet, or a broken one, which is reported and kept aside. */
  load(): boolean {
    try {
      this.#limiter.restore(budgetSnapshotSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))));
      this.#savedChanges = this.#limiter.changes;
      return true;
    } catch (error) {
      if (!isMissing(error)) this.#setAside(error);
      return false;
    }
  }

  /** Call it every second or so; does nothing while nothing has changed or a write is under way. */
  save(): Promise<void> {
    if (this.#writing !== null) return this.#writing;
    if (this.#limiter.changes === this.#savedChanges) return Promise.resolve();
    this.#writing = this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  /** The last write, at the end of the process. */
  async close(): Promise<void> {
    await this.#writing;
    await this.save();
  }

  async #write(): Promise<void> {
    const { changes } = this.#limiter;
    const temporary = `${this.#path}.new`;
    try {
      await writeFile(temporary, `${JSON.stringify(this.#limiter.snapshot())}\n`, { mode: MODE });
      // Renamed, so that a crash leaves either the old file or the new one.
      await rename(temporary, this.#path);
      this.#savedChanges = changes;
    } catch (error) {
      this.#onProblem(`Budgets cannot be written to ${this.#path}: ${String(error)}`);
    }
  }

  #setAside(cause: unknown): void {
    this.#onProblem(`Budgets in ${this.#path} cannot be read and start from nothing: ${String(cause)}`);
    try {
      renameSync(this.#path, `${this.#path}.broken`);
    } catch (error) {
      this.#onProblem(`${this.#path} cannot be kept aside: ${String(error)}`);
    }
  }
}
