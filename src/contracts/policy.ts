import type { Obligation } from './vocabulary.ts';

/**
 * What rules may ask about a request, under the names that rules write (`context.data_classes`). Plain data from keys,
 * use cases, configuration and detection; no prompt text, so that what a user types can never change it other than by
 * adding data classes. policy/attribute-list.ts says what each one means.
 */
export interface RequestAttributes {
  labelled: boolean;
  /** Each with its ancestors, so that a rule about `personal` covers `personal.contact.email`. */
  data_classes: readonly string[];
  subject_jurisdictions: readonly string[];
  user_jurisdictions: readonly string[];
  sectors: readonly string[];
  use_case: string;
  task: string;
  domain: string;
  labels: readonly string[];
  approvals: readonly string[];
  ai_act: string;
  residency: readonly string[];
  insurer_excludes: readonly string[];
  over_threshold: readonly string[];
  denied_countries: readonly string[];
  denied_operators: readonly string[];
  denied_makers: readonly string[];
  unscannable: boolean;
  receipt_retention_days: number;
}

/** What rules may ask about a deployment (`resource.region`), its expired facts already turned into `unknown`. */
export interface DeploymentAttributes {
  deployment: string;
  model: string;
  endpoint: string;
  operator: string;
  operator_country: string;
  operator_groups: readonly string[];
  maker: string;
  maker_country: string;
  maker_groups: readonly string[];
  on_premises: boolean;
  sandbox: boolean;
  region: string;
  region_groups: readonly string[];
  storage_region: string;
  storage_groups: readonly string[];
  log_region: string;
  log_groups: readonly string[];
  support_regions: readonly string[];
  support_groups: readonly string[];
  region_parameter: boolean;
  /** Absent: unknown. */
  retention_days?: number;
  zero_retention: string;
  trains_on_data: string;
  certifications: readonly string[];
  transfer_mechanism: string;
  dpa: string;
  baa: string;
  export_class: string;
  not_available_in: readonly string[];
  domains: readonly string[];
  tags: readonly string[];
}

/** Groups that rules may name: the EEA, and those of data/facts/. */
export const COUNTRY_GROUP_NAMES = [
  'eea',
  'eu_adequate',
  'uk_adequate',
  'us_country_of_concern',
  'ndaa_covered',
] as const;

/** A list of countries that law or policy treats alike, with when that was read and when it must be read again. */
export interface CountryGroup {
  name: string;
  countries: readonly string[];
  /** Those of the list that leave it at a date of their own, YYYY-MM-DD. */
  until: Readonly<Record<string, string>>;
  source: string;
  date: string;
  /** YYYY-MM-DD, exclusive: from then on nobody is in a group that allows, and everybody stays in one that forbids. */
  validUntil: string;
  /** `allows`: being in it opens something; `forbids`: being in it closes something. */
  effect: 'allows' | 'forbids';
}

/** What may be done with a request, each an action that rules permit or forbid. */
export const POLICY_ACTIONS = [
  'send_raw',
  'send_tokenised',
  'leave_region_open',
  'keep_body',
  'cache',
  'evaluate_on',
  'judge_with',
  'export_for_tuning',
] as const;
export type PolicyAction = (typeof POLICY_ACTIONS)[number];

/** What policy says of one deployment for one request; what routing calls an eligibility verdict. */
export type PolicyVerdict =
  | { permitted: true; obligations: readonly Obligation[] }
  | { permitted: false; rules: readonly string[]; wouldAdmit: string | null };
