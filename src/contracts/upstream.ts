import type { Endpoint } from './deployment.ts';

/** One HTTP call to an endpoint. The destination is the endpoint's own base URL and `path`; nothing else can name one. */
export interface UpstreamRequest {
  endpoint: Endpoint;
  /** Index into `endpoint.apiKeys`; 0 where it has none. */
  credential: number;
  /** Path below the base URL, e.g. `/chat/completions`. */
  path: string;
  /** Already allow-listed. Lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** The endpoint's configured limit, not what is left of a deadline: each distinct value has connections of its own. */
  connectTimeoutMs: number;
}

/** Why a call ended without a complete HTTP answer. */
export type UpstreamFailure =
  | 'connect_failed'
  | 'connect_timeout'
  | 'reset'
  | 'aborted'
  | 'response_too_large'
  | 'protocol'
  | 'address_forbidden'
  | 'withdrawn';

/**
 * Callbacks in order: onHead once, onData any number, then exactly one of onEnd and onFailure. None runs before
 * `dispatch` has returned. They must not throw: what they throw is reported as a fault of ours and ends the call as
 * `aborted`. A chunk may be kept.
 */
export interface UpstreamHandler {
  /**
   * Asked right before the first byte leaves, perhaps within `dispatch`: a call may have waited for a connection, and be
   * forbidden by now. false: it never leaves, and ends as `withdrawn`. Absent: it may leave.
   */
  mayLeave?(): boolean;
  onHead(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFailure(failure: UpstreamFailure, cause: Error): void;
}

export interface UpstreamCall {
  /** Idempotent. onFailure('aborted') runs within it unless the call has ended already. */
  abort(): void;
  /** No onData until `resume`, except for what was read already when the upstream closes the connection. */
  pause(): void;
  resume(): void;
}

/** Implemented by providers/; the gateway knows nothing else of HTTP clients. */
export interface UpstreamClient {
  dispatch(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall;
  close(): Promise<void>;
}
