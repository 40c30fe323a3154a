import type { Deployment } from './deployment.ts';
import type { EvidenceSnapshot } from './evidence.ts';
import type { RequestAttributes } from './policy.ts';
import type { RequestFacts, RoutePreferences, TaskProbability } from './request-facts.ts';
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
  /** What was measured; `versions.evidence` names it. Absent: nothing. */
  evidence?: EvidenceSnapshot;
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

/** What the receipts of one cell have taught about one deployment, quantised like health. */
export interface LearnedUse {
  /** Mean output tokens of a call, reasoning included. */
  output_tokens: number;
  /** Share of the input tokens that the vendor read from its cache, 0..1. */
  cached_share: number;
  /** Calls paid for each answer, at least 1. */
  calls: number;
}

/** What the vendor's own counts have taught about a deployment's tokenizer: factors on our estimates. */
export interface TokenRatio {
  mean: number;
  p95: number;
  /** How far the p95 factor replaces our own p95, 0..1. */
  trust: number;
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
  /**
   * Deployments whose vendor computed elsewhere than its facts say: closed to labelled traffic. Of the considered ones, in a
   * decision on labelled traffic only, since nothing else looks at it. Absent: none.
   */
  quarantined?: readonly string[];
  /** By deployment, for the request's cell. Absent: nothing was learned. */
  learned?: Record<string, LearnedUse>;
  /** By deployment. Absent: no vendor has counted yet. */
  token_ratios?: Record<string, TokenRatio>;
}

/** Evidence as shown beside a plan entry. */
export interface PlanEvidence {
  quality: number;
  low: number;
  high: number;
  n: number;
  run: string;
  /** Chance that it is at most `margin` below the best that could answer. Absent: in receipts from before evidence. */
  p_non_inferior?: number;
  /** The cell in which it was compared: the request's own or a parent of it. */
  cell?: string;
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

/**
 * What else of the request decided, so that a receipt's decision can be made again. Members that say nothing are left
 * out; no prompt text.
 */
export interface DecisionRequest {
  /** `auto`, `maker/model`, `maker/model@endpoint`, or `deployment:<id>`. */
  model: string;
  /** 95th percentile of the estimate, which windows and budgets are checked with. */
  tokens_p95: number;
  operation?: 'embeddings';
  /** Absent: text alone. */
  modalities?: RequestFacts['modalities'];
  needs?: RequestFacts['needs'];
  max_output_tokens?: number;
  choices?: number;
  allowed_models?: readonly string[];
  /** What the request asked for, whatever was applied. */
  objective?: ObjectiveMode;
  obligations?: readonly Obligation[];
  preferences?: RoutePreferences;
  deadline_ms?: number;
  stated_labels?: readonly Label[];
  /** Rules that refused it wherever it might have gone. */
  forbidden_by?: readonly string[];
  /** What rules were told, as far as it says anything. */
  attributes?: Partial<RequestAttributes>;
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
  /** Declared by the use case, and detected. */
  data_classes: readonly string[];
  /** How often each type of personal data and secrets was found: never a value. Absent: nobody looked. */
  findings?: Readonly<Record<string, number>>;
  /** `incomplete`: not all texts could be searched in time. Absent: nobody looked. */
  detection?: 'complete' | 'incomplete';
  use_case: string | null;
  objective: ObjectiveMode;
  plan: readonly PlanEntry[];
  removed: readonly Removal[];
  /** Models of the row that have no deployment, with the reason. */
  unavailable: readonly { model: string; reason: string }[];
  world: string;
  moment: Moment;
  /** Absent: a decision from before it was kept, which cannot be replayed. */
  request?: DecisionRequest;
}

/** As published: with what can be derived from the rest. */
export interface PublishedDecision extends Decision {
  explanation: string;
  versions: WorldVersions;
}
