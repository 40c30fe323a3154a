// Purpose: what the model card says: cross-validation by source, calibration, flip rates, learning curve, rivals.
// May import: src/tasks and its neighbours here. Start reading at crossValidate.

import { TASKS } from '../../src/contracts/vocabulary.ts';
import { keywordClassifier } from '../../src/tasks/keyword-classifier.ts';
import { createLinearClassifier } from '../../src/tasks/linear-classifier.ts';
import { sortTasks, type TextClassifier } from '../../src/tasks/text-classifier.ts';
import { ATTACKS } from './changes.ts';
import type { Weights } from './logistic.ts';
import { type Measured, measure } from './metrics.ts';
import { type Calibration, classifyText, learn, predict, type Scored, scoreAll, toLinearWeights } from './model.ts';
import { createRandom } from './random.ts';
import { type LabelledPrompt, readMtBench } from './sources.ts';

/** Sources of real or hand-written prompts; the weak ones say nothing about what people send. */
const HELD_OUT = /^(?:(?:en|zh|ja|ko|de|fr|es)(?:-(?:everyday|hard|chat|work|more|asks|close))?$|arena|self)/;

/** Scores of every prompt by a model that has not seen its source. */
export function crossValidate(prompts: readonly LabelledPrompt[], note: (line: string) => void): Scored[] {
  const sources = [...new Set(prompts.map(({ source }) => source))].filter((source) => HELD_OUT.test(source));
  return sources.flatMap((source) => {
    const model = learn(prompts.filter((prompt) => prompt.source !== source));
    note(`left out ${source}`);
    return scoreAll(
      prompts.filter((prompt) => prompt.source === source),
      model,
    );
  });
}

const ALWAYS_CODE: TextClassifier = () => ({
  task: 'code_generation',
  tasks: sortTasks(TASKS.map((task) => ({ task, p: task === 'code_generation' ? 1 : 0 }))),
  version: 'majority',
});

export interface Rival {
  name: string;
  classify: TextClassifier;
}

export const RIVALS: readonly Rival[] = [
  { name: "the article's keyword rules", classify: keywordClassifier },
  { name: 'always code_generation', classify: ALWAYS_CODE },
];

export interface FlipRate {
  name: string;
  /** Share of prompts whose most probable class changes. */
  best: number;
  /** Share of prompts that get another class; going to or coming from `unsure` is not another class. */
  otherClass: number;
  /** Share whose answer changes in any way, `unsure` included. */
  any: number;
}

export function measureFlips(prompts: readonly LabelledPrompt[], classify: TextClassifier): FlipRate[] {
  return ATTACKS.map(({ name, apply }) => {
    const random = createRandom(name.length * 7_919);
    let best = 0;
    let otherClass = 0;
    let any = 0;
    for (const prompt of prompts) {
      const before = classifyText(prompt, classify);
      const after = classifyText({ ...prompt, text: apply(prompt.text, random) }, classify);
      if (before.tasks[0]?.task !== after.tasks[0]?.task) best += 1;
      if (before.task !== after.task) any += 1;
      if (before.task !== after.task && before.task !== 'unsure' && after.task !== 'unsure') otherClass += 1;
    }
    return { name, best: best / prompts.length, otherClass: otherClass / prompts.length, any: any / prompts.length };
  });
}

/**
 * Language switch: the English and the Chinese file of mt-bench ask the same in parts. Questions with the same number are
 * compared; the share that gets two different classes counts translation and localisation alike.
 */
export function translationFlips(
  data: string,
  classify: TextClassifier,
): { pairs: number; otherClass: number; best: number } {
  const english = readMtBench(data, 'en');
  const chinese = readMtBench(data, 'zh');
  const pairs = english.flatMap((one, index) => {
    const other = chinese[index];
    return other === undefined || other.task !== one.task
      ? []
      : [[classifyText(one, classify), classifyText(other, classify)] as const];
  });
  const otherClass = pairs.filter(([a, b]) => a.task !== b.task && a.task !== 'unsure' && b.task !== 'unsure').length;
  const best = pairs.filter(([a, b]) => a.tasks[0]?.task !== b.tasks[0]?.task).length;
  return { pairs: pairs.length, otherClass: otherClass / pairs.length, best: best / pairs.length };
}

export interface CurvePoint {
  own: number;
  development: Measured;
}

/** Development figures with more and more of our own prompts, the public ones always there. */
export function learningCurve(
  prompts: readonly LabelledPrompt[],
  isOwn: (prompt: LabelledPrompt) => boolean,
  development: readonly LabelledPrompt[],
  calibration: Calibration,
  domains: Weights,
): CurvePoint[] {
  const own = prompts.filter(isOwn);
  const order = Int32Array.from(own.keys());
  createRandom(11).shuffle(order);
  return [0, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 1].map((part) => {
    const chosen = new Set([...order.subarray(0, Math.round(own.length * part))].map((index) => own[index]));
    const used = prompts.filter((prompt) => !isOwn(prompt) || chosen.has(prompt));
    const classify = createLinearClassifier(toLinearWeights({ tasks: learn(used), domains }, calibration));
    return { own: chosen.size, development: measure(predict(development, classify)) };
  });
}
