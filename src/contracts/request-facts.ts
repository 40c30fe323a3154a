import type { RequestAttributes } from './policy.ts';
import type {
  Capability,
  Domain,
  Label,
  LengthBucket,
  Modality,
  ObjectiveMode,
  Obligation,
  Task,
  TaskOrUnsure,
} from './vocabulary.ts';

/** What the caller asked for in `model`. */
export type ModelReference =
  | { kind: 'auto' }
  /** `maker/model`: any permitted deployment of it, never another model. `endpoint` narrows to one. */
  | { kind: 'model'; model: string; endpoint: string | null }
  /** A deployment id. */
  | { kind: 'deployment'; deployment: string };

/** A class of work and its calibrated probability. */
export interface TaskProbability {
  task: Task;
  p: number;
}

/** Habits of other gateways (OpenRouter `models`, `provider`; LiteLLM `fallbacks`): they can only narrow. */
export interface RoutePreferences {
  /** Models named besides `model`, in the caller's order (OpenRouter `models`, LiteLLM `fallbacks`). */
  models: readonly string[];
  /** Operators or endpoint ids, in the caller's order. */
  order: readonly string[];
  only: readonly string[];
  ignore: readonly string[];
  allowFallbacks: boolean;
  /** `deny`: only endpoints known not to train on or keep data. */
  dataCollection: 'allow' | 'deny';
  zeroRetention: boolean;
  maxPrice: { inputUsdPerMtok: number | null; outputUsdPerMtok: number | null } | null;
  /** LiteLLM `metadata.tags`: where a considered deployment carries one of them, only those that do remain. */
  tags?: readonly string[];
}

/**
 * Speed that a vendor sells apart (`service_tier: priority`, `speed: fast`): no list that we know has its price, which is a
 * multiple (`dearer`) or a part (`cheaper`) of the listed one.
 */
export type PriceTier = 'dearer' | 'cheaper';

/** Everything `decide` may know about a request. Plain data: what replay needs and no body. */
export interface RequestFacts {
  operation: 'chat' | 'embeddings';
  model: ModelReference;
  task: TaskOrUnsure;
  tasks: readonly TaskProbability[];
  taskSource: 'text' | 'request' | 'use_case';
  labels: readonly Label[];
  /** Those of `labels` that somebody stated (request, key, use case) instead of a rule finding them. Absent: none. */
  statedLabels?: readonly Label[];
  language: string | null;
  domain: Domain | null;
  lengthBucket: LengthBucket;
  /** Input tokens: our estimate, or the caller's if larger. */
  estimatedTokens: number;
  /** 95th percentile of our estimate: what windows and reservations are checked with. */
  estimatedTokensP95: number;
  modalities: readonly Modality[];
  needs: readonly Capability[];
  /** The caller's max_tokens, or null. */
  maxOutputTokens: number | null;
  /** Answers asked for (`n`); absent: 1. */
  choices?: number;
  /** Absent: at the listed price. */
  priceTier?: PriceTier;
  /** Declared and detected. */
  dataClasses: readonly string[];
  /** How often each type of personal data and secrets was found in its texts. Absent: nobody looked. */
  findings?: Readonly<Record<string, number>>;
  /** Whether all of its texts were searched. Absent: nobody looked. */
  detection?: 'complete' | 'incomplete';
  useCase: string | null;
  /** Models (or `maker/*` patterns) the key may use; null: all. */
  allowedModels: readonly string[] | null;
  /** What the request itself chose; null: as its use case, else the configuration, says. */
  objective: ObjectiveMode | null;
  obligations: readonly Obligation[];
  preferences: RoutePreferences | null;
  deadlineMs: number | null;
  /** What rules may ask about it. Absent: unlabelled, nothing declared. */
  attributes?: RequestAttributes;
  /** Rules that refuse the request wherever it might go. Absent: none. */
  forbiddenBy?: readonly string[];
}
