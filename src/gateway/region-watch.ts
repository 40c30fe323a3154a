import type { Deployment } from '../contracts/deployment.ts';
import type { AttemptRecord } from '../contracts/receipt.ts';
import { checkRegionEcho } from '../policy/region-echo.ts';

/** An answer that came from elsewhere than promised. */
export interface RegionIncident {
  deployment: string;
  endpoint: string;
  expected: string;
  echoed: string;
}

/**
 * Holds vendors to where they said that they compute. An endpoint that contradicts its own facts gets no labelled
 * traffic any more, until its configuration has changed or the process has been started again: somebody must have looked.
 */
export class RegionWatch {
  /** By digest of the endpoint. */
  readonly #quarantined = new Set<string>();

  /** What the vendor said of where an answer was made; an incident where it is elsewhere, told once an endpoint. */
  note(deployment: Deployment, { region_echo: echo }: AttemptRecord, pinned: boolean): RegionIncident | null {
    const { endpoint } = deployment;
    if (echo === null || this.#quarantined.has(endpoint.digest)) return null;
    const check = checkRegionEcho(endpoint, echo, pinned);
    if (check.kind !== 'mismatch') return null;
    this.#quarantined.add(endpoint.digest);
    return { deployment: deployment.id, endpoint: endpoint.id, expected: check.expected, echoed: check.echoed };
  }

  quarantines(deployment: Deployment): boolean {
    return this.#quarantined.size > 0 && this.#quarantined.has(deployment.endpoint.digest);
  }

  /** Of these deployments those that are, for the moment of a decision; undefined: none. */
  among(deployments: readonly Deployment[]): readonly string[] | undefined {
    if (this.#quarantined.size === 0) return undefined;
    const found = deployments.filter((deployment) => this.quarantines(deployment)).map(({ id }) => id);
    return found.length === 0 ? undefined : found;
  }
}
