import type { ChatRequest } from './chat-request.ts';
import type { StreamPart } from './stream-part.ts';
import type { Usage } from './usage.ts';
import type { Obligation, Outcome } from './vocabulary.ts';

/** What a call is for; ends up in its receipt. */
export type CallPurpose = 'member' | 'arbiter' | 'judge' | 'evaluation';

export interface CallOptions {
  /** Only this deployment may answer; absent: whatever the router decides. Policy holds either way. */
  pin?: { deployment: string };
  /** The request on whose behalf this is made, or null. */
  parentId: string | null;
  purpose: CallPurpose;
  /** Most that this call may cost, US dollars; null: no bound of its own. */
  budget: { usd: number | null };
  /** Added to those that policy demands; none is ever removed. */
  obligations: readonly Obligation[];
  signal: AbortSignal;
}

/** How a call ended, known once its parts have been read to their end. */
export interface CallSettlement {
  outcome: Outcome;
  deployment: string | null;
  /** The model that the vendor says answered, or null. */
  modelVersion: string | null;
  usage: Usage;
  /** null: unknown, which is not 0. */
  costUsd: number | null;
  firstTokenMs: number | null;
  totalMs: number;
  /** True where the answer came from a program of ours and not from an AI model. */
  sandbox: boolean;
}

export interface CallResult {
  receiptId: string;
  parts: AsyncIterable<StreamPart>;
  /** Never rejects. */
  settled: Promise<CallSettlement>;
}

/**
 * The one inner door to models, for ensembles, judges and evaluations: it enters a request's life at *decide*, so that
 * policy, limits and receipts hold. Rejects with AppError when no deployment may be asked at all.
 */
export type Call = (request: ChatRequest, options: CallOptions) => Promise<CallResult>;
