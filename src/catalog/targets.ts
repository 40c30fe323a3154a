import type { ConfigurationPath } from '../contracts/configuration-problem.ts';
import type { Route } from '../contracts/route.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { didYouMean, type Findings } from './findings.ts';
import type { NameTable } from './name-table.ts';

/** A place in the configuration that names a model, a model on one endpoint, or a deployment. */
export interface ModelReferencePlace {
  path: ConfigurationPath;
  target: string;
}

export interface Resolution {
  names: NameTable;
  deploymentIds: ReadonlySet<string>;
  endpointIds: ReadonlySet<string>;
  findings: Findings;
}

const CLAIM_PREFIX = 'claim/';

/** The routes with every target in its one spelling; what cannot be resolved is reported and stays as written. */
export function resolveRoutes(
  routes: readonly Route[],
  claimIds: ReadonlySet<string> | null,
  resolution: Resolution,
): Route[] {
  return routes.map((route, index) => {
    const path = ['routes', index];
    checkClaim(route, claimIds, path, resolution.findings);
    return {
      ...route,
      primary: resolveAll(route.primary, [...path, 'primary'], resolution),
      fallback: resolveAll(route.fallback, [...path, 'fallback'], resolution),
    };
  });
}

/** Reports every place that names what nobody knows. */
export function checkReferences(references: readonly ModelReferencePlace[], resolution: Resolution): void {
  for (const { target, path } of references) resolveTarget(target, path, resolution);
}

function resolveAll(targets: readonly string[], path: ConfigurationPath, resolution: Resolution): string[] {
  return targets.map((target, index) => resolveTarget(target, [...path, index], resolution));
}

/** A deployment id, `maker/model@endpoint`, or a model in any spelling. */
function resolveTarget(target: string, path: ConfigurationPath, resolution: Resolution): string {
  const { names, deploymentIds, endpointIds, findings } = resolution;
  if (deploymentIds.has(target)) return target;
  const at = target.lastIndexOf('@');
  const named = at < 0 ? target : target.slice(0, at);
  if (at >= 0 && !named.includes('/')) {
    findings.error(path, `There is no deployment ${target}.`, didYouMean(nearestNames(target, deploymentIds, 3)));
    return target;
  }
  const model = names.logical(named);
  if (!names.isKnown(model)) {
    findings.error(
      path,
      `Nobody knows a model ${named}.`,
      names.suggestion(named, deploymentIds) ?? 'Add a deployment for it.',
    );
    return target;
  }
  if (at < 0) return model;
  const endpoint = target.slice(at + 1);
  if (!endpointIds.has(endpoint)) {
    findings.error(path, `There is no endpoint ${endpoint}.`, didYouMean(nearestNames(endpoint, endpointIds, 3)));
  }
  return `${model}@${endpoint}`;
}

function checkClaim(
  route: Route,
  claimIds: ReadonlySet<string> | null,
  path: ConfigurationPath,
  findings: Findings,
): void {
  const because = route.because;
  if (because === null || claimIds === null || !because.startsWith(CLAIM_PREFIX) || claimIds.has(because)) return;
  findings.error([...path, 'because'], `There is no ${because}.`, didYouMean(nearestNames(because, claimIds, 3)));
}
