// Purpose: how long the gateway's event loop is held by clients and upstreams at their worst.
// May import: bench/; the probe is preloaded into the gateway, which knows nothing of it.
// Whoever else asks meanwhile must be answered, or the run is void.
// The column of processor time shows what other processes of the machine cannot spoil.
// Start reading at CASES.
import { type Lab, withLab } from '../lab.ts';
import { ask, holdSockets, trickleBodies } from '../load/bad-senders.ts';
import type { Target } from '../load/exchange.ts';
import { spreadOf } from '../measure/statistics.ts';
import { delay } from '../process/wait-for.ts';
import { atMost, type Findings, type Target as Goal } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { type ProbedSubject, startProbed } from '../subjects/probed-alidade.ts';
import { DEFAULT_BEHAVIOUR } from '../upstream/behaviour.ts';
import {
  HOSTILITIES,
  type HostileUpstream,
  type Hostility,
  LARGE_ANSWERS,
  openHostileUpstream,
} from '../upstream/hostile-upstream.ts';
import { addRound, emptyMetrics, type Metrics, metricRows, type Rounds } from './rounds.ts';

const SOCKETS = 5_000;
const SLOW_BODIES = 500;
const PROMPT_BYTES = 10_000_000;
const REPEATS = 5;
const OTHERS_EVERY_MS = 50;
const LIMIT_MS = 50;
const WARM_UP_MS = 12_000;
const NOTHING = 'nothing but the others';
/** How late the loop may come round on a machine that has nothing else to do. */
const QUIET_MS = 15;
const COLUMNS = { max: 'longest ms', p99: 'p99 ms', processor: 'longest, processor ms' };

interface Ground {
  port: number;
  target: (model: string, content: string, more?: Record<string, unknown>) => Target;
}

/** Returns what was wrong with the answers. */
type Case = (ground: Ground) => Promise<string[]>;

const expectAll = (statuses: readonly number[], holds: (status: number) => boolean): string[] =>
  statuses.every(holds) ? [] : [`answered with ${[...new Set(statuses)].join(', ')}`];

const good =
  (model: string, content: string, path?: string): Case =>
  async ({ target }) => {
    const statuses: number[] = [];
    const asked = target(model, content);
    for (let turn = 0; turn < REPEATS; turn += 1) {
      statuses.push(
        await ask(path === undefined ? asked : { ...asked, path, body: JSON.stringify({ model, input: 'x' }) }),
      );
    }
    return expectAll(statuses, (status) => status === 200);
  };

const prompts = (content: string): Case => good('bench/good', content);
/** The upstream gets tokens in place of what is found, and the client its values back. */
const tokens =
  (model: string, content: string): Case =>
  async ({ target }) => {
    const statuses: number[] = [];
    const asked = target(model, content, { alidade: { obligations: ['tokenise'] } });
    for (let turn = 0; turn < REPEATS; turn += 1) statuses.push(await ask(asked));
    return expectAll(statuses, (status) => status === 200);
  };

const translatedPrompts = (content: string): Case => good('bench/message', content);

const hostile =
  (kind: Hostility): Case =>
  async ({ target }) => {
    const statuses: number[] = [];
    for (let turn = 0; turn < REPEATS; turn += 1) statuses.push(await ask(target(`bench/${kind}`, 'Hello?')));
    return expectAll(statuses, (status) => status >= 500);
  };

const MAIL = 'Write to quillon@quimby.example.';
const ADDRESSES = `${'lorem ipsum '.repeat(416)}quillon@quimby.example `.repeat(PROMPT_BYTES / 5_016);

