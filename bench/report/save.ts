import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './report.ts';

const RESULTS = join(import.meta.dirname, '../results');

/** Writes bench/results/NAME-YYYY-MM-DD.json, replacing an earlier run of that day; returns the path within the repository. */
export function saveReport(report: Report): string {
  const name = `${report.bench}-${report.startedAt.slice(0, 10)}.json`;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, name), `${JSON.stringify(report, null, 2)}\n`);
  return `bench/results/${name}`;
}
