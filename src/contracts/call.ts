import type { ChatRequest } from './chat-request.ts';
import type { PlanEvidence, Removal } from './decision.ts';
import type { AppError } from './errors.ts';
import type { AttemptRecord, Loss } from './receipt.ts';
import type { StreamPart } from './stream-part.ts';
import type { Usage } from './usage.ts';
import type { CallPurpose, Obligation, Outcome } from './vocabulary.ts';

export interface CallOptions {
  /** Only this deployment may answer; absent: whatever the router decides. Policy holds either way. */
  pin?: { deployment: string };
  /**
   * The request on whose behalf this is made, or null. While it is being answered, its key, use case, data classes,
   * limits and deadline hold for the call as well; members and arbiters cannot be called without it.
   */
  parentId: string | null;
  purpose: CallPurpose;
  /** Most that this call may cost, US dollars; null: no bound of its own. */
  budget: { usd: number | null };
  /** Added to those that policy demands; none is ever removed. */
  obligations: readonly Obligation[];
  signal: AbortSignal;
  /** Whose data is sent, where no parent says it: the classes, rules and limits of this use case hold. Absent: nobody's. */
  useCase?: string;
  /** For all attempts together, milliseconds. Absent: the server's own, or what is left of the parent's. */
  deadlineMs?: number;
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
  /** Code of contracts/errors.ts. Absent: it answered. */
  error?: string;
  /** Everybody who was called, in order. Absent: nobody. */
  attempts?: readonly AttemptRecord[];
  /** What of request and answer could not be kept. Absent: nothing. */
  loss?: readonly Loss[];
}

export interface CallResult {
  receiptId: string;
  /** To be read once. Leaving it before its end ends the call. */
  parts: AsyncIterable<StreamPart>;
  /** Never rejects. */
  settled: Promise<CallSettlement>;
}

/**
 * The one inner door to models, for ensembles, judges and evaluations: it enters a request's life at *decide*, so that
 * policy, limits and receipts hold. Rejects with AppError when no deployment may be asked at all. Whatever goes wrong
 * after that ends `parts` with a part `error`, or, where the signal said so, within 100 ms of it.
 */
export type Call = (request: ChatRequest, options: CallOptions) => Promise<CallResult>;

/** A deployment that a call would ask, in the order in which it would. */
export interface ConsideredDeployment {
  deployment: string;
  /** Logical model, `maker/model`. */
  model: string;
  maker: string;
  obligations: readonly Obligation[];
  /** What the call probably costs, and at most, US dollars; null: unknown price. */
  expectedUsd: number | null;
  mostUsd: number | null;
  /** null: unknown. */
  contextWindowTokens: number | null;
  /** Of the request's cell; null: none. */
  evidence: PlanEvidence | null;
  sandbox: boolean;
}

/** What would become of a call. */
export interface Consideration {
  /** Empty: nobody may be asked, and `refusal` says why. */
  plan: readonly ConsideredDeployment[];
  removed: readonly Removal[];
  refusal: AppError | null;
  /** Of the input: our estimate, and its 95th percentile. */
  estimatedTokens: number;
  estimatedTokensP95: number;
}

/** Decides as `Call` would and calls nobody. Never rejects for what is decided; rejects with AppError for what cannot be. */
export type Consider = (request: ChatRequest, options: Omit<CallOptions, 'signal'>) => Promise<Consideration>;
