import type { Call } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Answer, Attempt, RunPlan, Sample, Score, ScoreRecord, Suite } from '../../contracts/evaluation.ts';
import type { RunDone, RunEvent } from '../../contracts/evaluation-events.ts';
import { NO_USAGE } from '../../contracts/usage.ts';
import { isoTime } from '../../lib/iso-time.ts';
import { chatRequestOf } from '../chat-request-of.ts';
import { collectAnswer } from '../collect-answer.ts';
import { gradeAnswer, type Scorer } from '../scorers/scorer.ts';
import { minimalPairedEffect } from '../stats/minimal-effect.ts';
import { type AnswerCache, cacheKey } from './answer-cache.ts';
import { type ConcurrencyLimit, createConcurrencyLimit } from './concurrency-limit.ts';
import type { RunFile } from './run-file.ts';
import { emptyCounts, ratesOf } from './summary.ts';

export interface RunOptions {
  id: string;
  suite: Suite;
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
}

const MAX_ATTEMPTS = 3;
const FIRST_WAIT_MS = 1_000;

/** Runs or resumes a plan. What is on record is not asked again; what failed there is tried as often as a new run would. */
export async function runPlan(options: RunOptions): Promise<RunDone> {
  const run = new Run(options);
  return await run.go();
}

class Run {
  readonly #options: RunOptions;
  readonly #plan: RunPlan;
  readonly #samples: ReadonlyMap<string, Sample>;
  readonly #limit: ConcurrencyLimit;
  readonly #judged = new Map<string, ScoreRecord>();
  readonly #counts = emptyCounts();
  readonly #tried = new Map<string, number>();
  readonly #versions = new Set<string>();
  #spent = 0;
  #priced = 0;
  #unpriced = false;
  #outOfMoney = false;
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
    this.#samples = new Map(suite.samples.map((sample) => [sample.id, sample]));
    this.#pay(this.#proof);
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
    for (const attempt of this.#options.file.attempts()) {
      this.#book(attempt);
      this.#tried.set(attempt.sample, attempt.attempt);
      if (this.#samples.has(attempt.sample) && isFinal(attempt)) settled.add(attempt.sample);
    }
    for (const score of this.#options.file.scores()) {
      this.#judged.set(score.sample, score);
      this.#pay(score.cost_usd);
    }
    return settled;
  }

  /** Scores them from the record, one at a time, so that a long run needs no more memory when it is resumed. */
  async #settleRecord(answered: ReadonlySet<string>): Promise<void> {
    if (answered.size === 0) return;
    for (const attempt of this.#options.file.attempts()) {
      const sample = this.#samples.get(attempt.sample);
      if (sample !== undefined && isFinal(attempt)) await this.#settle(sample, attempt);
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
    const start = (sample: Sample): void => {
      this.#underWay += 1;
      void this.#ask(sample)
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
          start(this.#samples.get(ids[next++] as string) as Sample);
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

  #enter(): boolean {
    return this.#underWay < this.#plan.max_concurrency && this.#limit.enter();
  }

  #mayGoOn(): boolean {
    if (this.#options.pause.aborted) {
      this.#stopped = 'paused';
      return false;
    }
    if (this.#outOfMoney) {
      this.#stopped = 'budget';
      return false;
    }
    const budget = this.#plan.budget_usd;
    if (budget === null) return true;
    // A bound cannot be kept by what has no price.
    if (this.#unpriced) {
      this.#stopped = 'budget';
      return false;
    }
    // What is under way will cost about what others did: the bound must hold when all of it has come in.
    const mean = this.#priced === 0 ? 0 : (this.#spent - (this.#proof ?? 0)) / this.#priced;
    if (this.#spent + (this.#underWay + 1) * mean <= budget && this.#spent < budget) return true;
    this.#stopped = 'budget';
    return false;
  }

  /** One sample to its end: from the cache, or by up to three calls. */
  async #ask(sample: Sample): Promise<void> {
    const { cache, file, wait } = this.#options;
    const key = cacheKey(this.#plan, sample.input, 0);
    const kept = cache?.get(key) ?? null;
    const before = this.#tried.get(sample.id) ?? 0;
    for (let number = before + 1; ; number++) {
      const attempt = kept === null ? await this.#attempt(sample, number) : this.#fromCache(sample, number, kept);
      file.append(attempt);
      this.#book(attempt);
      if (attempt.answer !== null) {
        if (!attempt.cached && attempt.answer.finish !== null) {
          cache?.put(key, {
            answer: attempt.answer,
            modelVersion: attempt.model_version,
            receiptId: attempt.receipt_id,
            costUsd: attempt.cost_usd,
            firstTokenMs: attempt.first_token_ms,
            totalMs: attempt.total_ms,
            sandbox: attempt.sandbox,
          });
        }
        this.#limit.succeeded();
        await this.#settle(sample, attempt);
        return;
      }
      if (isOutOfMoney(attempt.error)) {
        // Nobody failed: it waits for money, as those do that were never begun.
        this.#outOfMoney = true;
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

  #fromCache(sample: Sample, number: number, kept: NonNullable<ReturnType<AnswerCache['get']>>): Attempt {
    return {
      ...blank(sample.id, number, this.#options.now()),
      receipt_id: kept.receiptId,
      answer: kept.answer,
      model_version: kept.modelVersion,
      cost_usd: 0,
      sandbox: kept.sandbox,
      cached: true,
      original: { cost_usd: kept.costUsd, first_token_ms: kept.firstTokenMs, total_ms: kept.totalMs },
    };
  }

  async #attempt(sample: Sample, number: number): Promise<Attempt> {
    const started = this.#options.now();
    const attempt = blank(sample.id, number, started);
    const { deployment, use_case: useCase } = this.#plan;
    try {
      const { receiptId, parts, settled } = await this.#options.call(chatRequestOf(sample.input), {
        pin: { deployment },
        parentId: null,
        purpose: 'evaluation',
        budget: { usd: this.#left() },
        obligations: [],
        // Never the pause: what is under way is paid and must arrive.
        signal: new AbortController().signal,
        ...(useCase === null ? {} : { useCase }),
      });
      attempt.receipt_id = receiptId;
      const read = await readAnswer(parts);
      const { modelVersion, usage, costUsd, firstTokenMs, totalMs, sandbox, outcome } = await settled;
      const answer = read.answer?.finish === null ? null : read.answer;
      const error = answer === null ? (read.error ?? outcome) : null;
      return {
        ...attempt,
        answer,
        error,
        model_version: modelVersion,
        usage,
        cost_usd: costUsd,
        first_token_ms: firstTokenMs,
        total_ms: totalMs,
        sandbox,
      };
    } catch (error) {
      return { ...attempt, error: codeOf(error), cost_usd: 0, total_ms: this.#options.now() - started };
    }
  }

  get #proof(): number | null {
    const { proof_usd: proof = 0 } = this.#plan;
    return proof;
  }

  /** Most that one more call may cost; null: no bound. */
  #left(): number | null {
    const { budget_usd: budget } = this.#plan;
    return budget === null ? null : Math.max(0, budget - this.#spent);
  }

  #book({ cost_usd: cost, sandbox, cached, model_version: version, answer }: Attempt): void {
    this.#pay(cost);
    if (!cached && answer !== null) this.#priced += 1;
    if (cached) this.#cached += 1;
    if (sandbox) this.#sandbox = true;
    if (version !== null) this.#versions.add(version);
  }

  #pay(cost: number | null): void {
    if (cost === null) this.#unpriced = true;
    else this.#spent += cost;
  }

  async #settle(sample: Sample, attempt: Attempt): Promise<void> {
    const { cost_usd, cached } = attempt;
    const judged = this.#judged.get(sample.id);
    const score = judged?.attempt === attempt.attempt ? judged : await this.#judge(sample, attempt);
    const { state, value } = score;
    this.#counts[state] += 1;
    this.#options.emit({ event: 'sample', sample: sample.id, state, value, cost_usd, cached });
  }

