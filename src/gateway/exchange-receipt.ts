import type { BodyCommitment } from '../contracts/body-log.ts';
import type { Decision } from '../contracts/decision.ts';
import type { AppError } from '../contracts/errors.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { AttemptRecord, Loss, Receipt } from '../contracts/receipt.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { TokenCounts } from '../contracts/tokens.ts';
import { isoTime } from '../lib/iso-time.ts';
import type { Attempt } from './attempt.ts';
import { outcomeOfAttempt, roundMs, totalCost, totalUsage } from './receipt-builder.ts';
import { outcomeOf } from './upstream-failure.ts';

/** What is known of an exchange when it is over. */
export interface ExchangeEnd {
  request: GatewayRequest;
  facts: RequestFacts;
  decision: Decision;
  stream: boolean;
  /** What the client was told, or why nobody was there to be told; null: it has a whole answer. */
  error: AppError | null;
  records: readonly AttemptRecord[];
  /** The attempt whose answer the client got. */
  answered: Attempt | null;
  clientGone: boolean;
  /** The answer broke under way and another deployment went on with it. */
  continued: boolean;
  status: number | null;
  totalMs: number;
  overheadMs: number;
  loss: readonly Loss[];
  tokenCounts?: TokenCounts | undefined;
  sandbox: boolean;
  /** null where no body is kept. */
  commitment: BodyCommitment | null;
}

function outcome({ error, answered, clientGone, continued }: ExchangeEnd): Receipt['outcome'] {
  if (clientGone) return 'client_gone';
  if (error !== null) return outcomeOf(error);
  if (continued) return 'continued';
  return answered === null ? 'unknown' : outcomeOfAttempt(answered);
}

/** What was done for the deployments that were called, each once. */
function appliedOf(decision: Decision, records: readonly AttemptRecord[]): Receipt['obligations_applied'] {
  const obliged = decision.plan.filter(({ obligations }) => obligations.length > 0);
  if (obliged.length === 0) return [];
  const called = obliged.filter(({ deployment }) => records.some((record) => record.deployment === deployment));
  return [...new Set(called.flatMap(({ obligations }) => obligations))];
}

/** The receipt of a request that was decided. */
export function receiptOf(end: ExchangeEnd): Receipt {
  const { request, facts, decision, records } = end;
  // What few have is added, since spreading it into the literal costs each receipt more than the literal.
  const receipt: Receipt = {
    kind: 'receipt',
    request_id: request.requestId,
    client_request_id: request.clientRequestId,
    received_at: isoTime(request.receivedAtMs),
    operation: request.operation,
    dialect: request.dialect,
    stream: end.stream,
    key: request.key?.id ?? null,
    use_case: facts.useCase,
    parent_id: null,
    decision,
    attempts: records,
    outcome: outcome(end),
    status: end.status,
    error: end.error?.code ?? null,
    usage: totalUsage(records),
    cost_usd: totalCost(records),
    total_ms: roundMs(end.totalMs),
    overhead_ms: roundMs(end.overheadMs),
    loss: end.loss,
    obligations_applied: appliedOf(decision, records),
    sandbox: end.sandbox,
  };
  if (end.tokenCounts !== undefined) receipt.tokens = { ...end.tokenCounts };
  if (end.commitment !== null) receipt.body_commitment = end.commitment;
  return receipt;
}

/** What rides on the answer itself, for callers that asked for it. */
export interface TrailerFacts {
  request: GatewayRequest;
  decision: Decision;
  attempt: Attempt;
  /** Of `attempt`, final or as it would be now. */
  record: AttemptRecord;
  /** Of the attempts that are booked; `record` may be among them. */
  records: readonly AttemptRecord[];
  attempts: number;
}

/** JSON text of member `alidade`. */
export function trailerOf({ request, decision, attempt, record, records, attempts }: TrailerFacts): string {
  return JSON.stringify({
    request_id: request.requestId,
    model: attempt.deployment.model,
    deployment: record.deployment,
    task: decision.task_type,
    reason: decision.routing_reason,
    attempts,
    outcome: attempt.role === 'continuation' ? 'continued' : record.outcome,
    usage: record.usage,
    usage_source: record.usage_source,
    cost_usd: totalCost([...records.filter((known) => known !== record), record]),
    sandbox: attempt.deployment.sandbox,
  });
}
