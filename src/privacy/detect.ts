// privacy/: finds personal data and secrets in text, by rule, on this machine, in time linear in the text.
// May import: contracts/, lib/ and libphonenumber-js. Nothing here does I/O, reads a clock or keeps a text.
// Start here: detect() for a whole text, createScanner() for slices that yield in between; then view.ts, the one pass
// that all recognizers share, recognizers/ with one kind of data a file, and overlaps.ts for who wins.
// types-of-data.ts says what is masked by default; docs/privacy.md what is found, what is not, and how well.

import { DATA_CLASSES, type DataClass } from '../contracts/data-classes.ts';
import type { Finding } from './finding.ts';
import { createScanner, MAX_SLICE, type ScanOptions, scanWindow } from './scanner.ts';
import { dataClassOf } from './types-of-data.ts';

/**
 * All findings of a text, sorted by place and without overlaps unless `nested` asks for them. Synchronous and linear;
 * for texts above MAX_SLICE use createScanner and yield between slices, or a worker.
 */
export function detect(text: string, options: ScanOptions = {}): Finding[] {
  if (text.length <= MAX_SLICE) return scanWindow(text, options);
  const scanner = createScanner(text, options);
  while (scanner.step());
  return scanner.findings;
}

/** How often each type was found: all of a finding that may be stored. */
export function countTypes(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of findings) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/**
 * Data classes of findings at or above a score, in the order of the tree; `public` is not among them. What a plug-in calls
 * by a name of its own is personal, as long as nobody says what it is.
 */
export function dataClassesOf(findings: readonly Finding[], leastScore = 0.5): DataClass[] {
  const found = new Set<DataClass | null>();
  for (const { type, score } of findings) if (score >= leastScore) found.add(dataClassOf(type) ?? 'personal');
  return DATA_CLASSES.filter((name) => name !== 'public' && found.has(name));
}
