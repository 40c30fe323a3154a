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

/**
 * Joins a continuation to the text that was delivered, so that no character comes twice. What was delivered goes upstream
 * without the white space at its end, which some vendors refuse; where the continuation writes that again, it is left out.
 */
export class Seam {
  /** What the continuing model sees of the answer so far. */
  readonly prefix: string;
  readonly #tail: string;
  /** White space at the end of what was delivered that the continuation has not repeated yet. */
  #space: string;
  /** Text that may still turn out to be a repetition. */
  #pending = '';
  #joined: boolean;

  /** @param mayRepeat whether the model may take a run-up: after a question to go on, not after a prefill */
  constructor(delivered: string, mayRepeat: boolean) {
    this.prefix = delivered.trimEnd();
    this.#space = delivered.slice(this.prefix.length);
    this.#tail = delivered.slice(-LONGEST_OVERLAP);
    this.#joined = !mayRepeat;
  }

  /** The next text of the continuation; returns what the client gets of it now. */
  push(text: string): string {
    if (this.#joined) return this.#withoutSpace(text);
    this.#pending += text;
    // As long as it stands somewhere in what was said, it may become a repetition of the end.
    if (this.#pending.length < this.#tail.length && this.#tail.includes(this.#pending)) return '';
    return this.flush();
  }

  /** Nothing more will come: what was kept back is decided. */
  flush(): string {
    if (this.#joined) return '';
    this.#joined = true;
    const text = this.#pending;
    this.#pending = '';
    const repeated = this.#repeated(text);
    if (repeated > 0) {
      // The repetition ended where the delivered text ends, white space included.
      this.#space = '';
      return text.slice(repeated);
    }
    return this.#withoutSpace(text);
  }

  /** Length of the longest beginning of `text` with which the delivered text ends. */
  #repeated(text: string): number {
    for (let length = Math.min(text.length, this.#tail.length); length > 0; length -= 1) {
      const beginning = text.slice(0, length);
      if (this.#tail.endsWith(beginning)) return isRunUp(beginning) ? length : 0;
    }
    return 0;
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
