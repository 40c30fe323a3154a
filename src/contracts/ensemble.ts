import type { Call, Consider } from './call.ts';
import type { ChatRequest } from './chat-request.ts';
import type { EnsembleRecord, EnsembleStrategy, VoteForm } from './ensemble-record.ts';
import type { AppError } from './errors.ts';
import type { AttemptRecord, Loss } from './receipt.ts';
import type { StreamPart } from './stream-part.ts';
import type { Usage } from './usage.ts';
import type { Obligation, Outcome, TaskOrUnsure } from './vocabulary.ts';

/** An ensemble as configured, defaults filled in. */
export interface Ensemble {
  name: string;
  strategy: EnsembleStrategy;
  /** Targets as a request may name them, in the order of the file; one that stands twice is asked twice. */
  members: readonly string[];
  /** Who may judge, in the order in which they are tried. Empty: nobody. */
  arbiters: readonly string[];
  /** Answers without which there is none. */
  quorum: number;
  belowQuorum: 'error' | 'best_single';
  /** For members and arbiter together, US dollars; null: no cap. */
  maxCostUsd: number | null;
  /** For each member, and for the whole. null: what the request leaves. */
  memberDeadlineMs: number | null;
  deadlineMs: number | null;
  /** What counts, one criterion each. */
  rubric: readonly string[];
  vote: { form: VoteForm; labels: readonly string[] };
}

/** Says whether an answer holds what can be checked without judging it. */
export interface Verifier {
  name: string;
  /** null: there is nothing here that it could check. */
  verify(answer: VerifiedAnswer, request: ChatRequest, signal: AbortSignal): VerifierFinding | Promise<VerifierFinding>;
}
export type VerifierFinding = { passed: boolean; why: string } | null;

/** What of an answer can be checked. */
export interface VerifiedAnswer {
  text: string;
  toolCalls: readonly { id: string; name: string; arguments: string; custom?: boolean }[];
}

/** What detection makes of a member's answer before anybody else sees it. */
export type Screen = (text: string) => Promise<{
  /** The text that the arbiter may see. */
  text: string;
  /** Data classes found in it. */
  dataClasses: readonly string[];
}>;

/** One request to an ensemble. */
export interface EnsembleRun {
  ensemble: Ensemble;
  /** The request as it was asked; what members are sent. */
  chat: ChatRequest;
  /** Id of the request on whose behalf models are called. */
  parentId: string;
  task: TaskOrUnsure;
  /** Those that hold for every call, fixed before the first. */
  obligations: readonly Obligation[];
  /** What is left of the request's own time. */
  deadlineMs: number;
  /** For draws between equals and for the order in which candidates are shown. */
  seed: number;
  signal: AbortSignal;
  call: Call;
  consider: Consider;
  screen: Screen;
  verifiers: readonly Verifier[];
  /** Monotonic, milliseconds. */
  now(): number;
}

/** The answer of an ensemble, whole, or why there is none; what happened either way. */
export type EnsembleResult = { record: EnsembleRecord; calls: EnsembleCalls } & (
  | {
      ok: true;
      parts: readonly StreamPart[];
      /** How the call ended whose answer it is. */
      outcome: Outcome;
      deployment: string | null;
      model: string | null;
      loss: readonly Loss[];
    }
  | { ok: false; error: AppError }
);

/** The sum of everything that was called. */
export interface EnsembleCalls {
  attempts: readonly AttemptRecord[];
  usage: Usage;
  /** null as soon as one is unknown. */
  costUsd: number | null;
  sandbox: boolean;
}

/** Implemented by ensemble/; the gateway knows nothing else of it. Never rejects. */
export type RunEnsemble = (run: EnsembleRun) => Promise<EnsembleResult>;
