import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { RateBank } from './bank/rate-bank.ts';
import type { QuotaNeed } from './bank/vendor-quota.ts';
import type { Clock } from './clock.ts';
import type { CredentialChoice, CredentialRests } from './credential-rests.ts';
import type { HealthPass } from './deployment-health.ts';
import type { HealthBoard } from './health.ts';

/** A deployment to call now, with the credential to use and the pass on which its result is booked. */
export interface PlannedCall {
  deployment: Deployment;
  /** Place in the plan, from 0. */
  place: number;
  credential: number;
  pass: HealthPass;
  /** Nothing else was left, and this one is known to be down or resting. */
  lastResort: boolean;
}

export interface PlanWalkParts {
  health: HealthBoard;
  rests: CredentialRests;
  bank: RateBank;
  clock: Clock;
  /** What a call of this request takes of a vendor's limits at most. */
  needOf: (deployment: Deployment) => QuotaNeed;
}

type PassedOver = 'limited' | 'resting' | 'open';

/**
 * Walks a plan once, in its order, and passes over what cannot be called now: an open breaker, credentials that were
 * told to wait, a vendor's limit that would be exceeded. A deployment that recovers yields part of its requests while
 * something else is left. When nothing is, the best that is down or resting is tried as the last resort, at most once a
 * second; a vendor's limit is kept even then. The plan holds permitted deployments only, and the walk leaves it never.
 */
export class PlanWalk {
  readonly #plan: readonly Deployment[];
  readonly #parts: PlanWalkParts;
  /** The next place to visit. */
  #cursor = 0;
  /** Places that gave way to those behind them, in order. */
  #yielded: number[] | null = null;
  #passedOver: Map<number, PassedOver> | null = null;
  #waitMs = Number.POSITIVE_INFINITY;
  #lastResortAsked = false;

  constructor(plan: readonly Deployment[], parts: PlanWalkParts) {
    this.#plan = plan;
    this.#parts = parts;
  }

  /** The next call to make, or null: then `refusal` says why. */
  next(): PlannedCall | null {
    const nowMs = this.#parts.clock.monotonic();
    while (this.#cursor < this.#plan.length) {
      const place = this.#cursor;
      this.#cursor += 1;
      if (this.#parts.health.yields(this.#plan[place] as Deployment, nowMs)) {
        this.#yielded ??= [];
        this.#yielded.push(place);
      } else {
        const call = this.#visit(place, nowMs);
        if (call !== null) return call;
      }
    }
    for (let place = this.#yielded?.shift(); place !== undefined; place = this.#yielded?.shift()) {
      const call = this.#visit(place, nowMs);
      if (call !== null) return call;
    }
    return this.#lastResort(nowMs);
  }

  /** Whether anything was left out for its own state. */
  get hasPassedOver(): boolean {
    return this.#passedOver !== null;
  }

  /** The error for a plan of which nothing could be called at all. */
  refusal(): AppError {
    const all = [...(this.#passedOver?.values() ?? [])];
    const retryAfterS = Number.isFinite(this.#waitMs) ? Math.max(1, Math.ceil(this.#waitMs / 1_000)) : null;
    const options = retryAfterS === null ? {} : { retryAfterS };
    if (all.length > 0 && all.every((why) => why !== 'open')) {
      const text = 'Every permitted deployment is at its rate limit.';
      return new AppError('upstream_rate_limited', text, options);
    }
    const names = this.#plan.map(({ id }) => id).join(', ');
    return new AppError('all_deployments_down', `All permitted deployments are down (${names}).`, options);
  }

  #visit(place: number, nowMs: number): PlannedCall | null {
    const { health, bank, needOf } = this.#parts;
    const deployment = this.#plan[place] as Deployment;
    const limitedMs = bank.waitMs(deployment, needOf(deployment), nowMs);
    if (limitedMs > 0) return this.#passOver(place, 'limited', limitedMs);
    const { credential, restsForMs } = this.#chooseCredential(deployment, nowMs);
    if (restsForMs > 0) return this.#passOver(place, 'resting', restsForMs);
    const pass = health.admit(deployment, nowMs);
    if (pass === null) return this.#passOver(place, 'open', health.restsForMs(deployment, nowMs));
    return { deployment, place, credential, pass, lastResort: false };
  }

  /** Of those that are not at a limit the next that does not rest, else the one that rests shortest. */
  #chooseCredential(deployment: Deployment, nowMs: number): CredentialChoice {
    const { rests, bank, needOf } = this.#parts;
    // Of one there is nothing to choose.
    if (deployment.endpoint.apiKeys.length <= 1) return rests.choose(deployment, nowMs);
    const need = needOf(deployment);
    return rests.choose(deployment, nowMs, (index) => bank.credentialExceeds(deployment, index, need, nowMs));
  }

  #passOver(place: number, why: PassedOver, waitMs: number): null {
    this.#passedOver ??= new Map();
    this.#passedOver.set(place, why);
    this.#waitMs = Math.min(this.#waitMs, waitMs);
    return null;
  }

  /** The first in the plan that only its own state keeps from being called. */
  #best(nowMs: number): number | null {
    const { bank, needOf } = this.#parts;
    // Asked again: other calls may have used a limit up since the place was visited.
    const isLimited = (deployment: Deployment): boolean => bank.waitMs(deployment, needOf(deployment), nowMs) > 0;
    const places = [...(this.#passedOver ?? [])].flatMap(([place, why]) =>
      why === 'limited' || isLimited(this.#plan[place] as Deployment) ? [] : [place],
    );
    return places.length === 0 ? null : Math.min(...places);
  }

  #lastResort(nowMs: number): PlannedCall | null {
    const place = this.#lastResortAsked ? null : this.#best(nowMs);
    this.#lastResortAsked = true;
    if (place === null) return null;
    const deployment = this.#plan[place] as Deployment;
    // Chosen first: nothing that may fail comes after a pass.
    const { credential } = this.#chooseCredential(deployment, nowMs);
    const pass = this.#parts.health.admitLastResort(deployment, nowMs);
    if (pass === null) return null;
    return { deployment, place, credential, pass, lastResort: true };
  }
}
