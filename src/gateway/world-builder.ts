import { createHash } from 'node:crypto';
import type { Catalogue } from '../catalog/catalogue.ts';
import type { World, WorldVersions } from '../contracts/decision.ts';
import type { EvidenceSnapshot } from '../contracts/evidence.ts';
import type { Objective } from '../contracts/route.ts';

export interface WorldParts {
  catalogue: Catalogue;
  objectives: ReadonlyMap<string, Objective>;
  monitoringEnabled: boolean;
  sandboxBesideReal: boolean;
  /** Digests of what the catalogue does not know about. */
  config: string;
  policy: string;
  classifier: string;
  /** What was measured and promoted. */
  evidence: EvidenceSnapshot;
}

/** First 16 hex digits of SHA-256: enough to tell versions apart, short enough for every receipt. */
export const shortDigest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** One immutable snapshot of everything that decides. The same parts give the same version. */
export function buildWorld(parts: WorldParts): World {
  const { catalogue } = parts;
  const versions: WorldVersions = {
    config: parts.config,
    catalogue: catalogue.version,
    policy: parts.policy,
    evidence: parts.evidence.version,
    classifier: parts.classifier,
    prices: catalogue.pricesVersion,
  };
  return Object.freeze({
    version: shortDigest(versions),
    versions,
    deployments: catalogue.deployments,
    deploymentsById: catalogue.deploymentsById,
    deploymentsByModel: catalogue.deploymentsByModel,
    aliases: catalogue.aliases,
    knownModels: catalogue.knownModels,
    unavailable: catalogue.unavailable,
    routes: catalogue.routes,
    objectives: parts.objectives,
    monitoringEnabled: parts.monitoringEnabled,
    sandboxBesideReal: parts.sandboxBesideReal,
    evidence: parts.evidence,
  });
}
