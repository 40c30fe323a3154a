// Purpose: the second, smaller model: which domain a prompt belongs to, or none. Trained on our own prompts only.
// May import: src/tasks and its neighbours here. Start reading at learnDomain.
import { DOMAINS } from '../../src/contracts/vocabulary.ts';
import type { FeatureTable } from '../../src/tasks/feature-table.ts';
import { DOMAIN_ROWS } from '../../src/tasks/linear-classifier.ts';
import { rawExamples, toExample } from './examples.ts';
import {
  type Example,
  frequentSlots,
  type LearningOptions,
  scoresOf,
  softmax,
  train,
  type Weights,
} from './logistic.ts';
import { createRandom } from './random.ts';
import type { LabelledPrompt } from './sources.ts';

/** None first, then the domains in their order. */
const CLASSES = DOMAINS.length + 1;

/** What is talked about stands anywhere; what is asked for, which opens and closes a prompt, says nothing of it. */
export const DOMAIN_LEARNING: LearningOptions = {
  epochs: 8,
  rate: 0.05,
  decay: 3e-3,
  gains: [0, 1.5, 2, 1, 0, 0, 1, 1.5, 0, 0],
  classes: CLASSES,
  rows: DOMAIN_ROWS,
  dropped: 0,
};

/** In the other files of ours the domain was given by group, not prompt by prompt. */
export const hasOwnDomain = ({ source }: LabelledPrompt): boolean =>
  !/-(?:work|more|asks|close|frames|sums)$/.test(source);

function toDomainExample(prompt: LabelledPrompt, table: FeatureTable): Example {
  const target = new Float64Array(CLASSES);
  target[(DOMAINS as readonly (string | null)[]).indexOf(prompt.domain) + 1] = 1;
  const [plain] = rawExamples(prompt, 0);
  if (plain === undefined) throw new Error('a prompt has at least itself');
  return toExample(plain, table, target, 1);
}

/** `table`: the features that the tasks' model knows; a prompt is read once for both. */
export function learnDomain(prompts: readonly LabelledPrompt[], table: FeatureTable): Weights {
  const examples = prompts.map((prompt) => toDomainExample(prompt, table));
  return train(examples, frequentSlots(examples, 2), createRandom(7), DOMAIN_LEARNING);
}

export interface DomainGuess {
  wanted: string | null;
  said: string;
  p: number;
}

/** Most probable domain (never none) of prompts by a model that has not seen their file. */
export function crossValidateDomain(prompts: readonly LabelledPrompt[], table: FeatureTable): DomainGuess[] {
  const sources = [...new Set(prompts.map(({ source }) => source))];
  return sources.flatMap((source) => {
    const weights = learnDomain(
      prompts.filter((prompt) => prompt.source !== source),
      table,
    );
    return prompts.filter((prompt) => prompt.source === source).map((prompt) => guess(prompt, weights, table));
  });
}

function guess(prompt: LabelledPrompt, weights: Weights, table: FeatureTable): DomainGuess {
  const scores = new Float64Array(CLASSES);
  scoresOf(toDomainExample(prompt, table), weights, DOMAIN_LEARNING, scores);
  const p = softmax(scores);
  let best = 1;
  for (let at = 2; at < CLASSES; at += 1) if ((p[at] as number) > (p[best] as number)) best = at;
  return { wanted: prompt.domain, said: DOMAINS[best - 1] as string, p: p[best] as number };
}

/** The lowest probability, in hundredths, from which named domains are right four times in five. */
export function fitDomainThreshold(guesses: readonly DomainGuess[]): number {
  for (let hundredths = 50; hundredths < 99; hundredths += 1) {
    const said = guesses.filter(({ p }) => p >= hundredths / 100);
    const right = said.filter((one) => one.said === one.wanted).length;
    if (right >= 0.8 * said.length) return hundredths / 100;
  }
  return 0.99;
}
