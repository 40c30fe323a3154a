// Replays recorded answers of models through votes, judges and cascades, and measures what an ensemble itself costs.
// Usage: node scripts/measure-ensembles.ts DIR: JSON on stdout. DIR holds gsm8k/ and routellm-replay/.
// Voting and verifying are the product's own code on recorded texts; judges are simulated, each right with a given chance
// and leaning to the first of two, and asked as the product asks: both orders, a flip is a tie, ties go to the cheaper.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call, Consider } from '../src/contracts/call.ts';
import type { ChatRequest } from '../src/contracts/chat-request.ts';
import type { Ensemble } from '../src/contracts/ensemble.ts';
import type { StreamPart } from '../src/contracts/stream-part.ts';
import { NO_USAGE } from '../src/contracts/usage.ts';
import { runEnsemble } from '../src/ensemble/run-ensemble.ts';
import { BUILT_IN_VERIFIERS, verifyAnswer } from '../src/ensemble/verifiers.ts';
import { AGREEMENT, countVotes } from '../src/ensemble/vote.ts';
import { createSeededRandom, type SeededRandom } from '../src/lib/seeded-random.ts';
import { readOpenAiChat } from '../src/wire/openai-chat/read-chat.ts';

/** What one model said to one question. */
interface Said {
  correct: boolean;
  text: string;
}
type Item = Readonly<Record<string, Said>>;
interface DataSet {
  name: string;
  items: readonly Item[];
  /** Cost of one call by model, in any unit. */
  costs: Readonly<Record<string, number>>;
}
/** What a strategy gives for one item: right or not, and its cost. */
interface Outcome {
  correct: number;
  cost: number;
}
type Strategy = (item: Item) => Outcome | Promise<Outcome>;

const linesOf = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

/** Parameters in billions stand for dollars: recorded models have no price. A `verification` is 100 samples and a verifier. */
function gsm8k(folder: string): DataSet {
  const models = { '6b_finetuning': 6, '175b_finetuning': 175, '6b_verification': 606, '175b_verification': 17_675 };
  type Row = Record<string, { is_correct: boolean; solution: string }>;
  const rows = linesOf<Row>(join(folder, 'gsm8k', 'example_model_solutions.jsonl'));
  const items = rows.map((row) =>
    Object.fromEntries(
      Object.keys(models).map((model) => [
        model,
        // Their calculator's marks are no part of what was said.
        { correct: row[model]?.is_correct === true, text: (row[model]?.solution ?? '').replace(/<<[^>]*>>/g, '') },
      ]),
    ),
  );
  return { name: 'gsm8k, four recorded models', items, costs: models };
}

/** Prices per million tokens as RouteLLM states them (arXiv:2406.18665): 0.24 and 24.7 dollars. */
function routellm(folder: string, benchmark: string): DataSet {
  const weak = 'mistralai/Mixtral-8x7B-Instruct-v0.1';
  const strong = 'gpt-4-1106-preview';
  type Row = { correct: Record<string, boolean> };
  const rows = linesOf<Row>(join(folder, 'routellm-replay', `${benchmark}.jsonl`));
  const said = (correct: boolean | undefined): Said => ({ correct: correct === true, text: '' });
  const items = rows.map(({ correct }) => ({ [weak]: said(correct[weak]), [strong]: said(correct[strong]) }));
  return { name: `${benchmark}, weak and strong (routellm-replay)`, items, costs: { [weak]: 0.24, [strong]: 24.7 } };
}

const costOf = ({ costs }: DataSet, models: readonly string[]): number =>
  models.reduce((sum, model) => sum + (costs[model] as number), 0);

const single =
  (set: DataSet, model: string): Strategy =>
  (item) => ({ correct: Number(item[model]?.correct), cost: set.costs[model] as number });

/** The product's vote; without two thirds the cheapest of the largest group. */
function vote(set: DataSet, models: readonly string[]): Strategy {
  const byCost = [...models].sort((a, b) => (set.costs[a] as number) - (set.costs[b] as number));
  return (item) => {
    const answers = byCost.map((model) => ({ ...(item[model] as Said), toolCalls: [] }));
    const { groups, agreement } = countVotes(answers, { form: 'auto', labels: [] });
    const winners = agreement >= AGREEMENT - 1e-9 ? groups[0] : answers.slice(-1);
    return { correct: Number(winners?.[0]?.correct), cost: costOf(set, models) };
  };
}

/** How often a judge names the first of two whatever they say. */
const LEANING = 0.1;