  async #judge(sample: Sample, { answer, attempt, error }: Attempt): Promise<ScoreRecord> {
    const score =
      answer === null
        ? noAnswer(error)
        : await gradeAnswer(this.#options.scorer, sample, answer, { budgetUsd: this.#left() });
    const { state, value, explanation, details, costUsd = 0 } = score;
    const parsed = score.parsed === null ? null : score.parsed.slice(0, MAX_PARSED_CHARACTERS);
    const record = { sample: sample.id, attempt, state, value, parsed, explanation, details, cost_usd: costUsd };
    this.#options.file.appendScore(record);
    this.#pay(costUsd);
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
      cost_usd: this.#unpriced ? null : this.#spent,
      rates,
      stopped: this.#counts.not_run === 0 ? 'complete' : this.#stopped,
      sandbox: this.#sandbox,
      model_versions: [...this.#versions].sort(),
      cached: this.#cached,
    };
  }
}

/** No further call follows an answer, the last try, or a failure that another try would meet again. */
const isFinal = ({ answer, attempt, error }: Attempt): boolean =>
  answer !== null || (!isOutOfMoney(error) && (attempt >= MAX_ATTEMPTS || !isTransient(error)));

/** Enough to see what was read; the whole answer is in the attempt. */
const MAX_PARSED_CHARACTERS = 500;

/** A budget, of the run or of its use case, did not pay for the call. */
const isOutOfMoney = (error: string | null): boolean => error === 'budget_exceeded' || error === 'over_budget';

/** Our own rules forbade the call: no failure of an endpoint that was never asked. */
const FORBIDDEN = 'denied_by_policy';

const noAnswer = (error: string | null): Score => ({
  state: error === FORBIDDEN ? 'harness_error' : 'provider_error',
  value: 0,
  parsed: null,
  explanation: `No answer: ${error ?? 'unknown'}.`,
  details: {},
});

const blank = (sample: string, attempt: number, startedMs: number): Attempt => ({
  sample,
  attempt,
  receipt_id: null,
  started_at: isoTime(startedMs),
  answer: null,
  error: null,
  model_version: null,
  usage: NO_USAGE,
  cost_usd: null,
  first_token_ms: null,
  total_ms: 0,
  sandbox: false,
  cached: false,
});

/** Failures that another try would meet again. */
const LASTING = new Set([
  FORBIDDEN,
  'bad_request',
  'invalid_request',
  'model_not_found',
  'not_found',
  'invalid_api_key',
]);
const isTransient = (error: string | null): boolean => error !== null && !LASTING.has(error);

/** The answer, or why there is none: a stream that broke off is no reason to lose what its call cost. */
async function readAnswer(
  parts: Parameters<typeof collectAnswer>[0],
): Promise<{ answer: Answer | null; error: string | null }> {
  try {
    return { answer: await collectAnswer(parts), error: null };
  } catch (error) {
    return { answer: null, error: codeOf(error) };
  }
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  // Not a failure of the model or of its endpoint: a mistake of ours must not be counted as theirs.
  throw error;
}
