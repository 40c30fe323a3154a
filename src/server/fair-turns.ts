/** Beginning one costs up to half a millisecond where its connections are new: together far less than 50 ms. */
const MOST_A_TURN = 16;

/**
 * Lets so many requests begin in one turn of the event loop and the rest in the next ones, in order of arrival. Hundreds
 * whose last byte comes at once would else hold up every stream that is under way.
 */
export class FairTurns {
  #begun = 0;
  #waiting: (() => void)[] = [];
  readonly #nextTurn = (): void => {
    this.#begun = 0;
    const some = this.#waiting.splice(0, MOST_A_TURN);
    for (const begin of some) this.#begin(begin);
  };

  /** Calls at once or in one of the next turns. `begin` must not throw. */
  add(begin: () => void): void {
    if (this.#begun < MOST_A_TURN && this.#waiting.length === 0) this.#begin(begin);
    else this.#waiting.push(begin);
  }

  #begin(begin: () => void): void {
    if (this.#begun === 0) setImmediate(this.#nextTurn);
    this.#begun += 1;
    begin();
  }
}
