import type { IntentRecord, RecordLocation } from '../contracts/journal.ts';
import type { Receipt } from '../contracts/receipt.ts';
import type { RequestFilter, RequestSummary } from '../contracts/request-log.ts';
import { NO_USAGE } from '../contracts/usage.ts';
import type { Outcome } from '../contracts/vocabulary.ts';
import { parseIsoTime } from '../lib/iso-time.ts';

/** Columns of the table `requests` that come from the journal, in the order of `RequestRow`. */
export const ROW_COLUMNS = [
  'request_id',
  'received_at',
  'key',
  'use_case',
  'task_type',
  'model',
  'deployment',
  'outcome',
  'status',
  'stream',
  'attempts',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'total_ms',
  'sandbox',
  'chain',
  'segment',
  'byte_offset',
  'byte_length',
  'parent_id',
] as const;

/**
 * What the projection keeps of a receipt or intent. A tuple and not an object, because rows cross to the worker by the
 * thousand and names would be copied with each. `receivedAt` in milliseconds since 1970, flags as 0 and 1.
 */
export type RequestRow = readonly [
  requestId: string,
  receivedAt: number,
  key: string | null,
  useCase: string | null,
  taskType: string | null,
  model: string | null,
  deployment: string | null,
  outcome: Outcome,
  status: number | null,
  stream: number,
  attempts: number,
  inputTokens: number | null,
  outputTokens: number | null,
  costUsd: number | null,
  totalMs: number,
  sandbox: number,
  chain: string,
  segment: number,
  byteOffset: number,
  byteLength: number,
  parentId: string | null,
];

/** Some vendors count in fractions. The columns hold whole numbers, and PostgreSQL refuses the whole batch for one that is not. */
const wholeTokens = (tokens: number | null): number | null => (tokens === null ? null : Math.round(tokens));

export function rowOfReceipt(receipt: Receipt, chain: string, location: RecordLocation): RequestRow {
  const { decision, attempts, usage } = receipt;
  const deployment = attempts[attempts.length - 1]?.deployment ?? null;
  const planned = deployment === null ? undefined : decision?.plan.find((entry) => entry.deployment === deployment);
  return [
    receipt.request_id,
    parseIsoTime(receipt.received_at),
    receipt.key,
    receipt.use_case,
    decision?.task_type ?? null,
    planned?.model ?? decision?.model ?? null,
    deployment,
    receipt.outcome,
    receipt.status,
    receipt.stream ? 1 : 0,
    attempts.length,
    wholeTokens(usage.input_tokens),
    wholeTokens(usage.output_tokens),
    receipt.cost_usd,
    receipt.total_ms,
    receipt.sandbox ? 1 : 0,
    chain,
    location.segment,
    location.offset,
    location.length,
    receipt.parent_id,
  ];
}

/** An intent reads as outcome `unknown` until its receipt takes its place. */
export function rowOfIntent(intent: IntentRecord, chain: string, location: RecordLocation): RequestRow {
  return rowOfReceipt(receiptOfIntent(intent), chain, location);
}

/** All that can be said of a request that left an intent and no receipt. */
export function receiptOfIntent(intent: IntentRecord): Receipt {
  return {
    kind: 'receipt',
    request_id: intent.request_id,
    client_request_id: intent.client_request_id ?? null,
    received_at: intent.at,
    operation: intent.operation ?? 'chat',
    dialect: intent.dialect ?? 'openai',
    stream: intent.stream ?? false,
    key: intent.key,
    use_case: intent.use_case,
    parent_id: intent.parent_id ?? null,
    decision: intent.decision,
    attempts: [],
    outcome: 'unknown',
    status: null,
    error: null,
    usage: NO_USAGE,
    cost_usd: null,
    total_ms: 0,
    overhead_ms: 0,
    loss: [],
    obligations_applied: [],
    sandbox: false,
  };
}

export const requestIdOf = (row: RequestRow): string => row[0];
export const receivedAtOf = (row: RequestRow): number => row[1];

export function locationOf(row: RequestRow): RecordLocation {
  return { segment: row[17], offset: row[18], length: row[19] };
}

export function summaryOf(row: RequestRow): RequestSummary {
  return {
    request_id: row[0],
    received_at: new Date(row[1]).toISOString(),
    key: row[2],
    use_case: row[3],
    task_type: row[4],
    model: row[5],
    deployment: row[6],
    outcome: row[7],
    status: row[8],
    stream: row[9] === 1,
    attempts: row[10],
    input_tokens: row[11],
    output_tokens: row[12],
    cost_usd: row[13],
    total_ms: row[14],
    sandbox: row[15] === 1,
    parent_id: row[20],
  };
}

/** The same conditions as the repository's SQL, for rows that it does not have yet. */
export function rowMatches(row: RequestRow, filter: RequestFilter): boolean {
  const equal = (wanted: unknown, value: unknown): boolean => wanted === undefined || wanted === value;
  return (
    equal(filter.key, row[2]) &&
    equal(filter.use_case, row[3]) &&
    equal(filter.task_type, row[4]) &&
    equal(filter.model, row[5]) &&
    equal(filter.deployment, row[6]) &&
    equal(filter.outcome, row[7]) &&
    (filter.parent_id === undefined ? row[20] === null : filter.parent_id === row[20]) &&
    (filter.sandbox === undefined || filter.sandbox === (row[15] === 1)) &&
    (filter.since === undefined || row[1] >= Date.parse(filter.since)) &&
    (filter.until === undefined || row[1] < Date.parse(filter.until))
  );
}

/** A place in the list, which is ordered by time of arrival and then by id, newest first. */
export interface ListPlace {
  receivedAt: number;
  requestId: string;
}

/** Positive when `a` is listed before `b`: it arrived later. Ids compare by code unit, as in both databases. */
export function compareListed(a: ListPlace, b: ListPlace): number {
  if (a.receivedAt !== b.receivedAt) return a.receivedAt - b.receivedAt;
  if (a.requestId === b.requestId) return 0;
  return a.requestId > b.requestId ? 1 : -1;
}
