import type { Loss } from '../contracts/receipt.ts';
import { LOSSES, type LossId } from './loss-table.ts';

/** What a caller may see of a name that he chose himself: it goes into a header. */
const PLAIN_PATH = /^[A-Za-z0-9_$.[\]-]{1,96}$/;

/** Collects what one translation could not keep. Each entry is said once. */
export class LossReport {
  readonly #entries = new Map<string, Loss>();

  /** @param name what was lost, for rows whose field is `*`; what is no plain path is reported as `(unnamed)` */
  add(id: LossId, name?: string): void {
    const { kind, field, why } = LOSSES[id];
    const said = field === '*' ? (name !== undefined && PLAIN_PATH.test(name) ? name : '(unnamed)') : field;
    const key = `${id} ${said}`;
    if (!this.#entries.has(key)) this.#entries.set(key, { kind, field: said, why });
  }

  get entries(): readonly Loss[] {
    return [...this.#entries.values()];
  }

  get size(): number {
    return this.#entries.size;
  }
}
