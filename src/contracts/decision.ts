import type { Deployment } from './deployment.ts';
import type { TaskProbability } from './request-facts.ts';
import type { Objective, Route } from './route.ts';
import type {
  Domain,
  Label,
  LengthBucket,
  ObjectiveMode,
  Obligation,
  RemovedBecause,
  SelectedBecause,
  TaskOrUnsure,
} from './vocabulary.ts';

/** Versions of everything a decision depends on besides the request and the moment. */
export interface WorldVersions {
  config: string;
  catalogue: string;
  policy: string;
  evidence: string;
  classifier: string;
  prices: string;
}

/** One immutable snapshot of everything that decides; swapped whole, journalled once per version. */
export interface World {
  /** Digest over `versions`. */
  version: string;
  versions: WorldVersions;
  deployments: readonly Deployment[];
  deploymentsById: ReadonlyMap<string, Deployment>;
  /** Logical model -> its deployments, in the order written. */
  deploymentsByModel: ReadonlyMap<string, readonly Deployment[]>;
  /** Alias -> logical model. */
  aliases: ReadonlyMap<string, string>;
  /** Models that exist in the catalogue or the table, with or without a deployment. */
  knownModels: ReadonlySet<string>;
  /** Why a known model has no deployment: the sentence an operator needs (e.g. which key is missing). */
  unavailable: ReadonlyMap<string, string>;
  routes: readonly Route[];
  objectives: ReadonlyMap<string, Objective>;
  monitoringEnabled: boolean;
  /** `sandbox: true` of the config: sandbox deployments stay although real ones exist (never in one plan). Absent: false. */
  sandboxBesideReal?: boolean;
}

/** Health of one deployment as published in the last epoch (every 250 ms), quantised so that plans are stable. */
export interface HealthSnapshot {
  /** Errors / calls over the last 5 minutes, 0..1. */
  error_rate: number;
  /** Calls in the window; null where the rate was given, not measured: then it is compared strictly with .05. */
  calls: number | null;
  breaker: 'closed' | 'open' | 'half_open';
  /** Median time to first token in the window; null without calls. */
  latency_ms: number | null;
}

/** What changes from request to request besides the request: inline in the receipt, so that replay needs nothing else. */
export interface Moment {
  /** RFC 3339. */
  now: string;
  seed: number;
  /** Deployment that this conversation is pinned to. */
  session: string | null;
  budget_left_usd: number | null;
  /** Only considered deployments, only those with something to say. */
  health: Record<string, HealthSnapshot>;
  /** Seconds until quota that is still unused expires, of the considered deployments that have such. Absent: none has. */
  quota_expires_s?: Record<string, number>;
}

/** Evidence as shown beside a plan entry. */
export interface PlanEvidence {
  quality: number;
  low: number;
  high: number;
  n: number;
  run: string;
}

export interface PlanEntry {
  deployment: string;
  model: string;
  selected_because: SelectedBecause;
  obligations: readonly Obligation[];
  evidence: PlanEvidence | null;
  /** null: unknown price. */
  expected_cost_usd: number | null;
  expected_latency_ms: number | null;
}

export interface Removal {
  deployment: string;
  removed_because: RemovedBecause;
  /** Rule ids, capability names, or the limit that was exceeded. */
  rules: readonly string[];
  /** The obligation or change that would admit it, or null. */
  would_admit: string | null;
}

/** The answer of `POST /api/route`, and the `decision` of a receipt. Additive only. */
export interface Decision {
  /** Logical model of the first plan entry; null when nothing remains. */
  model: string | null;
  /** Label or task of the row that matched, else the text class. */
  task_type: string;
  routing_reason: SelectedBecause | null;
  config: Route | null;
  task: TaskOrUnsure;
  tasks: readonly TaskProbability[];
  task_source: 'text' | 'request' | 'use_case';
  labels: readonly Label[];
  language: string | null;
  domain: Domain | null;
  length_bucket: LengthBucket;
  estimated_tokens: number;
  data_classes: readonly string[];
  use_case: string | null;
  objective: ObjectiveMode;
  plan: readonly PlanEntry[];
  removed: readonly Removal[];
  /** Models of the row that have no deployment, with the reason. */
  unavailable: readonly { model: string; reason: string }[];
  world: string;
  moment: Moment;
}

/** As published: with what can be derived from the rest. */
export interface PublishedDecision extends Decision {
  explanation: string;
  versions: WorldVersions;
}
