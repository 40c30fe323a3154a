import type { Loss } from '../contracts/receipt.ts';
import { LOSSES, type LossId } from './loss-table.ts';

/** The row as a type: literal rows have no optional members. */
const rowOf = (id: LossId): { kind: Loss['kind']; field: string; why: string; harmless?: true } => LOSSES[id];

/** What a caller may see of a name that he chose himself: it goes into a header. */
const PLAIN_PATH = /^[A-Za-z0-9_$.[\]-]{1,96}$/;

/** Collects what one translation could not keep. Each entry is said once. */
export class LossReport {
  /** null: nothing was lost, as nearly always. */
  #entries: Map<string, Loss> | null = null;

  /** @param name what was lost, for rows whose field is `*`; what is no plain path is reported as `(unnamed)` */
  add(id: LossId, name?: string): void {
    const { kind, field, why, harmless } = rowOf(id);
    const said = field === '*' ? (name !== undefined && PLAIN_PATH.test(name) ? name : '(unnamed)') : field;
    const key = `${id} ${said}`;
    this.#entries ??= new Map();
    if (!this.#entries.has(key)) this.#entries.set(key, { kind, field: said, why, ...(harmless && { harmless }) });
  }

  /** Whether this was lost, whatever it was called. */
  has(id: LossId): boolean {
    return this.#entries !== null && [...this.#entries.keys()].some((key) => key.startsWith(`${id} `));
  }

  /** In the order in which they were found. */
  get entries(): readonly Loss[] {
    return this.#entries === null ? [] : [...this.#entries.values()];
  }

  get size(): number {
    return this.#entries?.size ?? 0;
  }
}

/** Each loss once, where it was said first: attempts that follow each other lose the same. */
export function distinctLosses(losses: readonly Loss[]): readonly Loss[] {
  const seen = new Map<string, Loss>();
  for (const loss of losses) {
    const key = `${loss.kind} ${loss.field} ${loss.why}`;
    if (!seen.has(key)) seen.set(key, loss);
  }
  return seen.size === losses.length ? losses : [...seen.values()];
}

/** Those for which `strict` refuses. */
export const seriousLosses = (losses: readonly Loss[]): readonly Loss[] =>
  losses.some(({ harmless }) => harmless) ? losses.filter(({ harmless }) => harmless !== true) : losses;
