/** Names are compared up to here: a model name is short, and an error must not cost what its author chooses. */
const MAX_CHARACTERS = 96;

/** Edit distance with transpositions of neighbours (optimal string alignment), over UTF-16 code units. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (previous[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (previous[column - 1] as number) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforePrevious[column - 2] as number) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] as number;
}

const withoutMaker = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** 0 for the same name under another maker or in another case, else the share of characters that differ. */
function distance(asked: string, name: string): number {
  const [a, b] = [asked.toLowerCase(), name.toLowerCase()];
  if (a === b || withoutMaker(a) === withoutMaker(b)) return 0;
  const [shortA, shortB] = [withoutMaker(a), withoutMaker(b)];
  return Math.min(
    editDistance(a, b) / Math.max(a.length, b.length),
    editDistance(shortA, shortB) / Math.max(shortA.length, shortB.length, 1),
  );
}

/** A third of the characters: `gpt5.5` and `gpt-5.4` suggest gpt-5.5, `llama` does not. */
const NEAR = 0.34;

/** Up to `limit` of `names` that resemble `asked`, nearest first, then by name. */
export function nearMatches(asked: string, names: Iterable<string>, limit: number): readonly string[] {
  const cut = asked.slice(0, MAX_CHARACTERS);
  const near: { name: string; distance: number }[] = [];
  for (const name of new Set(names)) {
    const apart = distance(cut, name.slice(0, MAX_CHARACTERS));
    if (apart <= NEAR) near.push({ name, distance: apart });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return near.slice(0, limit).map(({ name }) => name);
}
