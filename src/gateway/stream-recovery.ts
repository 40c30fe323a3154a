import type { Deployment } from '../contracts/deployment.ts';
import { type AppError, ERRORS } from '../contracts/errors.ts';
import type { Loss } from '../contracts/receipt.ts';
import type { Lane } from '../wire/dialect.ts';
import type { Attempt } from './attempt.ts';
import type { AttemptPlan } from './attempt-plan.ts';
import type { Way } from './continuation.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import type { PlannedCall } from './plan-walk.ts';
import type { RunningAttempts } from './running-attempts.ts';

/** What follows when a stream breaks after text of it was sent: by rule another deployment goes on, and no other way. */
export class StreamRecovery {
  readonly #parts: ExchangeParts;
  readonly #plan: AttemptPlan;
  readonly #attempts: RunningAttempts;
  /** Why the stream broke; null: it has not. */
  error: AppError | null = null;
  /** What the attempts that broke could not keep. */
  loss: readonly Loss[] = [];

  constructor(parts: ExchangeParts, plan: AttemptPlan, attempts: RunningAttempts) {
    this.#parts = parts;
    this.#plan = plan;
    this.#attempts = attempts;
  }

  /**
   * Takes over from an attempt that failed. `wasLead`: it broke under way, else it was to go on and could not. Returns
   * false where nobody can: then `error` is what the client must hear. Refusals of those that should go on are not it.
   */
  takeOver(attempt: Attempt, error: AppError, wasLead: boolean): boolean {
    const { continuation } = this.#parts;
    if (wasLead || this.error === null) this.error = error;
    if (continuation === null || ERRORS[this.error.code].retry === 'never' || !continuation.possible) return false;
    if (wasLead) this.loss = [...this.loss, ...attempt.loss];
    const isRefusal = !wasLead && error.code === 'upstream_refused_request';
    const way = isRefusal ? continuation.otherWay(attempt.deployment) : null;
    const { credential } = attempt.call;
    const again = way === null ? null : this.#plan.readmit(attempt.call, credential, continuation.text);
    return again === null ? this.#begin(this.#next(attempt), null, attempt) : this.#begin(again, way, attempt);
  }

  /** A model that was named may only be followed by another deployment of it. */
  #next({ deployment: { model } }: Attempt): PlannedCall | null {
    const { facts, continuation } = this.#parts;
    const isPinned = facts.model.kind !== 'auto';
    const accepts = (deployment: Deployment): boolean => !isPinned || deployment.model === model;
    return this.#plan.next(accepts, continuation?.text ?? null);
  }

  #begin(planned: PlannedCall | null, way: Way | null, broken: Attempt): boolean {
    const { continuation } = this.#parts;
    let first = way;
    for (let call = planned; call !== null && continuation !== null; call = this.#next(broken)) {
      const { deployment } = call;
      const chosen = first ?? continuation.firstWay(deployment);
      first = null;
      const laneFor = (): Lane => continuation.lane(deployment, chosen, this.#attempts.records);
      if (this.#attempts.begin(call, 'continuation', laneFor, continuation.text) === null) return true;
    }
    return false;
  }
}
