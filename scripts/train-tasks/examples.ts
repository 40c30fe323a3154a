// Purpose: from labelled prompts to what the learner reads, with and without noise.
// May import: src/tasks, src/contracts. Start reading at toExample.
import { TASKS } from '../../src/contracts/vocabulary.ts';
import { extractText } from '../../src/tasks/extract-text.ts';
import { testView } from '../../src/tasks/test-view.ts';
import { createFeatures, readFeatures } from '../../src/tasks/text-features.ts';
import { type Change, TRAINING_CHANGES } from './changes.ts';
import type { Example } from './logistic.ts';
import type { Random } from './random.ts';
import type { LabelledPrompt } from './sources.ts';

const features = createFeatures();

function targetOf(task: LabelledPrompt['task']): Float64Array {
  const target = new Float64Array(TASKS.length);
  if (task === 'unsure') return target.fill(1 / TASKS.length);
  target[TASKS.indexOf(task)] = 1;
  return target;
}

export function toExample(prompt: LabelledPrompt, text: string, weight: number): Example {
  readFeatures(extractText(testView(text)), prompt.earlier, features);
  return {
    buckets: features.buckets.slice(0, features.ends.at(-1) ?? 0),
    ends: features.ends.slice(),
    target: targetOf(prompt.task),
    weight,
  };
}

/** Each prompt as it is and `copies` times changed: two changes laid on one another, so that neither becomes a sign. */
export function toExamples(prompts: readonly LabelledPrompt[], copies: number, random: Random): Example[] {
  const changes: readonly Change[] = TRAINING_CHANGES;
  return prompts.flatMap((prompt) => {
    const examples = [toExample(prompt, prompt.text, prompt.weight)];
    for (let copy = 0; copy < copies; copy += 1) {
      const once = random.pick(changes).apply(prompt.text, random);
      const twice = random.next() < 0.3 ? random.pick(changes).apply(once, random) : once;
      examples.push(toExample(prompt, twice, prompt.weight));
    }
    return examples;
  });
}
