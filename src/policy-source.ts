// policy-source.ts: from a configuration to the rules in force and what they are told of every request.
// May import: config/, catalog/, policy/, policy-thread/ and below.
// Start at publishRules: rules are checked as a whole, and until they are the last good ones stay.
// Whoever decides (gateway, `route explain`) takes its rules from here, so that both decide alike.
// Reading folders and running Cedar is policy-thread/; nothing here touches a file itself.
import { deniedIds } from './catalog/denied-names.ts';
import { COUNTRY_GROUPS } from './catalog/facts/country-groups.ts';
import type { LoadedConfiguration } from './config/load.ts';
import type { Deployment } from './contracts/deployment.ts';
import { AppError } from './contracts/errors.ts';
import type { PolicyBundle } from './policy/bundle.ts';
import { PolicyStore, type RuleCompiler } from './policy/policy-store.ts';
import type { PolicySettings } from './policy/request-attributes.ts';
import { formatRuleProblem } from './policy/rule.ts';
import type { PolicyWorld } from './policy/snapshot.ts';
import { STARTER_RULES } from './policy/starter-rules.ts';
import { readRuleFolder } from './policy-thread/read-rule-folder.ts';

/** Holds the starter bundle until rules are published. */
export const createPolicyStore = (compiler: RuleCompiler): PolicyStore => new PolicyStore(compiler, STARTER_RULES);

/**
 * Puts the rules of a configuration in force: the starter bundle, unless it is switched off, and the folder's.
 * @throws AppError config_invalid with every problem and its place; the rules before stay in force
 */
export async function publishRules(store: PolicyStore, loaded: LoadedConfiguration): Promise<PolicyBundle> {
  const { policies } = loaded.paths;
  const folder = policies === null ? { files: [], problems: [] } : readRuleFolder(policies);
  const starter = loaded.configuration.policy.starter_bundle ? STARTER_RULES : [];
  const result = await store.publish(folder, { starter });
  if (result.ok) return result.bundle;
  const lines = result.reason === 'problems' ? result.problems.map(formatRuleProblem) : ['Somebody else published.'];
  throw new AppError('config_invalid', lines.join('\n'));
}

/** Rules together with all that they may ask about deployments. */
export const policyWorldOf = (bundle: PolicyBundle, deployments: readonly Deployment[]): PolicyWorld => ({
  bundle,
  deployments,
  groups: COUNTRY_GROUPS,
});

/** What a configuration says to every request. */
export function policySettingsOf({ configuration }: LoadedConfiguration): PolicySettings {
  const { policy, server, journal } = configuration;
  const denied = deniedIds(policy);
  return {
    deniedCountries: policy.denied_countries,
    deniedOperators: denied.operators,
    deniedMakers: denied.makers,
    defaultJurisdictions: server.default_jurisdictions ?? [],
    receiptRetentionDays: journal.retention_days ?? 0,
  };
}
