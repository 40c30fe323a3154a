/** Candidates kept in all: some 300 bytes each, so that callers who name ever other models cannot fill the memory. */
const MOST_CANDIDATES = 2_000;
/** Longer keys are not kept, for the same reason: names are as long as a caller writes them. */
const LONGEST_KEY = 300;

/**
 * Lists that one request after the other asks for: of a model that is named, of the alternates beside it, of a row and
 * the deployment of a conversation. What deciding reads of a list is worked out once for the list, so a new one for
 * every request would cost more than the decision.
 */
export class RememberedLists<T extends { candidates: readonly unknown[] }> {
  readonly #lists = new Map<string, T>();
  #candidates = 0;

  of(key: string, make: () => T): T {
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (key.length > LONGEST_KEY) return made;
    if (this.#candidates + made.candidates.length >= MOST_CANDIDATES) {
      this.#lists.clear();
      this.#candidates = 0;
    }
    this.#lists.set(key, made);
    this.#candidates += made.candidates.length + 1;
    return made;
  }
}
