// desk/: evaluation inside a running product: starts runs, follows them, pauses them, keeps what they need.
// May import: contracts, lib and the rest of evals/. Everything of the product itself comes in through `DeskPorts`.
// Start here; find-suite.ts says where samples come from, live-run.ts how a run is followed.
// A run belongs to the process that started it; after a kill it waits on disk until somebody resumes it, since going on
// costs money.

import { join } from 'node:path';
import type { Call } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Sample, Suite } from '../../contracts/evaluation.ts';
import type { RunDone, RunFeed, RunListEntry, WorkProgress } from '../../contracts/evaluation-events.ts';
import type { RunRequest, SampleRequest } from '../../contracts/evaluation-request.ts';
import { createIds } from '../../lib/ids.ts';
import { openCalibrationStore } from '../certification/calibration-store.ts';
import { openCertificateStore } from '../certification/certificate-store.ts';
import { ensureCertified } from '../certification/ensure-certified.ts';
import { type RunResult, runResult } from '../results/run-result.ts';
import { ReviewBoard } from '../review/review-desk.ts';
import { type AnswerCache, openAnswerCache } from '../runner/answer-cache.ts';
import { createBusyShare } from '../runner/busy-share.ts';
import { type ConcurrencyLimit, createConcurrencyLimit } from '../runner/concurrency-limit.ts';
import { runPlan } from '../runner/run.ts';
import { openRun, type RunFile, readRun, readRunState } from '../runner/run-file.ts';
import { listRuns, runFolder, runNamed } from '../runner/run-folders.ts';
import type { Baseline } from '../runner/stop-rule.ts';
import { type SampleFrame, sampleTraffic, type TrafficEntry } from '../sampling/sample-traffic.ts';
import type { Scorer } from '../scorers/scorer.ts';
import { type KeptSuite, openSuiteStore } from '../suites/suite-store.ts';
import { Background } from './background.ts';
import { baselineOf } from './baseline.ts';
import { boundedScorer } from './judge-of-run.ts';
import { LiveRun } from './live-run.ts';
import { checkUnchanged, type KnownDeployment, openScorer, type Preparation, prepareRun } from './prepare-run.ts';

/** What evaluation needs of the product around it. */
export interface DeskPorts {
  /** Where runs, suites, certificates and answers lie. */
  directory: string;
  call: Call;
  /** Milliseconds since 1970. */
  now(): number;
  /** null: no such deployment. */
  deployment(id: string): KnownDeployment | null;
  /** Kept requests of a use case, redacted, each as an item or with the reason why it is none. */
  traffic(useCase: string, since: string | null, until: string | null): AsyncIterable<TrafficEntry>;
  /** Names of models and makers, which blind reviewers must not read. */
  names(): readonly string[];
  /** Puts on record what was done and by whom. */
  record(event: string, actor: string, details: Record<string, unknown>): void;
  /** Takes what a complete run found as evidence; how many cells it made. */
  publish(result: RunResult, suite: KeptSuite): Promise<number>;
  /** A mistake of ours, for the log. */
  onFault(error: unknown): void;
}

