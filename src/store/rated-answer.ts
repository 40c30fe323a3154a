import { AppError } from '../contracts/errors.ts';
import type { EvidenceTask } from '../contracts/evidence.ts';
import type { AttemptRecord, Receipt } from '../contracts/receipt.ts';
import type { Outcome } from '../contracts/vocabulary.ts';
import type { RatedAnswer } from './feedback-ledger.ts';

/** One deployment's own answer, also one that a reader may not like. */
const ANSWERED: ReadonlySet<Outcome> = new Set(['ok', 'truncated_by_length', 'refused_by_model', 'content_filter']);

const unratable = (why: string): AppError =>
  new AppError('invalid_request', `This request cannot be rated: ${why}`, { param: 'request_id' });

/**
 * Which deployment's work in which cell a receipt tells of.
 * @throws AppError invalid_request where it was not one deployment that answered, or nobody knows what work it was
 */
export function ratedAnswer(receipt: Receipt): RatedAnswer {
  const { decision, sandbox, use_case } = receipt;
  if (receipt.ensemble !== undefined) throw unratable('several models answered together.');
  if (receipt.purpose !== undefined) throw unratable('it is a part of something else.');
  if (decision === null || !ANSWERED.has(receipt.outcome)) throw unratable('no deployment answered it alone.');
  const { deployment, model } = answeredBy(receipt.attempts, decision.plan);
  const task: EvidenceTask | null = decision.config?.when.label ?? (decision.task === 'unsure' ? null : decision.task);
  if (task === null) throw unratable('what kind of work it was is not known.');
  const language = /^[a-z]{2,3}$/.test(decision.language ?? '') ? decision.language : null;
  const cell = { task, language, length: decision.length_bucket, use_case };
  return { request_id: receipt.request_id, cell, model, deployment, sandbox };
}

function answeredBy(attempts: readonly AttemptRecord[], plan: readonly { deployment: string; model: string }[]) {
  const last = attempts.findLast(({ outcome }) => ANSWERED.has(outcome));
  const entry = plan.find(({ deployment }) => deployment === last?.deployment);
  if (entry === undefined) throw unratable('no deployment answered it alone.');
  return entry;
}
