import type { Deployment } from '../contracts/deployment.ts';
import type { AttemptRecord } from '../contracts/receipt.ts';
import { checkRegionEcho } from '../policy/region-echo.ts';
import type { Eligibility } from '../routing/eligibility.ts';

/** Rule of an endpoint whose answers came from elsewhere than its facts say. */
const ECHO_RULE = 'region_echo_mismatch';

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

  /** The same verdicts, less labelled traffic for endpoints in quarantine. */
  guard(eligibility: Eligibility): Eligibility {
    return (facts, deployment) => {
      if (facts.attributes?.labelled === true && this.quarantines(deployment)) {
        return { permitted: false, rules: [ECHO_RULE], wouldAdmit: null };
      }
      return eligibility(facts, deployment);
    };
  }
}
