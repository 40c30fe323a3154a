import type { Domain, Label, LengthBucket, Modality, ObjectiveMode, Task } from './vocabulary.ts';

/** Condition of a route; every member given must hold. An empty object never matches: the default row says so itself. */
export interface RouteCondition {
  task?: Task;
  label?: Label;
  /** ISO 639-1 of the prompt. */
  language?: string;
  domain?: Domain;
  length?: LengthBucket;
  use_case?: string;
  modality?: Modality;
}

/** One row of the ordered table; first match wins. Published as `config` of a decision. */
export interface Route {
  when: RouteCondition;
  default: boolean;
  /** Logical models or `maker/model@endpoint` or deployment ids, in order. */
  primary: readonly string[];
  fallback: readonly string[];
  /** Estimated tokens above which (strictly) the row yields to the long_document row; null: never. */
  context_threshold: number | null;
  /** Id of the claim or the run that this row rests on. */
  because: string | null;
  /** Whether a second deployment is asked where the first is slow to its first token. Absent: no. */
  hedge?: boolean;
}

export interface Objective {
  mode: ObjectiveMode;
  margin: number;
  alpha: number;
  usd_per_success: number;
  usd_per_second_waited: number;
}
