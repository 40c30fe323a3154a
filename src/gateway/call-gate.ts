import type { Deployment } from '../contracts/deployment.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { CarriedText } from './carried-text.ts';
import type { Detection } from './detection.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { obligationsOf } from './obligations.ts';
import type { PolicyGuard } from './policy-guard.ts';
import type { Intent } from './recording.ts';

/** Of a request what decides whom it may call. */
export type CallGateParts = Pick<
  ExchangeParts,
  'facts' | 'factsNow' | 'carried' | 'continuation' | 'decision' | 'decidedUnder' | 'plan' | 'needs' | 'tokensHold'
> & {
  request: Pick<GatewayRequest, 'key'>;
};

/** What else is asked before a call. */
export interface CallGateServices {
  policy: PolicyGuard;
  /** Whether the deployment still exists. */
  catalogue: AttemptGate;
  /** As the catalogue has it now: what is known of it may have been corrected. */
  deploymentNow: (id: string) => Deployment | undefined;
  intent: Intent;
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
  readonly #services: CallGateServices;
  /** Rules and facts under which every verdict is at hand. */
  #decidedUnder: unknown;
  /** The answer that was searched last. */
  #searched: { answered: string; found: Detection } | null = null;

  constructor(parts: CallGateParts, services: CallGateServices) {
    this.#parts = parts;
    this.#services = services;
    this.#decidedUnder = parts.decidedUnder;
  }

  prepare(carried: string | null): Promise<void> | null {
    const waiting = this.#prepareVerdicts(carried);
    if (waiting === null && !this.#mustGoOnRecord(this.#factsNow())) return null;
    return this.#prepareRecord(waiting);
  }

  isPermittedNow(deployment: Deployment, carried: string | null): boolean {
    const { facts, decision, needs } = this.#parts;
    const { policy, catalogue, deploymentNow } = this.#services;
    if (!catalogue.isPermittedNow(deployment, carried)) return false;
    const now = carried === null ? this.#factsNow() : this.#factsWith(carried, deployment);
    if (now === null || this.#mustGoOnRecord(now) || !this.#hidesEnough(deployment)) return false;
    if (now === facts) return policy.permits(facts, decision, deployment, needs);
    const current = deploymentNow(deployment.id);
    return current !== undefined && policy.permits(now, decision, current, needs);
  }

  /** By now more may have to be hidden than the tokens hide that were made. */
  #hidesEnough(deployment: Deployment): boolean {
    const { decision, tokensHold } = this.#parts;
    return tokensHold === undefined || !obligationsOf(decision, deployment).includes('tokenise') || tokensHold();
  }

  #prepareVerdicts(carried: string | null): Promise<void> | null {
    const text = this.#parts.carried;
    if (carried !== null && text !== undefined) return this.#lookInto(carried, text);
    const { inForce } = this.#services.policy;
    if (inForce === this.#decidedUnder) return null;
    const waiting = this.#verdicts(this.#factsNow());
    if (waiting !== null) return this.#await(inForce, waiting);
    this.#decidedUnder = inForce;
    return null;
  }

  /** Labelled by a configuration that came while it was answered: what it calls from then on is on record first. */
  #mustGoOnRecord(now: RequestFacts | null): boolean {
    return now?.attributes?.labelled === true && !this.#services.intent.isOnRecord;
  }

  async #prepareRecord(waiting: Promise<void> | null): Promise<void> {
    await waiting;
    if (this.#mustGoOnRecord(this.#factsNow())) await this.#services.intent.record();
  }

  #factsNow(): RequestFacts | null {
    const { facts, factsNow } = this.#parts;
    return factsNow === undefined ? facts : factsNow();
  }

  /** null: the answer may not be shown to this deployment, or nobody has looked into it. */
  #factsWith(answered: string, deployment: Deployment): RequestFacts | null {
    const { decision, carried, continuation } = this.#parts;
    // A client has been sent the values behind the tokens: whoever may see tokens alone gets tokens again, or nothing.
    const tokensAlone = obligationsOf(decision, deployment).includes('tokenise');
    if (tokensAlone && continuation?.hasTokensFor(answered) !== true) return null;
    if (carried === undefined) return this.#factsNow();
    return this.#searched?.answered === answered ? carried.factsWith(this.#searched.found) : null;
  }

  #verdicts(now: RequestFacts | null): Promise<void> | null {
    const { facts, plan, request } = this.#parts;
    if (now === null) return null;
    const asked = now === facts ? plan : plan.flatMap(({ id }) => this.#services.deploymentNow(id) ?? []);
    return this.#services.policy.prepareCalls(now, asked, request.key);
  }

  async #await(firstInForce: unknown, firstWaiting: Promise<void>): Promise<void> {
    let inForce = firstInForce;
    let waiting: Promise<void> | null = firstWaiting;
    for (let reload = 0; reload < MOST_RELOADS; reload += 1) {
      await waiting;
      this.#decidedUnder = inForce;
      inForce = this.#services.policy.inForce;
      if (inForce === this.#decidedUnder) return;
      waiting = this.#verdicts(this.#factsNow());
    }
  }

  async #lookInto(answered: string, carried: CarriedText): Promise<void> {
    const found = await carried.search(answered);
    this.#searched = { answered, found };
    for (let reload = 0; reload < MOST_RELOADS; reload += 1) {
      const { inForce } = this.#services.policy;
      await this.#verdicts(carried.factsWith(found));
      if (inForce === this.#services.policy.inForce) return;
    }
  }
}
