import type { ApiKey } from '../contracts/api-key.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { PolicyGuard } from './policy-guard.ts';

export interface CallGateParts {
  facts: RequestFacts;
  /** What the configuration of this moment makes of them, null: nothing that may be sent; absent (null): what they were. */
  factsNow: (() => RequestFacts | null) | null;
  decision: Decision;
  plan: readonly Deployment[];
  key: Pick<ApiKey, 'id'> | null;
  policy: PolicyGuard;
  /** A deployment as the catalogue has it now: what is known of it may have been corrected. */
  deploymentNow: (id: string) => Deployment | undefined;
  /** Asked as well: whether the deployment still exists. */
  catalogue: AttemptGate;
}

/** After so many reloads in a row whatever is still undecided is forbidden. */
const MOST_RELOADS = 3;

/**
 * One request's leave to call, asked before each of its calls. It was decided under rules and facts that may have been
 * replaced since: then verdicts are first had under the new ones, and what they permit less is called no more. Nothing
 * that was not in the plan comes in by it.
 */
export class CallGate implements AttemptGate {
  readonly #parts: CallGateParts;
  /** Rules and facts under which every verdict is at hand. */
  #decidedUnder: unknown;

  /** Made right after the decision: its verdicts are at hand. */
  constructor(parts: CallGateParts) {
    this.#parts = parts;
    this.#decidedUnder = parts.policy.inForce;
  }

  prepare(): Promise<void> | null {
    const { policy } = this.#parts;
    if (policy.inForce === this.#decidedUnder) return null;
    const inForce = policy.inForce;
    const waiting = this.#verdicts();
    if (waiting !== null) return this.#await(inForce, waiting);
    this.#decidedUnder = inForce;
    return null;
  }

  isPermittedNow(deployment: Deployment, carried: string | null): boolean {
    const { facts, decision, policy, catalogue } = this.#parts;
    if (!catalogue.isPermittedNow(deployment, carried)) return false;
    const now = this.#factsNow();
    if (now === facts) return policy.permits(facts, decision, deployment, carried);
    const current = this.#parts.deploymentNow(deployment.id);
    return now !== null && current !== undefined && policy.permits(now, decision, current, carried);
  }

  #factsNow(): RequestFacts | null {
    const { facts, factsNow } = this.#parts;
    return factsNow === null ? facts : factsNow();
  }

  #verdicts(): Promise<void> | null {
    const { facts, plan, key, policy, deploymentNow } = this.#parts;
    const now = this.#factsNow();
    if (now === null) return null;
    const asked = now === facts ? plan : plan.flatMap(({ id }) => deploymentNow(id) ?? []);
    return policy.prepareCalls(now, asked, key);
  }

  async #await(firstInForce: unknown, firstWaiting: Promise<void>): Promise<void> {
    let inForce = firstInForce;
    let waiting: Promise<void> | null = firstWaiting;
    for (let reload = 0; reload < MOST_RELOADS; reload += 1) {
      await waiting;
      this.#decidedUnder = inForce;
      inForce = this.#parts.policy.inForce;
      if (inForce === this.#decidedUnder) return;
      waiting = this.#verdicts();
    }
  }
}
