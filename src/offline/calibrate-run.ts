import { readFileSync } from 'node:fs';
import { AppError } from '../contracts/errors.ts';
import type { ScorerCalibration } from '../contracts/evaluation.ts';
import { calibrationFrom, type Label } from '../evals/certification/calibrate.ts';
import { calibrationsOf, readRecordedRun } from './recorded-runs.ts';

/**
 * Keeps what people say of some answers of a run, as what is known of its scorer on its suite. `labelsPath`: lines
 * `{"sample", "correct": true | false}`. @throws AppError not_found, invalid_request
 */
export function calibrateRun(dataDir: string, id: string, labelsPath: string): ScorerCalibration {
  const { result } = readRecordedRun(dataDir, id);
  const calibration = calibrationFrom(result, readLabels(labelsPath));
  calibrationsOf(dataDir).keep(result.plan, calibration);
  return calibration;
}

function readLabels(path: string): Label[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('not_found', `The file ${path} cannot be read.`, { cause });
  }
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [readLabel(line, index + 1)]));
}

function readLabel(line: string, number: number): Label {
  const wrong = `Line ${number} is no label: write {"sample": "...", "correct": true} or false.`;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new AppError('invalid_request', wrong, { cause });
  }
  const { sample, correct } = (value ?? {}) as { sample?: unknown; correct?: unknown };
  if (typeof sample === 'string' && typeof correct === 'boolean') return { sample, correct };
  throw new AppError('invalid_request', wrong);
}
