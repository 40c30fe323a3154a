// Purpose: figures of the model card from predictions. May import: src/contracts. Start reading at measure.
import { TASKS, type Task, type TaskOrUnsure } from '../../src/contracts/vocabulary.ts';

export interface Prediction {
  wanted: TaskOrUnsure;
  /** The most probable class and its probability; what was answered may be `unsure`. */
  best: Task;
  p: number;
  answered: TaskOrUnsure;
}

export interface Measured {
  prompts: number;
  accuracy: number;
  macroF1: number;
  recall: Record<Task, number | null>;
  /** Accuracy of the most confident 60 %. */
  confident60: number;
  /** Largest share of prompts, by confidence, that is right 95 times in 100. */
  coverageAt95: number;
  /** Expected calibration error over ten bins of equal size. */
  calibrationError: number;
  /** Share answered with a class, and how many of those are right. */
  answered: number;
  answeredRight: number;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const isRight = ({ wanted, best }: Prediction): boolean => wanted === best;

function f1Of(task: Task, predictions: readonly Prediction[]): number {
  const hit = predictions.filter((one) => one.wanted === task && one.best === task).length;
  const wanted = predictions.filter((one) => one.wanted === task).length;
  const said = predictions.filter((one) => one.best === task).length;
  return share(2 * hit, wanted + said);
}

function calibrationError(sorted: readonly Prediction[]): number {
  const bins = 10;
  let error = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const inside = sorted.slice(
      Math.floor((bin * sorted.length) / bins),
      Math.floor(((bin + 1) * sorted.length) / bins),
    );
    const said = inside.reduce((sum, { p }) => sum + p, 0);
    error += Math.abs(said - inside.filter(isRight).length);
  }
  return share(error, sorted.length);
}

function coverageAt95(sorted: readonly Prediction[]): number {
  let right = 0;
  let covered = 0;
  for (const [index, one] of sorted.entries()) {
    if (isRight(one)) right += 1;
    if (right >= 0.95 * (index + 1)) covered = index + 1;
  }
  return share(covered, sorted.length);
}

/** Prompts whose label is `unsure` have no class that could be right and are left out. Macro-F1 is over classes present. */
export function measure(all: readonly Prediction[]): Measured {
  const predictions = all.filter(({ wanted }) => wanted !== 'unsure');
  const sorted = predictions.toSorted((a, b) => b.p - a.p);
  const present = TASKS.filter((task) => predictions.some(({ wanted }) => wanted === task));
  const confident = sorted.slice(0, Math.floor(sorted.length * 0.6));
  const answered = predictions.filter(({ answered: said }) => said !== 'unsure');
  const recallOf = (task: Task): number | null => {
    const wanted = predictions.filter((one) => one.wanted === task);
    return wanted.length === 0 ? null : share(wanted.filter(isRight).length, wanted.length);
  };
  return {
    prompts: predictions.length,
    accuracy: share(predictions.filter(isRight).length, predictions.length),
    macroF1: share(
      present.reduce((sum, task) => sum + f1Of(task, predictions), 0),
      present.length,
    ),
    recall: Object.fromEntries(TASKS.map((task) => [task, recallOf(task)])) as Measured['recall'],
    confident60: share(confident.filter(isRight).length, confident.length),
    coverageAt95: coverageAt95(sorted),
    calibrationError: calibrationError(sorted),
    answered: share(answered.length, predictions.length),
    answeredRight: share(answered.filter(isRight).length, answered.length),
  };
}
