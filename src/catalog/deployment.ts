import type { DeploymentConfig } from '../contracts/configuration.ts';
import type { Deployment, DeploymentPrice, Endpoint } from '../contracts/deployment.ts';
import type { Preset } from '../contracts/preset.ts';
import { CAPABILITIES, type Capability, type Dialect } from '../contracts/vocabulary.ts';
import { bareName, findMaker, makerOf } from './makers.ts';
import { logicalName } from './model-names.ts';
import { type CatalogueModel, findModel } from './models.ts';
import type { PriceBook } from './price-book.ts';
import { type ServedModel, servedModel, unlistedModel } from './served-model.ts';

export interface DeploymentContext {
  endpoint: Endpoint;
  preset: Preset | null;
  prices: PriceBook | null;
  now: Date;
}

export interface BuiltDeployment {
  deployment: Deployment;
  /** The catalogue's model that answers; null where the catalogue does not know it. */
  served: CatalogueModel | null;
}

/**
 * A deployment of the logical model `model` (already in its one spelling). What `config` leaves out comes from the
 * catalogue's entry for the model that really answers; what neither knows is unknown.
 */
export function buildDeployment(model: string, config: DeploymentConfig, context: DeploymentContext): BuiltDeployment {
  const { endpoint } = context;
  const served = chooseServed(model, config, context);
  const entry = served.model;
  const deployment: Deployment = {
    id: config.id,
    model,
    maker: makerOf(model),
    originCountry: config.origin_country ?? findMaker(makerOf(model))?.country ?? 'unknown',
    endpoint,
    upstreamModel: served.upstreamModel,
    contextWindowTokens: config.context_window_tokens ?? entry?.contextWindow?.value ?? null,
    maxOutputTokens: config.max_output_tokens ?? entry?.maxOutput?.value ?? null,
    ...chooseCapabilities(config, entry, context.preset, endpoint.dialect),
    price: choosePrice(config, served, context),
    exportClass: config.export_class ?? 'unknown',
    notAvailableIn: config.not_available_in ?? [],
    domains: config.domains ?? [],
    // The catalogue lists chat models only.
    ...(entry === null ? {} : { kind: 'chat' as const }),
    weight: config.weight ?? 1,
    tags: config.tags ?? [],
    sandbox: endpoint.sandbox,
    ...(config.limits === undefined ? {} : { limits: config.limits }),
  };
  return { deployment, served: entry };
}

/** A written upstream_model wins, and the facts are then those of the model that goes by that name. */
function chooseServed(model: string, config: DeploymentConfig, context: DeploymentContext): ServedModel {
  const written = config.upstream_model;
  const known = servedModel(model, context.preset ?? { operator: context.endpoint.operator });
  if (written === undefined) return known ?? unlistedModel(model);
  if (known?.upstreamModel === written) return known;
  const named = findModel(logicalName(`${makerOf(model)}/${bareName(written)}`));
  return { upstreamModel: written, model: named ?? findModel(model) };
}

/** What a dialect has no words for, whatever the model behind it can do. */
const UNSPEAKABLE: Readonly<Partial<Record<Dialect, readonly Capability[]>>> = { anthropic: ['audio'] };

/** Capabilities that requests of a dialect can make use of. */
export const carriedBy = (dialect: Dialect, capabilities: readonly Capability[]): readonly Capability[] =>
  capabilities.filter((capability) => UNSPEAKABLE[dialect]?.includes(capability) !== true);

type Capabilities = Pick<Deployment, 'capabilities' | 'assumedCapabilities'>;

/**
 * A list in the config is complete. Otherwise everything that nobody denies and the preset can carry, with what nobody
 * stated set apart as assumed: refusing a request for a capability that is merely unknown would turn unknown into no.
 */
function chooseCapabilities(
  config: DeploymentConfig,
  entry: CatalogueModel | null,
  preset: Preset | null,
  dialect: Dialect,
): Capabilities {
  if (config.capabilities !== undefined) {
    return { capabilities: new Set(carriedBy(dialect, config.capabilities)) };
  }
  const carried = carriedBy(dialect, preset?.capabilities ?? CAPABILITIES);
  const statements = entry?.capabilities ?? {};
  const possible = carried.filter((capability) => statements[capability] !== false);
  const assumed = possible.filter((capability) => statements[capability] === undefined);
  return { capabilities: new Set(possible), assumedCapabilities: new Set(assumed) };
}

function choosePrice(
  config: DeploymentConfig,
  served: ServedModel,
  context: DeploymentContext,
): DeploymentPrice | null {
  if (config.price !== undefined) return configuredPrice(config.price);
  const provider = context.preset?.priceProvider;
  if (provider === undefined || context.prices === null) return null;
  return context.prices.find({
    provider,
    upstreamModel: served.upstreamModel,
    kind: served.model?.kind ?? 'chat',
    factor: priceFactor(context),
    now: context.now,
  });
}

function priceFactor({ endpoint, preset }: DeploymentContext): number {
  const region = endpoint.facts.region;
  // The factor belongs to the vendor's regional address; a region that only the config states changes no price.
  const regional = preset?.regions?.[region] === endpoint.baseUrl;
  return (regional ? preset?.priceFactors?.[region] : undefined) ?? 1;
}

function configuredPrice(price: NonNullable<DeploymentConfig['price']>): DeploymentPrice {
  if ('usd_per_hour' in price) {
    return {
      kind: 'owned',
      usdPerHour: price.usd_per_hour,
      capacityTokensPerS: price.capacity_tokens_per_s,
      utilisation: price.utilisation,
      source: 'owned',
    };
  }
  return {
    kind: 'tokens',
    inputUsdPerMtok: price.input_usd_per_mtok,
    outputUsdPerMtok: price.output_usd_per_mtok,
    cachedInputUsdPerMtok: price.cached_input_usd_per_mtok ?? null,
    cacheWriteUsdPerMtok: null,
    source: 'config',
  };
}
