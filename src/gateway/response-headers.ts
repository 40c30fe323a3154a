import type { Decision } from '../contracts/decision.ts';
import type { AppError, ErrorCode } from '../contracts/errors.ts';
import type { RateState } from '../contracts/limits.ts';
import type { AttemptRecord, Loss } from '../contracts/receipt.ts';
import type { ClientDialect } from '../wire/dialect.ts';
import type { Attempt } from './attempt.ts';

const SANDBOX_NOTICE = 'SANDBOX: not an AI model';

/** What is known of an exchange when its headers are sent; says nothing that may still change. */
export interface HeadFacts {
  client: ClientDialect;
  requestId: string;
  contentType: string;
  decision: Decision | null;
  /** The attempt whose answer this is; null for errors and for heads sent before any content. */
  attempt: Pick<Attempt, 'deployment'> | null;
  attempts: number;
  overheadMs: number | null;
  requests: RateState | null;
  loss: readonly Loss[];
  sandbox: boolean;
}

/** Each kind and field once, in the order in which they were first lost: several reasons may be behind one of them. */
const lossText = (loss: readonly Loss[]): string =>
  [...new Set(loss.map(({ kind, field }) => `${kind}:${field}`))].join(', ');

/** What no header may hold. */
const UNSENDABLE = /[^\t\x20-\x7e]/;

/** Names of models and deployments are anybody's choice: what a header cannot hold is written as in an address. */
const sendable = (name: string): string => (UNSENDABLE.test(name) ? encodeURI(name.toWellFormed()) : name);

/** Alternating names and values. */
export function headOf(facts: HeadFacts): string[] {
  const { decision, attempt, requests } = facts;
  const head = ['content-type', facts.contentType, 'x-request-id', facts.requestId];
  if (facts.client.requestIdHeader !== null) head.push(facts.client.requestIdHeader, facts.requestId);
  if (attempt !== null) {
    const { model, id } = attempt.deployment;
    head.push('x-alidade-model', sendable(model), 'x-alidade-deployment', sendable(id));
  }
  if (decision !== null) {
    head.push('x-alidade-task', decision.task_type);
    const entry = attempt === null ? undefined : decision.plan.find((e) => e.deployment === attempt.deployment.id);
    const reason = entry?.selected_because ?? decision.routing_reason;
    if (reason !== null) head.push('x-alidade-reason', reason);
  }
  head.push('x-alidade-attempts', String(facts.attempts));
  if (facts.overheadMs !== null) head.push('x-alidade-overhead-ms', facts.overheadMs.toFixed(3));
  if (facts.loss.length > 0) head.push('x-alidade-loss', lossText(facts.loss));
  if (facts.sandbox) head.push('x-alidade-sandbox', SANDBOX_NOTICE);
  if (requests !== null) {
    head.push(
      'x-ratelimit-limit-requests',
      String(requests.limit),
      'x-ratelimit-remaining-requests',
      String(requests.remaining),
      'x-ratelimit-reset-requests',
      `${requests.resetS}s`,
    );
  }
  return head;
}

export function costHeader(record: AttemptRecord): string[] {
  return record.cost_usd === null ? [] : ['x-alidade-cost-usd', record.cost_usd.toFixed(8)];
}

/** Nobody may be called now, and at a time that is known somebody may. */
const UNTIL_LATER: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'upstream_rate_limited', 'all_deployments_down']);

/** Another replica answers, or the same one a little later. */
const passes = ({ code, retryAfterS }: AppError): boolean =>
  code === 'shutting_down' || (retryAfterS !== null && UNTIL_LATER.has(code));

/**
 * Headers that only errors have. `called`: attempts were made, and a retry by the SDK would pay them again. Whatever does
 * not pass by itself is refused again.
 */
export function errorHeaders(error: AppError, called: boolean): string[] {
  const head: string[] = [];
  if (error.retryAfterS !== null) head.push('retry-after', String(Math.max(1, Math.ceil(error.retryAfterS))));
  if (called || !passes(error)) head.push('x-should-retry', 'false');
  return head;
}
