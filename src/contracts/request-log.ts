import type { ChainedReceipt } from './receipt.ts';
import type { Outcome } from './vocabulary.ts';

/** One row of `GET /api/requests`. */
export interface RequestSummary {
  request_id: string;
  received_at: string;
  key: string | null;
  use_case: string | null;
  task_type: string | null;
  model: string | null;
  deployment: string | null;
  outcome: Outcome;
  status: number | null;
  stream: boolean;
  attempts: number;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  total_ms: number;
  sandbox: boolean;
  /** The request on whose behalf it was made: a member of an ensemble, an arbiter. null: a request of its own. */
  parent_id: string | null;
}

/** Filters of `GET /api/requests`; all given ones must hold. Without `parent_id`, calls on behalf of others are left out. */
export interface RequestFilter {
  key?: string;
  use_case?: string;
  task_type?: string;
  model?: string;
  deployment?: string;
  outcome?: Outcome;
  sandbox?: boolean;
  /** Calls made on behalf of this request, whose own figures hold theirs. */
  parent_id?: string;
  /** RFC 3339, inclusive. */
  since?: string;
  /** RFC 3339, exclusive. */
  until?: string;
}

export interface Page<T> {
  items: readonly T[];
  /** Opaque; give it back as `cursor` for the next page, newest first. null on the last page. */
  next_cursor: string | null;
}

/** The projection of the journal. Reads only; the writer is the projector. */
export interface RequestLog {
  receipt(requestId: string): Promise<ChainedReceipt | null>;
  list(filter: RequestFilter, page: { limit: number; cursor: string | null }): Promise<Page<RequestSummary>>;
  /** null while it works, else why it does not. */
  readonly problem: string | null;
  close(): Promise<void>;
}
