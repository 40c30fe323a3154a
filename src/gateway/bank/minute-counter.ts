const STEP_MS = 1_000;
/** One more than a minute's, so that no 60 seconds ever hold more than was let through, wherever they begin. */
const STEPS = 61;

/** Units of the last 60 to 61 seconds. Times are of a clock that does not go back. */
export class MinuteCounter {
  readonly #units = new Float64Array(STEPS);
  #total = 0;
  #latestStep = Number.NEGATIVE_INFINITY;

  total(nowMs: number): number {
    this.#advance(nowMs);
    return this.#total;
  }

  /** Adds units at `atMs`, which may lie in the past: then they leave sooner, or are gone already. May be negative. */
  add(units: number, atMs: number, nowMs: number): void {
    this.#advance(nowMs);
    const step = Math.min(Math.floor(atMs / STEP_MS), this.#latestStep);
    if (step <= this.#latestStep - STEPS) return;
    const slot = slotOf(step);
    this.#units[slot] = (this.#units[slot] as number) + units;
    this.#total += units;
  }

  /** Milliseconds until no more than `most` units are left. */
  waitMs(most: number, nowMs: number): number {
    this.#advance(nowMs);
    let left = this.#total;
    for (let age = STEPS - 1; age >= 0 && left > most; age -= 1) {
      const step = this.#latestStep - age;
      left -= this.#units[slotOf(step)] as number;
      if (left <= most) return (step + STEPS) * STEP_MS - nowMs;
    }
    return 0;
  }

  #advance(nowMs: number): void {
    const step = Math.floor(nowMs / STEP_MS);
    if (step <= this.#latestStep) return;
    if (step - this.#latestStep >= STEPS) {
      this.#units.fill(0);
      this.#total = 0;
    } else {
      for (let late = this.#latestStep + 1; late <= step; late += 1) {
        const slot = slotOf(late);
        this.#total -= this.#units[slot] as number;
        this.#units[slot] = 0;
      }
    }
    this.#latestStep = step;
  }
}

const slotOf = (step: number): number => ((step % STEPS) + STEPS) % STEPS;
