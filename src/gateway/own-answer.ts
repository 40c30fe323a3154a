import type { AppError } from '../contracts/errors.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { RateState } from '../contracts/limits.ts';
import type { Loss, Receipt } from '../contracts/receipt.ts';
import { NO_USAGE } from '../contracts/usage.ts';
import { isoTime } from '../lib/iso-time.ts';
import { estimatedTokenCountBody } from '../wire/anthropic/relay-answer.ts';
import type { ClientDialect } from '../wire/dialect.ts';
import { LossReport } from '../wire/losses.ts';
import type { PreparedRequest } from './prepare.ts';
import { roundMs } from './receipt-builder.ts';
import { errorHeaders, headOf } from './response-headers.ts';
import { outcomeOf } from './upstream-failure.ts';

/** An answer that no deployment had a part in: a refusal, or a count of our own. */
export interface OwnAnswer {
  body: string;
  /** null: the answer is what was asked for. */
  error: AppError | null;
  loss: readonly Loss[];
}

export function refusal(client: ClientDialect, error: AppError, requestId: string): OwnAnswer {
  return { body: client.errorBody(error, requestId), error, loss: [] };
}

/** The length of a prompt by our own estimate, declared as one. */
export function ownCount({ facts }: PreparedRequest): OwnAnswer {
  const losses = new LossReport();
  return { body: estimatedTokenCountBody(facts.estimatedTokens, losses), error: null, loss: losses.entries };
}

/** Sends the answer whole. */
export function sendOwnAnswer(
  request: GatewayRequest,
  prepared: PreparedRequest | null,
  client: ClientDialect,
  answer: OwnAnswer,
  requests: RateState | null,
): void {
  const { error, loss } = answer;
  const body = Buffer.from(answer.body);
  const head = headOf({
    client,
    requestId: request.requestId,
    contentType: 'application/json',
    decision: prepared?.decision ?? null,
    attempt: null,
    attempts: 0,
    overheadMs: null,
    requests,
    loss,
    sandbox: false,
  });
  head.push('content-length', String(body.length));
  if (error !== null) head.push(...errorHeaders(error, false));
  request.sink.head(error?.status ?? 200, head);
  request.sink.end(body);
}

/** The receipt of a request without attempts. `elapsedMs`: since the body was complete. */
export function ownReceipt(
  request: GatewayRequest,
  prepared: PreparedRequest | null,
  { error, loss }: OwnAnswer,
  elapsedMs: number,
): Receipt {
  return {
    kind: 'receipt',
    request_id: request.requestId,
    client_request_id: request.clientRequestId,
    received_at: isoTime(request.receivedAtMs),
    operation: request.operation,
    dialect: request.dialect,
    stream: prepared?.read.request.stream ?? false,
    key: request.key?.id ?? null,
    use_case: prepared?.facts.useCase ?? null,
    parent_id: null,
    decision: prepared?.decision ?? null,
    attempts: [],
    outcome: error === null ? 'ok' : outcomeOf(error),
    status: error?.status ?? 200,
    error: error?.code ?? null,
    usage: NO_USAGE,
    cost_usd: 0,
    total_ms: roundMs(elapsedMs),
    overhead_ms: roundMs(elapsedMs),
    loss,
    obligations_applied: [],
    sandbox: false,
  };
}
