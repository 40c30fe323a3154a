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
/** Share of its time that this process is busy: from the first on more calls would only wait for it, the second is too much. */
const BUSY = 0.97;
const OVERWORKED = 0.995;

/**
 * Additive increase, multiplicative decrease, at least 1. Until it is first too much every answer earns one more place,
 * which doubles them each round; from then on a full round of answers does. `busyShare` is what this process has come to
 * since it was last asked, from 0 to 1, or null where that is too short ago: calls that only wait for us take memory, and
 * time from whatever else is served.
 */
export function createConcurrencyLimit(max: number, busyShare: () => number | null = () => null): ConcurrencyLimit {
  const listeners = new Set<() => void>();
  let limit = Math.min(START, max);
  let successes = 0;
  let taken = 0;
  let exploring = true;
  let busy = false;
  const look = (): void => {
    const share = busyShare();
    if (share === null) return;
    busy = share >= BUSY;
    if (share < OVERWORKED || limit <= START) return;
    exploring = false;
    limit = Math.max(START, limit - Math.ceil(limit / 8));
  };
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
      look();
      successes += 1;
      if (busy) return;
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