/** A judge that is right about a right and a wrong answer with this chance. It costs what the dearest member costs. */
function judged(set: DataSet, models: readonly string[], accuracy: number, random: SeededRandom): Strategy {
  const [cheap, dear] = [...models].sort((a, b) => (set.costs[a] as number) - (set.costs[b] as number)) as [
    string,
    string,
  ];
  const names = (first: boolean, second: boolean): boolean => {
    if (random.next() < LEANING) return true;
    if (first === second) return random.next() < 0.5;
    return random.next() < accuracy ? first : second;
  };
  return (item) => {
    const [a, b] = [item[cheap]?.correct === true, item[dear]?.correct === true];
    const [there, back] = [names(a, b), !names(b, a)];
    const correct = there === back ? (there ? a : b) : a;
    return { correct: Number(correct), cost: costOf(set, models) + 2 * (set.costs[dear] as number) };
  };
}

/** The cheap one first; the dear one where a check of this accuracy does not pass it. The check costs nothing. */
function cascade(set: DataSet, models: readonly string[], accuracy: number, random: SeededRandom): Strategy {
  const [cheap, dear] = models as [string, string];
  return (item) => {
    const right = item[cheap]?.correct === true;
    const passes = random.next() < accuracy ? right : !right;
    return passes
      ? { correct: Number(right), cost: set.costs[cheap] as number }
      : { correct: Number(item[dear]?.correct), cost: costOf(set, models) };
  };
}

const PLAIN = readOpenAiChat({ model: 'm', messages: [{ role: 'user', content: 'q' }] });
const NEVER = new AbortController().signal;

/** The same with the product's own check of calculations, on the recorded text. */
function verifiedCascade(set: DataSet, models: readonly string[]): Strategy {
  const [cheap, dear] = models as [string, string];
  return async (item) => {
    const said = item[cheap] as Said;
    const { passed } = await verifyAnswer(BUILT_IN_VERIFIERS, { text: said.text, toolCalls: [] }, PLAIN, NEVER);
    return passed === true
      ? { correct: Number(said.correct), cost: set.costs[cheap] as number }
      : { correct: Number(item[dear]?.correct), cost: costOf(set, models) };
  };
}

interface Interval {
  estimate: number;
  low: number;
  high: number;
}

/** Mean with its normal 95 % interval. */
function meanOf(values: readonly number[]): Interval {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = 1.96 * Math.sqrt(variance / n);
  return { estimate: mean, low: mean - half, high: mean + half };
}

const accuracyOf = (set: DataSet, model: string): number =>
  set.items.reduce((sum, item) => sum + Number(item[model]?.correct), 0) / set.items.length;

/**
 * The best that single models give for this cost, drawn by lot where it lies between two of them: per item, the chance of
 * being right.
 */
function atEqualCost(set: DataSet, cost: number): (item: Item) => number {
  const models = Object.keys(set.costs);
  let best: { value: number; of: (item: Item) => number } = { value: -1, of: () => 0 };
  const consider = (a: string, b: string, share: number): void => {
    const value = (1 - share) * accuracyOf(set, a) + share * accuracyOf(set, b);
    if (value <= best.value) return;
    best = { value, of: (item) => (1 - share) * Number(item[a]?.correct) + share * Number(item[b]?.correct) };
  };
  for (const a of models) {
    const costA = set.costs[a] as number;
    // Means of many equal costs differ from them in the last digit.
    if (costA > cost * (1 + 1e-9)) continue;
    consider(a, a, 0);
    for (const b of models) {
      const costB = set.costs[b] as number;
      if (costB > cost) consider(a, b, (cost - costA) / (costB - costA));
    }
  }
  return best.of;
}

async function rowOf(set: DataSet, name: string, strategy: Strategy) {
  const outcomes: Outcome[] = [];
  for (const item of set.items) outcomes.push(await strategy(item));
  const cost = outcomes.reduce((sum, one) => sum + one.cost, 0) / outcomes.length;
  const ranked = Object.keys(set.costs).sort((a, b) => accuracyOf(set, b) - accuracyOf(set, a));
  const best = ranked[0] as string;
  const same = atEqualCost(set, cost);
  const correct = outcomes.map((one) => one.correct);
  return {
    name,
    cost: cost / (set.costs[best] as number),
    accuracy: meanOf(correct),
    againstBest: meanOf(set.items.map((item, index) => (correct[index] as number) - Number(item[best]?.correct))),
    againstEqualCost: meanOf(set.items.map((item, index) => (correct[index] as number) - same(item))),
  };
}

