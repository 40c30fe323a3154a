import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, withLab } from '../lab.ts';
import { spreadOf } from '../measure/statistics.ts';
import { cleanEnvironment, startProcess } from '../process/pinned-process.ts';
import { freePort, waitFor } from '../process/wait-for.ts';
import { atMost, type Findings } from '../report/report.ts';
import type { BenchOptions, Scenario } from '../scenario.ts';
import { alidadeCommand, alidadeVersion } from '../subjects/alidade.ts';
import { chooseSubjects } from '../subjects/all-subjects.ts';
import { probe } from '../subjects/probe.ts';
import { BENCH_MODEL, type Subject } from '../subjects/subject.ts';
import { shortChat } from './chat-request.ts';
import { addRound, emptyMetrics, metricRows } from './rounds.ts';

export const startup: Scenario = {
  name: 'startup',
  summary:
    'spawn to first routed answer, cold and warm; the product with its defaults: no configuration, no key, sandbox',
  run,
};

const COLUMNS = {
  coldHealth: 'cold, /healthz ms',
  cold: 'cold, first answer ms',
  health: 'warm, /healthz ms',
  warm: 'warm, first answer ms',
  again: 'the same again ms',
};
interface StartTimes {
  healthMs: number | null;
  answerMs: number;
  /** How long the same request takes right after; null where it was not asked. A sandbox program takes its time like a model. */
  againMs: number | null;
}

async function run(options: BenchOptions): Promise<Findings> {
  const { rounds = 10 } = options;
  return withLab(options, async (lab) => {
    const metrics = emptyMetrics(COLUMNS);
    const subjects = [...chooseSubjects(options.subjects)];
    lab.notes.push(
      options.dropCaches === true
        ? dropCaches()
        : 'cold means a new data folder and nothing compiled but by the build; the page cache was kept (--drop-caches empties it)',
    );
    for (let round = 0; round <= rounds; round += 1) {
      for (const subject of [...subjects]) {
        if (round === 0 && options.dropCaches === true) dropCaches();
        const times = await startOnce(lab, options, subject);
        if (times === null) {
          subjects.splice(subjects.indexOf(subject), 1);
          continue;
        }
        if (times.healthMs !== null)
          addRound(round === 0 ? metrics.coldHealth : metrics.health, subject.name, times.healthMs);
        addRound(round === 0 ? metrics.cold : metrics.warm, subject.name, times.answerMs);
        if (round > 0 && times.againMs !== null) addRound(metrics.again, subject.name, times.againMs);
      }
    }
    return {
      settings: { rounds, dropCaches: options.dropCaches === true, subjects: subjects.map(({ name }) => name) },
      versions: lab.versions,
      tables: [
        {
          title: 'time from spawn',
          columns: COLUMNS,
          rows: metricRows(
            subjects.map(({ name }) => name),
            metrics,
          ),
        },
      ],
      targets: [
        atMost('ms to first answer, warm', 1_000, spreadOf(metrics.warm.get('alidade') ?? [])),
        atMost('ms to first answer, cold', 1_000, spreadOf(metrics.cold.get('alidade') ?? [])),
      ],
      notes: lab.notes,
      voided: lab.voided,
    };
  });
}

/** Starts and ends a subject once; null, with the reason noted, when it cannot be had. */
async function startOnce(lab: Lab, options: BenchOptions, subject: Subject): Promise<StartTimes | null> {
  try {
    return subject.role === 'product' ? await startSandbox(lab, options) : await startBeforeMock(lab, subject);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    lab.leaveOut(subject, error.message);
    return null;
  }
}

/** A yardstick or a peer, before the mock upstream. */
async function startBeforeMock(lab: Lab, subject: Subject): Promise<StartTimes> {
  const startedAt = performance.now();
  const started = await lab.startSubject(subject);
  const { process: process_, port, path, headers } = started.running;
  try {
    await waitFor(subject.name, process_, async () => {
      const answer = await probe(port, { method: 'POST', path, headers, body: shortChat(BENCH_MODEL) });
      return answer?.status === 200 ? true : null;
    });
    return { healthMs: null, answerMs: performance.now() - startedAt, againMs: null };
  } finally {
    await lab.stopSubject(started);
  }
}

let sandboxFolder: string | null = null;

/** The product as a newcomer starts it. Rounds share one folder: the first finds it empty, the others as it was left. */
async function startSandbox(lab: Lab, options: BenchOptions): Promise<StartTimes> {
  const { command, from } = alidadeCommand(options.gateway);
  lab.versions.alidade = `${alidadeVersion()} (${from})`;
  sandboxFolder ??= lab.newFolder('sandbox');
  const folder = sandboxFolder;
  const port = await freePort();
  const startedAt = performance.now();
  const process_ = startProcess({
    command: [...command, 'serve', '--port', String(port)],
    core: lab.coreOfSubjects,
    cwd: folder,
    env: cleanEnvironment(folder),
    logFile: join(folder, 'log'),
  });
  try {
    await waitFor('alidade', process_, async () =>
      (await probe(port, { method: 'GET', path: '/healthz' }))?.status === 200 ? true : null,
    );
    const healthMs = performance.now() - startedAt;
    const ask = async (): Promise<true | null> => {
      const answer = await probe(port, { method: 'POST', path: '/v1/chat/completions', body: shortChat(BENCH_MODEL) });
      return answer?.status === 200 ? true : null;
    };
    await waitFor('alidade', process_, ask);
    const answeredAt = performance.now();
    await ask();
    return { healthMs, answerMs: answeredAt - startedAt, againMs: performance.now() - answeredAt };
  } finally {
    await process_.stop();
  }
}

/** Empties the page cache of the whole machine; says so, or why not. */
function dropCaches(): string {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return 'cold means an empty page cache, a new data folder and nothing compiled but by the build';
  } catch (error) {
    return `the page cache could not be emptied (${error instanceof Error ? error.message : String(error)}): cold means a new data folder and nothing compiled but by the build`;
  }
}
