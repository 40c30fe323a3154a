import type { ApiKey } from '../contracts/api-key.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { FactsCarrying } from './carried-text.ts';
import { obligationsOf } from './obligations.ts';
import type { PolicyGuard } from './policy-guard.ts';

export interface CallGateParts {
  facts: RequestFacts;
  /** What the configuration of this moment makes of them, null: nothing that may be sent; absent (null): what they were. */
  factsNow: (() => RequestFacts | null) | null;
  /** Looks into what was answered so far; null: nobody does. */
  factsCarrying: FactsCarrying | null;
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
 * replaced since: then verdicts are first had under the new ones, and what they permit less is called no more. Where a
 * call would carry what was answered so far, that is searched like a request and decided together with it. Nothing that
 * was not in the plan comes in by either.
 */
export class CallGate implements AttemptGate {
  readonly #parts: CallGateParts;
  /** Rules and facts under which every verdict is at hand. */
  #decidedUnder: unknown;
  /** The answer that was looked into last, and what rules are asked about with it. */
  #carrying: { answered: string; under: unknown; facts: RequestFacts | null } | null = null;

  /** Made right after the decision: its verdicts are at hand. */
  constructor(parts: CallGateParts) {
    this.#parts = parts;
    this.#decidedUnder = parts.policy.inForce;
  }

  prepare(carried: string | null): Promise<void> | null {
    const { policy, factsCarrying } = this.#parts;
    if (carried !== null && carried !== '' && factsCarrying !== null) return this.#lookInto(carried, factsCarrying);
    if (policy.inForce === this.#decidedUnder) return null;
    const inForce = policy.inForce;
    const waiting = this.#verdicts(this.#factsNow());
    if (waiting !== null) return this.#await(inForce, waiting);
    this.#decidedUnder = inForce;
    return null;
  }

  isPermittedNow(deployment: Deployment, carried: string | null): boolean {
    const { facts, decision, policy, catalogue } = this.#parts;
    if (!catalogue.isPermittedNow(deployment, carried)) return false;
    const now = carried === null ? this.#factsNow() : this.#factsWith(carried, deployment);
    if (now === facts) return policy.permits(facts, decision, deployment);
    const current = this.#parts.deploymentNow(deployment.id);
    return now !== null && current !== undefined && policy.permits(now, decision, current);
  }

  #factsNow(): RequestFacts | null {
    const { facts, factsNow } = this.#parts;
    return factsNow === null ? facts : factsNow();
  }

  /** null: the answer may not be shown to this deployment, or nobody has looked into it under the rules in force. */
  #factsWith(carried: string, deployment: Deployment): RequestFacts | null {
    const { decision, factsCarrying, policy } = this.#parts;
    // A client has been sent the values behind the tokens: whoever may see tokens alone may not see those.
    if (obligationsOf(decision, deployment).includes('tokenise')) return null;
    if (factsCarrying === null) return this.#factsNow();
    const looked = this.#carrying;
    return looked?.answered === carried && looked.under === policy.inForce ? looked.facts : null;
  }

  #verdicts(now: RequestFacts | null): Promise<void> | null {
    const { facts, plan, key, policy, deploymentNow } = this.#parts;
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
      waiting = this.#verdicts(this.#factsNow());
    }
  }

  async #lookInto(answered: string, look: FactsCarrying): Promise<void> {
    for (let reload = 0; reload < MOST_RELOADS; reload += 1) {
      const under = this.#parts.policy.inForce;
      const facts = await look(answered);
      await this.#verdicts(facts);
      this.#carrying = { answered, under, facts };
      if (under === this.#parts.policy.inForce) return;
    }
  }
}
