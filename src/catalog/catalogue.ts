// catalog/: makers, operators, models, presets and configuration become deployments with facts and prices.
// May import: contracts, lib, and @pydantic/genai-prices (price-book.ts alone). No I/O; the clock comes in as `now`.
// Start here: buildCatalogue. Then models.ts and dated-aliases.ts (what exists), served-model.ts (who calls it what),
// endpoint.ts and deployment.ts (one of each from the configuration), price.ts (what a call cost).
// Nothing throws for a wrong configuration: `findings` holds every problem with its place.
import type { DeploymentConfig, EndpointConfig } from '../contracts/configuration.ts';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { Deployment, Endpoint } from '../contracts/deployment.ts';
import type { Preset } from '../contracts/preset.ts';
import type { Route } from '../contracts/route.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { buildDeployment } from './deployment.ts';
import { deploymentsDigest } from './deployment-view.ts';
import { buildEndpoint } from './endpoint.ts';
import { didYouMean, Findings } from './findings.ts';
import { bareName } from './makers.ts';
import { indexByModel } from './model-index.ts';
import { catalogueNames, nearestModels } from './model-names.ts';
import { NameTable } from './name-table.ts';
import type { PriceBook } from './price-book.ts';
import { SANDBOX_PREFIX, type SandboxInput, sandboxDeployments } from './sandbox.ts';
import { checkReferences, type ModelReferencePlace, resolveRoutes } from './targets.ts';
import { type SkippedDeployment, unavailableModels } from './unavailable.ts';

export interface EndpointsAndDeployments {
  endpoints: Readonly<Record<string, EndpointConfig>>;
  deployments: readonly DeploymentConfig[];
}

export interface CatalogueInput extends EndpointsAndDeployments {
  /** `aliases` of the configuration: another name -> logical model. */
  aliases: Readonly<Record<string, string>>;
  routes: readonly Route[];
  presets: readonly Preset[];
  /** What keys in the environment make; null when such keys are not used. The configuration's own ids win. */
  environment: EndpointsAndDeployments | null;
  sandbox: SandboxInput | null;
  /** Dialects that this release can call; deployments of others are skipped with a sentence. */
  supportedDialects: readonly Dialect[];
  /** null: only prices written in the configuration are known. */
  prices: PriceBook | null;
  /** Ids that `because: claim/...` may name; null: not checked. */
  claimIds: ReadonlySet<string> | null;
  /** Other places of the configuration that name a model: members of ensembles and the like. */
  references: readonly ModelReferencePlace[];
  now: Date;
}

export interface Catalogue {
  /** Callable ones: sandbox deployments only where they may be used. In the order written. */
  deployments: readonly Deployment[];
  deploymentsById: ReadonlyMap<string, Deployment>;
  /** Logical name -> its deployments: those written under the name first, then others of the same model. */
  deploymentsByModel: ReadonlyMap<string, readonly Deployment[]>;
  /** Deployment id -> the catalogue's model that answers, where the catalogue knows it (a dated alias's target, say). */
  servedModels: ReadonlyMap<string, string>;
  /** Other spelling or configured alias -> logical name. Dated aliases are logical names, not aliases in this sense. */
  aliases: ReadonlyMap<string, string>;
  knownModels: ReadonlySet<string>;
  /** Known model without a deployment, or skipped deployment -> why, and what to do. */
  unavailable: ReadonlyMap<string, string>;
  /** The routes with every target in its one spelling. */
  routes: readonly Route[];
  /** Deployments that are configured and not callable in this release. */
  skipped: readonly SkippedDeployment[];
  /** True while only sandbox deployments exist. */
  sandboxOnly: boolean;
  /** Digest of everything above that can change a decision. */
  version: string;
  /** `config` without a price book, else the book's source. */
  pricesVersion: string;
  findings: readonly ConfigurationFinding[];
}

/** Builds the whole catalogue. Usable only if `findings` holds no error; what was wrong is left out of it. */
export function buildCatalogue(input: CatalogueInput): Catalogue {
  const findings = new Findings();
  const names = new NameTable(input.aliases, findings);
  const presets = new Map(input.presets.map((preset) => [preset.name, preset]));
  const build: Build = {
    input,
    names,
    presets,
    findings,
    endpoints: new Map(),
    deployments: new Map(),
    servedModels: new Map(),
    skipped: [],
  };
  addAll(build, input, 'configured');
  if (input.environment !== null) addAll(build, input.environment, 'environment');
  const sandboxOnly = addSandbox(build);
  return assemble(build, sandboxOnly);
}

interface Build {
  input: CatalogueInput;
  names: NameTable;
  presets: ReadonlyMap<string, Preset>;
  findings: Findings;
  endpoints: Map<string, Endpoint>;
  deployments: Map<string, Deployment>;
  servedModels: Map<string, string>;
  skipped: SkippedDeployment[];
}

type Origin = 'configured' | 'environment';

function addAll(build: Build, source: EndpointsAndDeployments, origin: Origin): void {
  // Ids of endpoints that failed: their deployments need no second complaint.
  const failed = new Set<string>();
  const added = new Set<string>();
  for (const [id, config] of Object.entries(source.endpoints)) {
    if (origin === 'environment' && build.endpoints.has(id)) continue;
    const path = origin === 'configured' ? ['endpoints', id] : [];
    if (isSandboxId(id)) build.findings.error(path, 'Ids that start with sandbox are reserved.', 'Choose another id.');
    const endpoint = buildEndpoint(id, config, path, { ...build, now: build.input.now });
    if (endpoint === null) failed.add(id);
    else {
      build.endpoints.set(id, endpoint);
      added.add(id);
    }
  }
  for (const [index, config] of source.deployments.entries()) {
    if (origin === 'environment' && (!added.has(config.endpoint) || build.deployments.has(config.id))) continue;
    const path = origin === 'configured' ? ['deployments', index] : [];
    if (!failed.has(config.endpoint)) addDeployment(build, config, path);
  }
}

