// Purpose: from labelled prompts to what the learner reads, with and without noise, and which features it may know.
// May import: src/tasks, src/contracts. Start reading at toExample.
import { TASKS } from '../../src/contracts/vocabulary.ts';
import { extractText } from '../../src/tasks/extract-text.ts';
import { createFeatureTable, type FeatureTable, slotOf } from '../../src/tasks/feature-table.ts';
import { testView } from '../../src/tasks/test-view.ts';
import { BLOCKS, collectFeatures } from '../../src/tasks/text-features.ts';
import { type Change, TRAINING_CHANGES } from './changes.ts';
import type { Example } from './logistic.ts';
import { createRandom, type Random } from './random.ts';
import type { LabelledPrompt } from './sources.ts';

/** A prompt's features by hash, before anybody has said which of them are known. */
export interface RawExample {
  hashes: Int32Array;
  ends: Int32Array;
}

/** The last block. */
const EARLIER = BLOCKS.indexOf('earlier');

const rawOf = (prompt: LabelledPrompt, text: string): RawExample =>
  collectFeatures(extractText(testView(text)), prompt.earlier);

/** Two changes laid on one another in three cases of ten, so that neither becomes a sign. */
function changed(text: string, random: Random): string {
  const changes: readonly Change[] = TRAINING_CHANGES;
  const once = random.pick(changes).apply(text, random);
  return random.next() < 0.3 ? random.pick(changes).apply(once, random) : once;
}

/** Seed of a prompt's noise: its text alone, so that it is the same whatever else is trained on. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

const made = new WeakMap<LabelledPrompt, RawExample[]>();

/** The prompt as it is and `copies` times changed. Worked out once, since a run trains two dozen models. */
export function rawExamples(prompt: LabelledPrompt, copies: number): readonly RawExample[] {
  const known = made.get(prompt);
  if (known !== undefined && known.length > copies) return known.slice(0, copies + 1);
  const random = createRandom(seedOf(prompt.text));
  const examples = [rawOf(prompt, prompt.text)];
  for (let copy = 0; copy < copies; copy += 1) examples.push(rawOf(prompt, changed(prompt.text, random)));
  made.set(prompt, examples);
  return examples;
}

/**
 * Features that at least `least` prompts have, those of most prompts first: rarer ones say more of a prompt than of a class.
 * Those of the turn before come before all others, or the few follow-ups would find no room left.
 */
export function chooseFeatures(examples: Iterable<RawExample>, least: number): FeatureTable {
  const prompts = new Map<number, number>();
  const earlier = new Set<number>();
  for (const { hashes, ends } of examples) {
    for (const hash of hashes) prompts.set(hash, (prompts.get(hash) ?? 0) + 1);
    for (const hash of hashes.subarray(ends[EARLIER - 1])) earlier.add(hash);
  }
  const first = (hash: number): number => (earlier.has(hash) ? 1 : 0);
  const frequent = [...prompts]
    .filter(([, count]) => count >= least)
    .sort(([a, manyA], [b, manyB]) => first(b) - first(a) || manyB - manyA || a - b);
  return createFeatureTable(frequent.map(([hash]) => hash));
}

export function taskTarget(task: LabelledPrompt['task']): Float64Array {
  const target = new Float64Array(TASKS.length);
  if (task === 'unsure') return target.fill(1 / TASKS.length);
  target[TASKS.indexOf(task)] = 1;
  return target;
}

/** What of an example the table knows, as the product would read it. */
export function toExample(raw: RawExample, table: FeatureTable, target: Float64Array, weight: number): Example {
  const slots = new Int32Array(raw.hashes.length);
  const ends = new Int32Array(raw.ends.length);
  const seen = new Set<number>();
  let length = 0;
  let from = 0;
  for (const [block, to] of raw.ends.entries()) {
    for (let at = from; at < to; at += 1) {
      const slot = slotOf(table, raw.hashes[at] as number);
      if (slot === -1 || seen.has(slot)) continue;
      seen.add(slot);
      slots[length] = slot;
      length += 1;
    }
    ends[block] = length;
    from = to;
  }
  return { slots: slots.slice(0, length), ends, target, weight };
}
