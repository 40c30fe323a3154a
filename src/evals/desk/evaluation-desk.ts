// desk/: evaluation inside a running product: starts runs, follows them, pauses them, keeps what they need.
// May import: contracts, lib and the rest of evals/. Everything of the product itself comes in through `DeskPorts`.
// Start here; find-suite.ts says where samples come from, live-run.ts how a run is followed.
// A run belongs to the process that started it; after a kill it waits on disk until somebody resumes it, since going on
// costs money.

import { join } from 'node:path';
import type { Call } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import type { JudgePlan, RunPlan, Sample, Suite } from '../../contracts/evaluation.ts';
import type { RunDone, RunFeed, RunListEntry, WorkProgress } from '../../contracts/evaluation-events.ts';
import type { RunRequest, SampleRequest } from '../../contracts/evaluation-request.ts';
import { createIds } from '../../lib/ids.ts';
import { openCertificateStore } from '../certification/certificate-store.ts';
import { scorerOf } from '../certification/certify.ts';
import { ensureCertified } from '../certification/ensure-certified.ts';
import { openSandbox } from '../code-sandbox/sandbox.ts';
import { type RunResult, runResult } from '../results/run-result.ts';
import { ReviewBoard } from '../review/review-desk.ts';
import { type AnswerCache, openAnswerCache } from '../runner/answer-cache.ts';
import { type ConcurrencyLimit, createConcurrencyLimit } from '../runner/concurrency-limit.ts';
import { runPlan } from '../runner/run.ts';
import { openRun, type RunFile, readRun } from '../runner/run-file.ts';
import { listRuns, runFolder } from '../runner/run-folders.ts';
import { planRun } from '../runner/run-plan.ts';
import { type SampleFrame, sampleTraffic, type TrafficEntry } from '../sampling/sample-traffic.ts';
import { createJudgeScorer, isJudgeScorer } from '../scorers/judge-scorer.ts';
import type { Scorer } from '../scorers/scorer.ts';
import { openSuiteStore } from '../suites/suite-store.ts';
import { Background } from './background.ts';
import { findSuite } from './find-suite.ts';
import { boundedScorer, judgePlan } from './judge-of-run.ts';
import { LiveRun } from './live-run.ts';

