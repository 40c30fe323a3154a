/** How many calls may be under way to one deployment, by all runs together: grows while it answers, halves when overloaded. */
export interface ConcurrencyLimit {
  current(): number;
  /** Takes a place; false where none is free. */
  enter(): boolean;
  leave(): void;
  succeeded(): void;
  /** The deployment said that it is too much, or failed. */
  overloaded(): void;
  /** `listener` is called whenever a place may have become free. Returns what ends that. */
  onRoom(listener: () => void): () => void;
}

const START = 4;

/**
 * Additive increase, multiplicative decrease, at least 1. Until it is first too much every answer earns one more place,
 * which doubles them each round; from then on a full round of answers does.
 */
export function createConcurrencyLimit(max: number): ConcurrencyLimit {
  const listeners = new Set<() => void>();
  let limit = Math.min(START, max);
  let successes = 0;
  let taken = 0;
  let exploring = true;
  return {
    current: () => limit,
    enter() {
      if (taken >= limit) return false;
      taken += 1;
      return true;
    },
    leave() {
      taken -= 1;
      for (const listener of [...listeners]) listener();
    },
    succeeded() {
      successes += 1;
      if (!exploring && successes < limit) return;
      successes = 0;
      limit = Math.min(max, limit + 1);
    },
    overloaded() {
      exploring = false;
      successes = 0;
      limit = Math.max(1, Math.floor(limit / 2));
    },
    onRoom(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
