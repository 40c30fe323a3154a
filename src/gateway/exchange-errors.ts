import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError, ERRORS } from '../contracts/errors.ts';
import type { AttemptRecord, Loss } from '../contracts/receipt.ts';

/** `strict`: a deployment that would lose something is passed over; with none left the request is refused. */
export function lossError(deployment: Deployment, loss: readonly Loss[]): AppError {
  const lost = loss.map(({ kind, field, why }) => `${field} ${kind}: ${why}`).join('; ');
  return new AppError('translation_loss', `${deployment.id} cannot keep everything (${lost}).`);
}

/** What the caller is told when more than one deployment was tried: the sum of it, not the last one's trouble. */
export function summaryOf(last: AppError, errors: readonly AppError[], records: readonly AttemptRecord[]): AppError {
  const tried = new Set(records.map(({ deployment }) => deployment));
  if (tried.size < 2 || ERRORS[last.code].blame === 'caller') return last;
  if (errors.every((error) => error.code === 'upstream_rate_limited')) return last;
  const list = records.map(({ deployment, error }) => `${deployment}: ${error}`).join(', ');
  return new AppError('all_deployments_down', `All ${tried.size} permitted deployments failed (${list}).`);
}

/** Failures that say when to come back, which a caller must not lose. */
const KEPT: ReadonlySet<string> = new Set(['upstream_rate_limited', 'all_deployments_down']);

/**
 * The same error where policy left the failed deployments alone to be asked: then it says so, because whoever reads it would
 * else ask why nobody else was. An upstream's own trouble is then that of all who are permitted.
 */
export function underRules(error: AppError, { removed }: Decision): AppError {
  const byPolicy = removed.filter(({ removed_because }) => removed_because === 'policy');
  if (byPolicy.length === 0 || !isUpstreamsTrouble(error)) return error;
  const rules = [...new Set(byPolicy.flatMap((entry) => entry.rules))];
  const text = `${error.message} Policy forbids every other deployment (${rules.join(', ')}).`;
  return new AppError(KEPT.has(error.code) ? error.code : 'all_deployments_down', text, {
    rules,
    cause: error,
    ...(error.retryAfterS === null ? {} : { retryAfterS: error.retryAfterS }),
  });
}

const isUpstreamsTrouble = ({ code }: AppError): boolean =>
  ERRORS[code].blame === 'upstream' || code === 'all_deployments_down';
