import { createTurns } from './in-turns.ts';

/**
 * Results in the order of the items, at most `parallel` at work at once. The first failure ends it. Lets others have
 * their turn between items.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const turn = createTurns();
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const place = next;
      next += 1;
      results[place] = await work(items[place] as Item);
      await turn();
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
  return results;
}
