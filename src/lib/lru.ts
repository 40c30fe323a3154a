/** A map that holds at most a fixed number of entries. */
export interface Lru<Key, Value> {
  /** The entry's value, which makes it the most recently used; undefined when there is none. */
  get(key: Key): Value | undefined;
  /** Adds or replaces an entry and makes it the most recently used. Beyond the capacity the least recent one goes. */
  set(key: Key, value: Value): void;
  /** Whether there is such an entry. Does not count as use. */
  has(key: Key): boolean;
  /** Removes an entry; whether there was one. */
  delete(key: Key): boolean;
  clear(): void;
  readonly size: number;
}

/**
 * A map bounded to `capacity` entries that forgets the least recently used first. Every operation takes constant time.
 * `onEvict` is called for entries that had to make room, not for those deleted, replaced or cleared.
 * Throws RangeError unless `capacity` is a positive integer.
 */
export function createLru<Key, Value>(capacity: number, onEvict?: (key: Key, value: Value) => void): Lru<Key, Value> {
  if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError('The capacity must be a positive integer');
  return new MapLru(capacity, onEvict);
}

/** A Map iterates in order of insertion, so an entry is moved to the recent end by inserting it again. */
class MapLru<Key, Value> implements Lru<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #capacity: number;
  readonly #onEvict: ((key: Key, value: Value) => void) | undefined;

  constructor(capacity: number, onEvict: ((key: Key, value: Value) => void) | undefined) {
    this.#capacity = capacity;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined && !this.#entries.has(key)) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value as Value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) this.#evict();
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  #evict(): void {
    for (const [key, value] of this.#entries) {
      this.#entries.delete(key);
      this.#onEvict?.(key, value);
      return;
    }
  }
}
