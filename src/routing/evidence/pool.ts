import type { EvidenceRow } from '../../contracts/evidence.ts';

/** What several rows of one deployment under one instrument come to together. */
export interface Pool {
  /** Items scored. */
  n: number;
  /** Items that tell as much as the clustered ones. */
  effectiveN: number;
  mean: number;
  /** Score by item id; null where any row kept none. */
  outcomes: ReadonlyMap<string, number> | null;
  /** Per item; null where any row does not say. */
  usdPerItem: number | null;
  secondsPerItem: number | null;
  /** Of the newest row. */
  run: string;
}

/** Rows of one instrument and one metric can be compared; others cannot. */
export const instrumentKey = ({ kind, instrument, metric }: EvidenceRow): string =>
  `${kind}\u0000${instrument.name}\u0000${instrument.version}\u0000${metric}`;

const cellText = ({ cell }: EvidenceRow): string => `${cell.task}/${cell.language}/${cell.length}/${cell.use_case}`;

/** Asking the same questions again is no new evidence: of each instrument and cell the newest row counts. */
export function newestPerCell(rows: readonly EvidenceRow[]): EvidenceRow[] {
  const newest = new Map<string, EvidenceRow>();
  for (const row of rows) {
    const key = `${instrumentKey(row)}\u0000${cellText(row)}`;
    const known = newest.get(key);
    const later = known === undefined || row.date > known.date || (row.date === known.date && row.run > known.run);
    if (later) newest.set(key, row);
  }
  return [...newest.values()];
}

function outcomesOf(rows: readonly EvidenceRow[]): Map<string, number> | null {
  const all = new Map<string, number>();
  for (const { outcomes } of rows) {
    if (outcomes === null) return null;
    for (const [item, score] of Object.entries(outcomes)) all.set(item, score);
  }
  return all;
}

function weighted(rows: readonly EvidenceRow[], of: (row: EvidenceRow) => number | null, n: number): number | null {
  let sum = 0;
  for (const row of rows) {
    const value = of(row);
    if (value === null) return null;
    sum += value * row.n;
  }
  return sum / n;
}

/** The row over these of its items alone; null: over none. */
function narrowed(row: EvidenceRow, kept: readonly [string, number][]): EvidenceRow | null {
  const n = kept.length;
  if (n === row.n) return row;
  if (n === 0) return null;
  const mean = kept.reduce((sum, [, score]) => sum + score, 0) / n;
  const effective = row.effective_n === null ? null : (row.effective_n * n) / row.n;
  return { ...row, n, mean, effective_n: effective, outcomes: Object.fromEntries(kept) };
}

/** An item that several runs asked, such as one suite's for two use cases, counts as the newest of them found it. */
function withoutRepeats(rows: readonly EvidenceRow[]): readonly EvidenceRow[] {
  const told = rows.filter(({ outcomes }) => outcomes !== null);
  if (told.every(({ run }) => run === told[0]?.run)) return rows;
  const askedBy = new Map<string, string>();
  const kept = new Map<EvidenceRow, EvidenceRow | null>();
  for (const row of rows.toSorted((a, b) => Number(a.date < b.date) - Number(a.date > b.date))) {
    if (row.outcomes === null) continue;
    const fresh = Object.entries(row.outcomes).filter(([item]) => (askedBy.get(item) ?? row.run) === row.run);
    for (const [item] of fresh) askedBy.set(item, row.run);
    kept.set(row, narrowed(row, fresh));
  }
  return rows.flatMap((row) => (kept.has(row) ? (kept.get(row) ?? []) : row));
}

const itemsOf = (rows: readonly EvidenceRow[]): number => rows.reduce((sum, { n }) => sum + n, 0);

/** null without rows. */
export function poolOf(all: readonly EvidenceRow[]): Pool | null {
  const outcomes = outcomesOf(all);
  // Where there are as many items as scores nothing was asked twice, and most cells need no second look.
  const rows = outcomes?.size === itemsOf(all) ? all : withoutRepeats(all);
  const [first] = rows;
  if (first === undefined) return null;
  const newest = rows.reduce((latest, row) => (row.date > latest.date ? row : latest), first);
  const n = itemsOf(rows);
  return {
    n,
    effectiveN: rows.reduce((sum, row) => sum + Math.min(row.n, row.effective_n ?? row.n), 0),
    mean: weighted(rows, (row) => row.mean, n) as number,
    outcomes: rows === all ? outcomes : outcomesOf(rows),
    usdPerItem: weighted(rows, (row) => row.usd_per_item, n),
    secondsPerItem: weighted(rows, (row) => row.seconds_per_item, n),
    run: newest.run,
  };
}
