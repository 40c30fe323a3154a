/** Two held against each other: the one that goes on. `pairs`: of this round, how many are to begin, this one included. */
export type Match<Item> = (a: Item, b: Item, pairs: number) => Promise<Item>;

/**
 * A knock-out that every candidate takes part in: n - 1 matches at most, those of one round at the same time. An odd one
 * waits for the next round, another one each time. @param until how many may be left in the end, at least 1
 * @returns those that are left, the order of the draw
 */
export async function tournament<Item>(candidates: readonly Item[], match: Match<Item>, until = 1): Promise<Item[]> {
  let left = [...candidates];
  while (left.length > until) {
    const matches = Math.min(Math.floor(left.length / 2), left.length - until);
    const waiting = left.slice(2 * matches);
    const round = Array.from({ length: matches }, (_, index) =>
      match(left[2 * index] as Item, left[2 * index + 1] as Item, matches - index),
    );
    left = [...waiting, ...(await Promise.all(round))];
  }
  return left;
}
