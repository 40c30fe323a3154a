// Purpose: what a bench found, as it is printed, saved and compared later.
// May import: bench/measure.
// Additive only: older files in results/ must stay readable.
// A run with an entry in `voided` proves nothing and ends with exit code 1.
// Start reading at Report.

import type { MachineFacts } from '../measure/machine-facts.ts';
import type { Spread } from '../measure/statistics.ts';

export interface Row {
  name: string;
  /** Spread of a number over the rounds, or null where it could not be measured. */
  values: Record<string, Spread | null>;
}

export interface Table {
  title: string;
  /** Member of `Row.values` -> heading with its unit. */
  columns: Record<string, string>;
  rows: Row[];
}

export interface Target {
  name: string;
  limit: number;
  /** Which side of the limit is wanted. Absent: at most. */
  wanted?: 'at_least';
  /** Judged on the median; null when the run did not measure it. */
  measured: number | null;
  /** Null also where what was measured is too uncertain to tell. */
  met: boolean | null;
}

export interface Findings {
  settings: Record<string, number | string | boolean | number[] | string[]>;
  versions: Record<string, string>;
  tables: Table[];
  targets: Target[];
  notes: string[];
  voided: string[];
}

export interface Report extends Findings {
  bench: string;
  startedAt: string;
  command: string;
  machine: MachineFacts;
}

/** A target of the form "at most `limit`". */
export function atMost(name: string, limit: number, measured: Spread | number | null | undefined): Target {
  const value = typeof measured === 'number' ? measured : (measured?.median ?? null);
  return { name, limit, measured: value, met: value === null ? null : value <= limit };
}

/** A target of the form "at least `limit`". */
export function atLeast(name: string, limit: number, measured: number | null): Target {
  return { name, limit, wanted: 'at_least', measured, met: measured === null ? null : measured >= limit };
}
