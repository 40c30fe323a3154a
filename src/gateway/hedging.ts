import type { Attempt } from './attempt.ts';
import type { AttemptPlan } from './attempt-plan.ts';
import type { ExchangeParts, ExchangeServices } from './exchange-parts.ts';
import type { RunningAttempts } from './running-attempts.ts';

/** A second call where the first is slower to its first token than nearly all before it: at most one a request. */
export class Hedging {
  readonly #parts: ExchangeParts;
  readonly #services: ExchangeServices;
  readonly #plan: AttemptPlan;
  readonly #attempts: RunningAttempts;
  #asked = false;

  constructor(parts: ExchangeParts, services: ExchangeServices, plan: AttemptPlan, attempts: RunningAttempts) {
    this.#parts = parts;
    this.#services = services;
    this.#plan = plan;
    this.#attempts = attempts;
  }

  /** The call that is late, once and where the budget has a hedge left; null: none. Only as long as nobody has answered. */
  lateCall(nowMs: number): Attempt | null {
    const { first, started } = this.#attempts;
    if (this.#asked || first === null || started > 1) return null;
    const { health, hedges } = this.#services;
    const afterMs = health.hedgeAfterMs(first.deployment);
    if (afterMs === null || nowMs - first.startedAtMs <= afterMs) return null;
    // Asked once a request: a budget that is used up now is not waited for.
    this.#asked = true;
    return hedges.tryHedge(nowMs) ? first : null;
  }

  /** Calls whoever is next, if the late one still runs alone. */
  call(late: Attempt): void {
    if (this.#attempts.first !== late) return;
    const call = this.#plan.next();
    if (call === null) return;
    if (call.lastResort) this.#plan.giveBack(call);
    else this.#attempts.begin(call, 'hedge', () => this.#parts.laneFor(call.deployment));
  }
}