const CASES: Readonly<Record<string, Case>> = {
  [NOTHING]: async () => {
    await delay(3_000);
    return [];
  },
  [`${SOCKETS} sockets that say nothing, until they are cut`]: async ({ port }) => {
    await holdSockets(port, SOCKETS, '');
    return [];
  },
  [`${SOCKETS} sockets with half a head, until they are cut`]: async ({ port }) => {
    await holdSockets(port, SOCKETS, 'POST /v1/chat/completions HTTP/1.1\r\nhost: localh');
    return [];
  },
  [`${SLOW_BODIES} bodies byte by byte`]: async ({ target }) => {
    const ok = await trickleBodies(target('bench/good', 'Slowly.'), SLOW_BODIES);
    return ok === SLOW_BODIES ? [] : [`${ok} of ${SLOW_BODIES} were answered`];
  },
  '10 MB in one line: beginnings of addresses': prompts(`${'a'.repeat(PROMPT_BYTES - 1)}@`),
  '10 MB in one line: digits': prompts('1'.repeat(PROMPT_BYTES)),
  '10 MB in one line: beyond the first plane': prompts('𝒳'.repeat(PROMPT_BYTES / 4)),
  '10 MB in one line: escapes': prompts('\\"'.repeat(PROMPT_BYTES / 4)),
  '10 MB in one line, translated: escapes': translatedPrompts('\\"'.repeat(PROMPT_BYTES / 4)),
  '10 MB in one line, translated: beyond the first plane': translatedPrompts('𝒳'.repeat(PROMPT_BYTES / 4)),
  '10 MB in one line, as tokens: an address every 5 kB': tokens('bench/good', ADDRESSES),
  'an answer of 10 MB in one line': good('bench/large', 'Hello?'),
  'an answer of 10 MB in one line, translated': good('bench/large-message', 'Hello?'),
  'an answer of 10 MB in one line, to tokens': tokens('bench/large', MAIL),
  'an answer of 10 MB in one line, to tokens, translated': tokens('bench/large-message', MAIL),
  'an answer of 19 MB of embeddings': good('bench/large-embeddings', '', '/v1/embeddings'),
  'a chain of 100 encodings': hostile('chain'),
  'an encoding that grows a thousandfold': hostile('bomb'),
  'an answer of 80 MB': hostile('endless'),
  'a head of 1 MB': hostile('endless-head'),
  'a redirect': hostile('redirect'),
  'a name that turns to a metadata address': async ({ target }) => {
    const statuses = [await ask(target('bench/turning', 'Hello?')), await ask(target('bench/turning', 'Hello?'))];
    return statuses[0] === 200 && (statuses[1] as number) >= 500 ? [] : [`answered with ${statuses.join(', ')}`];
  },
};

function configuration(lab: Lab, { port }: HostileUpstream): Record<string, unknown> {
  const local = (path: string, host = '127.0.0.1', at = port) => ({
    ...{ operator: 'self', region: 'de', private: true, preset: 'vllm' },
    base_url: `http://${host}:${at}${path}/v1`,
  });
  const messages = (path: string) => ({
    ...{ operator: 'self', region: 'de', private: true, dialect: 'anthropic' },
    base_url: `http://127.0.0.1:${port}${path}`,
  });
  const kinds = [...HOSTILITIES, ...LARGE_ANSWERS];
  const endpoints = {
    good: local('', '127.0.0.1', lab.upstreamPort),
    turning: local('/closing', 'turning.bench'),
    ...Object.fromEntries(
      kinds.map((kind) => [kind, kind.endsWith('message') ? messages(`/${kind}`) : local(`/${kind}`)]),
    ),
  };
  return {
    endpoints,
    deployments: Object.keys(endpoints).map((name) => ({
      ...{ id: `${name}@mock`, model: `bench/${name}`, endpoint: name, upstream_model: 'mock-model' },
      context_window_tokens: 10_000_000,
    })),
    routes: [{ default: true, primary: 'bench/good' }],
  };
}

/** Asks again and again until it is told to stop; returns how many were not answered. */
function others(target: Target): () => Promise<number> {
  let stopped = false;
  let failed = 0;
  const asking = (async () => {
    while (!stopped) {
      if ((await ask(target)) !== 200) failed += 1;
      await delay(OTHERS_EVERY_MS);
    }
  })();
  return async () => {
    stopped = true;
    await asking;
    return failed;
  };
}

