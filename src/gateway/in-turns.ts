import { setImmediate as turn } from 'node:timers/promises';

/** Does work that yields piece by piece, each in a turn of the event loop of its own. */
export async function inTurns<T>(pieces: Generator<void, T>): Promise<T> {
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
    await turn();
  }
}
