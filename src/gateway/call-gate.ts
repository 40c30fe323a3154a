import type { Deployment } from '../contracts/deployment.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { CarriedText } from './carried-text.ts';
import type { Detection } from './detection.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { obligationsOf } from './obligations.ts';
import type { PolicyGuard } from './policy-guard.ts';

/** Of a request what decides whom it may call. */
export type CallGateParts = Pick<ExchangeParts, 'facts' | 'factsNow' | 'carried' | 'decision' | 'plan' | 'needs'> & {
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
  /** The answer that was searched last. */
  #searched: { answered: string; found: Detection } | null = null;

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
    const text = this.#parts.carried;
    if (carried !== null && text !== undefined) return this.#lookInto(carried, text);
    const { inForce } = this.#policy;
    if (inForce === this.#decidedUnder) return null;
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

  /** null: the answer may not be shown to this deployment, or nobody has looked into it. */
  #factsWith(answered: string, deployment: Deployment): RequestFacts | null {
    const { decision, carried } = this.#parts;
    // A client has been sent the values behind the tokens: whoever may see tokens alone may not see those.
    if (obligationsOf(decision, deployment).includes('tokenise')) return null;
    if (carried === undefined) return this.#factsNow();
    return this.#searched?.answered === answered ? carried.factsWith(this.#searched.found) : null;
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

  async #lookInto(answered: string, carried: CarriedText): Promise<void> {
    const found = await carried.search(answered);
    this.#searched = { answered, found };
    for (let reload = 0; reload < MOST_RELOADS; reload += 1) {
      const { inForce } = this.#policy;
      await this.#verdicts(carried.factsWith(found));
      if (inForce === this.#policy.inForce) return;
    }
  }
}
