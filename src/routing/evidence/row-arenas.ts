import type { EvidenceRow, EvidenceTask } from '../../contracts/evidence.ts';
import { type Arena, arenasFor } from './arena.ts';
import { cellKey, type RequestCell } from './cell-path.ts';
import type { Target } from './own-rows.ts';

/** More cells than a company has; languages and use cases are few. */
const MOST_CELLS = 4_096;

const NONE: readonly Arena[] = Object.freeze([]);

/** What can be compared among the deployments of one row, worked out for each cell when it is first asked for. */
export class RowArenas {
  readonly #rows: readonly EvidenceRow[];
  readonly #targets: readonly Target[];
  readonly #tasks: ReadonlySet<EvidenceTask>;
  readonly #byCell = new Map<string, readonly Arena[]>();

  constructor(rows: readonly EvidenceRow[], targets: readonly Target[]) {
    const models = new Set(targets.map(({ model }) => model));
    const ids = new Set(targets.map(({ id }) => id));
    this.#rows = rows.filter((row) => models.has(row.model) || (row.deployment !== null && ids.has(row.deployment)));
    this.#targets = targets;
    this.#tasks = new Set(this.#rows.map((row) => row.cell.task));
  }

  /** Whether anything was measured of this kind of work. */
  knows(task: EvidenceTask): boolean {
    return this.#tasks.has(task);
  }

  /** Best first; empty where no two deployments can be compared. */
  of(cell: RequestCell): readonly Arena[] {
    if (!this.#tasks.has(cell.task)) return NONE;
    const key = cellKey(cell);
    const known = this.#byCell.get(key);
    if (known !== undefined) return known;
    const arenas = arenasFor(this.#rows, cell, this.#targets);
    if (this.#byCell.size >= MOST_CELLS) this.#byCell.clear();
    this.#byCell.set(key, arenas);
    return arenas;
  }
}