function addDeployment(build: Build, config: DeploymentConfig, path: ConfigurationPath): void {
  const { findings, names, input } = build;
  const endpoint = build.endpoints.get(config.endpoint);
  const model = names.logical(config.model);
  checkId(build, config.id, path);
  checkModel(model, [...path, 'model'], findings);
  if (endpoint === undefined) {
    const near = didYouMean(nearestNames(config.endpoint, build.endpoints.keys(), 3));
    const all =
      build.endpoints.size === 0 ? 'endpoints is empty.' : `Endpoints: ${[...build.endpoints.keys()].join(', ')}.`;
    findings.error([...path, 'endpoint'], `There is no endpoint ${config.endpoint}.`, near ?? all);
    return;
  }
  names.add(model);
  const preset = endpoint.preset === null ? null : (build.presets.get(endpoint.preset) ?? null);
  if (!input.supportedDialects.includes(endpoint.dialect)) {
    build.skipped.push({ deployment: config.id, model, endpoint: endpoint.id, dialect: endpoint.dialect });
    return;
  }
  const { deployment, served } = buildDeployment(model, config, {
    endpoint,
    preset,
    prices: input.prices,
    now: input.now,
  });
  if (build.deployments.has(config.id)) return;
  build.deployments.set(config.id, deployment);
  if (served !== null) build.servedModels.set(config.id, served.id);
}

function checkId(build: Build, id: string, path: ConfigurationPath): void {
  const { findings, deployments, skipped } = build;
  if (deployments.has(id) || skipped.some((other) => other.deployment === id)) {
    findings.error(
      [...path, 'id'],
      `A second deployment has the id ${id}.`,
      'Ids must differ: state and receipts hang on them.',
    );
  } else if (isSandboxId(id)) {
    findings.error(
      [...path, 'id'],
      'Ids that start with sandbox are reserved.',
      'Choose another id, e.g. model@endpoint.',
    );
  } else if (build.names.isKnown(id)) {
    findings.error(
      [...path, 'id'],
      `${id} is also the name of a model, so nobody could tell which is meant.`,
      `Write ${bareName(id)}@endpoint.`,
    );
  }
}

function checkModel(model: string, path: ConfigurationPath, findings: Findings): void {
  if (!/^[^/@]+\/[^@]+$/.test(model)) {
    const near = didYouMean(nearestModels(model, catalogueNames(), 3));
    findings.error(path, `${model} is not a logical model: write maker/model, e.g. zhipu/glm-5.2.`, near);
    return;
  }
  if (catalogueNames().has(model)) return;
  const near = nearestModels(model, catalogueNames(), 2);
  const slip = near.find(
    (name) => nearestNames(model, [name], 1).length > 0 && Math.abs(name.length - model.length) <= 1,
  );
  if (slip !== undefined) {
    findings.warning(path, `The catalogue does not know ${model}, so nothing is known about it.`, didYouMean([slip]));
  }
}

/** Adds sandbox deployments where they may be used; true while they are all there is. */
function addSandbox(build: Build): boolean {
  const { sandbox, now } = build.input;
  const anyReal = build.deployments.size > 0;
  if (sandbox === null || (anyReal && !sandbox.keepBesideReal)) return false;
  for (const deployment of sandboxDeployments(sandbox, now)) {
    build.names.add(deployment.model);
    build.endpoints.set(deployment.endpoint.id, deployment.endpoint);
    build.deployments.set(deployment.id, deployment);
  }
  return !anyReal;
}

function assemble(build: Build, sandboxOnly: boolean): Catalogue {
  const { input, names, findings } = build;
  const deployments = [...build.deployments.values()];
  const endpointIds = new Set([...build.endpoints.keys(), ...Object.keys(input.endpoints)]);
  // What was written counts as known even where it could not be built, which has been said already.
  const written = [...build.deployments.keys(), ...input.deployments.map((config) => config.id)];
  const skipped = build.skipped.map((deployment) => deployment.deployment);
  const resolution = { names, deploymentIds: new Set([...written, ...skipped]), endpointIds, findings };
  const routes = resolveRoutes(input.routes, input.claimIds, resolution);
  checkReferences(input.references, resolution);
  const deploymentsByModel = indexByModel(deployments, names, build.servedModels);
  const unavailable = unavailableModels({
    models: [...names.known()].filter((model) => !deploymentsByModel.has(model)),
    skipped: build.skipped,
    presets: input.presets,
    supportedDialects: input.supportedDialects,
    keysAreUsed: input.environment !== null,
  });
  const aliases = names.aliases();
  const knownModels = names.known();
  return {
    deployments,
    deploymentsById: build.deployments,
    deploymentsByModel,
    servedModels: build.servedModels,
    aliases,
    knownModels,
    unavailable,
    routes,
    skipped: build.skipped,
    sandboxOnly,
    version: deploymentsDigest(deployments, [
      [...aliases],
      [...knownModels],
      [...unavailable],
      [...build.servedModels],
    ]),
    pricesVersion: input.prices?.source ?? 'config',
    findings: findings.list,
  };
}

function isSandboxId(id: string): boolean {
  return id === SANDBOX_PREFIX || id.startsWith(`${SANDBOX_PREFIX}/`) || id.startsWith(`${SANDBOX_PREFIX}-`);
}
