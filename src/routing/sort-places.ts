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

/** Most buckets that a sort by key uses; two for each entry keep most entries alone. */
const BUCKETS = 1_024;

/** First place of each bucket while entries are dealt out. */
const starts = new Int32Array(BUCKETS + 1);
let dealt = new Int32Array(64);

/** Puts entries in the order of their buckets, highest keys first; those of one bucket keep their order. */
function deal(list: number[], keys: Float64Array, most: number, least: number): void {
  if (dealt.length < list.length) dealt = new Int32Array(2 * list.length);
  const buckets = Math.min(BUCKETS, 2 * list.length);
  const scale = (buckets - 1) / (most - least);
  starts.fill(0, 0, buckets + 1);
  for (const entry of list) {
    const bucket = Math.min(buckets - 1, (most - (keys[entry] as number)) * scale) | 0;
    starts[bucket + 1] = (starts[bucket + 1] as number) + 1;
  }
  for (let bucket = 1; bucket < buckets; bucket += 1) {
    starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number);
  }
  for (const entry of list) {
    const bucket = Math.min(buckets - 1, (most - (keys[entry] as number)) * scale) | 0;
    const at = starts[bucket] as number;
    starts[bucket] = at + 1;
    dealt[at] = entry;
  }
  for (let at = 0; at < list.length; at += 1) list[at] = dealt[at] as number;
}

/** Sorts what is nearly sorted; equals keep their order. */
function finish(list: number[], keys: Float64Array): void {
  let left = MOVES_EACH * list.length;
  for (let next = 1; next < list.length; next += 1) {
    const entry = list[next] as number;
    const key = keys[entry] as number;
    let at = next;
    for (; at > 0 && (keys[list[at - 1] as number] as number) < key; at -= 1) list[at] = list[at - 1] as number;
    list[at] = entry;
    left -= next - at;
    if (left < 0) break;
  }
  if (left >= 0) return;
  const keyOf = (entry: number): number => keys[entry] as number;
  list.sort((a, b) => (keyOf(a) === keyOf(b) ? 0 : keyOf(b) > keyOf(a) ? 1 : -1));
}

/**
 * Sorts in place by key, highest first; equals keep their order. Keys are numbers or -Infinity. Dealing entries into
 * buckets leaves little to compare: what comparisons cost is that a processor guesses half of them wrong, and they were
 * a third of a decision over 200 deployments.
 */
export function sortByKey(list: number[], keys: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (const entry of list) {
    const key = keys[entry] as number;
    if (key === Number.NEGATIVE_INFINITY) continue;
    most = Math.max(most, key);
    least = Math.min(least, key);
  }
  if (most > least) deal(list, keys, most, least);
  finish(list, keys);
}
