import { join } from 'node:path';
import type { Suite } from '../contracts/evaluation.ts';
import type { RunListEntry } from '../contracts/evaluation-events.ts';
import { openCalibrationStore } from '../evals/certification/calibration-store.ts';
import { type RunResult, runResult } from '../evals/results/run-result.ts';
import { readRun } from '../evals/runner/run-file.ts';
import { listRuns, runFolder, runNamed } from '../evals/runner/run-folders.ts';
import { openSuiteStore } from '../evals/suites/suite-store.ts';

/** Where evaluations lie in a data folder. */
export const evaluationFolder = (dataDir: string): string => join(dataDir, 'evaluations');

/** Every run of a data folder, newest first, whether a server is at work on it or not. */
export const recordedRuns = (dataDir: string): RunListEntry[] => listRuns(evaluationFolder(dataDir));

export interface ReadRun {
  result: RunResult;
  /** With the samples that were chosen. */
  suite: Suite;
}

/** A run with its samples. `id` may be `last`, or `last~1` for the one before. @throws AppError not_found */
export function readRecordedRun(dataDir: string, id: string): ReadRun {
  const directory = evaluationFolder(dataDir);
  const run = runNamed(directory, id);
  const recorded = readRun(runFolder(directory, run));
  const { suite_hash: hash, samples } = recorded.plan;
  const suite = openSuiteStore(join(directory, 'suites')).load(hash, new Set(samples));
  const calibration = calibrationsOf(dataDir).find(recorded.plan);
  return { result: runResult(run, recorded, suite.samples, { calibration }), suite };
}

/** What people's labels said of scorers. */
export const calibrationsOf = (dataDir: string): ReturnType<typeof openCalibrationStore> =>
  openCalibrationStore(join(evaluationFolder(dataDir), 'calibrations.json'));
