/**
 * Number of insertions, deletions, replacements and swaps of neighbours that turn one string into the other
 * (optimal string alignment). Gives up and returns `limit + 1` once the distance must exceed `limit`.
 */
export function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforePrevious = new Uint32Array(right.length + 1);
  let previous = new Uint32Array(right.length + 1).map((_, column) => column);
  let current = new Uint32Array(right.length + 1);
  for (let row = 1; row <= left.length; row++) {
    const rowMinimum = fillRow(left, right, row, beforePrevious, previous, current);
    if (rowMinimum > limit) return limit + 1;
    const free = beforePrevious;
    beforePrevious = previous;
    previous = current;
    current = free;
  }
  return Math.min(previous[right.length] as number, limit + 1);
}

/** Fills `current` with the distances of `left`'s first `row` characters; returns the smallest. */
function fillRow(
  left: string,
  right: string,
  row: number,
  beforePrevious: Uint32Array,
  previous: Uint32Array,
  current: Uint32Array,
): number {
  current[0] = row;
  let minimum = row;
  for (let column = 1; column <= right.length; column++) {
    const same = left.charCodeAt(row - 1) === right.charCodeAt(column - 1);
    let distance = Math.min(
      (previous[column] as number) + 1,
      (current[column - 1] as number) + 1,
      (previous[column - 1] as number) + (same ? 0 : 1),
    );
    const swapped =
      row > 1 &&
      column > 1 &&
      left.charCodeAt(row - 1) === right.charCodeAt(column - 2) &&
      left.charCodeAt(row - 2) === right.charCodeAt(column - 1);
    if (swapped) distance = Math.min(distance, (beforePrevious[column - 2] as number) + 1);
    current[column] = distance;
    if (distance < minimum) minimum = distance;
  }
  return minimum;
}

/** Longer than any name in this program: a caller's text of megabytes must not be compared with anything. */
const MAX_NAME_LENGTH = 128;

/**
 * The candidates nearest to `name`, nearest first, at most `limit`; only those close enough to be a slip of the hand.
 * Case and punctuation count least: `baseUrl` is nearest to `base_url`, `glm-52` to `glm-5.2`.
 */
export function nearestNames(name: string, candidates: Iterable<string>, limit: number): string[] {
  if (name.length > MAX_NAME_LENGTH) return [];
  const wanted = name.toLowerCase();
  const wantedLetters = lettersOf(wanted);
  const tolerance = Math.max(2, Math.floor(wanted.length / 3));
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    const sameLetters = lettersOf(lower) === wantedLetters;
    const distance = sameLetters ? 0 : editDistance(wanted, lower, tolerance);
    if (distance <= tolerance) scored.push({ candidate, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, limit).map(({ candidate }) => candidate);
}

function lettersOf(name: string): string {
  return name.replace(/[-_. ]/g, '');
}
