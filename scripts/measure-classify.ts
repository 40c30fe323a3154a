// Purpose: how long inspecting and classifying one request takes, by length: `node scripts/measure-classify.ts`.
// Arguments: rounds, calls in each, the file of prompts.
// May import: src/tasks, src/contracts. Prints JSON: microseconds, p50 and p99, and the yardstick's, of each round.
// The yardstick is one pass of FNV-1a over a 2,000-character text: what a machine needs to read it once.
// Start reading at measureRound. `npm run bench -- classify` runs this and judges it.
import { readFileSync } from 'node:fs';
import type { PromptView } from '../src/contracts/prompt-view.ts';
import { inspectRequest } from '../src/tasks/inspect-request.ts';
import { testView } from '../src/tasks/test-view.ts';

/** Prompts of different words in turn, so that no branch and no cache learns one of them by heart. */
const DIFFERENT = 200;
const LENGTHS = { '150 characters': 150, '2,000 characters': 2_000, '100k tokens': 400_000 } as const;

export interface Round {
  yardstick: number;
  sizes: Record<string, { p50: number; p99: number }>;
}

const PROMPTS = process.argv[4] ?? new URL('../data/tasks/en-everyday.jsonl', import.meta.url);

function corpus(file: string | URL): string[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { prompt: string }).prompt);
}

/** `characters` long, from prompts one after the other, beginning with another one each time. */
function viewOf(prompts: readonly string[], characters: number, start: number): PromptView {
  let text = '';
  for (let at = start; text.length < characters; at += 1) text += `${prompts[at % prompts.length]}\n`;
  // Flat in memory, as a body that was parsed has it; what was cut and joined here would be read through two pointers.
  return testView(JSON.parse(JSON.stringify(text.slice(0, characters))) as string);
}

const quantile = (sorted: Float64Array, q: number): number => sorted[Math.floor(q * (sorted.length - 1))] as number;

function time(calls: number, call: (index: number) => void): Float64Array {
  const microseconds = new Float64Array(calls);
  for (let index = 0; index < calls; index += 1) {
    const started = process.hrtime.bigint();
    call(index);
    microseconds[index] = Number(process.hrtime.bigint() - started) / 1e3;
  }
  return microseconds.sort();
}

let sink = 0;

function yardstick(text: string): void {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  sink ^= hash;
}

/** One round: each length and the yardstick, `calls` times. */
export function measureRound(calls: number): Round {
  const prompts = corpus(PROMPTS);
  const text = (viewOf(prompts, 2_000, 0).texts[0] as string).slice(0, 2_000);
  const sizes: Round['sizes'] = {};
  for (const [name, characters] of Object.entries(LENGTHS)) {
    const views = Array.from({ length: DIFFERENT }, (_, index) => viewOf(prompts, characters, index));
    const times = time(calls, (index) => {
      sink ^= inspectRequest(views[index % DIFFERENT] as PromptView).estimatedTokens;
    });
    sizes[name] = { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
  }
  return {
    yardstick: quantile(
      time(calls, () => yardstick(text)),
      0.5,
    ),
    sizes,
  };
}

if (import.meta.main) {
  const rounds = Number(process.argv[2] ?? 3);
  const calls = Number(process.argv[3] ?? 5_000);
  measureRound(calls);
  const measured = Array.from({ length: rounds }, () => measureRound(calls));
  process.stdout.write(`${JSON.stringify({ rounds: measured, sink })}\n`);
}
