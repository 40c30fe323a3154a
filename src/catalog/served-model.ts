import type { Preset } from '../contracts/preset.ts';
import { DATED_ALIASES } from './dated-aliases.ts';
import { bareName, makerOf } from './makers.ts';
import { logicalName, resolvedModel } from './model-names.ts';
import { type CatalogueModel, findModel, MODELS } from './models.ts';

/** How an upstream is asked for a logical model. */
export interface ServedModel {
  upstreamModel: string;
  /** The catalogue's model that answers, null where the catalogue does not know it. */
  model: CatalogueModel | null;
}

/** Who serves: a preset, or an endpoint of the config that has none. */
export type Server = Pick<Preset, 'operator' | 'upstreamModels'>;

/**
 * What `server` calls `logical`, or null where nothing says that it serves it. An upstream that lists the asked name is
 * asked for it; then the maker's own API by the maker's own name; then the same two for what a dated alias resolves to.
 */
export function servedModel(logical: string, server: Server): ServedModel | null {
  const own = servedUnderItsName(logical, server);
  if (own !== null) return own;
  const target = resolvedModel(logical);
  return target === null ? null : servedUnderItsName(target.id, server);
}

function servedUnderItsName(logical: string, server: Server): ServedModel | null {
  const listed = listedName(logical, server);
  const model = findModel(logical);
  if (listed !== null) return { upstreamModel: listed, model: model ?? listedTarget(logical, listed, server) };
  if (model?.apiName == null || server.operator !== makerOf(logical)) return null;
  return { upstreamModel: model.apiName, model };
}

function listedName(logical: string, server: Server): string | null {
  return listedNames(server.upstreamModels ?? NOTHING_LISTED).get(logical) ?? null;
}

const NOTHING_LISTED = {};
const namesByList = new WeakMap<object, ReadonlyMap<string, string>>();

/** A preset's list by logical name, whatever spelling it uses; worked out once for each preset. */
function listedNames(listed: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const known = namesByList.get(listed);
  if (known !== undefined) return known;
  const names = new Map(Object.entries(listed).map(([name, upstream]) => [logicalName(name), upstream]));
  namesByList.set(listed, names);
  return names;
}

/** The facts of an alias's target hold for a listed alias only where both go by the same upstream name. */
function listedTarget(logical: string, listed: string, server: Server): CatalogueModel | null {
  const target = resolvedModel(logical);
  if (target === null) return null;
  return servedUnderItsName(target.id, server)?.upstreamModel === listed ? target : null;
}

/**
 * The answer for a server that lists nothing (own engines, other gateways): the logical name without its
 * maker, or that of what a dated alias resolves to.
 */
export function unlistedModel(logical: string): ServedModel {
  const model = findModel(logical) ?? resolvedModel(logical);
  return { upstreamModel: bareName(model?.id ?? logical), model };
}

/**
 * Logical models, dated aliases included, that a key for `server` makes available, in the catalogue's order. Models that
 * only admitted customers get are left out: a key does not prove admission.
 */
export function modelsOffered(server: Server): { model: string; upstreamModel: string }[] {
  const names = [...MODELS.map((model) => model.id), ...DATED_ALIASES.map((alias) => alias.id)];
  const offered: { model: string; upstreamModel: string }[] = [];
  for (const model of new Set(names)) {
    const served = servedModel(model, server);
    if (served === null || served.model?.restricted === true) continue;
    offered.push({ model, upstreamModel: served.upstreamModel });
  }
  return offered;
}
