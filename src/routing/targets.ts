import type { World } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { ModelReference } from '../contracts/request-facts.ts';

/** A name that stands for deployments: everything a request or a route may write except `auto`. */
export type Target = Exclude<ModelReference, { kind: 'auto' }>;

const WILDCARD = '/*';

const isModel = (name: string, world: World): boolean =>
  world.knownModels.has(name) || world.deploymentsByModel.has(name);

/** The logical model behind an alias; an alias `old/*` of `new/*` renames a maker. */
function modelOfAlias(name: string, world: World): string | null {
  const exact = world.aliases.get(name);
  if (exact !== undefined) return exact;
  const slash = name.indexOf('/');
  const maker = slash === -1 ? undefined : world.aliases.get(name.slice(0, slash) + WILDCARD);
  if (maker === undefined || !maker.endsWith(WILDCARD)) return null;
  const model = maker.slice(0, -WILDCARD.length) + name.slice(slash);
  return isModel(model, world) ? model : null;
}

/**
 * What a name stands for: a logical model, a deployment id, an alias, or `model@endpoint` where that endpoint serves
 * the model; in this order, so that naming a model always pins the model. null: nothing is called so.
 */
export function resolveTarget(name: string, world: World): Target | null {
  if (isModel(name, world)) return { kind: 'model', model: name, endpoint: null };
  if (world.deploymentsById.has(name)) return { kind: 'deployment', deployment: name };
  const alias = modelOfAlias(name, world);
  if (alias !== null) return { kind: 'model', model: alias, endpoint: null };
  const at = name.lastIndexOf('@');
  if (at <= 0) return null;
  const before = name.slice(0, at);
  const endpoint = name.slice(at + 1);
  const model = isModel(before, world) ? before : modelOfAlias(before, world);
  if (model === null) return null;
  const served = world.deploymentsByModel.get(model)?.some((deployment) => deployment.endpoint.id === endpoint);
  return served === true ? { kind: 'model', model, endpoint } : null;
}

/** Deployments that a target stands for; empty where a known model is served by none. */
export function deploymentsOf(target: Target, world: World): readonly Deployment[] {
  if (target.kind === 'deployment') {
    const deployment = world.deploymentsById.get(target.deployment);
    return deployment === undefined ? [] : [deployment];
  }
  const all = world.deploymentsByModel.get(target.model) ?? [];
  return target.endpoint === null ? all : all.filter((deployment) => deployment.endpoint.id === target.endpoint);
}
