import type { DeploymentAttributes, RequestAttributes } from '../contracts/policy.ts';

/** Types of attributes in rules; `long?` may be absent, which means unknown and has to be asked for with `has`. */
export type AttributeType = 'bool' | 'string' | 'long' | 'long?' | 'set';

export interface AttributeRow {
  type: AttributeType;
  /** What its values are, for docs/policy.md and for checks of the literals that rules compare with. */
  holds: 'text' | 'country' | 'group' | 'data_class' | 'known';
  about: string;
}

const row = (type: AttributeType, holds: AttributeRow['holds'], about: string): AttributeRow => ({
  type,
  holds,
  about,
});

/** `context.<name>` in rules. */
export const REQUEST_ATTRIBUTES: Readonly<Record<keyof RequestAttributes, AttributeRow>> = {
  labelled: row('bool', 'text', 'use case, key or header gives a data class above public'),
  data_classes: row(
    'set',
    'data_class',
    'declared classes, on labelled traffic detected ones too, each with its parents',
  ),
  subject_jurisdictions: row('set', 'country', 'where the people live whom the data are about'),
  user_jurisdictions: row('set', 'country', 'where the users of the use case are'),
  sectors: row('set', 'text', 'health, finance, broker_dealer, defence, public_sector ... of the use case'),
  use_case: row('string', 'text', 'its id, or none'),
  task: row('string', 'text', 'the task that use case or request states, never what text looks like; or none'),
  domain: row('string', 'text', 'the domain that the use case states, or none'),
  labels: row('set', 'text', 'labels that request, key or use case state'),
  approvals: row('set', 'text', 'what somebody has approved for the use case'),
  ai_act: row('string', 'text', 'class under the EU AI Act: minimal, limited, high; or unknown'),
  residency: row('set', 'country', 'countries to which a contract ties the data; eu is spelled out; empty: none'),
  insurer_excludes: row('set', 'country', 'countries that the insurer excludes'),
  over_threshold: row('set', 'text', 'rolling counters above their bound, e.g. pipl'),
  denied_countries: row('set', 'country', 'policy.denied_countries of the configuration'),
  denied_operators: row('set', 'text', 'policy.denied_operators of the configuration'),
  denied_makers: row('set', 'text', 'policy.denied_makers of the configuration'),
  unscannable: row('bool', 'text', 'has parts that detection cannot read: images, audio, files'),
  receipt_retention_days: row('long', 'text', 'days for which receipts are kept'),
};

/** `resource.<name>` in rules. */
export const DEPLOYMENT_ATTRIBUTES: Readonly<Record<keyof DeploymentAttributes, AttributeRow>> = {
  deployment: row('string', 'text', 'its id'),
  model: row('string', 'text', 'logical model, maker/model'),
  endpoint: row('string', 'text', 'id of the endpoint'),
  operator: row('string', 'text', 'who operates the endpoint'),
  operator_country: row('string', 'country', 'whose law the operator is under'),
  operator_groups: row('set', 'group', 'groups of that country'),
  maker: row('string', 'text', 'who made the model'),
  maker_country: row('string', 'country', 'country of the maker'),
  maker_groups: row('set', 'group', 'groups of that country'),
  on_premises: row('bool', 'text', 'operator: self'),
  sandbox: row('bool', 'text', 'a program of the sandbox, inside this very process'),
  region: row('string', 'country', 'where the compute is'),
  region_groups: row('set', 'group', 'groups of that country'),
  storage_region: row('string', 'country', 'where prompts and answers are stored'),
  storage_groups: row('set', 'group', 'groups of that country'),
  log_region: row('string', 'country', 'where abuse logs are kept'),
  log_groups: row('set', 'group', 'groups of that country'),
  support_regions: row('set', 'country', 'from where staff can see data; ["unknown"] where nobody knows'),
  support_groups: row('set', 'group', 'groups of any of those countries'),
  region_parameter: row('bool', 'text', 'the vendor chooses the region unless each request says which'),
  retention_days: row('long?', 'text', 'days for which prompts are kept; absent: unknown'),
  zero_retention: row('string', 'known', 'a zero-retention agreement is in force: yes, no or unknown'),
  trains_on_data: row('string', 'known', 'the operator trains on what is sent: yes, no or unknown'),
  certifications: row('set', 'text', 'e.g. iso27001; empty where nobody knows'),
  transfer_mechanism: row('string', 'text', 'legal basis for sending personal data there, or unknown'),
  dpa: row('string', 'known', 'a data processing agreement is signed: yes, no or unknown'),
  baa: row('string', 'known', 'a business associate agreement is signed: yes, no or unknown'),
  export_class: row('string', 'text', 'export control class of the model, or unknown'),
  not_available_in: row('set', 'country', 'countries whose users may not use it'),
  domains: row('set', 'text', 'domains that it is specialised in'),
  tags: row('set', 'text', 'tags of the deployment'),
};

/** What stands where a fact is not known or has expired; a member of every group that forbids. */
export const UNKNOWN = 'unknown';
