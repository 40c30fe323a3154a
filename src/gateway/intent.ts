import type { Decision } from '../contracts/decision.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { JournalRecord } from '../contracts/journal.ts';
import { isoTime } from '../lib/iso-time.ts';
import type { PreparedRequest } from './prepare.ts';

/** What is on record of labelled traffic before any byte of it leaves; without a receipt after it, it reads as unknown. */
export function intentOf(request: GatewayRequest, { facts, read }: PreparedRequest, decision: Decision): JournalRecord {
  return {
    kind: 'intent',
    request_id: request.requestId,
    at: isoTime(request.receivedAtMs),
    key: request.key?.id ?? null,
    use_case: facts.useCase,
    decision,
    client_request_id: request.clientRequestId,
    parent_id: null,
    operation: request.operation,
    dialect: request.dialect,
    stream: read.request.stream,
  };
}
