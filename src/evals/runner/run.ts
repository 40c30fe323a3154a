import type { Call } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Attempt, RunPlan, Sample, ScoreRecord, Suite } from '../../contracts/evaluation.ts';
import type { RunDone, RunEvent } from '../../contracts/evaluation-events.ts';
import { gradeAnswer, type Scorer } from '../scorers/scorer.ts';
import { minimalPairedEffect } from '../stats/minimal-effect.ts';
import { type AnswerCache, cacheKey } from './answer-cache.ts';
import {
  attemptFromCache,
  cachedAnswerOf,
  isFinal,
  isOutOfMoney,
  isTransient,
  MAX_ATTEMPTS,
  makeAttempt,
  noAnswer,
} from './attempt.ts';
import { type ConcurrencyLimit, createConcurrencyLimit } from './concurrency-limit.ts';
import type { RunFile } from './run-file.ts';
import { Spending } from './spending.ts';
import { type Baseline, StopRule } from './stop-rule.ts';
import { emptyCounts, ratesOf } from './summary.ts';

/** What a run needs of its suite. Where it can `find` a sample, none is held in memory. */
export interface RunSuite extends Pick<Suite, 'hash'> {
  samples: Iterable<Sample>;
  find?(id: string): Sample | undefined;
}

export interface RunOptions {
  id: string;
  suite: RunSuite;
  scorer: Scorer;
  file: RunFile;
  call: Call;
  cache: AnswerCache | null;
  emit(event: RunEvent): void;
  now(): number;
  wait(ms: number): Promise<void>;
  /** When it is aborted no new call is made; those under way are waited for, since they are paid. */
  pause: AbortSignal;
  /** What other runs of this process share of the deployment. Absent: this run has it alone. */
  limit?: ConcurrencyLimit;
  /** Of the run that the plan's stop rule names. */
  baseline?: Baseline;
}

const FIRST_WAIT_MS = 1_000;

/** Runs or resumes a plan. What is on record is not asked again; what failed there is tried as often as a new run would. */
export async function runPlan(options: RunOptions): Promise<RunDone> {
  const run = new Run(options);
  return await run.go();
}

class Run {
  readonly #options: RunOptions;
  readonly #plan: RunPlan;
  readonly #find: (id: string) => Sample | undefined;
  readonly #limit: ConcurrencyLimit;
  readonly #judged = new Map<string, ScoreRecord>();
  readonly #counts = emptyCounts();
  readonly #tried = new Map<string, number>();
  readonly #versions = new Set<string>();
  readonly #spending: Spending;
  readonly #rule: StopRule | null;
  #sandbox = false;
  #cached = 0;
  #underWay = 0;
  #stopped: RunDone['stopped'] = 'complete';

  constructor(options: RunOptions) {
    this.#options = options;
    this.#plan = options.file.plan;
    const { suite, scorer } = options;
    if (suite.hash !== this.#plan.suite_hash)
      throw new AppError('invalid_request', 'The suite is not the one that was planned.');
    if (scorer.name !== this.#plan.scorer || scorer.version !== this.#plan.scorer_version) {
      throw new AppError('invalid_request', 'The scorer is not the one that was planned.');
    }
    this.#find = finderOf(suite);
    const { budget_usd: budget, proof_usd: proof = 0 } = this.#plan;
    this.#spending = new Spending(budget, proof);
    this.#rule = stopRuleOf(this.#plan, options.baseline, suite);
    this.#limit = options.limit ?? createConcurrencyLimit(this.#plan.max_concurrency);
  }

  async go(): Promise<RunDone> {
    const answered = this.#readRecord();
    this.#launch(answered.size);
    await this.#settleRecord(answered);
    const left = this.#plan.samples.filter((id) => !answered.has(id));
    await this.#askAll(left);
    const done = this.#done();
    this.#options.file.finish(done);
    this.#options.emit(done);
    return done;
  }

  /** Books what an earlier part of this run did; returns the samples that need no more calls. */
  #readRecord(): Set<string> {
    const settled = new Set<string>();
    const planned = new Set(this.#plan.samples);
    for (const attempt of this.#options.file.attempts()) {
      this.#book(attempt);
      this.#tried.set(attempt.sample, attempt.attempt);
      if (planned.has(attempt.sample) && isFinal(attempt)) settled.add(attempt.sample);
    }
    for (const score of this.#options.file.scores()) {
      this.#judged.set(score.sample, score);
      this.#spending.pay(score.cost_usd);
    }
    return settled;
  }

  /** Scores them from the record, one at a time, so that a long run needs no more memory when it is resumed. */
  async #settleRecord(answered: ReadonlySet<string>): Promise<void> {
    if (answered.size === 0) return;
    for (const attempt of this.#options.file.attempts()) {
      if (!answered.has(attempt.sample) || !isFinal(attempt)) continue;
      await this.#settle(this.#known(attempt.sample), attempt);
    }
  }

