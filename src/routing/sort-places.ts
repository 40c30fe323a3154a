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

/** Runs of this length are made by insertion and then merged. */
const RUN = 8;

/** The left one of the two runs that are merged. */
const spare: number[] = [];

/**
 * Sorts places by group, lowest first, within one by key, highest first, and within that by tie, lowest first. A merge
 * sort of our own that passes over what is in order, because the built-in one asks a function about every pair: that was
 * a third of a decision over 200 deployments.
 */
export function sortPlaces(list: number[], group: Uint8Array, key: Float64Array, tie: Int32Array): void {
  const { length } = list;
  for (let from = 0; from < length; from += RUN) {
    const to = Math.min(from + RUN, length);
    for (let next = from + 1; next < to; next += 1) {
      const entry = list[next] as number;
      let at = next;
      for (; at > from && comesFirst(entry, list[at - 1] as number, group, key, tie); at -= 1) {
        list[at] = list[at - 1] as number;
      }
      list[at] = entry;
    }
  }
  for (let run = RUN; run < length; run *= 2) {
    for (let from = 0; from + run < length; from += 2 * run) {
      mergeRuns(list, from, from + run, Math.min(from + 2 * run, length), group, key, tie);
    }
  }
}

function comesFirst(a: number, b: number, group: Uint8Array, key: Float64Array, tie: Int32Array): boolean {
  if (group[a] !== group[b]) return (group[a] as number) < (group[b] as number);
  if (key[a] !== key[b]) return (key[a] as number) > (key[b] as number);
  return (tie[a] as number) < (tie[b] as number);
}

function mergeRuns(
  list: number[],
  from: number,
  middle: number,
  to: number,
  group: Uint8Array,
  key: Float64Array,
  tie: Int32Array,
): void {
  if (comesFirst(list[middle - 1] as number, list[middle] as number, group, key, tie)) return;
  const length = middle - from;
  for (let at = 0; at < length; at += 1) spare[at] = list[from + at] as number;
  let left = 0;
  let right = middle;
  let into = from;
  for (; left < length && right < to; into += 1) {
    const a = spare[left] as number;
    const b = list[right] as number;
    if (comesFirst(b, a, group, key, tie)) {
      list[into] = b;
      right += 1;
    } else {
      list[into] = a;
      left += 1;
    }
  }
  for (; left < length; left += 1, into += 1) list[into] = spare[left] as number;
}
