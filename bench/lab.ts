// Purpose: the processes of one run: mock upstream and load generator on core 0, the subjects on core 1.
// May import: everything under bench/ but scenarios/.
// All subjects run at once and take turns, so that a ratio compares neighbours in time; those that wait are idle.
// A failed request, a lost record or a request that the upstream saw more or less than once voids the run.
// Start reading at withLab and Lab.measure.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from './load/exchange.ts';
import type { JobOutcome } from './load/failures.ts';
import { type Interference, InterferenceWatch, untilOthersQuiet } from './measure/interference.ts';
import { showsWholeMachine } from './measure/other-processes.ts';
import { type ProcessorTimeSpent, readProcessorTime, spentBetween, untilQuiet } from './measure/processor-time.ts';
import { canPin, forkModule, type PinnedProcess } from './process/pinned-process.ts';
import { RemoteCalls } from './process/remote-calls.ts';
import type { BenchOptions } from './scenario.ts';
import { chooseSubjects } from './subjects/all-subjects.ts';
import { whyNotAnswering } from './subjects/probe.ts';
import type { RunningSubject, Subject, SubjectRole } from './subjects/subject.ts';
import type { Behaviour, UpstreamCounts } from './upstream/behaviour.ts';

const DEFAULT_PATIENCE_SECONDS = 3;

export interface LabSubject {
  name: string;
  role: SubjectRole;
  running: RunningSubject;
}

export interface Measured<Result> {
  result: Result;
  spent: ProcessorTimeSpent;
  interference: Interference;
}

/** Runs `work` with upstream and load generator up, and ends every process and folder afterwards, whatever happens. */
export async function withLab<Result>(options: BenchOptions, work: (lab: Lab) => Promise<Result>): Promise<Result> {
  const lab = new Lab(options);
  try {
    await lab.open();
    return await work(lab);
  } finally {
    await lab.close();
  }
}

export class Lab {
  readonly notes: string[] = [];
  readonly voided: string[] = [];
  readonly versions: Record<string, string> = {};
  readonly folder = mkdtempSync(join(tmpdir(), 'alidade-bench-'));
  subjects: LabSubject[] = [];
  upstreamPort = 0;
  private readonly options: BenchOptions;
  private readonly driverCore: number | null;
  readonly coreOfSubjects: number | null;
  private readonly helpers: PinnedProcess[] = [];
  private upstream: RemoteCalls | null = null;
  private load: RemoteCalls | null = null;
  private folders = 0;

  constructor(options: BenchOptions) {
    this.options = options;
    const pinned = canPin() && cpus().length > 1;
    this.driverCore = pinned ? 0 : null;
    this.coreOfSubjects = pinned ? 1 : null;
    if (!pinned) this.notes.push('not pinned to cores (taskset or a second core is missing): figures are noisier');
    if (!showsWholeMachine()) this.notes.push('processes outside of this container are not seen: "others" lacks them');
  }

  async open(): Promise<void> {
    this.upstream = await this.forkHelper('upstream/main.ts', 'upstream');
    this.load = await this.forkHelper('load/main.ts', 'load generator');
    this.upstreamPort = await this.upstream.call<number>('listen');
  }

