/** Moves an insertion sort may make for each entry before the built-in one is the better choice. */
const MOVES_EACH = 8;

/**
 * Sorts in place; fast where little is out of place, as with candidates that come by position and price. `compare` must
 * be a total order, so that it does not matter which of the two ways was taken.
 */
export function sortNearlySorted(list: number[], compare: (a: number, b: number) => number): void {
  let left = MOVES_EACH * list.length;
  for (let next = 1; next < list.length; next += 1) {
    const entry = list[next] as number;
    let at = next;
    for (; at > 0 && compare(list[at - 1] as number, entry) > 0; at -= 1) list[at] = list[at - 1] as number;
    list[at] = entry;
    left -= next - at;
    if (left < 0) {
      list.sort(compare);
      return;
    }
  }
}

/** Most buckets; one for each entry keeps most entries alone. */
const BUCKETS = 1_024;
const MOST_GROUPS = 8;

/** First place of each bucket while entries are dealt out, and the bucket of each entry. */
const starts = new Int32Array(BUCKETS + 1);
let bucketOf = new Uint16Array(64);
let dealt = new Int32Array(64);

/** Of each group: how many entries and buckets it has, and the first of the buckets. */
const sizes = new Int32Array(MOST_GROUPS);
const share = new Float64Array(MOST_GROUPS);
const base = new Int32Array(MOST_GROUPS);

/** What entries are sorted by: group, lowest first, then key, highest first, then `compare`, a total order. */
export interface SortColumns {
  /** Numbers below 8. */
  group: Uint8Array;
  /** Numbers or -Infinity. */
  key: Float64Array;
  compare: (a: number, b: number) => number;
}

/** The highest key, and the lowest that is not infinite. */
const range = { most: 0, least: 0 };

/** Finds the range, and how many there are of each group. */
function measure(list: readonly number[], from: number, { group, key }: SortColumns): void {
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  sizes.fill(0);
  for (let at = from; at < list.length; at += 1) {
    const entry = list[at] as number;
    const of = group[entry] as number;
    sizes[of] = (sizes[of] as number) + 1;
    const value = key[entry] as number;
    if (value === Number.NEGATIVE_INFINITY) continue;
    most = Math.max(most, value);
    least = Math.min(least, value);
  }
  range.most = most;
  range.least = least;
}

/** Gives as many buckets to a group as it has entries; how many are given. */
function shareBuckets(entries: number): number {
  const each = Math.min(1, (BUCKETS - MOST_GROUPS) / entries);
  let given = 0;
  for (let of = 0; of < MOST_GROUPS; of += 1) {
    const buckets = Math.ceil((sizes[of] as number) * each);
    base[of] = given;
    share[of] = buckets;
    given += buckets;
  }
  return given;
}

/** Puts entries in the order of their buckets. */
function deal(list: number[], from: number, { group, key }: SortColumns): void {
  const { length } = list;
  if (dealt.length < length) {
    dealt = new Int32Array(2 * length);
    bucketOf = new Uint16Array(2 * length);
  }
  const first = starts;
  const chosen = bucketOf;
  const order = dealt;
  const { most, least } = range;
  // Below 1, so that the lowest key falls into the last bucket of its group and not behind it.
  const scale = most > least ? (1 - 2 ** -40) / (most - least) : 0;
  const buckets = shareBuckets(length);
  first.fill(0, 0, buckets + 1);
  for (let at = from; at < length; at += 1) {
    const entry = list[at] as number;
    const of = group[entry] as number;
    const within = Math.min(1 - 2 ** -40, (most - (key[entry] as number)) * scale);
    // What is not a number, where all keys are alike or infinite, falls into the first.
    const bucket = (base[of] as number) + ((within * (share[of] as number)) | 0);
    chosen[at] = bucket;
    first[bucket + 1] = (first[bucket + 1] as number) + 1;
  }
  let before = 0;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    before += first[bucket] as number;
    first[bucket] = before;
  }
  for (let at = from; at < length; at += 1) {
    const bucket = chosen[at] as number;
    const place = first[bucket] as number;
    first[bucket] = place + 1;
    order[place] = list[at] as number;
  }
  for (let at = from; at < length; at += 1) list[at] = order[at - from] as number;
}

function isAfter(a: number, b: number, { key, compare }: SortColumns): boolean {
  const one = key[a] as number;
  const other = key[b] as number;
  return one < other || (one === other && compare(a, b) > 0);
}

/** Sorts a group that is nearly sorted. */
function finish(list: number[], from: number, to: number, columns: SortColumns): void {
  let left = MOVES_EACH * (to - from);
  for (let next = from + 1; next < to; next += 1) {
    const entry = list[next] as number;
    let at = next;
    for (; at > from && isAfter(list[at - 1] as number, entry, columns); at -= 1) list[at] = list[at - 1] as number;
    list[at] = entry;
    left -= next - at;
    if (left < 0) {
      const sorted = list.slice(from, to).sort((a, b) => (isAfter(a, b, columns) ? 1 : -1));
      for (const [place, one] of sorted.entries()) list[from + place] = one;
      return;
    }
  }
}

/**
 * Sorts in place from an index on. Dealing entries into buckets leaves little to compare: what comparisons cost is that a
 * processor guesses half of them wrong, and they were a third of a decision over 200 deployments.
 */
export function sortByGroup(list: number[], from: number, columns: SortColumns): void {
  measure(list, from, columns);
  deal(list, from, columns);
  let begin = from;
  for (const size of sizes) {
    finish(list, begin, begin + size, columns);
    begin += size;
  }
}
