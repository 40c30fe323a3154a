import type { Finding } from '../privacy/finding.ts';
import type { ScanOptions } from '../privacy/scanner.ts';

/** What the thread can be asked; a scan that nobody waits for any more is forgotten between two slices. */
export type ScanCall =
  /** Parts of its texts, in order: `parts[i]` goes on with the text of number `texts[i]`. */
  | { kind: 'parts'; id: number; texts: readonly number[]; parts: readonly string[] }
  /** All parts of its texts, of which there are so many, have been sent. */
  | { kind: 'scan'; id: number; count: number; options: ScanOptions }
  | { kind: 'forget'; id: number };

export interface ScanAnswer {
  id: number;
  /** Of each text, in the order of the call. */
  findings: readonly (readonly Finding[])[];
}
