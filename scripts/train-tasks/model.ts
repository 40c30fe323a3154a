// Purpose: a trained model as the product loads it: bytes, temperature, threshold, version.
// May import: src/tasks and its neighbours here. Start reading at trainModel.
import { createHash } from 'node:crypto';
import { DOMAINS, TASKS } from '../../src/contracts/vocabulary.ts';
import { extractText } from '../../src/tasks/extract-text.ts';
import { encodeFeatureTable, type FeatureTable, SLOTS } from '../../src/tasks/feature-table.ts';
import type { LinearWeights } from '../../src/tasks/linear-classifier.ts';
import { testView } from '../../src/tasks/test-view.ts';
import type { TextClassifier } from '../../src/tasks/text-classifier.ts';
import { BLOCKS } from '../../src/tasks/text-features.ts';
import { DOMAIN_LEARNING } from './domain.ts';
import { chooseFeatures, rawExamples, taskTarget, toExample } from './examples.ts';
import { type LearningOptions, scoresOf, softmax, train, type Weights } from './logistic.ts';
import type { Prediction } from './metrics.ts';
import { createRandom } from './random.ts';
import type { LabelledPrompt } from './sources.ts';

/** Chosen by leaving out one source at a time, never on the development half. */
const LEARNING: LearningOptions = {
  epochs: 8,
  rate: 0.05,
  decay: 1.5e-3,
  gains: [0.7, 1.5, 2, 1.2, 1.0, 0.9, 1, 1.2, 1.2, 0.5],
  classes: TASKS.length,
  rows: SLOTS,
  dropped: 0.3,
};
const SEED = 20_260;
/** Features that only one prompt has are not known. */
const LEAST_PROMPTS = 2;
const NOISY_COPIES = 2;
/** How far rare classes are brought up: 0 leaves them, 1 gives every class the same sum of weights. */
const BALANCE = 0.4;

/** What each prompt counts. */
function balancedWeights(prompts: readonly LabelledPrompt[]): number[] {
  const total = new Map<string, number>();
  for (const { task, weight } of prompts) total.set(task, (total.get(task) ?? 0) + weight);
  const mean = TASKS.reduce((sum, task) => sum + (total.get(task) ?? 0), 0) / TASKS.length;
  return prompts.map(({ task, weight }) =>
    task === 'unsure' ? weight : weight * (mean / (total.get(task) as number)) ** BALANCE,
  );
}

/** What was learned of tasks. */
export interface TaskModel {
  table: FeatureTable;
  weights: Weights;
}

export function learn(prompts: readonly LabelledPrompt[]): TaskModel {
  const raw = prompts.map((prompt) => rawExamples(prompt, NOISY_COPIES));
  const table = chooseFeatures(
    raw.flatMap(([plain]) => plain ?? []),
    LEAST_PROMPTS,
  );
  const counts = balancedWeights(prompts);
  const examples = prompts.flatMap(({ task }, index) =>
    (raw[index] ?? []).map((one) => toExample(one, table, taskTarget(task), counts[index] as number)),
  );
  return { table, weights: train(examples, null, createRandom(SEED), LEARNING) };
}

/** Scores of prompts that the model has not seen. */
export interface Scored {
  scores: Float64Array;
  prompt: LabelledPrompt;
}

export const scoreAll = (prompts: readonly LabelledPrompt[], { table, weights }: TaskModel): Scored[] =>
  prompts.flatMap((prompt) => {
    const scores = new Float64Array(TASKS.length);
    const [plain] = rawExamples(prompt, 0);
    if (plain === undefined) return [];
    scoresOf(toExample(plain, table, taskTarget(prompt.task), 1), weights, LEARNING, scores);
    return [{ scores, prompt }];
  });

function crossEntropy(scored: readonly Scored[], temperature: number): number {
  let sum = 0;
  for (const { scores, prompt } of scored) {
    if (prompt.task === 'unsure') continue;
    sum -= Math.log((softmax(scores, temperature)[TASKS.indexOf(prompt.task)] as number) + 1e-12);
  }
  return sum;
}

/** The temperature, in hundredths, under which unseen prompts are least surprising. */
export function fitTemperature(scored: readonly Scored[]): number {
  let best = 1;
  for (let hundredths = 40; hundredths <= 300; hundredths += 2) {
    if (crossEntropy(scored, hundredths / 100) < crossEntropy(scored, best)) best = hundredths / 100;
  }
  return best;
}

export interface Calibration {
  temperature: number;
  threshold: number;
  domainThreshold: number;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Bytes and their scale: the largest weights are cut at 127 steps so that the many small ones keep their differences. */
function quantise(weights: Weights): { scale: number; bytes: Int8Array } {
  const sizes = Float64Array.from(weights, Math.abs)
    .filter((size) => size > 0)
    .sort();
  const most = sizes[Math.floor(sizes.length * 0.9995)] ?? 1;
  const scale = round(most / 127, 8);
  return {
    scale,
    bytes: Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / scale)))),
  };
}

const gainsByName = (gains: readonly number[]): Record<string, number> =>
  Object.fromEntries(BLOCKS.map((block, index) => [block, gains[index] as number]));

const base64 = (bytes: Int8Array): string => Buffer.from(bytes.buffer).toString('base64');

export interface Learned {
  tasks: TaskModel;
  domains: Weights;
}

/** What the product loads. */
export function toLinearWeights(learned: Learned, calibration: Calibration): LinearWeights {
  const tasks = quantise(learned.tasks.weights);
  const domains = quantise(learned.domains);
  const file = {
    slots: SLOTS,
    features: encodeFeatureTable(learned.tasks.table),
    tasks: [...TASKS],
    scale: tasks.scale,
    gains: gainsByName(LEARNING.gains),
    temperature: calibration.temperature,
    threshold: calibration.threshold,
    weights: base64(tasks.bytes),
    domain: {
      domains: [...DOMAINS],
      scale: domains.scale,
      gains: gainsByName(DOMAIN_LEARNING.gains),
      threshold: calibration.domainThreshold,
      weights: base64(domains.bytes),
    },
  };
  const digest = createHash('sha256').update(JSON.stringify(file)).digest('hex').slice(0, 12);
  return { version: `text-${digest}`, ...file };
}

export function predict(prompts: readonly LabelledPrompt[], classify: TextClassifier): Prediction[] {
  return prompts.map((prompt) => {
    const { task, tasks } = classifyText(prompt, classify);
    const [first] = tasks;
    if (first === undefined) throw new Error('a classifier must name its classes');
    return { wanted: prompt.task, best: first.task, p: first.p, answered: task };
  });
}

/** Classifies as the gateway would, the earlier turn and an answer to it before the last one. */
export function classifyText({ text, earlier }: Pick<LabelledPrompt, 'text' | 'earlier'>, classify: TextClassifier) {
  const view = earlier === '' ? testView(text) : testView(text, { texts: [earlier, 'An answer.', text], messages: 3 });
  return classify(extractText(view), view);
}