const MOST_UNDER_WAY = 256;
/** Failed runs whose reason can still be asked for. */
const KEPT_FAILURES = 16;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class EvaluationDesk {
  /** Blind review by experts. */
  readonly reviews: ReviewBoard;
  /** What takes longer than a request and is no run: sampling, a judge of a review. */
  readonly work: Background;
  readonly #ports: DeskPorts;
  readonly #newId;
  readonly #suites;
  readonly #certificates;
  readonly #calibrations;
  readonly #live = new Map<string, LiveRun>();
  readonly #failed: LiveRun[] = [];
  readonly #limits = new Map<string, ConcurrencyLimit>();
  readonly #working = new Set<Promise<void>>();
  #cache: AnswerCache | null = null;
  #closed = false;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    this.reviews = new ReviewBoard({
      directory: join(ports.directory, 'reviews'),
      now: () => ports.now(),
      names: () => ports.names(),
      call: (request, options) => ports.call(request, options),
      read: (run) => this.#read(run),
      record: (event, actor, details) => ports.record(event, actor, details),
    });
    this.work = new Background(
      () => ports.now(),
      (error) => ports.onFault(error),
    );
    this.#newId = createIds('run_', { nowMs: () => ports.now() });
    this.#suites = openSuiteStore(join(ports.directory, 'suites'));
    this.#certificates = openCertificateStore(join(ports.directory, 'certificates.json'));
    this.#calibrations = openCalibrationStore(join(ports.directory, 'calibrations.json'));
  }

  /**
   * Plans a run and begins it; it goes on by itself. Nothing is spent before its scorer is certified.
   * @throws AppError not_found, invalid_request
   */
  async start(request: RunRequest, actor: string): Promise<{ run: string }> {
    this.#checkOpen();
    const { suite, scorer, plan, baseline, notes } = await prepareRun(request, this.#preparation);
    this.#suites.keep(suite);
    // Its proof needs it whole; the run itself reads each sample where it is kept.
    let whole: Suite | null = suite;
    const live = this.#open(this.#newId());
    for (const text of notes) live.note(text);
    this.#ports.record('evaluation_started', actor, {
      run: live.id,
      suite: plan.suite,
      suite_hash: plan.suite_hash,
      deployment: plan.deployment,
      samples: plan.samples.length,
      sample_hash: plan.sample_hash,
      budget_usd: plan.budget_usd,
    });
    this.#work(live, async () => {
      const note = (text: string): void => live.note(text);
      const { scorer: bounded, spent } = boundedScorer(scorer, plan.budget_usd);
      await ensureCertified(whole as Suite, plan.samples, bounded, this.#certificates, note).finally(() => {
        whole = null;
        if (spent() === 0) return;
        const cost = spent();
        note(`Proving the judge cost ${cost === null ? 'an unknown sum' : `${cost.toFixed(4)} USD`}.`);
        this.#ports.record('judge_proved', actor, { run: live.id, deployment: plan.judge?.deployment, cost_usd: cost });
      });
      const paid = spent() === 0 ? plan : { ...plan, proof_usd: spent() };
      const file = openRun(runFolder(this.#ports.directory, live.id), paid);
      await this.#run(live, scorer, { file, baseline, withCache: request.cache });
    });
    return { run: live.id };
  }

  /** Goes on with a run that was paused, stopped or killed. @throws AppError not_found, invalid_request */
  async resume(named: string, actor: string): Promise<{ run: string }> {
    this.#checkOpen();
    const id = runNamed(this.#ports.directory, named);
    if (this.#live.has(id)) throw new AppError('invalid_request', `The run ${id} is under way.`);
    const folder = runFolder(this.#ports.directory, id);
    const { plan } = readRun(folder);
    checkUnchanged(plan, this.#ports);
    const { scorer: name } = this.#suites.head(plan.suite_hash);
    const scorer = await openScorer(name, plan.judge, plan.use_case, this.#ports);
    const baseline = baselineOf(this.#ports.directory, plan);
    const live = this.#open(id);
    this.#ports.record('evaluation_resumed', actor, { run: id });
    this.#work(live, () => this.#run(live, scorer, { file: openRun(folder, null), baseline, withCache: true }));
    return { run: id };
  }

  /** Asks for no more; what is under way arrives. @returns which run @throws AppError not_found where it is not under way here */
  pause(named: string): string {
    const id = runNamed(this.#ports.directory, named);
    const live = this.#live.get(id);
    if (live === undefined) throw new AppError('not_found', `No run ${JSON.stringify(id)} is under way.`);
    live.pause.abort();
    return id;
  }

  /** A run's events from its first on. @throws AppError not_found where it is neither under way nor failed here */
  follow(named: string, signal: AbortSignal): AsyncGenerator<RunFeed> {
    const id = runNamed(this.#ports.directory, named);
    const live = this.#live.get(id) ?? this.#failed.find((failed) => failed.id === id);
    if (live !== undefined) return live.read(signal);
    const { done } = readRun(runFolder(this.#ports.directory, id));
    return ended(id, done);
  }

  /**
   * Draws a sample of a use case's traffic and keeps it as a suite.
   * @throws AppError not_found for an unknown use case, or where nothing can be drawn
   */
  async sample(
    request: SampleRequest,
    actor: string,
    tell: (progress: WorkProgress) => void = () => undefined,
  ): Promise<{ suite: string; hash: string; frame: SampleFrame }> {
    this.#checkOpen();
    const name = request.name ?? `traffic/${request.use_case}`;
    const before = this.#suites.find(name);
    const traffic = this.#ports.traffic(request.use_case, request.since ?? null, request.until ?? null);
    const entries = counted(traffic, tell, () => this.#checkOpen());
    const { suite, frame } = await sampleTraffic(
      entries,
      request,
      before === null ? null : this.#suites.load(before.hash),
    );
    this.#suites.keep(suite, frame);
    const { looked_at, excluded, anchor, fresh } = frame;
    this.#ports.record('sample_drawn', actor, {
      suite: name,
      hash: suite.hash,
      use_case: request.use_case,
      looked_at,
      excluded,
      anchor,
      fresh,
    });
    return { suite: name, hash: suite.hash, frame };
  }

  list(): RunListEntry[] {
    return listRuns(this.#ports.directory);
  }

  get #preparation(): Preparation {
    const { directory } = this.#ports;
    return { ports: this.#ports, directory, suites: this.#suites, calibrations: this.#calibrations };
  }

  get suites(): ReturnType<typeof openSuiteStore> {
    return this.#suites;
  }

  /** A recorded run with its samples joined. @throws AppError not_found */
  result(named: string): RunResult {
    const id = runNamed(this.#ports.directory, named);
    const { plan } = readRunState(runFolder(this.#ports.directory, id));
    const suite = this.#suites.open(plan.suite_hash, new Set(plan.samples));
    try {
      return this.#resultOf(id, suite);
    } finally {
      suite.close();
    }
  }

  #resultOf(id: string, { samples }: KeptSuite): RunResult {
    return runResult(id, readRun(runFolder(this.#ports.directory, id)), samples, { withAnswers: false });
  }

  #read(named: string): { result: RunResult; samples: readonly Sample[] } {
    const id = runNamed(this.#ports.directory, named);
    const recorded = readRun(runFolder(this.#ports.directory, id));
    const { suite_hash: hash, samples: ids } = recorded.plan;
    const { samples } = this.#suites.load(hash, new Set(ids));
    return { result: runResult(id, recorded, samples), samples };
  }

  /** Pauses what is under way and waits for what is paid. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.work.close();
    for (const live of this.#live.values()) live.pause.abort();
    await Promise.all(this.#working);
    this.#cache?.close();
    this.#cache = null;
  }

  #checkOpen(): void {
    if (this.#closed) throw new AppError('shutting_down', 'The server is shutting down.');
  }

  #open(id: string): LiveRun {
    const live = new LiveRun(id);
    this.#live.set(id, live);
    return live;
  }

  /** `work` in the background: what it throws is the run's last event. */
  #work(live: LiveRun, work: () => Promise<void>): void {
    const working = work()
      .catch((error: unknown) => {
        if (!(error instanceof AppError)) this.#ports.onFault(error);
        live.fail(error);
        this.#failed.push(live);
        if (this.#failed.length > KEPT_FAILURES) this.#failed.shift();
      })
      .finally(() => {
        this.#live.delete(live.id);
        this.#working.delete(working);
        live.end();
      });
    this.#working.add(working);
  }

  async #run(
    live: LiveRun,
    scorer: Scorer,
    { file, baseline, withCache }: { file: RunFile; baseline: Baseline | undefined; withCache: boolean },
  ): Promise<void> {
    let suite: KeptSuite | null = null;
    try {
      suite = this.#suites.open(file.plan.suite_hash, new Set(file.plan.samples));
      const done = await runPlan({
        id: live.id,
        suite,
        scorer,
        file,
        call: this.#ports.call,
        cache: withCache ? this.#answers() : null,
        // The last event is told when everything that follows from the run is done too.
        emit: (event) => (event.event === 'done' ? undefined : live.push(event)),
        now: this.#ports.now,
        wait,
        pause: live.pause.signal,
        limit: this.#limit(file.plan.deployment),
        ...(baseline === undefined ? {} : { baseline }),
      });
      await this.#finish(live, suite, done);
    } finally {
      suite?.close();
      file.close();
    }
  }

  async #finish(live: LiveRun, suite: KeptSuite, done: RunDone): Promise<void> {
    const { stopped, counts, score, cost_usd: cost, sandbox } = done;
    // A run that its own rule ended leans to the side on which it ended: it says who is better, and not how good.
    const cells =
      stopped === 'paused' || stopped === 'decided'
        ? 0
        : await this.#ports.publish(this.#resultOf(live.id, suite), suite);
    this.#ports.record('evaluation_ended', 'system', {
      run: live.id,
      stopped,
      counts,
      score,
      cost_usd: cost,
      sandbox,
      cells,
    });
    if (cells > 0) live.note(`Evidence: ${cells} cells now rest on ${live.id}.`);
    live.push(done);
  }

  #answers(): AnswerCache {
    this.#cache ??= openAnswerCache(join(this.#ports.directory, 'answers.jsonl'));
    return this.#cache;
  }

  #limit(deployment: string): ConcurrencyLimit {
    const known = this.#limits.get(deployment) ?? createConcurrencyLimit(MOST_UNDER_WAY, createBusyShare());
    this.#limits.set(deployment, known);
    return known;
  }
}

const TELL_EVERY = 100;

/** Tells how many were looked at, and ends where `check` throws. */
async function* counted(
  traffic: AsyncIterable<TrafficEntry>,
  tell: (progress: WorkProgress) => void,
  check: () => void,
): AsyncGenerator<TrafficEntry> {
  let done = 0;
  for await (const entry of traffic) {
    check();
    yield entry;
    done += 1;
    if (done % TELL_EVERY === 0) tell({ done, of: null, cost_usd: 0 });
  }
}

/** A run that ended before: all that is left to tell. */
async function* ended(id: string, done: RunDone | null): AsyncGenerator<RunFeed> {
  if (done !== null) yield done;
  else yield { event: 'error', run: id, code: 'not_found', message: `The run ${id} was interrupted; resume it.` };
}
