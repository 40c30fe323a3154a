import type { Deployment } from '../contracts/deployment.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { FactsCarrying } from './carried-text.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { obligationsOf } from './obligations.ts';
import type { PolicyGuard } from './policy-guard.ts';

/** Of a request what decides whom it may call. */
export type CallGateParts = Pick<
  ExchangeParts,
  'facts' | 'factsNow' | 'factsCarrying' | 'decision' | 'plan' | 'needs'
> & {
  request: Pick<GatewayRequest, 'key'>;
};

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
  readonly #policy: PolicyGuard;
  readonly #catalogue: AttemptGate;
  readonly #deploymentNow: (id: string) => Deployment | undefined;
  /** Rules and facts under which every verdict is at hand. */
  #decidedUnder: unknown;
  /** The answer that was looked into last, and what rules are asked about with it. */
  #carrying: { answered: string; under: unknown; facts: RequestFacts | null } | null = null;

  /**
   * Made right after the decision: its verdicts are at hand.
   * @param catalogue asked as well: whether the deployment still exists
   * @param deploymentNow as the catalogue has it now: what is known of it may have been corrected
   */
  constructor(
    parts: CallGateParts,
    policy: PolicyGuard,
    catalogue: AttemptGate,
    deploymentNow: (id: string) => Deployment | undefined,
  ) {
    this.#parts = parts;
    this.#policy = policy;
    this.#catalogue = catalogue;
    this.#deploymentNow = deploymentNow;
    this.#decidedUnder = policy.inForce;
  }

  prepare(carried: string | null): Promise<void> | null {
    const policy = this.#policy;
    const { factsCarrying } = this.#parts;
    if (carried !== null && factsCarrying !== undefined) return this.#lookInto(carried, factsCarrying);
    if (policy.inForce === this.#decidedUnder) return null;
    const inForce = policy.inForce;
    const waiting = this.#verdicts(this.#factsNow());
    if (waiting !== null) return this.#await(inForce, waiting);
    this.#decidedUnder = inForce;
    return null;
  }

  isPermittedNow(deployment: Deployment, carried: string | null): boolean {
    const { facts, decision, needs } = this.#parts;
    if (!this.#catalogue.isPermittedNow(deployment, carried)) return false;
    const now = carried === null ? this.#factsNow() : this.#factsWith(carried, deployment);
    if (now === facts) return this.#policy.permits(facts, decision, deployment, needs);
    const current = this.#deploymentNow(deployment.id);
    return now !== null && current !== undefined && this.#policy.permits(now, decision, current, needs);
  }

  #factsNow(): RequestFacts | null {
    const { facts, factsNow } = this.#parts;
    return factsNow === undefined ? facts : factsNow();
  }

  /** null: the answer may not be shown to this deployment, or nobody has looked into it under the rules in force. */
  #factsWith(carried: string, deployment: Deployment): RequestFacts | null {
    const { decision, factsCarrying } = this.#parts;
    // A client has been sent the values behind the tokens: whoever may see tokens alone may not see those.
    if (obligationsOf(decision, deployment).includes('tokenise')) return null;
    if (factsCarrying === undefined) return this.#factsNow();
    const looked = this.#carrying;
    return looked?.answered === carried && looked.under === this.#policy.inForce ? looked.facts : null;
  }

  #verdicts(now: RequestFacts | null): Promise<void> | null {
    const { facts, plan, request } = this.#parts;
    if (now === null) return null;
    const asked = now === facts ? plan : plan.flatMap(({ id }) => this.#deploymentNow(id) ?? []);
    return this.#policy.prepareCalls(now, asked, request.key);
  }

  async #await(firstInForce: unknown, firstWaiting: Promise<void>): Promise<void> {
    let inForce = firstInForce;
    let waiting: Promise<void> | null = firstWaiting;
    for (let reload = 0; reload < MOST_RELOADS; reload += 1) {
      await waiting;
      this.#decidedUnder = inForce;
      inForce = this.#policy.inForce;
      if (inForce === this.#decidedUnder) return;
      waiting = this.#verdicts(this.#factsNow());
    }
  }

  async #lookInto(answered: string, look: FactsCarrying): Promise<void> {
    for (let reload = 0; reload < MOST_RELOADS; reload += 1) {
      const under = this.#policy.inForce;
      const facts = await look(answered);
      await this.#verdicts(facts);
      this.#carrying = { answered, under, facts };
      if (under === this.#policy.inForce) return;
    }
  }
}
