// Purpose: when the text layer says `unsure`. May import: its neighbours. Start reading at fitThreshold.
import { TASKS } from '../../src/contracts/vocabulary.ts';
import { softmax } from './logistic.ts';
import type { Prediction } from './metrics.ts';
import type { Calibration, Scored } from './model.ts';

const best = (p: Float64Array): number => p.reduce((at, value, index) => (value > (p[at] as number) ? index : at), 0);

/** Predictions with the source of each prompt. */
export type HeldOut = Prediction & { source: string };

export function toPredictions(scored: readonly Scored[], { temperature, threshold }: Calibration): HeldOut[] {
  return scored.map(({ scores, prompt }) => {
    const p = softmax(scores, temperature);
    const at = best(p);
    const task = TASKS[at] as Prediction['best'];
    const highest = p[at] as number;
    return {
      wanted: prompt.task,
      best: task,
      p: highest,
      answered: highest >= threshold ? task : 'unsure',
      source: prompt.source,
    };
  });
}

/** Single words and fragments without an ask get up to this much of some class; the default row is meant for them. */
const LEAST_HUNDREDTHS = 45;

/**
 * Least share of the guesses just above the threshold that must be right. With six classes a guess that is right nine
 * times in twenty is still much likelier than any other, and a threshold in the middle of the doubtful ones would turn
 * small changes of a text into a change of its row.
 */
const LEAST_RIGHT = 0.45;

/**
 * The lowest probability, in hundredths, from which the guesses just above it are right often enough: below it the
 * default row is meant.
 */
export function fitThreshold(scored: readonly Scored[], temperature: number): number {
  const predictions = toPredictions(scored, { temperature, threshold: 0, domainThreshold: 1 });
  for (let hundredths = LEAST_HUNDREDTHS; hundredths < 70; hundredths += 1) {
    const near = predictions.filter(({ p }) => p >= hundredths / 100 && p < hundredths / 100 + 0.05);
    const right = near.filter(({ wanted, best: said }) => wanted === said).length;
    if (near.length >= 20 && right >= LEAST_RIGHT * near.length) return hundredths / 100;
  }
  return 0.5;
}
