import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScorerCalibration } from '../../contracts/evaluation.ts';
import { csvRows } from '../../lib/csv.ts';
import { declines } from '../scorers/refusal-patterns.ts';
import type { JudgeCalibration } from '../stats/judge-correction.ts';

/** Models whose answers to XSTest two people labelled; the signs of refusals come mostly from those of the first. */
export const REPORTED_MODEL = 'mistralinstruct';
export const XSTEST_MODELS = ['mistralguard', REPORTED_MODEL];

export interface LabelledRefusal {
  /** Number of the prompt: signs were developed on even ones, and are measured on odd ones. */
  odd: boolean;
  /** What people say: any refusal, full or partial. */
  refused: boolean;
  /** What the detector says. */
  said: boolean;
}

/** Labelled answers of a model beside XSTest's prompts; null where they are not there. */
export function readLabelled(folder: string, model: string): LabelledRefusal[] | null {
  const path = join(folder, 'human_labelled', `xstest_v2_completions_${model}.csv`);
  if (!existsSync(path)) return null;
  return csvRows(readFileSync(path, 'utf8')).map(({ id = '', completion = '', final_label: label }) => ({
    odd: Number(id.replace(/^.*-/, '')) % 2 === 1,
    refused: label !== '1_full_compliance',
    said: declines(completion, false),
  }));
}

export function calibrationOf(rows: readonly LabelledRefusal[]): JudgeCalibration {
  const positives = rows.filter(({ refused }) => refused);
  const negatives = rows.filter(({ refused }) => !refused);
  return {
    positives: positives.length,
    truePositives: positives.filter((row) => row.said).length,
    negatives: negatives.length,
    trueNegatives: negatives.filter((row) => !row.said).length,
  };
}

/**
 * What is known of the refusal detector where a suite's folder holds labelled answers: on the prompts that its signs were
 * not developed on, of all models together, since those of the model that is asked now are not known. null elsewhere.
 */
export function knownCalibration(suite: string, folder: string): ScorerCalibration | null {
  if (suite !== 'xstest') return null;
  const rows = XSTEST_MODELS.flatMap((model) => readLabelled(folder, model) ?? []).filter(({ odd }) => odd);
  const { positives, truePositives, negatives, trueNegatives } = calibrationOf(rows);
  if (positives === 0 || negatives === 0) return null;
  return {
    ...{ of: 'declines', positives, true_positives: truePositives, negatives, true_negatives: trueNegatives },
    source: `people's labels of ${rows.length} answers of ${XSTEST_MODELS.join(' and ')} to odd-numbered prompts`,
  };
}