async function replay(set: DataSet, strategies: readonly [string, Strategy][]) {
  const rows: Awaited<ReturnType<typeof rowOf>>[] = [];
  for (const [name, strategy] of strategies) rows.push(await rowOf(set, name, strategy));
  return { name: set.name, items: set.items.length, rows };
}

const JUDGES = [0.6, 0.75, 0.9];

function pairStrategies(set: DataSet, pair: readonly string[], random: SeededRandom): [string, Strategy][] {
  return [
    ...JUDGES.map((q): [string, Strategy] => [`select, judge right ${q}`, judged(set, pair, q, random)]),
    ...JUDGES.map((q): [string, Strategy] => [`cascade, check right ${q}`, cascade(set, pair, q, random)]),
  ];
}

/** Members that answer at once: what is left is what the ensemble itself does. */
function instantWorld() {
  const text = 'The clause is risky because the liability is unlimited. The answer is 42. '.repeat(8);
  const consider: Consider = ({ model }) =>
    Promise.resolve({
      plan: [
        {
          ...{ deployment: `${model}@x`, model, maker: model.split('/')[0] as string, obligations: [] },
          ...{ expectedUsd: 0, mostUsd: 0, contextWindowTokens: 100_000, evidence: null, sandbox: false },
        },
      ],
      ...{ removed: [], refusal: null, estimatedTokens: 10, estimatedTokensP95: 12 },
    });
  const call: Call = (request: ChatRequest) => {
    async function* parts(): AsyncGenerator<StreamPart> {
      yield { type: 'text-delta', choice: 0, text };
      yield { type: 'finish', choice: 0, reason: 'stop', vendorReason: null, stopSequence: null };
      yield { type: 'end' };
    }
    const settled = { outcome: 'ok' as const, deployment: request.model, modelVersion: null, usage: NO_USAGE };
    return Promise.resolve({
      receiptId: 'r',
      parts: parts(),
      settled: Promise.resolve({ ...settled, costUsd: 0, firstTokenMs: 1, totalMs: 1, sandbox: false }),
    });
  };
  return { consider, call };
}

async function ownCost(members: number, runs: number) {
  const ensemble: Ensemble = {
    ...{ name: 'e', strategy: 'vote', arbiters: [], quorum: 1, belowQuorum: 'error', maxCostUsd: 1 },
    members: Array.from({ length: members }, (_, index) => `maker${index}/model`),
    ...{ memberDeadlineMs: null, deadlineMs: null, rubric: [], vote: { form: 'number', labels: [] } },
  };
  const world = instantWorld();
  const run = (seed: number) =>
    runEnsemble({
      ...{ ...world, ensemble, chat: PLAIN, parentId: 'p', task: 'unsure', obligations: [], deadlineMs: 60_000, seed },
      ...{ signal: NEVER, verifiers: BUILT_IN_VERIFIERS, now: () => performance.now() },
      screen: (text) => Promise.resolve({ text, dataClasses: [] }),
    });
  for (let warm = 0; warm < runs / 4; warm += 1) await run(warm);
  const before = process.cpuUsage();
  const startedMs = performance.now();
  for (let seed = 0; seed < runs; seed += 1) await run(seed);
  const { user, system } = process.cpuUsage(before);
  return { usPerMember: (user + system) / runs / members, wallMs: (performance.now() - startedMs) / runs };
}

async function main(folder: string): Promise<void> {
  const random = createSeededRandom(7);
  const recorded = gsm8k(folder);
  const three = ['6b_finetuning', '175b_finetuning', '6b_verification'];
  const pair = ['6b_verification', '175b_verification'];
  const sets = [
    await replay(recorded, [
      ...Object.keys(recorded.costs).map((model): [string, Strategy] => [model, single(recorded, model)]),
      ['vote of three', vote(recorded, three)],
      ['vote of all four', vote(recorded, Object.keys(recorded.costs))],
      ['cascade, own arithmetic check', verifiedCascade(recorded, pair)],
      ...pairStrategies(recorded, pair, random),
    ]),
  ];
  for (const benchmark of ['gsm8k', 'mmlu']) {
    const set = routellm(folder, benchmark);
    const models = Object.keys(set.costs);
    const singles = models.map((model): [string, Strategy] => [model, single(set, model)]);
    sets.push(await replay(set, [...singles, ...pairStrategies(set, models, random)]));
  }
  const own: Awaited<ReturnType<typeof ownCost>>[] = [];
  for (let round = 0; round < 5; round += 1) own.push(await ownCost(4, 2_000));
  process.stdout.write(JSON.stringify({ sets, own }));
}

await main(process.argv[2] ?? '../shared/data');
