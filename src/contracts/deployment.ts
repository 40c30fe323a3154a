import type { LimitsConfig } from './configuration.ts';
import type { Capability, Dialect, Modality } from './vocabulary.ts';

/** A value that somebody stated, with where and when; `unknown` stays unknown and never widens anything. */
export type Known<T> = T | 'unknown';

/** How the credential travels to the upstream. */
export type AuthScheme = 'bearer' | 'x-api-key' | 'api-key' | 'x-goog-api-key' | 'none';

/** Declared differences between look-alike upstreams; shared code reads these and never a vendor's name. */
export interface UpstreamQuirks {
  /** Request member that carries the reply limit on the OpenAI dialect. */
  maxTokensMember: 'max_tokens' | 'max_completion_tokens' | 'either';
  /** How a stream's usage is had: ask with `stream_options.include_usage`, it comes anyway, or never. */
  streamUsage: 'ask' | 'always' | 'never';
  /** Largest accepted value members that must be dropped because the upstream refuses them. */
  refusedMembers: readonly string[];
  /** Members of which the upstream takes only these values; with another value the member must be dropped. */
  onlyValues?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** Whether `embeddings` exists at the base URL. */
  embeddings: boolean;
  /** How a translated request says how hard to think. Absent: `reasoning_effort`. */
  reasoningRequest?: ReasoningRequestStyle;
  /** Under which name earlier thoughts are sent back to the model that had them. Absent: they are left out. */
  reasoningHistory?: 'reasoning_content' | 'reasoning_details';
  /** Members of a message that the upstream refuses, although look-alikes write them into their answers. Absent: none. */
  refusedMessageMembers?: readonly string[];
  /** What ids of tool calls must be like: nine letters and digits, no more and no less. Absent: as OpenAI takes them. */
  toolCallIds?: 'nine_alphanumerics';
  /** Whether the user may speak right after results of tools; false: the model must have answered them. Absent: true. */
  userAfterResults?: boolean;
  /** Whether content of a message may be a list of text parts; false: only one string. Absent: true. */
  textParts?: boolean;
  /** Where the vendor computes wherever it likes unless each request says where. Absent: the address decides. */
  regionParameter?: RegionParameter;
}

/** A request member by which a caller says where a vendor may compute. */
export interface RegionParameter {
  /** Member of the request's body. */
  member: string;
  /** Region as in `EndpointFacts.region` -> the value that pins it. */
  values: Readonly<Record<string, string>>;
}

/**
 * `reasoning_effort`: OpenAI's member. `thinking`: `{ "type": "enabled" | "disabled" }`, with `reasoning_effort` beside it
 * where `thinking_and_effort`. `enable_thinking`: a boolean, with `thinking_budget` in tokens. `reasoning`: OpenRouter's
 * object of effort, budget and display. `none`: nothing can be said.
 */
export type ReasoningRequestStyle =
  | 'reasoning_effort'
  | 'thinking'
  | 'thinking_and_effort'
  | 'enable_thinking'
  | 'reasoning'
  | 'none';

/** One place where an operator serves models. */
export interface Endpoint {
  id: string;
  operator: string;
  /** What traces call the operator. Absent: by its id. */
  tracedAs?: string;
  preset: string | null;
  dialect: Dialect;
  /** What the vendor's SDK takes as base URL, without a trailing slash; null where only the config can say it. */
  baseUrl: string;
  auth: AuthScheme;
  /** Secrets. Never logged, never serialised: see `redacted` in config/. Empty where none is needed. */
  apiKeys: readonly string[];
  extraHeaders: Readonly<Record<string, string>>;
  quirks: UpstreamQuirks;
  /** Allows http and private addresses for base_url; says nothing to policy. */
  private: boolean;
  sandbox: boolean;
  /** Hash of operator, base URL, region and credentials' digests: state survives a reload while it stays the same. */
  digest: string;
  facts: EndpointFacts;
  timeouts: { connectMs: number; firstByteMs: number | null; firstTokenMs: number | null; idleMs: number | null };
  concurrency: number | null;
  rate: { rpm: number | null; tpm: number | null; resetsAt: string | null };
}

/** What policy may ask about an endpoint. ISO 3166 alpha-2 lower case; `eu` stands for the EEA. */
export interface EndpointFacts {
  region: Known<string>;
  storageRegion: Known<string>;
  logRegion: Known<string>;
  supportRegions: Known<readonly string[]>;
  operatorCountry: Known<string>;
  retentionDays: Known<number>;
  zeroRetention: Known<boolean>;
  trainsOnData: Known<boolean>;
  certifications: Known<readonly string[]>;
  transferMechanism: Known<string>;
  dpa: Known<boolean>;
  baa: Known<boolean>;
  checkedAt: string | null;
  validDays: number;
  /** Facts that carry a date of their own; the others go by `checkedAt` and `validDays`. Absent: none. */
  origins?: Readonly<Partial<Record<EndpointFactName, FactOrigin>>>;
}

