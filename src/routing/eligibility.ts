import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Obligation } from '../contracts/vocabulary.ts';

/** What policy says of one deployment for one request. */
export type EligibilityVerdict =
  /** `obligations` must be fulfilled before the call; they join those that the request itself demands. */
  | { permitted: true; obligations: readonly Obligation[] }
  /** `rules` are the ids of every rule that forbids it, never empty; `wouldAdmit` an obligation that would permit it. */
  | { permitted: false; rules: readonly string[]; wouldAdmit: string | null };

/**
 * The seam of policy, asked first and for every candidate. Synchronous, without I/O, and a function of its arguments
 * for one `world.versions.policy`: the same facts and deployment get the same verdict, whatever else is considered.
 * It reads attributes, never prompt text. Whatever it cannot decide it must forbid.
 */
export type Eligibility = (facts: RequestFacts, deployment: Deployment) => EligibilityVerdict;

const PERMITTED: EligibilityVerdict = Object.freeze({ permitted: true, obligations: Object.freeze([]) });

/** No policy: everything is permitted. */
export const permitAll: Eligibility = () => PERMITTED;