export interface KnownDeployment {
  model: string;
  upstreamModel: string;
  endpointDigest: string;
  /** A program of ours and no AI model. */
  sandbox: boolean;
}

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
  publish(result: RunResult, suite: Suite): Promise<number>;
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
  }

  /**
   * Plans a run and begins it; it goes on by itself. Nothing is spent before its scorer is certified.
   * @throws AppError not_found, invalid_request
   */
  async start(request: RunRequest, actor: string): Promise<{ run: string }> {
    this.#checkOpen();
    const notes: string[] = [];
    const suite = findSuite(request, this.#suites, (text) => notes.push(text));
    const judge = judgePlan(request, suite.scorer);
    const scorer = await this.#scorer(suite.scorer, judge, request.use_case ?? null);
    const plan = this.#plan(request, suite, scorer, judge);
    if (judge !== undefined) notes.push(...this.#checkJudge(judge, request.deployment));
    checkTargets(suite, plan, scorer);
    this.#suites.keep(suite);
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
      await ensureCertified(suite, plan.samples, bounded, this.#certificates, note).finally(() => {
        if (spent() === 0) return;
        const cost = spent();
        note(`Proving the judge cost ${cost === null ? 'an unknown sum' : `${cost.toFixed(4)} USD`}.`);
        this.#ports.record('judge_proved', actor, { run: live.id, deployment: plan.judge?.deployment, cost_usd: cost });
      });
      const paid = spent() === 0 ? plan : { ...plan, proof_usd: spent() };
      await this.#run(live, suite, scorer, openRun(runFolder(this.#ports.directory, live.id), paid), request.cache);
    });
    return { run: live.id };
  }

  /** Goes on with a run that was paused, stopped or killed. @throws AppError not_found, invalid_request */
  async resume(id: string, actor: string): Promise<{ run: string }> {
    this.#checkOpen();
    if (this.#live.has(id)) throw new AppError('invalid_request', `The run ${id} is under way.`);
    const folder = runFolder(this.#ports.directory, id);
    const { plan } = readRun(folder);
    const suite = this.#suites.load(plan.suite_hash, new Set(plan.samples));
    const scorer = await this.#scorer(suite.scorer, plan.judge, plan.use_case);
    const live = this.#open(id);
    this.#ports.record('evaluation_resumed', actor, { run: id });
    this.#work(live, () => this.#run(live, suite, scorer, openRun(folder, null), true));
    return { run: id };
  }

  /** Asks for no more; what is under way arrives. @throws AppError not_found where it is not under way here */
  pause(id: string): void {
    const live = this.#live.get(id);
    if (live === undefined) throw new AppError('not_found', `No run ${JSON.stringify(id)} is under way.`);
    live.pause.abort();
  }

  /** A run's events from its first on. @throws AppError not_found where it is neither under way nor failed here */
  follow(id: string, signal: AbortSignal): AsyncGenerator<RunFeed> {
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

  get suites(): ReturnType<typeof openSuiteStore> {
    return this.#suites;
  }

  /** A recorded run with its samples joined. @throws AppError not_found */
  result(id: string): RunResult {
    const recorded = readRun(runFolder(this.#ports.directory, id));
    const { suite_hash: hash, samples } = recorded.plan;
    return runResult(id, recorded, this.#suites.load(hash, new Set(samples)).samples, { withAnswers: false });
  }

  #read(id: string): { result: RunResult; samples: readonly Sample[] } {
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

  #plan(request: RunRequest, suite: Suite, scorer: Scorer, judge: JudgePlan | undefined): RunPlan {
    const { deployment: id, limit, budget_usd: budget, use_case: useCase } = request;
    const deployment = this.#known(id);
    return planRun(suite, scorer, {
      deployment: id,
      seed: request.seed,
      limit: limit ?? null,
      budgetUsd: budget ?? null,
      margin: request.margin,
      alpha: request.alpha,
      maxConcurrency: request.concurrency,
      useCase: useCase ?? null,
      ...(judge === undefined ? {} : { judge }),
      ...deployment,
    });
  }

  /** What somebody should know of a judge. @throws AppError invalid_request where it may not judge this deployment */
  #checkJudge(judge: JudgePlan, deployment: string): string[] {
    const [judging, judged] = [this.#known(judge.deployment), this.#known(deployment)];
    if (judging.sandbox && !judged.sandbox) {
      throw new AppError('invalid_request', 'A program of the sandbox does not judge AI models.');
    }
    return judging.model === judged.model
      ? [`${judge.deployment} judges answers of its own model, which judges are known to prefer.`]
      : [];
  }

  #known(id: string): KnownDeployment {
    const deployment = this.#ports.deployment(id);
    if (deployment !== null) return deployment;
    throw new AppError('not_found', `There is no deployment ${JSON.stringify(id)}.`);
  }

  async #scorer(name: string, judge: JudgePlan | undefined, useCase: string | null): Promise<Scorer> {
    if (isJudgeScorer(name)) {
      if (judge === undefined) throw new AppError('invalid_request', `The scorer ${name} needs a model that judges.`);
      const { model, upstreamModel, endpointDigest } = this.#known(judge.deployment);
      const instrument = [model, upstreamModel, endpointDigest];
      return createJudgeScorer(name, { call: this.#ports.call, plan: judge, instrument, useCase });
    }
    if (name !== 'code') {
      const scorer = scorerOf(name, null);
      if (scorer !== null) return scorer;
      throw new AppError('invalid_request', `There is no scorer ${JSON.stringify(name)}.`);
    }
    const sandbox = await openSandbox();
    if (sandbox.level === 'none') {
      throw new AppError('invalid_request', `Code runs in a sandbox only, which is missing: ${sandbox.command}`);
    }
    return scorerOf(name, sandbox) as Scorer;
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

  async #run(live: LiveRun, suite: Suite, scorer: Scorer, file: RunFile, withCache: boolean): Promise<void> {
    try {
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
      });
      await this.#finish(live, suite, done);
    } finally {
      file.close();
    }
  }

  async #finish(live: LiveRun, suite: Suite, done: RunDone): Promise<void> {
    const { stopped, counts, score, cost_usd: cost, sandbox } = done;
    const cells = stopped === 'paused' ? 0 : await this.#ports.publish(this.result(live.id), suite);
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
    const known = this.#limits.get(deployment) ?? createConcurrencyLimit(MOST_UNDER_WAY);
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

function checkTargets(suite: Suite, plan: RunPlan, scorer: Scorer): void {
  if (scorer.needsTarget === false) return;
  const wanted = new Set(plan.samples);
  const without = suite.samples.filter(({ id, target }) => wanted.has(id) && (target === null || target === undefined));
  if (without.length === 0) return;
  throw new AppError(
    'invalid_request',
    `${without.length} of ${plan.samples.length} samples have no target, which ${scorer.name} compares with. Give them targets, or use the scorer "answered" and let experts review.`,
  );
}
