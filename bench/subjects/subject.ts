// Purpose: what a bench needs to know of a program that it measures.
// May import: bench/load, bench/process.
// The product, the yardsticks and the peers are all subjects; each file here or in peers/ starts one of them.
// A subject that cannot be had on this machine throws SubjectUnavailable, which the report then names.
// Start reading at Subject.

import type { PinnedProcess } from '../process/pinned-process.ts';

export type SubjectRole = 'product' | 'yardstick' | 'peer';

export interface SubjectContext {
  upstreamPort: number;
  /** Core to run on; null: wherever the kernel likes. */
  core: number | null;
  /** A folder of the subject's own, empty at first. */
  folder: string;
  gateway: 'auto' | 'dist' | 'source';
}

export interface Subject {
  name: string;
  role: SubjectRole;
  start(context: SubjectContext): Promise<RunningSubject>;
}

export interface RunningSubject {
  process: PinnedProcess;
  port: number;
  path: string;
  headers: Record<string, string>;
  version: string;
  /** Records lost so far; null when the subject does not say. Only the product keeps records. */
  droppedRecords?(): Promise<number | null>;
}

export class SubjectUnavailable extends Error {
  override readonly name = 'SubjectUnavailable';
}

/** Every subject gets the same model name and the same credentials. Obviously not a real key. */
export const BENCH_KEY = 'sk-bench-not-a-real-key-0000000000000000';
export const BENCH_MODEL = 'auto';
