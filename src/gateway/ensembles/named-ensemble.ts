import type { World } from '../../contracts/decision.ts';
import type { Ensemble } from '../../contracts/ensemble.ts';
import { AppError } from '../../contracts/errors.ts';
import type { ModelReference, RequestFacts, RoutePreferences } from '../../contracts/request-facts.ts';
import { nearestNames } from '../../lib/edit-distance.ts';
import { resolveModel } from '../../routing/resolve-model.ts';

const NO_PREFERENCES: RoutePreferences = Object.freeze({
  models: [],
  order: [],
  only: [],
  ignore: [],
  allowFallbacks: true,
  dataCollection: 'allow',
  zeroRetention: false,
  maxPrice: null,
});

/** @throws AppError model_not_found with names that are like it */
export function findEnsemble(name: string, ensembles: ReadonlyMap<string, Ensemble> | undefined): Ensemble {
  const found = ensembles?.get(name);
  if (found !== undefined) return found;
  const near = nearestNames(name, ensembles?.keys() ?? [], 3).map((known) => `ensemble/${known}`);
  const hint = near.length === 0 ? 'GET /v1/models lists them.' : `Did you mean ${near.join(', ')}?`;
  throw new AppError('model_not_found', `There is no ensemble ${JSON.stringify(name)}. ${hint}`, { param: 'model' });
}

function referenceOf(target: string, world: World): ModelReference {
  const resolved = resolveModel(target, world);
  return resolved.kind === 'resolved' ? resolved.reference : { kind: 'model', model: target, endpoint: null };
}

/**
 * What a request to an ensemble is decided on: everybody who may take part, members first, as if the caller had named
 * them all. So one decision shows who is permitted and what that obliges to, before anybody is called.
 */
export function factsOfEnsemble(facts: RequestFacts, { members, arbiters }: Ensemble, world: World): RequestFacts {
  const [first, ...others] = [...new Set([...members, ...arbiters])];
  const preferences = { ...(facts.preferences ?? NO_PREFERENCES), models: others, allowFallbacks: true };
  return { ...facts, model: referenceOf(first as string, world), preferences };
}
