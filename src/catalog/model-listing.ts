import type { Deployment, Known } from '../contracts/deployment.ts';
import type { Preset } from '../contracts/preset.ts';
import type { PriceSnapshot } from '../contracts/usage.ts';
import { CAPABILITIES, type Capability } from '../contracts/vocabulary.ts';
import type { Catalogue } from './catalogue.ts';
import { findDatedAlias } from './dated-aliases.ts';
import { type DeploymentView, deploymentView } from './deployment-view.ts';
import { findMaker, makerOf } from './makers.ts';
import { catalogueModel, logicalName, nearestModels } from './model-names.ts';
import type { Stated } from './models.ts';
import { priceOf } from './price.ts';
import { modelsOffered } from './served-model.ts';

/** A row of `models list`. null and `unknown` mean that nobody stated it. */
export interface ModelRowView {
  model: string;
  maker: string;
  country: Known<string>;
  kind: 'chat' | 'embedding' | 'unknown';
  open_weights: Known<boolean>;
  context_window_tokens: number | null;
  max_output_tokens: number | null;
  /** Ids, in the order in which they are considered. */
  deployments: readonly string[];
  /** Only sandbox programs stand behind it. */
  sandbox: boolean;
  /** Why nothing serves it, or null where something does. */
  unavailable: string | null;
  /** What a dated alias stands for; null for other names and where no catalogue knows it. */
  resolves_to: string | null;
}

/** All known models: served ones first, then by name. */
export function listModels(catalogue: Catalogue): ModelRowView[] {
  const rows = [...catalogue.knownModels].map((model) => modelRow(catalogue, model));
  return rows.sort(
    (a, b) => Number(a.unavailable !== null) - Number(b.unavailable !== null) || compare(a.model, b.model),
  );
}

function modelRow(catalogue: Catalogue, model: string): ModelRowView {
  const entry = catalogueModel(model);
  const deployments = catalogue.deploymentsByModel.get(model) ?? [];
  return {
    model,
    maker: makerOf(model),
    country: findMaker(makerOf(model))?.country ?? 'unknown',
    kind: entry?.kind ?? 'unknown',
    open_weights: entry?.openWeights ?? 'unknown',
    context_window_tokens: entry?.contextWindow?.value ?? null,
    max_output_tokens: entry?.maxOutput?.value ?? null,
    deployments: deployments.map((deployment) => deployment.id),
    sandbox: deployments.length > 0 && deployments.every((deployment) => deployment.sandbox),
    unavailable: catalogue.unavailable.get(model) ?? null,
    resolves_to: findDatedAlias(model)?.resolves_to ?? null,
  };
}

/** What `models show NAME` prints: the row, where its facts come from, and every deployment with its price now. */
export interface ModelDetails extends ModelRowView {
  alias: { resolves_to: string | null; since: string; source: string; note: string } | null;
  context_window: Stated<number> | null;
  max_output: Stated<number> | null;
  /** true, false, or unknown for each capability. */
  capabilities: Record<Capability, Known<boolean>>;
  other_spellings: readonly string[];
  claims: readonly string[];
  served_by: readonly (DeploymentView & { answers: string | null; price_now: PriceSnapshot | null })[];
}

export type ModelLookup = { found: true; details: ModelDetails } | { found: false; nearest: readonly string[] };

/** Details of a model in any spelling, or the names that may have been meant. */
export function showModel(catalogue: Catalogue, name: string, now: Date): ModelLookup {
  const model = catalogue.aliases.get(name) ?? logicalName(name);
  if (!catalogue.knownModels.has(model)) {
    return { found: false, nearest: nearestModels(name, catalogue.knownModels, 3) };
  }
  const entry = catalogueModel(model);
  const alias = findDatedAlias(model);
  const stated = CAPABILITIES.map((capability) => [capability, entry?.capabilities[capability] ?? 'unknown'] as const);
  const details: ModelDetails = {
    ...modelRow(catalogue, model),
    alias: alias && { resolves_to: alias.resolves_to, since: alias.since, source: alias.source, note: alias.note },
    context_window: entry?.contextWindow ?? null,
    max_output: entry?.maxOutput ?? null,
    capabilities: Object.fromEntries(stated) as Record<Capability, Known<boolean>>,
    other_spellings: [...catalogue.aliases].filter(([, target]) => target === model).map(([spelling]) => spelling),
    claims: alias?.claims ?? entry?.claims ?? [],
    served_by: (catalogue.deploymentsByModel.get(model) ?? []).map((deployment) =>
      servedBy(catalogue, deployment, now),
    ),
  };
  return { found: true, details };
}

function servedBy(catalogue: Catalogue, deployment: Deployment, now: Date) {
  return {
    ...deploymentView(deployment),
    answers: catalogue.servedModels.get(deployment.id) ?? null,
    price_now: priceOf(deployment, now.getTime()),
  };
}

/** A row of `models list --presets`. */
export interface PresetRow {
  name: string;
  operator: string;
  dialect: string;
  base_url: string | null;
  regions: readonly string[];
  environment_variables: readonly string[];
  /** Whether this release can call it. */
  callable: boolean;
  models: readonly string[];
  docs: string;
  checked_at: string;
}

export function listPresets(presets: readonly Preset[], supportedDialects: readonly string[]): PresetRow[] {
  return presets.map((preset) => ({
    name: preset.name,
    operator: preset.operator,
    dialect: preset.dialect,
    base_url: preset.baseUrl,
    regions: Object.keys(preset.regions ?? {}),
    environment_variables: preset.environmentVariables,
    callable: supportedDialects.includes(preset.dialect),
    models: modelsOffered(preset).map((offer) => offer.model),
    docs: preset.docs,
    checked_at: preset.checkedAt,
  }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