async function runCase(lab: Lab, subject: ProbedSubject, ground: Ground, name: string, work: Case) {
  await lab.awaitLull();
  await subject.takeReading();
  const stop = others(ground.target('bench/good', 'Hello?'));
  const wrong = await work(ground);
  const unanswered = await stop();
  lab.voided.push(...wrong.map((what) => `${name}: ${what}`));
  if (unanswered > 0) lab.voided.push(`${name}: ${unanswered} others were not answered`);
  return subject.takeReading();
}

/** The clock judges only where nothing was going on and the loop came round in time: else it shows other processes. */
function targetsOf(metrics: Metrics<typeof COLUMNS>, lab: Lab): Goal[] {
  const of = (rounds: Rounds, name: string) => spreadOf(rounds.get(name) ?? []);
  const idle = of(metrics.max, NOTHING)?.median ?? Number.POSITIVE_INFINITY;
  const quiet = idle <= QUIET_MS;
  if (!quiet)
    lab.notes.push(`the loop came round late (${Math.round(idle)} ms) with nothing to do: the clock judges nothing`);
  return Object.keys(CASES).flatMap((name) => [
    atMost(`processor ms: ${name}`, LIMIT_MS, of(metrics.processor, name)),
    atMost(`ms: ${name}`, LIMIT_MS, quiet ? of(metrics.max, name) : null),
  ]);
}

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 2 } = options;
  return withLab({ ...options, subjects: ['alidade'] }, async (lab) => {
    const inside = `http://127.0.0.1:${lab.upstreamPort}/v1/chat/completions`;
    const upstream = await openHostileUpstream(inside);
    const metrics = emptyMetrics(COLUMNS);
    try {
      await lab.configureUpstream(DEFAULT_BEHAVIOUR);
      const subject = await lab.startSubject({
        ...{ name: 'alidade', role: 'product' },
        start: (context) =>
          startProbed(context, configuration(lab, upstream), { 'turning.bench': ['127.0.0.1', '169.254.169.254'] }),
      });
      const probed = subject.running as ProbedSubject;
      const ground: Ground = {
        port: probed.port,
        target: (model, content, more) =>
          lab.target(subject, JSON.stringify({ model, messages: [{ role: 'user', content }], ...more })),
      };
      // What is put off at the start is not the outside's doing: the control plane is loaded a second later, and compiled
      // code is written to disk, in one turn, as soon as nobody has asked for anything for a few seconds.
      await delay(WARM_UP_MS);
      await runCase(lab, probed, ground, 'warm-up', () => delay(OTHERS_EVERY_MS).then(() => []));
      for (let round = 0; round < rounds; round += 1) {
        for (const [name, work] of Object.entries(CASES)) {
          if (round > 0 && name.includes('turns to')) continue;
          const { maxMs, p99Ms, maxProcessorMs } = await runCase(lab, probed, ground, name, work);
          addRound(metrics.max, name, maxMs);
          addRound(metrics.p99, name, p99Ms);
          addRound(metrics.processor, name, maxProcessorMs);
        }
      }
      await lab.checkRecords();
    } finally {
      await upstream.close();
    }
    return {
      settings: { rounds, sockets: SOCKETS, slow_bodies: SLOW_BODIES, prompt_bytes: PROMPT_BYTES },
      versions: lab.versions,
      tables: [{ title: 'event loop of the gateway', columns: COLUMNS, rows: metricRows(Object.keys(CASES), metrics) }],
      targets: targetsOf(metrics, lab),
      notes: lab.notes,
      voided: lab.voided,
    };
  });
}

export const outside: Scenario = {
  name: 'outside',
  summary: 'how long the event loop is held by clients and upstreams at their worst',
  run,
};
