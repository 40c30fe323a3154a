/**
 * For long work in a thread that shares its core with another: the function that is returned is called within the work as
 * often as may be, and rests as soon as a piece has taken its time. Niceness alone decides who begins, not for how long: the
 * scheduler of Linux lets a thread that it has woken work for some milliseconds, whoever waits.
 * @param pieceMs longest piece without a rest, milliseconds of `now`
 * @param rest blocks this thread for a moment
 */
export function inPieces(pieceMs: number, now: () => number, rest: () => void): () => void {
  let since = now();
  return () => {
    if (now() - since < pieceMs) return;
    rest();
    since = now();
  };
}
