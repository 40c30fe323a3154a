/**
 * Beginning a request, or reading its answer, takes a tenth of a millisecond or ten times that, where connections are new.
 * Twice this and the last one is what a turn may take: before sockets are looked at for the next time, and while they are.
 */
const LONGEST_MS = 8;

/**
 * Lets so many requests begin, and whole answers be read, in one turn of the event loop as take a few milliseconds, and the
 * rest in the next ones, in order of arrival. Hundreds whose last byte comes at once would else hold up every stream that
 * is under way.
 */
export class FairTurns {
  readonly #now: () => number;
  /** When this turn's first piece of work began; null: none has. */
  #sinceMs: number | null = null;
  #waiting: (() => void)[] = [];
  #next = 0;
  readonly #nextTurn = (): void => {
    this.#sinceMs = null;
    while (this.#next < this.#waiting.length && this.#hasTime()) {
      const work = this.#waiting[this.#next] as () => void;
      this.#next += 1;
      work();
    }
    if (this.#next < this.#waiting.length) return;
    this.#waiting = [];
    this.#next = 0;
  };

  /** @param now milliseconds of a clock that does not go back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Calls at once or in one of the next turns. `work` must not throw. */
  add(work: () => void): void {
    if (this.#waiting.length === 0 && this.#hasTime()) work();
    else this.#waiting.push(work);
  }

  /** Always for the first of a turn. */
  #hasTime(): boolean {
    const nowMs = this.#now();
    if (this.#sinceMs !== null) return nowMs - this.#sinceMs < LONGEST_MS;
    this.#sinceMs = nowMs;
    setImmediate(this.#nextTurn);
    return true;
  }
}
