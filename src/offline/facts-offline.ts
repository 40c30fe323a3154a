import { documentedFactList, endpointFactList, type ListedFact, staleFactList } from '../catalog/facts/fact-listing.ts';
import type { Deployment } from '../contracts/deployment.ts';

export type { ListedFact };

/** Facts about the endpoints in use, then what the table knows about everybody. */
export function listFacts(deployments: readonly Deployment[], now: Date): ListedFact[] {
  return [...endpointFactList(deployments, now.getTime()), ...documentedFactList(now.getTime())];
}

/** Facts about the endpoints in use that have to be read again, at the latest `withinDays` from now. */
export const listStaleFacts = (deployments: readonly Deployment[], now: Date, withinDays: number): ListedFact[] =>
  staleFactList(endpointFactList(deployments, now.getTime()), now.getTime(), withinDays);
