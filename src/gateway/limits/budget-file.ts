import { readFileSync, renameSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { type BudgetSnapshot, budgetSnapshotSchema, type Limiter } from '../../contracts/limits.ts';

/** Whose keys spend how much is nobody else's business on this machine. */
const MODE = 0o600;
/** Of journal that a start may have to read at most, though nothing was spent: a fraction of a second. */
const READ_AT_MOST_BYTES = 16 << 20;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Where the next record of the journal will lie. */
export type JournalPlace = NonNullable<BudgetSnapshot['journal']>;

export interface BudgetFileParts {
  path: string;
  limiter: Limiter;
  /** Absent: what was spent after the last `save` is lost with the process. */
  journalEnd?: () => JournalPlace;
  onProblem: (problem: string) => void;
}

/**
 * Dollars over a restart: a small file beside the journal, read before the first request and written when something has
 * changed. It names the place in the journal up to which it is complete, so that what a killed process spent afterwards
 * can be added from its receipts. A file that cannot be read or written is reported and never costs a request.
 */
export class BudgetFile {
  readonly #parts: BudgetFileParts;
  #savedChanges = 0;
  #savedPlace: JournalPlace | null = null;
  #writing: Promise<void> | null = null;
  /** A disk may stay full for hours, and it is tried every second. */
  #reported = false;

  constructor(parts: BudgetFileParts) {
    this.#parts = parts;
  }

  /** What was saved last; null where there is nothing to take over: no file yet, or a broken one, which is kept aside. */
  read(): BudgetSnapshot | null {
    try {
      return budgetSnapshotSchema.parse(JSON.parse(readFileSync(this.#parts.path, 'utf8')));
    } catch (error) {
      if (!isMissing(error)) this.#setAside(error);
      return null;
    }
  }

  /** Call it every second or so; does nothing while nothing has changed or a write is under way. */
  save(): Promise<void> {
    if (this.#writing !== null) return this.#writing;
    if (this.#isCurrent()) return Promise.resolve();
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

  #isCurrent(): boolean {
    const { limiter, journalEnd } = this.#parts;
    if (limiter.changes !== this.#savedChanges) return false;
    const place = journalEnd?.();
    if (place === undefined) return true;
    const saved = this.#savedPlace;
    return saved?.segment === place.segment && place.offset - saved.offset < READ_AT_MOST_BYTES;
  }

  async #write(): Promise<void> {
    const { path, limiter, journalEnd } = this.#parts;
    const { changes } = limiter;
    // In one moment with the snapshot: what it does not know comes behind this place.
    const place = journalEnd?.() ?? null;
    const snapshot = { ...limiter.snapshot(), ...(place === null ? {} : { journal: place }) };
    const temporary = `${path}.new`;
    try {
      await writeFile(temporary, `${JSON.stringify(snapshot)}\n`, { mode: MODE });
      // Renamed, so that a crash leaves either the old file or the new one.
      await rename(temporary, path);
      this.#savedChanges = changes;
      this.#savedPlace = place;
      this.#reported = false;
    } catch (error) {
      if (!this.#reported) this.#parts.onProblem(`Budgets cannot be written to ${path}: ${String(error)}`);
      this.#reported = true;
    }
  }

  #setAside(cause: unknown): void {
    const { path, onProblem } = this.#parts;
    onProblem(`Budgets in ${path} cannot be read and are counted anew: ${String(cause)}`);
    try {
      renameSync(path, `${path}.broken`);
    } catch (error) {
      onProblem(`${path} cannot be kept aside: ${String(error)}`);
    }
  }
}
