/** What happened inside the window. */
export interface WindowTotals {
  calls: number;
  errors: number;
}

/**
 * Counts calls and errors over the last `windowMs`, in `steps` sub-windows that leave one at a time: what is counted
 * reaches back between `windowMs - windowMs / steps` and `windowMs`. Constant memory, and constant time but for clearing
 * at most `steps` counters after a pause.
 *
 * Times are milliseconds of any clock and come in as arguments. A time before the latest one seen counts as the latest,
 * so that a clock set back neither loses calls nor brings old ones back.
 */
export class SlidingWindow {
  readonly #stepMs: number;
  readonly #steps: number;
  readonly #calls: Uint32Array;
  readonly #errors: Uint32Array;
  #latestStep = Number.NEGATIVE_INFINITY;
  /** Of the latest step: the remainder of a division of doubles costs more than all else here. */
  #latestSlot = 0;
  #totalCalls = 0;
  #totalErrors = 0;

  /** Throws RangeError unless `windowMs` is positive and `steps` a positive integer. */
  constructor(windowMs: number, steps: number) {
    if (!(windowMs > 0 && Number.isFinite(windowMs))) throw new RangeError('A window must be longer than 0 ms');
    if (!Number.isSafeInteger(steps) || steps < 1) throw new RangeError('A window needs at least one step');
    this.#stepMs = windowMs / steps;
    this.#steps = steps;
    this.#calls = new Uint32Array(steps);
    this.#errors = new Uint32Array(steps);
  }

  /** Counts one call at `nowMs`, as an error unless `ok`. */
  record(nowMs: number, ok: boolean): void {
    const slot = this.#advance(nowMs);
    this.#calls[slot] = (this.#calls[slot] as number) + 1;
    this.#totalCalls++;
    if (ok) return;
    this.#errors[slot] = (this.#errors[slot] as number) + 1;
    this.#totalErrors++;
  }

  /** What the window holds at `nowMs`. */
  totals(nowMs: number): WindowTotals {
    this.#advance(nowMs);
    return { calls: this.#totalCalls, errors: this.#totalErrors };
  }

  /** Forgets everything, the latest time too. */
  reset(): void {
    this.#calls.fill(0);
    this.#errors.fill(0);
    this.#totalCalls = 0;
    this.#totalErrors = 0;
    this.#latestStep = Number.NEGATIVE_INFINITY;
    this.#latestSlot = 0;
  }

  /** Clears the steps that have left the window and returns the slot of the current one. */
  #advance(nowMs: number): number {
    const step = Math.floor(nowMs / this.#stepMs);
    if (step > this.#latestStep) this.#moveTo(step);
    return this.#latestSlot;
  }

  #moveTo(step: number): void {
    const stale = Math.min(step - this.#latestStep, this.#steps);
    for (let age = 0; age < stale; age++) this.#clear(this.#slot(step - age));
    this.#latestStep = step;
    this.#latestSlot = this.#slot(step);
  }

  #slot(step: number): number {
    const slot = step % this.#steps;
    return slot < 0 ? slot + this.#steps : slot;
  }

  #clear(slot: number): void {
    this.#totalCalls -= this.#calls[slot] as number;
    this.#totalErrors -= this.#errors[slot] as number;
    this.#calls[slot] = 0;
    this.#errors[slot] = 0;
  }
}
