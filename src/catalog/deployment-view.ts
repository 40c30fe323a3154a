import { createHash } from 'node:crypto';
import type { Deployment, Endpoint } from '../contracts/deployment.ts';
import type { Capability } from '../contracts/vocabulary.ts';

/** A deployment as it may be shown, journalled and hashed: no key, no header value. Sets become sorted lists. */
export function deploymentView(deployment: Deployment) {
  return {
    id: deployment.id,
    model: deployment.model,
    maker: deployment.maker,
    origin_country: deployment.originCountry,
    upstream_model: deployment.upstreamModel,
    context_window_tokens: deployment.contextWindowTokens,
    max_output_tokens: deployment.maxOutputTokens,
    capabilities: sorted(deployment.capabilities),
    assumed_capabilities: sorted(deployment.assumedCapabilities ?? []),
    price: deployment.price,
    export_class: deployment.exportClass,
    not_available_in: deployment.notAvailableIn,
    domains: deployment.domains,
    weight: deployment.weight,
    tags: deployment.tags,
    sandbox: deployment.sandbox,
    endpoint: endpointView(deployment.endpoint),
  };
}

export type DeploymentView = ReturnType<typeof deploymentView>;

function endpointView(endpoint: Endpoint) {
  const facts = endpoint.facts;
  return {
    id: endpoint.id,
    operator: endpoint.operator,
    preset: endpoint.preset,
    dialect: endpoint.dialect,
    base_url: endpoint.baseUrl,
    private: endpoint.private,
    credentials: endpoint.apiKeys.length,
    digest: endpoint.digest,
    region: facts.region,
    storage_region: facts.storageRegion,
    log_region: facts.logRegion,
    support_regions: facts.supportRegions,
    operator_country: facts.operatorCountry,
    retention_days: facts.retentionDays,
    zero_retention: facts.zeroRetention,
    trains_on_data: facts.trainsOnData,
    certifications: facts.certifications,
    transfer_mechanism: facts.transferMechanism,
    dpa: facts.dpa,
    baa: facts.baa,
    facts_checked_at: facts.checkedAt,
    facts_valid_days: facts.validDays,
  };
}

/**
 * Names everything about deployments that can change a decision. The address of a sandbox is left out: its port is new
 * at every start and decides nothing.
 */
export function deploymentsDigest(deployments: readonly Deployment[], rest: unknown): string {
  const views = deployments.map((deployment) => {
    const view = deploymentView(deployment);
    return deployment.sandbox ? { ...view, endpoint: { ...view.endpoint, base_url: null } } : view;
  });
  return createHash('sha256')
    .update(JSON.stringify([views, rest]))
    .digest('hex')
    .slice(0, 16);
}

function sorted(capabilities: Iterable<Capability>): Capability[] {
  return [...capabilities].sort();
}
