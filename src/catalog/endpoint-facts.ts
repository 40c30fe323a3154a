import type { EndpointConfig } from '../contracts/configuration.ts';
import { type EndpointFactName, type EndpointFacts, type FactOrigin, UNKNOWN_FACTS } from '../contracts/deployment.ts';
import type { Preset } from '../contracts/preset.ts';
import { type DocumentedFacts, documentedFacts } from './facts/documented-facts.ts';
import { findOperator } from './makers.ts';

/**
 * What policy may ask about an endpoint, by precedence: the config, the preset for the region, the preset, the table of
 * facts/, the operator, `unknown`. Facts written in the config without a date count as checked when the file was loaded.
 */
export function endpointFacts(
  config: EndpointConfig,
  preset: Preset | null,
  operator: string,
  now: Date,
): EndpointFacts {
  const known = findOperator(operator);
  const stated = statedFacts(config);
  const table = documentedFacts(preset?.name ?? null, operator, config.region ?? null);
  const documented: Partial<EndpointFacts> = {
    ...(known === null ? {} : { operatorCountry: known.country, ...known.facts }),
    ...table.facts,
    ...preset?.facts,
    ...(config.region === undefined ? {} : preset?.regionFacts?.[config.region]),
  };
  const origins = originsOf(config, { ...documented, ...stated }, stated, table);
  return {
    ...UNKNOWN_FACTS,
    ...documented,
    ...stated,
    ...dating(config, documented, Object.keys(stated).length > 0, now),
    ...(origins === null ? {} : { origins }),
  };
}

/**
 * Documented values keep the date on which they were read, also beside stated ones; a `facts_checked_at` of the config
 * vouches for all of them.
 */
function originsOf(
  config: EndpointConfig,
  facts: Partial<EndpointFacts>,
  stated: Partial<EndpointFacts>,
  table: DocumentedFacts,
): Partial<Record<EndpointFactName, FactOrigin>> | null {
  if (config.facts_checked_at !== undefined) return null;
  const entries = Object.entries(table.origins).filter(([name]) => {
    const fact = name as EndpointFactName;
    return !(fact in stated) && facts[fact] === table.facts[fact] && facts[fact] !== 'unknown';
  });
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** Only what is written: an absent member must not overwrite what a preset documents. */
function statedFacts(config: EndpointConfig): Partial<EndpointFacts> {
  const facts: { [Fact in keyof EndpointFacts]?: EndpointFacts[Fact] | undefined } = {
    region: config.region,
    storageRegion: config.storage_region,
    logRegion: config.log_region,
    supportRegions: config.support_regions,
    operatorCountry: config.operator_country,
    retentionDays: config.retention_days,
    zeroRetention: config.zero_retention,
    trainsOnData: config.trains_on_data,
    certifications: config.certifications,
    transferMechanism: config.transfer_mechanism,
    dpa: config.dpa,
    baa: config.baa,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** Stated facts date the whole set: whoever writes facts down answers for what they leave as documented. */
function dating(
  config: EndpointConfig,
  documented: Partial<EndpointFacts>,
  anyStated: boolean,
  now: Date,
): Pick<EndpointFacts, 'checkedAt' | 'validDays'> {
  const loaded = anyStated ? now.toISOString().slice(0, 10) : null;
  return {
    checkedAt: config.facts_checked_at ?? loaded ?? documented.checkedAt ?? null,
    // Pages of vendors are read again sooner than what an operator of ours has signed.
    validDays: config.facts_valid_days ?? (anyStated ? undefined : documented.validDays) ?? UNKNOWN_FACTS.validDays,
  };
}
