import { type Lab, withLab } from '../lab.ts';
import type { Target as LoadTarget } from '../load/exchange.ts';
import type { SequentialJob, SequentialResult } from '../load/sequential.ts';
import { fitLine, quantile, ratioOf, type Spread, spreadOf } from '../measure/statistics.ts';
import { atMost, type Findings, type Row, type Target } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { alidadeUnsearched } from '../subjects/alidade.ts';
import { BENCH_MODEL } from '../subjects/subject.ts';
import { type Arrival, DEFAULT_BEHAVIOUR } from '../upstream/behaviour.ts';
import { longChat, shortChat } from './chat-request.ts';
import { addRound, type Rounds } from './rounds.ts';

export const prompt: Scenario = {
  name: 'prompt',
  summary: 'long prompts: last request byte sent to first and last byte at the upstream, by size',
  run,
};

const DIRECT = 'direct';
const ALIDADE = 'alidade';
const UNSEARCHED = alidadeUnsearched.name;
const PAUSE_MS = 20;
const JUDGED_TOKENS = 100_000;

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 5, repeats = 15, sizes = [25_000, 50_000, 100_000, 200_000] } = options;
  return withLab(options, async (lab) => {
    await lab.startSubjects(shortChat(BENCH_MODEL));
    if (lab.subjects.some(({ name }) => name === ALIDADE)) {
      await lab.tryStart(alidadeUnsearched, shortChat(BENCH_MODEL));
    }
    await lab.configureUpstream({ ...DEFAULT_BEHAVIOUR, keepArrivals: true });
    const names = [DIRECT, ...lab.subjects.map(({ name }) => name)];
    const times = await measureRounds(lab, rounds, repeats, sizes);
    await lab.checkRecords();
    const columns = Object.fromEntries(sizes.map((tokens) => [String(tokens), `${tokens / 1_000}k tokens`]));
    return {
      settings: { rounds, repeats, sizes, bytesPerToken: 4, subjects: names },
      versions: lab.versions,
      tables: [
        {
          title: 'last request byte sent to first upstream byte, ms (negative: it forwards while it receives)',
          columns,
          rows: sizeRows(names, sizes, times.first),
        },
        {
          title: 'last request byte sent to last upstream byte, ms',
          columns,
          rows: sizeRows(names, sizes, times.last),
        },
      ],
      targets: judge(times.first),
      notes: [
        ...lab.notes,
        ...names.map((name) => describeLine(name, sizes, times.first)).filter((note) => note !== null),
      ],
      voided: lab.voided,
    };
  });
}

interface PromptTimes {
  /** Keyed by subject and size, see keyOf. */
  first: Rounds;
  last: Rounds;
}

async function measureRounds(
  lab: Lab,
  rounds: number,
  repeats: number,
  sizes: readonly number[],
): Promise<PromptTimes> {
  const times: PromptTimes = { first: new Map(), last: new Map() };
  const visits: { name: string; toTarget: (body: string) => LoadTarget }[] = [
    { name: DIRECT, toTarget: (body) => lab.directTarget(body) },
    ...lab.subjects.map((subject) => ({ name: subject.name, toTarget: (body: string) => lab.target(subject, body) })),
  ];
  // Round -1 warms up and is not counted.
  for (let round = -1; round < rounds; round += 1) {
    for (const tokens of sizes) {
      for (const { name, toTarget } of visits) {
        await lab.awaitLull();
        const sent = await sendPrompts(lab, name, toTarget(longChat(BENCH_MODEL, tokens)), repeats);
        if (round === -1 || sent === null) continue;
        addRound(times.first, keyOf(name, tokens), sent.firstMs);
        addRound(times.last, keyOf(name, tokens), sent.lastMs);
      }
    }
  }
  return times;
}

function sizeRows(names: readonly string[], sizes: readonly number[], rounds: Rounds): Row[] {
  return names.map((name) => ({
    name,
    values: Object.fromEntries(
      sizes.map((tokens) => [String(tokens), spreadOf(rounds.get(keyOf(name, tokens)) ?? [])]),
    ),
  }));
}

function judge(first: Rounds): Target[] {
  const at = (name: string, tokens: number) => first.get(keyOf(name, tokens)) ?? [];
  const unsearched = at(UNSEARCHED, JUDGED_TOKENS);
  return [
    atMost('ms to first upstream byte at 100k tokens, not searched', 15, spreadOf(unsearched)),
    ...[ALIDADE, UNSEARCHED].map((name) =>
      atMost(
        `${name}: time at 200k tokens / time at 100k tokens (linear: 2)`,
        2.2,
        ratioOf(at(name, 2 * JUDGED_TOKENS), at(name, JUDGED_TOKENS)),
      ),
    ),
  ];
}

function keyOf(name: string, tokens: number): string {
  return `${name} ${tokens}`;
}

/** Medians over `repeats` prompts sent one at a time; null where the exchange failed, which voids the run. */
async function sendPrompts(
  lab: Lab,
  name: string,
  target: LoadTarget,
  repeats: number,
): Promise<{ firstMs: number; lastMs: number } | null> {
  await lab.callUpstream('takeArrivals');
  const job: SequentialJob = { target, repeats, pauseMs: PAUSE_MS };
  const { exchanges } = await lab.runLoad<SequentialResult>('sequential', job);
  const arrivals = await lab.callUpstream<Arrival[]>('takeArrivals');
  const failed = exchanges.filter(({ status }) => status !== 200).length;
  if (failed > 0 || arrivals.length !== exchanges.length) {
    lab.voided.push(
      `${name}: ${failed} of ${exchanges.length} long prompts failed, ${arrivals.length} seen by the upstream`,
    );
    return null;
  }
  const sortedMs = (at: (arrival: Arrival) => number): number[] =>
    arrivals
      .map((arrival, index) => (at(arrival) - (exchanges[index]?.lastByteSentAt ?? NaN)) / 1e6)
      .sort((a, b) => a - b);
  return {
    firstMs: quantile(
      sortedMs((arrival) => arrival.firstByteAt),
      0.5,
    ),
    lastMs: quantile(
      sortedMs((arrival) => arrival.lastByteAt),
      0.5,
    ),
  };
}

function describeLine(name: string, sizes: readonly number[], first: Rounds): string | null {
  const points: { x: number; y: number }[] = [];
  for (const tokens of sizes) {
    const spread: Spread | null = spreadOf(first.get(keyOf(name, tokens)) ?? []);
    if (spread !== null) points.push({ x: tokens / 1_000, y: spread.median });
  }
  if (points.length < 3 || name === DIRECT) return null;
  const { slope, intercept, r2 } = fitLine(points);
  return `${name}: ${slope.toFixed(4)} ms per 1,000 tokens + ${intercept.toFixed(2)} ms, R2 ${r2.toFixed(3)}`;
}
