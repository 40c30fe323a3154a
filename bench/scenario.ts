// Purpose: what every bench under scenarios/ is: a name, a sentence and a function from options to findings.
// May import: bench/report.
// A bench is added by a file under scenarios/ and a line in main.ts.
// Options are shared; a bench reads those that concern it and has its own defaults for them.
// Start reading at Scenario.

import type { Findings } from './report/report.ts';

export interface BenchOptions {
  /** Names of subjects; null: all that the bench is about. */
  subjects: string[] | null;
  gateway: 'auto' | 'dist' | 'source';
  rounds?: number;
  seconds?: number;
  minutes?: number;
  warmupRequests?: number;
  concurrency?: number;
  perSecond?: number;
  streams?: number;
  events?: number;
  intervalMs?: number;
  repeats?: number;
  sizes?: number[];
  dropCaches?: boolean;
  /** Folder of recorded data. */
  data?: string;
  /** How long each turn waits for others on the machine to be quiet. */
  patienceSeconds?: number;
}

export interface Scenario {
  name: string;
  summary: string;
  run(options: BenchOptions): Promise<Findings>;
}
