/**
 * Number of insertions, deletions, replacements and swaps of neighbours that turn one string into the other
 * (optimal string alignment). Gives up and returns `limit + 1` once the distance must exceed `limit`.
 */
export function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let rowMinimum = row;
    for (let column = 1; column <= right.length; column++) {
      const distance = cellDistance(left, right, row, column, { beforePrevious, previous, current });
      current.push(distance);
      if (distance < rowMinimum) rowMinimum = distance;
    }
    if (rowMinimum > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(previous[right.length] as number, limit + 1);
}

interface Rows {
  beforePrevious: readonly number[];
  previous: readonly number[];
  current: readonly number[];
}

function cellDistance(left: string, right: string, row: number, column: number, rows: Rows): number {
  const same = left[row - 1] === right[column - 1];
  let distance = Math.min(
    (rows.previous[column] as number) + 1,
    (rows.current[column - 1] as number) + 1,
    (rows.previous[column - 1] as number) + (same ? 0 : 1),
  );
  const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
  if (swapped) distance = Math.min(distance, (rows.beforePrevious[column - 2] as number) + 1);
  return distance;
}

/**
 * The candidates nearest to `name`, nearest first, at most `limit`; only those close enough to be a slip of the hand.
 * Case and punctuation count least: `baseUrl` is nearest to `base_url`, `glm-52` to `glm-5.2`.
 */
export function nearestNames(name: string, candidates: Iterable<string>, limit: number): string[] {
  const wanted = name.toLowerCase();
  const tolerance = Math.max(2, Math.floor(wanted.length / 3));
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const sameLetters = lettersOf(candidate) === lettersOf(name);
    const distance = sameLetters ? 0 : editDistance(wanted, candidate.toLowerCase(), tolerance);
    if (distance <= tolerance) scored.push({ candidate, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, limit).map(({ candidate }) => candidate);
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[-_. ]/g, '');
}
