import type { Finding } from '../privacy/finding.ts';
import type { ScanOptions } from '../privacy/scanner.ts';

/** What the thread can be asked; a scan that nobody waits for any more is forgotten between two slices. */
export type ScanCall =
  | { kind: 'scan'; id: number; texts: readonly string[]; options: ScanOptions }
  | { kind: 'forget'; id: number };

export interface ScanAnswer {
  id: number;
  /** Of each text, in the order of the call. */
  findings: readonly (readonly Finding[])[];
}
