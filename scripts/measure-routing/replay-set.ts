// Purpose: prompts with what two models made of them, as a data folder has them, and seeded splits of these.
// May import: node:fs, scripts/train-tasks/random.ts. Start reading at readReplaySet.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../train-tasks/random.ts';
import type { PairOutcome } from './routing-metrics.ts';

export const WEAK = 'mistralai/Mixtral-8x7B-Instruct-v0.1';
export const STRONG = 'gpt-4-1106-preview';

export interface ReplayItem extends PairOutcome {
  id: string;
  subject: string;
  prompt: string;
}

/** One seed: half of each subject to learn from, in the order in which it is asked for, and the other half to route. */
export interface Split {
  learn: ReadonlyMap<string, readonly ReplayItem[]>;
  route: readonly ReplayItem[];
}

interface Line {
  id: string;
  subject: string;
  prompt: string;
  correct: Record<string, boolean>;
}

/** `routellm-replay/mmlu.jsonl` below the folder. @throws Error where a line lacks one of the models */
export function readReplaySet(folder: string): ReplayItem[] {
  const lines = readFileSync(join(folder, 'routellm-replay', 'mmlu.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((text, index) => {
    const { id, subject, prompt, correct } = JSON.parse(text) as Line;
    const [weak, strong] = [correct[WEAK], correct[STRONG]];
    if (weak === undefined || strong === undefined) throw new Error(`line ${index + 1} lacks a model's answer`);
    return { id, subject, prompt, weak: Number(weak), strong: Number(strong) };
  });
}

export function bySubject(items: readonly ReplayItem[]): Map<string, ReplayItem[]> {
  const subjects = new Map<string, ReplayItem[]>();
  for (const item of items) {
    const known = subjects.get(item.subject);
    if (known === undefined) subjects.set(item.subject, [item]);
    else known.push(item);
  }
  return subjects;
}

function shuffled<T>(list: readonly T[], random: ReturnType<typeof createRandom>): T[] {
  const places = Int32Array.from(list.keys());
  random.shuffle(places);
  return Array.from(places, (place) => list[place] as T);
}

export function splitOf(items: readonly ReplayItem[], seed: number): Split {
  const random = createRandom(seed);
  const learn = new Map<string, readonly ReplayItem[]>();
  const route: ReplayItem[] = [];
  for (const [subject, all] of bySubject(items)) {
    const mixed = shuffled(all, random);
    const half = mixed.length >> 1;
    learn.set(subject, mixed.slice(0, half));
    route.push(...mixed.slice(half));
  }
  return { learn, route };
}

/** Half of the subjects, by lot. */
export function halfOfSubjects(items: readonly ReplayItem[], seed: number): Set<string> {
  const subjects = [...new Set(items.map(({ subject }) => subject))].sort();
  return new Set(shuffled(subjects, createRandom(seed)).slice(0, subjects.length >> 1));
}
