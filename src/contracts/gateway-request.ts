import type { ApiKey } from './api-key.ts';
import type { ClientSink } from './client-sink.ts';
import type { Operation } from './vocabulary.ts';

/** Our own request headers, read once by the server; null where absent. */
export interface RequestHeaders {
  useCase: string | null;
  task: string | null;
  labels: string | null;
  objective: string | null;
  deadlineMs: string | null;
  strict: string | null;
  session: string | null;
  estimatedTokens: string | null;
  /** Refuses a second request with the same value while the first is being answered. */
  idempotencyKey: string | null;
  traceparent: string | null;
  /** Of clients of Anthropic's dialect; passed on to upstreams of it as far as they may be. */
  anthropicVersion: string | null;
  anthropicBeta: string | null;
  /** Passed on to sandbox deployments only. */
  sandboxFault: string | null;
  /** A header that is called like ours and is none: what it was to narrow must not go out unnarrowed. */
  unknown: string | null;
}

/** Headers that hold options. */
export const OPTION_HEADER_NAMES = [
  'x-alidade-use-case',
  'x-alidade-task',
  'x-alidade-labels',
  'x-alidade-objective',
  'x-alidade-deadline-ms',
  'x-alidade-strict',
  'x-alidade-session',
  'x-alidade-estimated-tokens',
] as const;

/** Of a request that came without HTTP: its options stand in its body. */
export const NO_REQUEST_HEADERS: RequestHeaders = Object.freeze({
  useCase: null,
  task: null,
  labels: null,
  objective: null,
  deadlineMs: null,
  strict: null,
  session: null,
  estimatedTokens: null,
  idempotencyKey: null,
  traceparent: null,
  anthropicVersion: null,
  anthropicBeta: null,
  sandboxFault: null,
  unknown: null,
});

/** What the client speaks. */
export type ClientDialectName = 'openai' | 'anthropic';

/** A request as it comes from the server: authenticated, whole, not yet parsed. */
export interface GatewayRequest {
  requestId: string;
  clientRequestId: string | null;
  operation: Operation;
  dialect: ClientDialectName;
  /** null in open mode. */
  key: ApiKey | null;
  headers: RequestHeaders;
  body: Buffer;
  /** Wall time of arrival, ms since the epoch. */
  receivedAtMs: number;
  /** Monotonic time at which the body was complete, ms. */
  startedAtMs: number;
  sink: ClientSink;
}
