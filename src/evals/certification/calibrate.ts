import { AppError } from '../../contracts/errors.ts';
import type { ScorerCalibration } from '../../contracts/evaluation.ts';
import type { RunResult } from '../results/run-result.ts';

/** What a person says of one answer of a run. */
export interface Label {
  sample: string;
  correct: boolean;
}

/**
 * How a run's scorer does against people who judged some of its answers. Only answers that the scorer called correct or
 * wrong say anything of it. @throws AppError invalid_request where a label fits no answer, or one of both kinds is missing
 */
export function calibrationFrom(result: RunResult, labels: readonly Label[]): ScorerCalibration {
  const states = new Map(result.samples.map(({ sample, state }) => [sample, state]));
  const counts = { positives: 0, true_positives: 0, negatives: 0, true_negatives: 0 };
  const seen = new Set<string>();
  for (const { sample, correct } of labels) {
    const state = states.get(sample);
    if (state === undefined) throw invalid(`The run has no sample ${JSON.stringify(sample)}.`);
    if (seen.has(sample)) throw invalid(`The sample ${JSON.stringify(sample)} has two labels.`);
    seen.add(sample);
    if (state !== 'correct' && state !== 'wrong') continue;
    const agrees = (state === 'correct') === correct;
    counts[correct ? 'positives' : 'negatives'] += 1;
    if (agrees) counts[correct ? 'true_positives' : 'true_negatives'] += 1;
  }
  if (counts.positives === 0 || counts.negatives === 0) {
    throw invalid(
      `Labels of both kinds are needed, of answers that the scorer judged: there are ${counts.positives} correct and ${counts.negatives} wrong ones.`,
    );
  }
  return { of: 'correct', ...counts, source: `${seen.size} labels of answers in ${result.run}` };
}

const invalid = (message: string): AppError => new AppError('invalid_request', message);
