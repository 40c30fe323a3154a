import type { Deployment } from '../contracts/deployment.ts';
import type { NameTable } from './name-table.ts';

/**
 * A name's deployments: those written under it and those of the model itself. Only a dated alias without either borrows
 * the deployments of what it resolves to, because a name that has its own model must never get another one.
 */
export function indexByModel(
  deployments: readonly Deployment[],
  names: NameTable,
  served: ReadonlyMap<string, string>,
): Map<string, readonly Deployment[]> {
  const index = new Map<string, readonly Deployment[]>();
  for (const name of names.known()) {
    const own = deployments.filter((deployment) => deployment.model === name);
    const same = ofModel(name, deployments, served);
    const target = names.target(name);
    const found = [...own, ...withoutUpstreamsOf(own, same)];
    const all = found.length === 0 && target !== undefined ? ofModel(target, deployments, served) : found;
    if (all.length > 0) index.set(name, all);
  }
  return index;
}

/** Deployments that `model` itself answers. A sandbox program is no model that another name could mean. */
function ofModel(
  model: string,
  deployments: readonly Deployment[],
  served: ReadonlyMap<string, string>,
): readonly Deployment[] {
  return deployments.filter(({ id, model: written, sandbox }) => !sandbox && (served.get(id) ?? written) === model);
}

/** Two names for one upstream model make two deployments; under either name one is enough. */
function withoutUpstreamsOf(own: readonly Deployment[], others: readonly Deployment[]): readonly Deployment[] {
  const key = (deployment: Deployment) => `${deployment.endpoint.id} ${deployment.upstreamModel}`;
  const taken = new Set(own.map(key));
  return others.filter((deployment) => !taken.has(key(deployment)));
}
