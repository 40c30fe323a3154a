import type { Deployment, EndpointFacts, Known } from '../contracts/deployment.ts';
import { factsAt } from '../contracts/fact-expiry.ts';
import type { CountryGroup, DeploymentAttributes } from '../contracts/policy.ts';
import { UNKNOWN } from './attribute-list.ts';
import { groupsOf } from './jurisdictions.ts';
import { takesRegionParameter } from './region-parameter.ts';

/** On own machines, for policy, is what nobody else operates; `private` says nothing about that. */
const OWN_OPERATOR = 'self';

const yesOrNo = (value: Known<boolean>): string => (value === UNKNOWN ? UNKNOWN : value ? 'yes' : 'no');
const listOr = (value: Known<readonly string[]>, otherwise: readonly string[]): readonly string[] =>
  value === UNKNOWN ? otherwise : [...value].sort();

/** What nobody states about own machines: data stay where the machines are, and their owner does not train in secret. */
function ownFacts(facts: EndpointFacts): EndpointFacts {
  const or = <T>(value: Known<T>, otherwise: Known<T>): Known<T> => (value === UNKNOWN ? otherwise : value);
  return {
    ...facts,
    storageRegion: or(facts.storageRegion, facts.region),
    logRegion: or(facts.logRegion, facts.region),
    trainsOnData: or(facts.trainsOnData, facts.region === UNKNOWN ? UNKNOWN : false),
  };
}

/**
 * What rules see of a deployment at `nowMs`, facts that have expired being unknown. Deployments with equal attributes
 * (of those that rules read) get equal verdicts.
 */
export function deploymentAttributes(
  deployment: Deployment,
  groups: readonly CountryGroup[],
  nowMs: number,
): DeploymentAttributes {
  const { endpoint } = deployment;
  const onPremises = endpoint.operator === OWN_OPERATOR || deployment.sandbox;
  const current = factsAt(endpoint.facts, nowMs);
  const facts = onPremises ? ownFacts(current) : current;
  const groupsFor = (country: string): readonly string[] => groupsOf(country, groups, nowMs);
  const support = listOr(facts.supportRegions, [UNKNOWN]);
  return {
    deployment: deployment.id,
    model: deployment.model,
    endpoint: endpoint.id,
    operator: endpoint.operator,
    operator_country: facts.operatorCountry,
    operator_groups: groupsFor(facts.operatorCountry),
    maker: deployment.maker,
    maker_country: deployment.originCountry,
    maker_groups: groupsFor(deployment.originCountry),
    on_premises: onPremises,
    sandbox: deployment.sandbox,
    region: facts.region,
    region_groups: groupsFor(facts.region),
    storage_region: facts.storageRegion,
    storage_groups: groupsFor(facts.storageRegion),
    log_region: facts.logRegion,
    log_groups: groupsFor(facts.logRegion),
    support_regions: support,
    support_groups: [...new Set(support.flatMap(groupsFor))].sort(),
    region_parameter: takesRegionParameter(endpoint),
    ...(facts.retentionDays === UNKNOWN ? {} : { retention_days: facts.retentionDays }),
    zero_retention: yesOrNo(facts.zeroRetention),
    trains_on_data: yesOrNo(facts.trainsOnData),
    certifications: listOr(facts.certifications, []),
    transfer_mechanism: facts.transferMechanism === '' ? UNKNOWN : facts.transferMechanism,
    dpa: yesOrNo(facts.dpa),
    baa: yesOrNo(facts.baa),
    export_class: deployment.exportClass,
    not_available_in: [...deployment.notAvailableIn].sort(),
    domains: [...deployment.domains].sort(),
    tags: [...deployment.tags].sort(),
  };
}
