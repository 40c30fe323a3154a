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

export function train(
  examples: readonly Example[],
  /** 1 for each slot that may be learned from; null: all. */
  allowed: Uint8Array | null,
  random: Random,
  options: LearningOptions,
): Weights {
  const { epochs, classes, rows } = options;
  const weights = new Float64Array(rows * classes);
  const squares = new Float64Array(weights.length).fill(1e-3);
  const mean = new Float64Array(weights.length);
  const order = Int32Array.from(examples.keys());
  const averagedFrom = Math.floor(epochs / 2);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    random.shuffle(order);
    for (const index of order) {
      learnFrom(thin(examples[index] as Example, options.dropped, random), weights, squares, allowed, options);
    }
    if (epoch < averagedFrom) continue;
    for (let i = 0; i < mean.length; i += 1) mean[i] = (mean[i] as number) + (weights[i] as number);
  }
  return mean.map((sum) => sum / (epochs - averagedFrom));
}

function thin(example: Example, dropped: number, random: Random): Example {
  if (dropped === 0) return example;
  const slots = new Int32Array(example.slots.length);
  const ends = new Int32Array(example.ends.length);
  let kept = 0;
  let from = 0;
  for (let block = 0; block < ends.length; block += 1) {
    const to = example.ends[block] as number;
    for (let at = from; at < to; at += 1) {
      if (random.next() < dropped) continue;
      slots[kept] = example.slots[at] as number;
      kept += 1;
    }
    ends[block] = kept;
    from = to;
  }
  return { ...example, slots, ends };
}

function learnFrom(
  example: Example,
  weights: Weights,
  squares: Float64Array,
  allowed: Uint8Array | null,
  options: LearningOptions,
): void {
  const { classes, rows, gains, rate, decay } = options;
  const scores = new Float64Array(classes);
  scoresOf(example, weights, options, scores);
  const error = softmax(scores).map((p, index) => example.weight * (p - (example.target[index] as number)));
  let from = 0;
  for (let block = 0; block < BLOCKS.length; block += 1) {
    const to = example.ends[block] as number;
    const scale = blockScale(gains[block] as number, to - from);
    for (let at = from; scale > 0 && at < to; at += 1) {
      const slot = example.slots[at] as number;
      if (allowed !== null && allowed[slot] === 0) continue;
      const row = (slot & (rows - 1)) * classes;
      for (let index = 0; index < classes; index += 1) {
        const weight = weights[row + index] as number;
        const gradient = scale * (error[index] as number) + decay * weight;
        const square = (squares[row + index] as number) + gradient * gradient;
        squares[row + index] = square;
        weights[row + index] = weight - (rate * gradient) / Math.sqrt(square);
      }
    }
    from = to;
  }
}
