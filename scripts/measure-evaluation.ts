// Measures evaluation on this machine: `node scripts/measure-evaluation.ts samples` runs 20,000 samples against the sandbox
// of a server and tells samples a second and how far its memory grew; `... code DIR` runs every HumanEval+ reference in the
// code sandbox, two at once, expected values computed beforehand; `... power DIR` says how often comparisons see the gap between
// two models of GSM8K's recorded verdicts. Load on the machine is printed: it decides what a figure is worth.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectedOf, runTests } from '../src/evals/code-sandbox/run-tests.ts';
import { openSandbox } from '../src/evals/code-sandbox/sandbox.ts';
import { mapConcurrently } from '../src/evals/map-concurrently.ts';
import type { CodeTarget } from '../src/evals/scorers/code.ts';
import { gsm8k } from '../src/evals/suites/gsm8k.ts';
import { humanevalPlus } from '../src/evals/suites/humaneval-plus.ts';
import { folderOf, loadSuite } from '../src/evals/suites/suite.ts';
import { pairedPower, recordedVerdicts } from './measure-evaluation/paired-power.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const SAMPLES = 20_000;
const MEBIBYTE = 2 ** 20;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const load = (): string => `load ${loadavg()[0]?.toFixed(1)}`;

/** Resident memory of a process, bytes. */
function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** Processor time of a process, or of one of its threads, seconds: it says what a busy machine hides. */
function processorSeconds(path: string): number {
  const fields = readFileSync(`/proc/${path}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measureSamples(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'alidade-measure-'));
  const lines = Array.from({ length: SAMPLES }, (_, index) =>
    JSON.stringify({ id: `s${index}`, input: `What is ${index} + 1?`, target: String(index + 1) }),
  );
  writeFileSync(join(folder, 'sums.jsonl'), lines.join('\n'));
  const server = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--log-level', 'error'], {
    ...{ cwd: folder, env: { PATH: process.env.PATH, HOME: process.env.HOME }, stdio: ['ignore', 'ignore', 'pipe'] },
  });
  const pid = server.pid as number;
  try {
    await once(server.stderr as NodeJS.ReadableStream, 'data');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const idle = residentOf(pid);
    const args = ['--file', 'sums.jsonl', '--scorer', 'numeric', '--deployment', 'sandbox/llama-4-ultra'];
    const paths = [`${pid}`, `${pid}/task/${pid}`];
    const before = paths.map(processorSeconds);
    const started = performance.now();
    const run = spawn(process.execPath, [MAIN, 'eval', 'run', ...args, '--concurrency', '128', '--json'], {
      ...{ cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
    });
    let output = '';
    let first = 0;
    run.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (first === 0) first = performance.now();
      output = (output + text).slice(-4_000);
    });
    let peak = idle;
    const watching = setInterval(() => {
      peak = Math.max(peak, residentOf(pid));
    }, 100);
    await once(run, 'close');
    clearInterval(watching);
    const seconds = (performance.now() - first) / 1_000;
    const [all = 0, main = 0] = paths.map((path, index) => processorSeconds(path) - (before[index] ?? 0));
    const done = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '{}') as { counts: Record<string, number> };
    say(`${SAMPLES} samples in ${seconds.toFixed(1)} s: ${(SAMPLES / seconds).toFixed(0)} a second, ${load()}`);
    say(`before the first of them ${((first - started) / 1_000).toFixed(1)} s; ${JSON.stringify(done.counts)}`);
    const each = (spent: number): string => `${((spent / SAMPLES) * 1_000).toFixed(2)} ms`;
    say(`processor time of the server ${each(all)} a sample, ${each(main)} of it in its main thread`);
    const grown = (peak - idle) / MEBIBYTE;
    say(
      `memory of the server ${(idle / MEBIBYTE).toFixed(0)} MiB idle, ${(peak / MEBIBYTE).toFixed(0)} at most: grew by ${grown.toFixed(0)} MiB`,
    );
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureCode(dir: string): Promise<void> {
  const sandbox = await openSandbox();
  if (sandbox.level === 'none') throw new Error(`There is no sandbox: ${sandbox.command}`);
  const targets = loadSuite(humanevalPlus, dir).samples.map(({ target }) => target as CodeTarget);
  const expected = await mapConcurrently(targets, 2, (target) => expectedOf(target, sandbox));
  const started = performance.now();
  const verdicts = await mapConcurrently(targets, 2, async (target) => {
    const gold = expected[targets.indexOf(target)];
    return gold == null ? null : await runTests(target.reference, target, gold, sandbox);
  });
  const seconds = (performance.now() - started) / 1_000;
  const passed = verdicts.filter((verdict) => verdict?.outcome === 'pass').length;
  say(`${passed} of ${targets.length} references pass in ${seconds.toFixed(1)} s, two at once, ${load()}`);
}

const POWER = { n: 500, draws: 20_000, seed: 1 };

/** The pair whose gap is small: 515 and 458 of 1,319, where 361 verdicts differ. */
function measurePower(dir: string): void {
  const vectors = recordedVerdicts(folderOf(gsm8k, dir), '6b_verification', '175b_finetuning');
  for (const replace of [false, true]) {
    say(`${POWER.draws} draws of ${POWER.n} of ${vectors.a.length} items ${replace ? 'with' : 'without'} replacement:`);
    for (const { test, power, standardError } of pairedPower(vectors, { ...POWER, replace })) {
      say(`  ${test.padEnd(40)} ${power.toFixed(4)}, standard error ${standardError.toFixed(4)}`);
    }
  }
}

const [what, dir = ''] = process.argv.slice(2);
if (what === 'code') await measureCode(dir);
else if (what === 'power') measurePower(dir);
else await measureSamples();
