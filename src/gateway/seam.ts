/** How far back the beginning of a continuation is compared with what was delivered, UTF-16 units. */
const LONGEST_OVERLAP = 2_000;
/**
 * A repetition shorter than this, in UTF-8 bytes, or of fewer different letters, may well be meant: rows of a table,
 * laughter, a drawn line. Longer ones are a model that takes a run-up.
 */
const SHORTEST_OVERLAP_BYTES = 24;
const LEAST_LETTERS = 6;

const isRunUp = (text: string): boolean =>
  Buffer.byteLength(text) >= SHORTEST_OVERLAP_BYTES && new Set(text.match(/\p{L}/gu)).size >= LEAST_LETTERS;

/** What a client has of an answer, as one deployment may see it that goes on with it. */
export interface BegunText {
  /** What is shown. */
  readonly prefix: string;
  /** The same as the client reads it where the deployment says it again. */
  readonly said: string;
  /**
   * What the client has besides. White space may come again or not; what is more than that may not be shown, so the
   * deployment has to say it by itself or does not go on with this answer.
   */
  readonly unseen: string;
}

/** Without the white space at its end, which some vendors refuse. */
export function begunInClear(delivered: string): BegunText {
  const prefix = delivered.trimEnd();
  return { prefix, said: prefix, unseen: delivered.slice(prefix.length) };
}

/** Joins a continuation to the text that was delivered, so that no character comes twice and none is left out. */
export class Seam {
  /** The continuation goes on with something else: nothing of it may be delivered. */
  failed = false;
  readonly #tail: string;
  readonly #mayRepeat: boolean;
  /** What was delivered and not shown, and must come again. */
  readonly #owed: string;
  /** White space at the end of what was delivered that the continuation has not repeated yet. */
  #space: string;
  /** Text that may still turn out to be a repetition. */
  #pending = '';
  #joined: boolean;

  /** @param mayRepeat whether the model may take a run-up: after a question to go on, not after a prefill */
  constructor({ said, unseen }: BegunText, mayRepeat: boolean) {
    this.#mayRepeat = mayRepeat;
    this.#owed = unseen.trimStart();
    this.#space = this.#owed === '' ? unseen : '';
    this.#tail = (said + unseen).slice(-LONGEST_OVERLAP);
    this.#joined = !mayRepeat && this.#owed === '';
  }

  /** The next text of the continuation; returns what the client gets of it now. */
  push(text: string): string {
    if (this.failed) return '';
    if (this.#joined) return this.#withoutSpace(text);
    this.#pending += text;
    return this.#mayBecomeRepetition() ? '' : this.flush();
  }

  /** Nothing more will come: what was kept back is decided. */
  flush(): string {
    if (this.#joined || this.failed) return '';
    this.#joined = true;
    const text = this.#pending;
    this.#pending = '';
    if (this.#owed !== '') return this.#withoutOwed(text);
    const repeated = this.#runUp(text);
    if (repeated > 0) {
      // The repetition ended where the delivered text ends, white space included.
      this.#space = '';
      return text.slice(repeated);
    }
    return this.#withoutSpace(text);
  }

  #mayBecomeRepetition(): boolean {
    // As long as it stands somewhere in what was said, it may become a repetition of the end.
    if (this.#mayRepeat && this.#pending.length < this.#tail.length && this.#tail.includes(this.#pending)) return true;
    const begun = this.#pending.trimStart();
    return begun.length < this.#owed.length && this.#owed.startsWith(begun);
  }

  /** Length of the longest beginning of `text` with which the delivered text ends, where it is a run-up; else 0. */
  #runUp(text: string): number {
    if (!this.#mayRepeat) return 0;
    for (let length = Math.min(text.length, this.#tail.length); length > 0; length -= 1) {
      const beginning = text.slice(0, length);
      if (this.#tail.endsWith(beginning)) return isRunUp(beginning) ? length : 0;
    }
    return 0;
  }

  #withoutOwed(text: string): string {
    const repeated = this.#runUp(text);
    if (repeated >= this.#owed.length) return text.slice(repeated);
    const begun = text.trimStart();
    this.failed = !begun.startsWith(this.#owed);
    return this.failed ? '' : begun.slice(this.#owed.length);
  }

  #withoutSpace(text: string): string {
    if (this.#space === '' || text === '') return text;
    let same = 0;
    while (same < text.length && same < this.#space.length && text[same] === this.#space[same]) same += 1;
    // At the first difference the model has gone on; until then the next piece may still repeat the rest.
    this.#space = same === text.length ? this.#space.slice(same) : '';
    return text.slice(same);
  }
}
