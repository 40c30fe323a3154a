import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScorerCalibration } from '../../contracts/evaluation.ts';
import { csvRows } from '../../lib/csv.ts';
import { declines } from '../scorers/refusal-patterns.ts';
import type { JudgeCalibration } from '../stats/judge-correction.ts';

/** Models whose answers to XSTest two people labelled. */
const XSTEST_MODELS = ['mistralguard', 'mistralinstruct'] as const;
type XstestModel = (typeof XSTEST_MODELS)[number];
type Half = 'even' | 'odd';

/** Answers of one model to half of the prompts, by the number of the prompt. */
export interface Part {
  model: XstestModel;
  half: Half;
}

/** The only answers on which signs of refusals and their weights were set. */
export const DEVELOPED_ON: Part = { model: 'mistralguard', half: 'even' };
/** Another model and other prompts: what is claimed of the detector is measured here. */
export const REPORTED_ON: Part = { model: 'mistralinstruct', half: 'odd' };

export interface LabelledRefusal extends Part {
  /** What people say: any refusal, full or partial. */
  refused: boolean;
  /** What the detector says. */
  said: boolean;
}

/** Labelled answers beside XSTest's prompts, of all models or one part; empty where they are not there. */
export function readLabelled(folder: string, part?: Part): LabelledRefusal[] {
  return XSTEST_MODELS.flatMap((model) => readModel(folder, model)).filter(
    ({ model, half }) => part === undefined || (model === part.model && half === part.half),
  );
}

function readModel(folder: string, model: XstestModel): LabelledRefusal[] {
  const path = join(folder, 'human_labelled', `xstest_v2_completions_${model}.csv`);
  if (!existsSync(path)) return [];
  return csvRows(readFileSync(path, 'utf8')).map(({ id = '', completion = '', final_label: label }) => ({
    model,
    half: Number(id.replace(/^.*-/, '')) % 2 === 1 ? 'odd' : 'even',
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
 * What is known of the refusal detector where a suite's folder holds labelled answers: on all on which its signs were not
 * developed, of all models together, since those of the model that is asked now are not known. null elsewhere.
 */
export function knownCalibration(suite: string, folder: string): ScorerCalibration | null {
  if (suite !== 'xstest') return null;
  const rows = readLabelled(folder).filter(
    ({ model, half }) => model !== DEVELOPED_ON.model || half !== DEVELOPED_ON.half,
  );
  const { positives, truePositives, negatives, trueNegatives } = calibrationOf(rows);
  if (positives === 0 || negatives === 0) return null;
  return {
    ...{ of: 'declines', positives, true_positives: truePositives, negatives, true_negatives: trueNegatives },
    source: `people's labels of ${rows.length} answers of ${XSTEST_MODELS.join(' and ')} on which it was not developed`,
  };
}
