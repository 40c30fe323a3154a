import type { Deployment } from '../../contracts/deployment.ts';
import { AppError } from '../../contracts/errors.ts';
import type { RateState } from '../../contracts/limits.ts';
import type { AttemptRecord } from '../../contracts/receipt.ts';
import type { RequestFacts } from '../../contracts/request-facts.ts';
import type { Clock } from '../clock.ts';
import type { AttemptBudget, AttemptBudgets, ReservedOrNot } from './request-budget.ts';
import { reservationWithin } from './reservation.ts';

const smaller = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** The budget of a request within a bound of its own: an inner call may cost so much, whatever its parent has left. */
export class CappedBudget implements AttemptBudgets {
  readonly #whole: AttemptBudgets;
  readonly #capUsd: number;
  readonly #clock: Clock;
  #spentUsd = 0;
  #heldUsd = 0;

  constructor(whole: AttemptBudgets, capUsd: number, clock: Clock) {
    this.#whole = whole;
    this.#capUsd = capUsd;
    this.#clock = clock;
  }

  get requests(): RateState | null {
    return this.#whole.requests;
  }

  get leftUsd(): number | null {
    return smaller(this.#whole.leftUsd, this.#ownLeftUsd);
  }

  get #ownLeftUsd(): number {
    return Math.max(0, this.#capUsd - this.#spentUsd - this.#heldUsd);
  }

  /** A price that is unknown fits no bound in dollars. */
  reserve(facts: RequestFacts, deployment: Deployment): ReservedOrNot {
    const room = { tokens: null, usd: this.#ownLeftUsd };
    const own = reservationWithin(room, facts, deployment, this.#clock.now());
    if (own === null || own.usd === null) {
      const text = `What is left of this call's ${this.#capUsd} dollars does not pay for ${deployment.id}.`;
      return { ok: false, error: new AppError('budget_exceeded', text) };
    }
    const asked = own.clamped ? { ...facts, maxOutputTokens: own.replyTokens } : facts;
    const answer = this.#whole.reserve(asked, deployment);
    if (!answer.ok) return answer;
    const maxTokens = smaller(answer.budget.maxTokens, own.clamped ? own.replyTokens : null);
    return { ok: true, budget: this.#held(own.usd, answer.budget, maxTokens) };
  }

  #held(usd: number, inner: AttemptBudget, maxTokens: number | null): AttemptBudget {
    let open = true;
    this.#heldUsd += usd;
    const end = (spentUsd: number): boolean => {
      if (!open) return false;
      open = false;
      this.#heldUsd -= usd;
      this.#spentUsd += spentUsd;
      return true;
    };
    return {
      maxTokens,
      atMost: inner.atMost,
      settle: (record: AttemptRecord) => {
        if (end(record.cost_usd ?? usd)) inner.settle(record);
      },
      release: () => {
        if (end(0)) inner.release();
      },
    };
  }
}
