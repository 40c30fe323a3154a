/** Of one processor: below it a process has nothing to do but its timers. */
const QUIET_SHARE = 0.05;

/**
 * For work that holds the loop for long and that nobody waits for: called at every interval, it does the work once, at
 * the first call before which the process had next to nothing to do for a whole interval. Returns true when it is done.
 *
 * @param usedMs processor time of this process so far, milliseconds
 */
export function atQuietMoment(intervalMs: number, usedMs: () => number, work: () => void): () => boolean {
  let before = usedMs();
  let done = false;
  return () => {
    const now = usedMs();
    const isQuiet = now - before < intervalMs * QUIET_SHARE;
    before = now;
    if (isQuiet && !done) {
      done = true;
      work();
    }
    return done;
  };
}
