import type { Usage } from './usage.ts';
import type { Obligation, Outcome } from './vocabulary.ts';

/** How one answer is made of several; docs/ensembles.md says what each does. */
export const ENSEMBLE_STRATEGIES = ['select_best', 'synthesize', 'vote', 'verify_first', 'staged'] as const;
export type EnsembleStrategy = (typeof ENSEMBLE_STRATEGIES)[number];

/** What answers are compared by where they are counted. `auto`: whatever they can be compared by. */
export const VOTE_FORMS = ['auto', 'number', 'label', 'json', 'text'] as const;
export type VoteForm = (typeof VOTE_FORMS)[number];

/** Why a member's answer is not among the candidates. */
export const MEMBER_DROPS = [
  'forbidden',
  'unavailable',
  'over_budget',
  'failed',
  'timeout',
  'refused',
  'empty',
  'not_needed',
] as const;
export type MemberDrop = (typeof MEMBER_DROPS)[number];

/** How the answer was decided on. */
export const ENSEMBLE_DECISIONS = [
  'only_survivor',
  'verified',
  'vote',
  'arbiter',
  'synthesis',
  'tie_evidence',
  'tie_cost',
  'tie_draw',
  'below_quorum',
  'none',
] as const;
export type EnsembleDecision = (typeof ENSEMBLE_DECISIONS)[number];

/** One member's call, in a receipt. `id` is how the arbiter knew its answer: A, B, ... */
export interface MemberRecord {
  id: string;
  model: string;
  /** Which of several samples of this model, from 1. */
  sample: number;
  deployment: string | null;
  receipt_id: string | null;
  outcome: Outcome | null;
  /** null: its answer was a candidate. */
  dropped: MemberDrop | null;
  /** Code of contracts/errors.ts, rule ids or the finish that dropped it. */
  why: string | null;
  usage: Usage;
  cost_usd: number | null;
  total_ms: number;
  /** What verifiers said, by their names; those that had nothing to check are left out. */
  checks: Readonly<Record<string, boolean>>;
  /** Data classes that detection found in the answer. */
  data_classes: readonly string[];
}

/** One question to the arbiter: the two in the order in which it saw them. */
export interface VerdictRecord {
  order: readonly [string, string];
  /** The id that it named, `tie`, or null where it gave no verdict that can be read. */
  verdict: string | null;
  receipt_id: string | null;
  /** Code of contracts/errors.ts where the call failed, `unreadable` where the answer was none. */
  why: string | null;
  cost_usd: number | null;
  total_ms: number;
}

/** Two candidates held against each other in both orders. */
export interface ComparisonRecord {
  pair: readonly [string, string];
  /** The one that went on. */
  winner: string;
  decided_by: 'arbiter' | 'tie_evidence' | 'tie_cost' | 'tie_draw';
  /** The orders disagreed: position decided and not quality, so that it counts as a tie. */
  flipped: boolean;
  verdicts: readonly VerdictRecord[];
}

/** What a receipt tells of an ensemble. No text of any answer. */
export interface EnsembleRecord {
  name: string;
  strategy: EnsembleStrategy;
  /** Whether more than one answer was weighed. */
  ensemble: boolean;
  quorum: number;
  members: readonly MemberRecord[];
  /** Models whose answers were candidates, in the order of the configuration. */
  models_used: readonly string[];
  members_failed: readonly { model: string; why: string }[];
  arbiter: {
    model: string;
    deployment: string | null;
    /** Whether its maker made none of the candidates' models. */
    family_apart: boolean;
    /** Arbiters before it that could not judge. */
    failed: readonly { model: string; why: string }[];
  } | null;
  votes: readonly { members: readonly string[] }[];
  /** Share of the candidates that agreed; null where nothing was counted. */
  agreement: number | null;
  comparisons: readonly ComparisonRecord[];
  /** Candidates that were shortened for the arbiter's window. */
  shortened: readonly string[];
  synthesis: { receipt_id: string | null; of: readonly string[]; kept: boolean; why: string | null } | null;
  /** Id of the candidate, `synthesis`, or null without an answer. */
  chosen: string | null;
  decided_by: EnsembleDecision;
  obligations: readonly Obligation[];
  max_cost_usd: number | null;
  /** As far as known; null where a price is unknown. */
  cost_usd: number | null;
  /** Members' wall time, and what deciding took after it, milliseconds. */
  members_ms: number;
  deciding_ms: number;
}
