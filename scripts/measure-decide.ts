// Purpose: how long one decision over many deployments takes: `node scripts/measure-decide.ts [rounds] [calls]`.
// May import: src/routing, src/contracts. Prints JSON: microseconds, p50 and p99, and the yardstick's, of each round.
// The yardstick is one pass of FNV-1a over a 2,000-character text: what a machine needs to read it once.
// `known` repeats a cell that was compared before; `first in a cell` is what the first request of one pays.
// Start reading at measureRound. `npm run bench -- decide` runs this and judges it.
import type { HealthSnapshot, LearnedUse, Moment, World } from '../src/contracts/decision.ts';
import { testEvidence } from '../src/contracts/test-evidence.ts';
import { decide } from '../src/routing/decide.ts';
import { testDeployment, testFacts, testMoment, testPrice, testRoute, testWorld } from '../src/routing/test-world.ts';

const DEPLOYMENTS = 200;
/** Lengths of prompts, by steps that have no common divisor with their range. */
const LENGTH_STEP = 7_919;
const MOST_TOKENS = 4_000;
const MODELS = 20;

export interface Round {
  yardstick: number;
  known: Record<string, { p50: number; p99: number }>;
  firstInCellMs: number;
}

const models = Array.from({ length: MODELS }, (_, index) => `maker${index % 7}/model-${index}`);
const deployments = Array.from({ length: DEPLOYMENTS }, (_, index) =>
  testDeployment(`d${index}@op${index % 12}`, models[index % MODELS] as string, {
    price: testPrice(1 + (index % 9), 2 + (index % 5)),
  }),
);

function worldOf(mode: 'table' | 'evidence'): World {
  const rows = deployments.map(({ id, model }, index) =>
    testEvidence(model, 800 + ((index * 37) % 150), 1_000, { deployment: id, run: `run-${index}` }),
  );
  return testWorld(
    deployments,
    [testRoute({ default: true, primary: models.slice(0, 1), fallback: models.slice(1) })],
    {
      evidence: { version: 'measured', rows },
      objectives: new Map([
        ['default', { mode, margin: 0.05, alpha: 0.1, usd_per_success: 0.05, usd_per_second_waited: 0.0005 }],
      ]),
    },
  );
}

const health: Record<string, HealthSnapshot> = {};
const learned: Record<string, LearnedUse> = {};
for (const [index, { id }] of deployments.entries()) {
  health[id] = { error_rate: 0, calls: 100, breaker: 'closed', latency_ms: 200 + index };
  learned[id] = { output_tokens: 500 + index, cached_share: 0.1, calls: 1 };
}

const MOMENTS: Readonly<Record<string, Moment>> = {
  'nothing known yet': testMoment(),
  'health and costs of all': testMoment({ health, learned }),
};

const facts = testFacts({ task: 'code_generation' });
const text = 'a decision is worth measuring '.repeat(67);
let sink = 0;

function yardstick(): void {
  let hash = 0;
  for (let at = 0; at < 2_000; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  sink ^= hash;
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

/** Every mode with every moment, each `calls` times with another seed and another length. */
export function measureRound(calls: number): Round {
  const known: Round['known'] = {};
  for (const mode of ['table', 'evidence'] as const) {
    const world = worldOf(mode);
    for (const [name, moment] of Object.entries(MOMENTS)) {
      const times = time(calls, (seed) => {
        // Another length for each, so that no order of costs can be learned by heart.
        const estimatedTokens = 100 + ((seed * LENGTH_STEP) % MOST_TOKENS);
        sink ^= decide({ ...facts, estimatedTokens }, world, { ...moment, seed }).plan.length;
      });
      known[`${mode}, ${name}`] = { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
    }
  }
  const world = worldOf('evidence');
  decide({ ...facts, task: 'creative' }, world, testMoment());
  const first = time(1, () => decide(facts, world, testMoment()));
  return { yardstick: quantile(time(calls, yardstick), 0.5), known, firstInCellMs: (first[0] as number) / 1_000 };
}

if (import.meta.main) {
  const rounds = Number(process.argv[2] ?? 3);
  const calls = Number(process.argv[3] ?? 5_000);
  measureRound(calls);
  const measured = Array.from({ length: rounds }, () => measureRound(calls));
  process.stdout.write(`${JSON.stringify({ deployments: DEPLOYMENTS, rounds: measured, sink })}\n`);
}