  async close(): Promise<void> {
    await Promise.all(this.subjects.map(({ running }) => running.process.stop()));
    await Promise.all(this.helpers.map((helper) => helper.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  configureUpstream(behaviour: Behaviour): Promise<void> {
    return this.callUpstream('configure', behaviour);
  }

  callUpstream<Result>(name: string, argument: unknown = null): Promise<Result> {
    if (this.upstream === null) throw new Error('the lab is not open');
    return this.upstream.call(name, argument);
  }

  runLoad<Result>(name: string, argument: unknown = null): Promise<Result> {
    if (this.load === null) throw new Error('the lab is not open');
    return this.load.call(name, argument);
  }

  /** Starts one subject in a folder of its own. */
  async startSubject(subject: Subject): Promise<LabSubject> {
    const running = await subject.start({
      upstreamPort: this.upstreamPort,
      core: this.coreOfSubjects,
      folder: this.newFolder(subject.name),
      gateway: this.options.gateway,
    });
    const started: LabSubject = { name: subject.name, role: subject.role, running };
    this.subjects.push(started);
    this.versions[subject.name] = running.version;
    return started;
  }

  async stopSubject(subject: LabSubject): Promise<void> {
    this.subjects = this.subjects.filter((one) => one !== subject);
    await subject.running.process.stop();
  }

  newFolder(name: string): string {
    this.folders += 1;
    const folder = join(this.folder, `${this.folders}-${name}`);
    mkdirSync(folder);
    return folder;
  }

  /** Starts the chosen subjects and keeps those that answer `body`. */
  async startSubjects(body: string): Promise<void> {
    for (const subject of chooseSubjects(this.options.subjects)) await this.tryStart(subject, body);
    if (this.subjects.length === 0) this.voided.push('there is nothing to measure');
  }

  async tryStart(subject: Subject, body: string): Promise<LabSubject | null> {
    try {
      const started = await this.startSubject(subject);
      const reason = await whyNotAnswering(started.running, body);
      if (reason === null) return started;
      await this.stopSubject(started);
      this.leaveOut(subject, `${reason} (version ${started.running.version})`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.leaveOut(subject, error.message);
    }
    return null;
  }

  /** A run without the product, or without a subject that was asked for by name, is void; other absences are noted. */
  leaveOut(subject: Subject, reason: string): void {
    const needed = subject.role === 'product' || this.options.subjects !== null;
    (needed ? this.voided : this.notes).push(`${subject.name} was left out: ${reason}`);
  }

  /** What the load generator sends to a subject. */
  target(subject: LabSubject, body: string, vary: readonly string[] = []): Target {
    const { port, path, headers } = subject.running;
    return { port, path, headers, body, vary };
  }

  /** The same request straight to the upstream. */
  directTarget(body: string, vary: readonly string[] = []): Target {
    return { port: this.upstreamPort, path: '/v1/chat/completions', headers: {}, body, vary };
  }

  /** Runs one job against a subject and takes its CPU time, the work that it puts off included. */
  async measure<Result extends JobOutcome>(subject: LabSubject, job: () => Promise<Result>): Promise<Measured<Result>> {
    const { pid } = subject.running.process;
    await untilQuiet(pid);
    await this.awaitLull();
    await this.callUpstream('takeCounts');
    const watch = new InterferenceWatch();
    const before = readProcessorTime(pid);
    const result = await job();
    const interference = watch.stop();
    const quiet = await untilQuiet(pid);
    const spent = spentBetween(before, readProcessorTime(pid));
    const { requests } = await this.callUpstream<UpstreamCounts>('takeCounts');
    this.judge(subject.name, result, requests);
    if (!quiet) this.notes.push(`${subject.name} was still busy 10 s after the load ended: its CPU figure is too low`);
    if (spent.endedThreads > 0)
      this.notes.push(
        `${subject.name}: ${spent.endedThreads} threads ended during a round; their last CPU time is not counted`,
      );
    return { result, spent, interference };
  }

  /** Waits for others on the machine to be quiet, up to the patience given. */
  awaitLull(): Promise<void> {
    return untilOthersQuiet((this.options.patienceSeconds ?? DEFAULT_PATIENCE_SECONDS) * 1_000);
  }

  /** Voids the run where a request failed, was answered without the upstream, or reached it twice. */
  judge(name: string, outcome: JobOutcome, upstreamRequests: number): void {
    if (outcome.failed > 0)
      this.voided.push(`${name}: ${outcome.failed} failed requests ${JSON.stringify(outcome.failures)}`);
    if (outcome.completed === 0) this.voided.push(`${name}: no request was completed`);
    const sent = outcome.completed + outcome.failed;
    if (outcome.failed === 0 && upstreamRequests !== sent) {
      this.voided.push(`${name}: ${sent} requests sent, ${upstreamRequests} seen by the upstream`);
    }
  }

  /** Asks the product how many records it lost. Unknown is said, not taken for none. */
  async checkRecords(): Promise<void> {
    for (const { name, running } of this.subjects) {
      if (running.droppedRecords === undefined) continue;
      const dropped = await running.droppedRecords();
      if (dropped === null)
        this.notes.push(`${name}: dropped records unknown (no alidade_journal_dropped_total at /metrics)`);
      else if (dropped > 0) this.voided.push(`${name}: ${dropped} records were dropped`);
    }
  }

  /** One more upstream, for benches about several. Returns how to call it and where it listens. */
  async openUpstream(name: string): Promise<{ calls: RemoteCalls; port: number }> {
    const calls = await this.forkHelper('upstream/main.ts', name);
    return { calls, port: await calls.call<number>('listen') };
  }

  private async forkHelper(path: string, name: string): Promise<RemoteCalls> {
    const helper = forkModule(
      join(import.meta.dirname, path),
      this.driverCore,
      this.folder,
      join(this.folder, `${name}.log`),
    );
    this.helpers.push(helper);
    const calls = new RemoteCalls(helper.child, name);
    await calls.ready;
    return calls;
  }
}
