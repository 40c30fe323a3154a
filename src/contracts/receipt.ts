import type { BodyCommitment } from './body-log.ts';
import type { Decision } from './decision.ts';
import type { EnsembleRecord } from './ensemble-record.ts';
import type { TokenCounts } from './tokens.ts';
import type { PriceSnapshot, Usage, UsageSource } from './usage.ts';
import type { AttemptRole, CallPurpose, Obligation, Operation, Outcome } from './vocabulary.ts';

/** One call to one deployment. */
export interface AttemptRecord {
  deployment: string;
  role: AttemptRole;
  /** RFC 3339. */
  started_at: string;
  outcome: Outcome;
  /** The upstream's HTTP status; null when it never answered. */
  status: number | null;
  /** Code of contracts/errors.ts when the attempt failed, else null. */
  error: string | null;
  first_token_ms: number | null;
  total_ms: number;
  usage: Usage;
  usage_source: UsageSource;
  price: PriceSnapshot | null;
  /** null: unknown. */
  cost_usd: number | null;
  /** Region that the upstream says it served from. */
  region_echo: string | null;
}

/** One thing that translation could not keep (closed vocabulary in wire/). */
export interface Loss {
  kind: 'dropped' | 'degraded' | 'synthesised';
  field: string;
  why: string;
  /** It cannot change what is answered, kept or paid, so `strict` does not refuse for it. Absent: it may. */
  harmless?: true;
}

/** What is kept of a request: `GET /api/receipts/{request id}`. Additive only. */
export interface Receipt {
  kind: 'receipt';
  request_id: string;
  client_request_id: string | null;
  /** RFC 3339, when the request arrived. */
  received_at: string;
  operation: Operation;
  dialect: 'openai' | 'anthropic';
  stream: boolean;
  /** Id of the key, never the key; null in open mode. */
  key: string | null;
  use_case: string | null;
  parent_id: string | null;
  /** null when the request was refused before a decision. */
  decision: Decision | null;
  attempts: readonly AttemptRecord[];
  outcome: Outcome;
  /** HTTP status sent to the client; null when it left before one. */
  status: number | null;
  /** Code of contracts/errors.ts, or null. */
  error: string | null;
  usage: Usage;
  cost_usd: number | null;
  total_ms: number;
  /** Time spent in Alidade itself before the first upstream byte was requested, milliseconds. */
  overhead_ms: number;
  loss: readonly Loss[];
  obligations_applied: readonly Obligation[];
  /** What became of tokens that stood for personal data. Absent: none were made. */
  tokens?: Readonly<TokenCounts>;
  sandbox: boolean;
  /** What it was for, where it did not come from outside: part of an ensemble, a judge's, an evaluation's. */
  purpose?: CallPurpose;
  /** Where an ensemble answered: who was asked, who judged, how it was decided. */
  ensemble?: EnsembleRecord;
  /** Where the use case keeps bodies: what shows that a text is the one, without telling anything of it. */
  body_commitment?: BodyCommitment;
}

/** Chain members that the journal adds to every record; `hash` covers the exact stored line. */
export interface ChainLink {
  chain: string;
  seq: number;
  prev_hash: string;
  hash: string;
}

export type ChainedReceipt = Receipt & ChainLink;
