import type { PlanEvidence } from '../../contracts/decision.ts';
import type { EvidenceRow } from '../../contracts/evidence.ts';
import type { Objective } from '../../contracts/route.ts';
import { normalCdf, normalQuantile } from '../../lib/normal.ts';
import { depthOf, LEVELS, levelName, type RequestCell } from './cell-path.ts';
import { rowsOf, type Target, type TargetRows } from './own-rows.ts';
import { instrumentKey, type Pool, poolOf } from './pool.ts';
import { type Posterior, posteriorOf, standingOf } from './posterior.ts';
import { expectationsFrom, sharpen } from './prior.ts';

/** Own items from which on a deployment takes part. */
const LEAST_OWN_ITEMS = 50;

/** How a participant compares with the best of those that are there. */
export interface Standing {
  /** P(q >= best - margin) >= 1 - alpha. */
  kept: boolean;
  /** As shown beside its plan entry. */
  shown: PlanEvidence;
}

/** The same as numbers side by side, by the place of the target: what a decision over many reads. */
export interface Standings {
  /** 1: kept. */
  kept: Uint8Array;
  /** null: unproven. */
  shown: readonly (PlanEvidence | null)[];
}

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

function shownOf({ mean, low, high, pool }: Posterior, p: number, cell: string): PlanEvidence {
  return Object.freeze({
    quality: round(mean, 4),
    low: round(low, 4),
    high: round(high, 4),
    n: pool.n,
    run: pool.run,
    p_non_inferior: round(p, 3),
    cell,
  });
}

/**
 * Deployments that one instrument has measured in one cell, or in a parent of it: what can be compared. Worked out once
 * for a version of the evidence, so that a decision only looks up.
 */
export class Arena {
  /** The cell that was compared, e.g. `code_generation/en`. */
  readonly cell: string;
  /** By the place of the target; null: unproven. */
  readonly posteriors: readonly (Posterior | null)[];
  /** Their means; NaN: unproven. */
  readonly means: Float64Array;
  /** All are proven. */
  readonly complete: boolean;
  /** US dollars that were billed for an item; NaN: nobody says, or unproven. */
  readonly usd: Float64Array;
  readonly #standings = new Map<Objective, Map<number, Standings>>();

  constructor(cell: string, posteriors: readonly (Posterior | null)[]) {
    this.cell = cell;
    this.posteriors = posteriors;
    this.means = Float64Array.from(posteriors, (posterior) => posterior?.mean ?? Number.NaN);
    this.complete = !this.means.some(Number.isNaN);
    this.usd = Float64Array.from(posteriors, (posterior) => posterior?.pool.usdPerItem ?? Number.NaN);
  }

  /** How all participants compare with the one at `best`; null: unproven. */
  standings(best: number, { margin, alpha }: Objective): readonly (Standing | null)[] {
    const top = this.posteriors[best] as Posterior;
    const least = normalQuantile(1 - alpha);
    return this.posteriors.map((posterior, place) => {
      if (posterior === null) return null;
      const standing = place === best ? Number.POSITIVE_INFINITY : standingOf(posterior, top, margin);
      return { kept: standing >= least, shown: shownOf(posterior, normalCdf(Math.min(40, standing)), this.cell) };
    });
  }

  /** The same in columns, worked out once. */
  standingColumns(best: number, objective: Objective): Standings {
    const known = this.#standings.get(objective)?.get(best);
    if (known !== undefined) return known;
    const standings = this.standings(best, objective);
    const made = {
      kept: Uint8Array.from(standings, (standing) => (standing?.kept === true ? 1 : 0)),
      shown: standings.map((standing) => standing?.shown ?? null),
    };
    const ofObjective = this.#standings.get(objective) ?? new Map<number, Standings>();
    ofObjective.set(best, made);
    this.#standings.set(objective, ofObjective);
    return made;
  }
}

/** Pools of a target at a level: all that lies in the node, or only what lies beside the path further down. */
function poolAt(rows: readonly EvidenceRow[], cell: RequestCell, level: number, beside: boolean): Pool | null {
  return poolOf(
    rows.filter((row) => {
      const depth = depthOf(row.cell, cell);
      return beside ? depth === level : depth >= level;
    }),
  );
}

const centreOf = (pools: readonly (Pool | null)[]): number => {
  const known = pools.filter((pool) => pool !== null);
  return known.reduce((sum, { mean }) => sum + mean, 0) / known.length;
};

function arenaAt(
  instrument: string,
  level: number,
  cell: RequestCell,
  targets: readonly TargetRows[],
): { arena: Arena; participants: number; items: number } | null {
  const own = targets.map(({ own: rows }) => rows.filter((row) => instrumentKey(row) === instrument));
  const pools = own.map((rows) => {
    const pool = poolAt(rows, cell, level, false);
    return pool !== null && pool.n >= LEAST_OWN_ITEMS ? pool : null;
  });
  const participants = pools.filter((pool) => pool !== null).length;
  if (participants < 2) return null;
  // Others say something only of those that take part.
  const priors = targets.map(({ own: rows, prior }, place) =>
    pools[place] == null ? [] : [...prior, ...rows.filter((row) => instrumentKey(row) !== instrument)],
  );
  let expected = expectationsFrom(priors);
  for (let above = 0; above < level; above += 1) {
    expected = sharpen(
      expected,
      own.map((rows, place) => (pools[place] == null ? null : poolAt(rows, cell, above, true))),
    );
  }
  const centre = centreOf(pools);
  const posteriors = pools.map((pool, place) =>
    pool === null ? null : posteriorOf(pool, centre, expected[place] as (typeof expected)[number]),
  );
  const items = pools.reduce((sum, pool) => sum + (pool?.n ?? 0), 0);
  return { arena: new Arena(levelName(cell, level), posteriors), participants, items };
}

/**
 * Everything in which at least two of the targets can be compared for a request of this cell, best first: the deepest
 * level of the cell, then the instrument that measured most of them, then the one with most items.
 */
export function arenasFor(rows: readonly EvidenceRow[], cell: RequestCell, targets: readonly Target[]): Arena[] {
  const ofTask = rows.filter((row) => row.cell.task === cell.task);
  if (ofTask.length === 0) return [];
  const sorted = targets.map((target) => rowsOf(ofTask, target));
  const instruments = [...new Set(sorted.flatMap(({ own }) => own.map(instrumentKey)))].sort();
  const arenas: Arena[] = [];
  for (let level = LEVELS - 1; level >= 0; level -= 1) {
    const atLevel = instruments.flatMap((instrument) => arenaAt(instrument, level, cell, sorted) ?? []);
    atLevel.sort((a, b) => b.participants - a.participants || b.items - a.items);
    arenas.push(...atLevel.map(({ arena }) => arena));
  }
  return arenas;
}
