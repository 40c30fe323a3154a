// Purpose: what the product believes and decides of two models, by evidence of some items a subject.
// May import: src/contracts, src/routing/evidence, which is what is measured: nothing of it is copied.
// A subject stands for a registered use case of one task. Start reading at beliefsOf and decisionsOf.
import type { EvidenceRow } from '../../src/contracts/evidence.ts';
import type { Objective } from '../../src/contracts/route.ts';
import { arenasFor } from '../../src/routing/evidence/arena.ts';
import type { RequestCell } from '../../src/routing/evidence/cell-path.ts';
import { poolOf } from '../../src/routing/evidence/pool.ts';
import { posteriorOf } from '../../src/routing/evidence/posterior.ts';
import { expectationsFrom, sharpen } from '../../src/routing/evidence/prior.ts';
import { type ReplayItem, STRONG, WEAK } from './replay-set.ts';

/** The product's own defaults. */
export const OBJECTIVE: Objective = {
  mode: 'evidence',
  margin: 0.05,
  alpha: 0.1,
  usd_per_success: 0.05,
  usd_per_second_waited: 0.0005,
};

type Side = 'weak' | 'strong';
const SIDES: readonly Side[] = ['weak', 'strong'];
const TARGETS = [
  { id: 'weak@replay', model: WEAK },
  { id: 'strong@replay', model: STRONG },
];

const cellOf = (subject: string): RequestCell => ({
  task: 'conversational',
  language: 'en',
  length: 'short',
  useCase: subject,
});

/** An own measurement of one model on the items of one subject. */
function rowOf(subject: string, items: readonly ReplayItem[], side: Side): EvidenceRow {
  const mean = items.reduce((sum, item) => sum + item[side], 0) / items.length;
  return {
    cell: { task: 'conversational', language: 'en', length: null, use_case: subject },
    model: side === 'weak' ? WEAK : STRONG,
    deployment: null,
    model_version: null,
    metric: 'accuracy',
    n: items.length,
    mean,
    interval: [mean, mean],
    effective_n: null,
    instrument: { name: 'replay', version: null, items: null },
    outcomes: Object.fromEntries(items.map((item) => [item.id, item[side]])),
    usd_per_item: null,
    seconds_per_item: null,
    date: '2024-07-01',
    run: 'replay',
    kind: 'own',
    sandbox: false,
  };
}

/** The first `most` items of each subject, measured with both models. */
export const rowsFrom = (learn: ReadonlyMap<string, readonly ReplayItem[]>, most: number): EvidenceRow[] =>
  [...learn].flatMap(([subject, items]) => SIDES.map((side) => rowOf(subject, items.slice(0, most), side)));

/**
 * By subject, how much better the strong model is believed to be: difference of the posterior means, with what was
 * measured in other subjects as the prior. The same as an arena of the product shows, which wants 50 items before it
 * lets anybody take part; a learning curve begins earlier.
 */
export function beliefsOf(rows: readonly EvidenceRow[]): Map<string, number> {
  // Scores of single items play no part in a posterior mean, and merging them for every subject would take minutes.
  const bare = rows.map((row) => ({ ...row, outcomes: null }));
  const subjects = new Set(rows.map(({ cell }) => cell.use_case as string));
  return new Map([...subjects].map((subject) => [subject, beliefOf(bare, subject)]));
}

function beliefOf(rows: readonly EvidenceRow[], subject: string): number {
  const ofModel = TARGETS.map(({ model }) => rows.filter((row) => row.model === model));
  const pools = ofModel.map((own) => poolOf(own.filter(({ cell }) => cell.use_case === subject)));
  const beside = ofModel.map((own) => poolOf(own.filter(({ cell }) => cell.use_case !== subject)));
  const expected = sharpen(expectationsFrom(TARGETS.map(() => [])), beside);
  const centre = pools.reduce((sum, pool) => sum + (pool?.mean ?? 0), 0) / pools.length;
  const [weak, strong] = pools.map((pool, place) =>
    pool === null ? null : posteriorOf(pool, centre, expected[place] as (typeof expected)[number]),
  );
  if (weak == null || strong == null) throw new Error(`nothing was measured in ${subject}`);
  return strong.mean - weak.mean;
}

/** By subject, the same difference as an arena of the product has it; null where nobody may take part there. */
export function arenaDifference(rows: readonly EvidenceRow[], subject: string): number | null {
  const [arena] = arenasFor(rows, cellOf(subject), TARGETS);
  const [weak, strong] = arena?.posteriors ?? [];
  return weak == null || strong == null ? null : strong.mean - weak.mean;
}

export interface SubjectDecision {
  model: Side;
  /** Whether the subject itself was compared, rather than all subjects together. */
  own: boolean;
}

/** By subject, what the product decides: the weak model, which is the cheaper, where it is not inferior. */
export function decisionsOf(rows: readonly EvidenceRow[]): Map<string, SubjectDecision> {
  const subjects = new Set(rows.map(({ cell }) => cell.use_case as string));
  return new Map(
    [...subjects].map((subject): [string, SubjectDecision] => {
      const [arena] = arenasFor(rows, cellOf(subject), TARGETS);
      const [weak, strong] = arena?.posteriors ?? [];
      if (arena === undefined || weak == null || strong == null) return [subject, { model: 'strong', own: false }];
      const best = strong.mean > weak.mean ? 1 : 0;
      const kept = arena.standings(best, OBJECTIVE)[0]?.kept === true;
      return [subject, { model: kept ? 'weak' : 'strong', own: arena.cell.endsWith(`/${subject}`) }];
    }),
  );
}
