import { buildCatalogue, type Catalogue, type EndpointsAndDeployments } from './catalog/catalogue.ts';
import { unknownDenied } from './catalog/denied-names.ts';
import { deploymentView } from './catalog/deployment-view.ts';
import { modelsOffered } from './catalog/served-model.ts';
import { compileEnsembles } from './config/ensembles.ts';
import { environmentEndpoints } from './config/environment.ts';
import type { LoadedConfiguration } from './config/load.ts';
import { redactConfiguration } from './config/redact.ts';
import type { Configuration } from './contracts/configuration.ts';
import type { ConfigurationFinding } from './contracts/configuration-problem.ts';
import type { World } from './contracts/decision.ts';
import { type EvidenceSnapshot, NO_EVIDENCE } from './contracts/evidence.ts';
import type { Objective } from './contracts/route.ts';
import type { Dialect } from './contracts/vocabulary.ts';
import type { GatewayWorld } from './gateway/gateway-world.ts';
import { buildWorld, shortDigest } from './gateway/world-builder.ts';
import type { PolicySettings } from './policy/request-attributes.ts';
import { NATIVE_PRESETS } from './providers/native-presets.ts';
import { PRESETS } from './providers/presets.ts';
import { SANDBOX_PROFILES, sandboxBaseUrls } from './providers/sandbox/profiles.ts';
import { useCaseObjective } from './routing/objective.ts';
import { TRAINED_CLASSIFIER_VERSION } from './tasks/trained-classifier.ts';

/** Dialects that this release can call. */
export const SUPPORTED_DIALECTS: readonly Dialect[] = ['openai', 'anthropic', 'gemini'];

/** A maker's own API comes before hosts that resell it. */
const ALL_PRESETS = [...NATIVE_PRESETS, ...PRESETS];

export interface BuiltWorld {
  gatewayWorld: GatewayWorld;
  catalogue: Catalogue;
  /** What is wrong with the configuration: what the catalogue finds, and types of data that nobody can find. */
  findings: readonly ConfigurationFinding[];
  /** What goes into the journal beside the versions: enough to replay a decision, no secret. */
  snapshot: unknown;
}

export interface WorldInput {
  loaded: LoadedConfiguration;
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
  /** Address of the sandbox's server, in OpenAI's dialect; null where the sandbox must not be used. */
  sandboxUrl: string | null;
  /** Rules in force and what the configuration tells them; absent: none. */
  policy?: { digest: string; settings: PolicySettings };
  /** What was measured and promoted; absent: nothing. */
  evidence?: EvidenceSnapshot;
  /** false leaves every price unknown that the configuration does not state. Default true. */
  withPrices?: boolean;
}

/** Whether any deployment could have a price that the configuration does not give. */
function needsPriceBook(configured: EndpointsAndDeployments, environment: EndpointsAndDeployments | null): boolean {
  return [configured, ...(environment === null ? [] : [environment])].some(({ endpoints, deployments }) =>
    deployments.some(({ endpoint, price }) => {
      const preset = ALL_PRESETS.find(({ name }) => name === endpoints[endpoint]?.preset);
      return price === undefined && preset?.priceProvider !== undefined;
    }),
  );
}

/** From configuration, environment and catalogue to the one snapshot that decides. */
export async function createWorld(input: WorldInput): Promise<BuiltWorld> {
  const { loaded, env, now, sandboxUrl } = input;
  const { configuration } = loaded;
  const environment = loaded.usesEnvironmentKeys ? environmentEndpoints(env, ALL_PRESETS, modelsOffered) : null;
  const pricesWanted = input.withPrices !== false && needsPriceBook(configuration, environment);
  const catalogue = buildCatalogue({
    endpoints: configuration.endpoints,
    deployments: configuration.deployments,
    aliases: configuration.aliases,
    routes: loaded.routes,
    presets: ALL_PRESETS,
    environment,
    sandbox:
      sandboxUrl === null
        ? null
        : {
            baseUrls: sandboxBaseUrls(sandboxUrl),
            models: SANDBOX_PROFILES,
            keepBesideReal: configuration.sandbox === true,
          },
    supportedDialects: SUPPORTED_DIALECTS,
    // 20 MB and 60 ms: loaded only where there is something to price.
    prices: pricesWanted ? (await import('./catalog/price-book.ts')).createPriceBook() : null,
    claimIds: await claimIds(loaded),
    references: loaded.modelPlaces,
    now,
  });
  const redacted = redactConfiguration(configuration, loaded.written);
  const world = buildWorld({
    catalogue,
    objectives: objectivesOf(loaded),
    monitoringEnabled: configuration.monitoring.enabled,
    sandboxBesideReal: configuration.sandbox === true,
    config: shortDigest(redacted),
    policy: input.policy?.digest ?? 'none',
    evidence: input.evidence ?? NO_EVIDENCE,
    classifier: TRAINED_CLASSIFIER_VERSION,
  });
  return {
    catalogue,
    findings: [
      ...catalogue.findings,
      ...unknownDenied(configuration.policy, catalogue.deployments),
      ...(await typeFindings(configuration)),
    ],
    gatewayWorld: {
      world,
      useCases: new Map(configuration.use_cases.map((useCase) => [useCase.id, useCase])),
      defaultLimits: configuration.limits ?? null,
      teams: new Map(Object.entries(configuration.teams).map(([id, { limits }]) => [id, limits])),
      deadlineMs: configuration.server.deadline_ms,
      ensembles: compileEnsembles(configuration.ensembles),
      resilience: configuration.resilience,
      unlabelledPersonal: configuration.policy.unlabelled_personal,
      ...(input.policy === undefined ? {} : { policySettings: input.policy.settings }),
    },
    snapshot: snapshotOf(world, redacted),
  };
}

/** Claims that a row may rest on; null where the configuration writes no row, since a test holds the default table's. */
async function claimIds({ routes, routesAreDefault }: LoadedConfiguration): Promise<ReadonlySet<string> | null> {
  if (routesAreDefault || routes.every(({ because }) => because === null)) return null;
  const { CLAIM_TABLE } = await import('./catalog/claims/claim-table.ts');
  return new Set(CLAIM_TABLE.map(({ id }) => id));
}

/** A plug-in may have types of its own. */
async function typeFindings({ privacy, detection }: Configuration): Promise<ConfigurationFinding[]> {
  if (detection.presidio !== undefined || Object.keys(privacy.types).length === 0) return [];
  // All recognizers come with it, which a command that decides nothing need not wait for.
  return (await import('./gateway/unknown-types.ts')).unknownTypes(privacy.types);
}

/** By name, and for each use case that has one under a name of its own. */
function objectivesOf({ configuration, objectives }: LoadedConfiguration): Map<string, Objective> {
  const all = new Map(objectives);
  for (const { id, objective } of configuration.use_cases) {
    const own = typeof objective === 'string' ? objectives.get(objective) : objective;
    if (own !== undefined) all.set(useCaseObjective(id), own);
  }
  return all;
}

function snapshotOf(world: World, configuration: unknown): unknown {
  return {
    routes: world.routes,
    deployments: world.deployments.map(deploymentView),
    aliases: [...world.aliases],
    known_models: [...world.knownModels],
    unavailable: [...world.unavailable],
    objectives: [...world.objectives],
    monitoring_enabled: world.monitoringEnabled,
    configuration,
  };
}
