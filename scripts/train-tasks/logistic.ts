// Purpose: multinomial logistic regression over blocks of features; deterministic.
// May import: src/tasks. Start reading at train.
// Adagrad in 64-bit floats, examples in an order that a seeded generator gives, the mean of the last epochs as result.
import { SLOTS } from '../../src/tasks/feature-table.ts';
import { BLOCKS } from '../../src/tasks/text-features.ts';
import type { Random } from './random.ts';

/** One prompt as the learner sees it. */
export interface Example {
  slots: Int32Array;
  ends: Int32Array;
  /** Wanted probability of each class; an unsure prompt wants them even. */
  target: Float64Array;
  weight: number;
}

export interface LearningOptions {
  epochs: number;
  rate: number;
  decay: number;
  gains: readonly number[];
  classes: number;
  /** Rows of the result, a power of two; the slots of the features are folded onto them. */
  rows: number;
  /** Share of a prompt's features that each pass leaves out, so that a class never hangs on a single one. */
  dropped: number;
}

/** [row * classes + class]. */
export type Weights = Float64Array;

/** Scale of each block: its gain over the root of its size. */
const blockScale = (gain: number, size: number): number => (size === 0 ? 0 : gain / Math.sqrt(size));

export function scoresOf(example: Example, weights: Weights, options: LearningOptions, into: Float64Array): void {
  const { gains, classes, rows } = options;
  into.fill(0);
  let from = 0;
  for (let block = 0; block < BLOCKS.length; block += 1) {
    const to = example.ends[block] as number;
    const scale = blockScale(gains[block] as number, to - from);
    for (let at = from; at < to; at += 1) {
      const row = ((example.slots[at] as number) & (rows - 1)) * classes;
      for (let task = 0; task < classes; task += 1) {
        into[task] = (into[task] as number) + scale * (weights[row + task] as number);
      }
    }
    from = to;
  }
}

export function softmax(scores: Float64Array, temperature = 1): Float64Array {
  const most = Math.max(...scores);
  const odds = scores.map((score) => Math.exp((score - most) / temperature));
  const sum = odds.reduce((total, odd) => total + odd, 0);
  return odds.map((odd) => odd / sum);
}

/** 1 for each slot that at least `least` of the examples use. */
export function frequentSlots(examples: readonly Example[], least: number): Uint8Array {
  const seen = new Uint8Array(SLOTS);
  for (const { slots } of examples) {
    for (const slot of slots) seen[slot] = Math.min(255, (seen[slot] as number) + 1);
  }
  return seen.map((count) => (count >= least ? 1 : 0));
}

/** A row holds its weights and beside them, in the same line of the cache, the squares of their gradients. */
interface State {
  rows: Float64Array;
  scores: Float64Array;
  error: Float64Array;
}

export function train(
  examples: readonly Example[],
  /** 1 for each slot that may be learned from; null: all. */
  allowed: Uint8Array | null,
  random: Random,
  options: LearningOptions,
): Weights {
  const { epochs, classes, rows } = options;
  const state: State = {
    rows: new Float64Array(rows * classes * 2),
    scores: new Float64Array(classes),
    error: new Float64Array(classes),
  };
  for (let row = 0; row < rows; row += 1) state.rows.fill(1e-3, (2 * row + 1) * classes, (2 * row + 2) * classes);
  const mean = new Float64Array(rows * classes);
  const order = Int32Array.from(examples.keys());
  const averagedFrom = Math.floor(epochs / 2);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    random.shuffle(order);
    for (const index of order) {
      learnFrom(thin(examples[index] as Example, options.dropped, random), state, allowed, options);
    }
    if (epoch >= averagedFrom) addWeights(mean, state.rows, classes);
  }
  return mean.map((sum) => sum / (epochs - averagedFrom));
}

function addWeights(mean: Float64Array, rows: Float64Array, classes: number): void {
  for (let at = 0; at < mean.length; at += classes) {
    for (let index = 0; index < classes; index += 1) {
      mean[at + index] = (mean[at + index] as number) + (rows[2 * at + index] as number);
    }
  }
}

/** What was left of the last example; room for the largest. */
const thinned = { slots: new Int32Array(8_192), ends: new Int32Array(BLOCKS.length) };

function thin(example: Example, dropped: number, random: Random): Example {
  if (dropped === 0) return example;
  const { slots, ends } = thinned;
  const from = example.slots;
  let kept = 0;
  let at = 0;
  for (let block = 0; block < ends.length; block += 1) {
    const to = example.ends[block] as number;
    for (; at < to; at += 1) {
      slots[kept] = from[at] as number;
      // Branches on chance cost more than the store they save.
      kept += random.next() < dropped ? 0 : 1;
    }
    ends[block] = kept;
  }
  return { slots, ends, target: example.target, weight: example.weight };
}

/** The scores of one example by weights that are still being learned. */
function addScores({ slots, ends }: Example, { rows, scores }: State, options: LearningOptions): void {
  const { classes } = options;
  const mask = options.rows - 1;
  scores.fill(0);
  let at = 0;
  for (let block = 0; block < ends.length; block += 1) {
    const to = ends[block] as number;
    const scale = blockScale(options.gains[block] as number, to - at);
    for (; at < to; at += 1) {
      const row = ((slots[at] as number) & mask) * classes * 2;
      for (let index = 0; index < classes; index += 1) {
        scores[index] = (scores[index] as number) + scale * (rows[row + index] as number);
      }
    }
  }
}

function learnFrom(example: Example, state: State, allowed: Uint8Array | null, options: LearningOptions): void {
  const { classes, gains, rate, decay } = options;
  const { rows, scores, error } = state;
  const mask = options.rows - 1;
  addScores(example, state, options);
  const p = softmax(scores);
  for (let index = 0; index < classes; index += 1) {
    error[index] = example.weight * ((p[index] as number) - (example.target[index] as number));
  }
  const { slots, ends } = example;
  let from = 0;
  for (let block = 0; block < ends.length; block += 1) {
    const to = ends[block] as number;
    const scale = blockScale(gains[block] as number, to - from);
    for (let at = from; scale > 0 && at < to; at += 1) {
      const slot = slots[at] as number;
      if (allowed !== null && allowed[slot] === 0) continue;
      const first = (slot & mask) * classes * 2;
      for (let row = first; row < first + classes; row += 1) {
        const weight = rows[row] as number;
        const gradient = scale * (error[row - first] as number) + decay * weight;
        const square = (rows[row + classes] as number) + gradient * gradient;
        rows[row + classes] = square;
        rows[row] = weight - (rate * gradient) / Math.sqrt(square);
      }
    }
    from = to;
  }
}