  #launch(resumed: number): void {
    const { suite, suite_version, suite_hash, deployment, samples, seed, sample_hash, margin, budget_usd } = this.#plan;
    const detectable = minimalPairedEffect(samples.length, 0.2);
    const head = { event: 'launch', run: this.#options.id, suite, suite_version, suite_hash, deployment } as const;
    this.#options.emit({
      ...head,
      samples: samples.length,
      resumed,
      seed,
      sample_hash,
      margin,
      budget_usd,
      detectable,
    });
  }

  /** Keeps as many calls under way as the deployment bears. */
  async #askAll(ids: readonly string[]): Promise<void> {
    let next = 0;
    let failure: unknown = null;
    let wake: () => void = () => undefined;
    const start = (id: string): void => {
      this.#underWay += 1;
      void this.#ask(id)
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => {
          this.#underWay -= 1;
          // Also wakes this run, as it may wake others that wait for the same deployment.
          this.#limit.leave();
        });
    };
    const forget = this.#limit.onRoom(() => wake());
    const awake = (): void => wake();
    this.#options.pause.addEventListener('abort', awake);
    try {
      for (;;) {
        while (next < ids.length && failure === null && this.#mayGoOn() && this.#enter()) {
          start(ids[next++] as string);
        }
        const over = next >= ids.length || failure !== null || !this.#mayGoOn();
        if (over && this.#underWay === 0) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      forget();
      this.#options.pause.removeEventListener('abort', awake);
    }
    if (failure !== null) throw failure;
    this.#counts.not_run += ids.length - next;
  }

  #known(id: string): Sample {
    const sample = this.#find(id);
    if (sample === undefined) throw new AppError('internal', `The sample ${id} of the plan is not in its suite.`);
    return sample;
  }

  #enter(): boolean {
    return this.#underWay < this.#plan.max_concurrency && this.#limit.enter();
  }

  #mayGoOn(): boolean {
    if (this.#options.pause.aborted) {
      this.#stopped = 'paused';
      return false;
    }
    if (this.#rule?.decided === true) {
      this.#stopped = 'decided';
      return false;
    }
    if (this.#spending.allows(this.#underWay)) return true;
    this.#stopped = 'budget';
    return false;
  }

  /** One sample to its end: from the cache, or by up to three calls. */
  async #ask(id: string): Promise<void> {
    const { cache, file, wait } = this.#options;
    const sample = this.#known(id);
    const key = cacheKey(this.#plan, sample.input, 0);
    const kept = cache?.get(key) ?? null;
    const before = this.#tried.get(sample.id) ?? 0;
    for (let number = before + 1; ; number++) {
      const attempt =
        kept === null
          ? await this.#attempt(sample, number)
          : attemptFromCache(sample.id, number, kept, this.#options.now());
      file.append(attempt);
      this.#book(attempt);
      if (attempt.answer !== null) {
        const fresh = cachedAnswerOf(attempt);
        if (fresh !== null) cache?.put(key, fresh);
        this.#limit.succeeded();
        await this.#settle(sample, attempt);
        return;
      }
      if (isOutOfMoney(attempt.error)) {
        // Nobody failed: it waits for money, as those do that were never begun.
        this.#spending.exhaust();
        this.#counts.not_run += 1;
        return;
      }
      this.#limit.overloaded();
      if (number >= MAX_ATTEMPTS || !isTransient(attempt.error) || !this.#mayGoOn()) {
        await this.#settle(sample, attempt);
        return;
      }
      await wait(FIRST_WAIT_MS * 2 ** (number - 1));
    }
  }

  #attempt(sample: Sample, number: number): Promise<Attempt> {
    const { call, now } = this.#options;
    return makeAttempt(this.#plan, sample, number, { call, now, budgetUsd: this.#spending.left });
  }

  #book({ cost_usd: cost, sandbox, cached, model_version: version, answer }: Attempt): void {
    this.#spending.pay(cost);
    if (!cached && answer !== null) this.#spending.answered();
    if (cached) this.#cached += 1;
    if (sandbox) this.#sandbox = true;
    if (version !== null) this.#versions.add(version);
  }

  async #settle(sample: Sample, attempt: Attempt): Promise<void> {
    const { cost_usd, cached } = attempt;
    const judged = this.#judged.get(sample.id);
    const score = judged?.attempt === attempt.attempt ? judged : await this.#judge(sample, attempt);
    const { state, value } = score;
    this.#counts[state] += 1;
    this.#rule?.settled(sample.id, state);
    this.#options.emit({ event: 'sample', sample: sample.id, state, value, cost_usd, cached });
  }

  async #judge(sample: Sample, { answer, attempt, error }: Attempt): Promise<ScoreRecord> {
    const score =
      answer === null
        ? noAnswer(error)
        : await gradeAnswer(this.#options.scorer, sample, answer, { budgetUsd: this.#spending.left });
    const { state, value, explanation, details, costUsd = 0 } = score;
    const parsed = score.parsed === null ? null : score.parsed.slice(0, MAX_PARSED_CHARACTERS);
    const record = { sample: sample.id, attempt, state, value, parsed, explanation, details, cost_usd: costUsd };
    this.#options.file.appendScore(record);
    this.#spending.pay(costUsd);
    return record;
  }

  #done(): RunDone {
    const rates = ratesOf(this.#counts, this.#plan);
    return {
      event: 'done',
      run: this.#options.id,
      counts: this.#counts,
      score: rates.errors_as_failures.rate,
      ci: rates.errors_as_failures.ci,
      cost_usd: this.#spending.total,
      rates,
      stopped: this.#counts.not_run === 0 ? 'complete' : this.#stopped,
      sandbox: this.#sandbox,
      model_versions: [...this.#versions].sort(),
      cached: this.#cached,
      ...(this.#rule === null ? {} : { sequential: this.#rule.reading }),
    };
  }
}

function finderOf(suite: RunSuite): (id: string) => Sample | undefined {
  const { find } = suite;
  if (find !== undefined) return find;
  const samples = new Map([...suite.samples].map((sample) => [sample.id, sample]));
  return (id) => samples.get(id);
}

/** @throws AppError invalid_request where the plan's rule compares with a run that is not at hand */
function stopRuleOf(
  { stop_rule: rule, ...plan }: RunPlan,
  baseline: Baseline | undefined,
  suite: RunSuite,
): StopRule | null {
  if (rule === undefined) return null;
  if (baseline === undefined)
    throw new AppError('invalid_request', `The run ${rule.against} is needed, which this one is compared with.`);
  return new StopRule(plan, rule.against, baseline, suite.samples);
}

/** Enough to see what was read; the whole answer is in the attempt. */
const MAX_PARSED_CHARACTERS = 500;
