/** How many calls may be under way to one deployment: grows while it answers, halves when it is overloaded. */
export interface ConcurrencyLimit {
  current(): number;
  succeeded(): void;
  /** The deployment said that it is too much, or failed. */
  overloaded(): void;
}

const START = 4;

/** Additive increase, multiplicative decrease, at least 1. One full round of successes earns one more. */
export function createConcurrencyLimit(max: number): ConcurrencyLimit {
  let limit = Math.min(START, max);
  let successes = 0;
  return {
    current: () => limit,
    succeeded() {
      successes += 1;
      if (successes < limit) return;
      successes = 0;
      limit = Math.min(max, limit + 1);
    },
    overloaded() {
      successes = 0;
      limit = Math.max(1, Math.floor(limit / 2));
    },
  };
}
