import type { Call } from '../../contracts/call.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Answer, Attempt, RunPlan, Sample, Score } from '../../contracts/evaluation.ts';
import { NO_USAGE } from '../../contracts/usage.ts';
import { isoTime } from '../../lib/iso-time.ts';
import { chatRequestOf } from '../chat-request-of.ts';
import { collectAnswer } from '../collect-answer.ts';
import type { CachedAnswer } from './answer-cache.ts';

export const MAX_ATTEMPTS = 3;

/** No further call follows an answer, the last try, or a failure that another try would meet again. */
export const isFinal = ({ answer, attempt, error }: Attempt): boolean =>
  answer !== null || (!isOutOfMoney(error) && (attempt >= MAX_ATTEMPTS || !isTransient(error)));

/** A budget, of the run or of its use case, did not pay for the call. */
export const isOutOfMoney = (error: string | null): boolean => error === 'budget_exceeded' || error === 'over_budget';

/** Our own rules forbade the call: no failure of an endpoint that was never asked. */
const FORBIDDEN = 'denied_by_policy';

/** Failures that another try would meet again. */
const LASTING = new Set([
  FORBIDDEN,
  'bad_request',
  'invalid_request',
  // Longer than the model's window, or in need of what it cannot do.
  'no_capable_deployment',
  'model_not_found',
  'not_found',
  'invalid_api_key',
]);

export const isTransient = (error: string | null): boolean => error !== null && !LASTING.has(error);

/** The verdict on an attempt that brought no answer. */
export const noAnswer = (error: string | null): Score => ({
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

/** An answer that was paid for before, as an attempt of this run. */
export const attemptFromCache = (sample: string, number: number, kept: CachedAnswer, nowMs: number): Attempt => ({
  ...blank(sample, number, nowMs),
  receipt_id: kept.receiptId,
  answer: kept.answer,
  model_version: kept.modelVersion,
  cost_usd: 0,
  sandbox: kept.sandbox,
  cached: true,
  original: { cost_usd: kept.costUsd, first_token_ms: kept.firstTokenMs, total_ms: kept.totalMs },
});

/** What is kept of an attempt for later runs; null where it has no whole answer of its own. */
export function cachedAnswerOf(attempt: Attempt): CachedAnswer | null {
  const { answer, cached } = attempt;
  if (cached || answer === null || answer.finish === null) return null;
  return {
    answer,
    modelVersion: attempt.model_version,
    receiptId: attempt.receipt_id,
    costUsd: attempt.cost_usd,
    firstTokenMs: attempt.first_token_ms,
    totalMs: attempt.total_ms,
    sandbox: attempt.sandbox,
  };
}

export interface AttemptOptions {
  call: Call;
  now(): number;
  /** Most that the call may cost; null: no bound. */
  budgetUsd: number | null;
}

/** One call for one sample, whatever comes of it. Throws only what is a mistake of ours. */
export async function makeAttempt(
  plan: Pick<RunPlan, 'deployment' | 'use_case'>,
  sample: Sample,
  number: number,
  { call, now, budgetUsd }: AttemptOptions,
): Promise<Attempt> {
  const started = now();
  const attempt = blank(sample.id, number, started);
  try {
    const { receiptId, parts, settled } = await call(chatRequestOf(sample.input), {
      pin: { deployment: plan.deployment },
      parentId: null,
      purpose: 'evaluation',
      budget: { usd: budgetUsd },
      obligations: [],
      // Never the pause: what is under way is paid and must arrive.
      signal: new AbortController().signal,
      ...(plan.use_case === null ? {} : { useCase: plan.use_case }),
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
    return { ...attempt, error: codeOf(error), cost_usd: 0, total_ms: now() - started };
  }
}

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