/** Of an endpoint about which nobody has said anything. */
export const UNKNOWN_FACTS: EndpointFacts = Object.freeze({
  region: 'unknown',
  storageRegion: 'unknown',
  logRegion: 'unknown',
  supportRegions: 'unknown',
  operatorCountry: 'unknown',
  retentionDays: 'unknown',
  zeroRetention: 'unknown',
  trainsOnData: 'unknown',
  certifications: 'unknown',
  transferMechanism: 'unknown',
  dpa: 'unknown',
  baa: 'unknown',
  checkedAt: null,
  validDays: 365,
});

export type EndpointFactName = Exclude<keyof EndpointFacts, 'checkedAt' | 'validDays' | 'origins'>;

/** Names of facts as written in configuration, tables and cases -> in `EndpointFacts`. */
export const FACT_NAMES = {
  region: 'region',
  storage_region: 'storageRegion',
  log_region: 'logRegion',
  support_regions: 'supportRegions',
  operator_country: 'operatorCountry',
  retention_days: 'retentionDays',
  zero_retention: 'zeroRetention',
  trains_on_data: 'trainsOnData',
  certifications: 'certifications',
  transfer_mechanism: 'transferMechanism',
  dpa: 'dpa',
  baa: 'baa',
} as const satisfies Record<string, EndpointFactName>;

/** Where one fact was read. Certainty: A primary source, B secondary, C hearsay; `stated` by the configuration. */
export interface FactOrigin {
  source: string;
  /** YYYY-MM-DD. */
  date: string;
  /** First day on which it counts as unknown, YYYY-MM-DD. */
  validUntil: string;
  certainty: 'A' | 'B' | 'C' | 'stated';
}

/** US dollars per million tokens. A step whose bound the call's input tokens exceed (strictly) applies to the whole call; the last such step counts. */
export interface TieredRate {
  baseUsdPerMtok: number;
  /** Ascending. */
  steps: readonly { aboveInputTokens: number; usdPerMtok: number }[];
}

/** Rates that hold from a date on, or within a daily window in UTC. Neither: always. */
export interface PricePeriod {
  /** YYYY-MM-DD, inclusive, or null. */
  from: string | null;
  /** Seconds since midnight UTC, start inclusive, end exclusive; a window whose end is smaller spans midnight. */
  daily: { startS: number; endS: number } | null;
  input: TieredRate;
  output: TieredRate;
  /** null: charged at the input rate. */
  cachedInput: TieredRate | null;
  cacheWrite: TieredRate | null;
}

/** Price of a deployment as the catalogue or the config states it. */
export type DeploymentPrice =
  | {
      kind: 'tokens';
      inputUsdPerMtok: number;
      outputUsdPerMtok: number;
      cachedInputUsdPerMtok: number | null;
      cacheWriteUsdPerMtok: number | null;
      /** Content whose tokens are charged at rates of their own: what a request with it costs is unknown. Absent: none. */
      notFor?: readonly Modality[];
      source: string;
    }
  /** Tiers or times of day of @pydantic/genai-prices, settled from `periods`; the flat numbers are the base tier outside daily windows. */
  | {
      kind: 'catalogue';
      provider: string;
      model: string;
      inputUsdPerMtok: number;
      outputUsdPerMtok: number;
      cachedInputUsdPerMtok: number | null;
      cacheWriteUsdPerMtok: number | null;
      /** The last one that applies at the time of the call counts; where none applies, the first. Never empty. */
      periods: readonly PricePeriod[];
      /** As above. */
      notFor?: readonly Modality[];
      source: string;
    }
  | { kind: 'owned'; usdPerHour: number; capacityTokensPerS: number; utilisation: number; source: string };

/** A model on an endpoint: what the router picks and what is priced, measured, allowed or forbidden. */
export interface Deployment {
  id: string;
  /** Logical model, `maker/model`. */
  model: string;
  maker: string;
  /** Maker's country. */
  originCountry: Known<string>;
  endpoint: Endpoint;
  /** The name that goes into the upstream's `model` member. */
  upstreamModel: string;
  contextWindowTokens: number | null;
  maxOutputTokens: number | null;
  capabilities: ReadonlySet<Capability>;
  /** Members of `capabilities` that nobody stated: neither config nor catalogue says yes or no, so the upstream decides. Absent: none. */
  assumedCapabilities?: ReadonlySet<Capability>;
  /** null: unknown price; such a deployment is removed as `unpriced` from budget-gated routes. */
  price: DeploymentPrice | null;
  exportClass: Known<string>;
  notAvailableIn: readonly string[];
  domains: readonly string[];
  /** What the catalogue knows the model to be; absent: unknown to it. */
  kind?: 'chat' | 'embedding';
  weight: number;
  tags: readonly string[];
  sandbox: boolean;
  /** What it may take at most, whoever asks. Absent: nothing is limited. */
  limits?: LimitsConfig;
}
