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
