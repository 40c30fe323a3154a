import { CALL_FAILURES, type CallFailure, type CallOutcome } from './call-outcome.ts';

/** Calls inside the window, and how many failed in which way. */
export interface OutcomeTotals {
  calls: number;
  errors: number;
  failures: Readonly<Record<CallFailure, number>>;
}

const KINDS = 1 + CALL_FAILURES.length;
const kindOf = new Map<CallOutcome, number>([
  ['ok', 0],
  ...CALL_FAILURES.map((failure, index): [CallOutcome, number] => [failure, index + 1]),
]);

/**
 * Calls by outcome over the last `windowMs`, in `steps` sub-windows that leave one at a time, so that what is counted
 * reaches back between `windowMs - windowMs / steps` and `windowMs`. Constant memory. Times are of a clock that does
 * not go back; one before the latest seen counts as the latest.
 */
export class OutcomeWindow {
  readonly #stepMs: number;
  readonly #steps: number;
  /** KINDS counters a step, one step after the other. */
  readonly #counts: Uint32Array;
  readonly #totals = new Float64Array(KINDS);
  #latestStep = Number.NEGATIVE_INFINITY;
  /** Of the latest step: the remainder of a division of doubles costs more than all else here. */
  #latestSlot = 0;

  constructor(windowMs: number, steps: number) {
    this.#stepMs = windowMs / steps;
    this.#steps = steps;
    this.#counts = new Uint32Array(steps * KINDS);
  }

  record(nowMs: number, outcome: CallOutcome): void {
    const kind = kindOf.get(outcome) as number;
    const at = this.#advance(nowMs) * KINDS + kind;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#totals[kind] = (this.#totals[kind] as number) + 1;
  }

  totals(nowMs: number): OutcomeTotals {
    this.#advance(nowMs);
    const failures: Partial<Record<CallFailure, number>> = {};
    let errors = 0;
    for (const [index, failure] of CALL_FAILURES.entries()) {
      const count = this.#totals[index + 1] as number;
      failures[failure] = count;
      errors += count;
    }
    const calls = errors + (this.#totals[0] as number);
    return { calls, errors, failures: failures as Record<CallFailure, number> };
  }

  #advance(nowMs: number): number {
    const step = Math.floor(nowMs / this.#stepMs);
    if (step > this.#latestStep) this.#moveTo(step);
    return this.#latestSlot;
  }

  #moveTo(step: number): void {
    const stale = Math.min(step - this.#latestStep, this.#steps);
    for (let age = 0; age < stale; age += 1) this.#clear(step - age);
    this.#latestStep = step;
    this.#latestSlot = this.#slot(step);
  }

  #clear(step: number): void {
    const start = this.#slot(step) * KINDS;
    for (let kind = 0; kind < KINDS; kind += 1) {
      this.#totals[kind] = (this.#totals[kind] as number) - (this.#counts[start + kind] as number);
      this.#counts[start + kind] = 0;
    }
  }

  #slot(step: number): number {
    const slot = step % this.#steps;
    return slot < 0 ? slot + this.#steps : slot;
  }
}
