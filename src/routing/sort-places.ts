type Compare = (a: number, b: number) => number;

/** Moves an insertion sort may make for each entry before the built-in one is the better choice. */
const MOVES_EACH = 8;

/**
 * Sorts in place; fast where little is out of place, as with candidates that come by position and price. `compare` must
 * be a total order, so that it does not matter which of the two ways was taken.
 */
export function sortNearlySorted(list: number[], compare: Compare): void {
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

let other: number[] = [];

function insertRun(list: number[], keys: Float64Array, from: number, to: number): void {
  for (let next = from + 1; next < to; next += 1) {
    const entry = list[next] as number;
    const key = keys[entry] as number;
    let at = next;
    for (; at > from && (keys[list[at - 1] as number] as number) < key; at -= 1) list[at] = list[at - 1] as number;
    list[at] = entry;
  }
}

/** Merges two runs side by side; the first wins among equals. */
function merge(list: number[], into: number[], keys: Float64Array, from: number, middle: number, to: number): void {
  let left = from;
  let right = middle;
  for (let at = from; at < to; at += 1) {
    const takeLeft =
      right >= to ||
      (left < middle && (keys[list[left] as number] as number) >= (keys[list[right] as number] as number));
    into[at] = list[takeLeft ? left++ : right++] as number;
  }
}

/**
 * Sorts in place by key, highest first; equals keep their order. A merge sort of our own, because the built-in one asks a
 * function about every pair: a third of a decision over 200 deployments.
 */
export function sortByKey(list: number[], keys: Float64Array): void {
  const { length } = list;
  for (let from = 0; from < length; from += RUN) insertRun(list, keys, from, Math.min(from + RUN, length));
  let one = list;
  let two = other;
  for (let run = RUN; run < length; run *= 2) {
    for (let from = 0; from < length; from += 2 * run) {
      merge(one, two, keys, from, Math.min(from + run, length), Math.min(from + 2 * run, length));
    }
    [one, two] = [two, one];
  }
  if (one !== list) for (let at = 0; at < length; at += 1) list[at] = one[at] as number;
  other = one === list ? two : one;
}
