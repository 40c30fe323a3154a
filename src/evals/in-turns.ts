import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that waits for nothing would hold up whatever else this process does: traffic, when it is a server. */
const MOST_MS_AT_ONCE = 10;

/** What long work awaits between its steps: others have their turn where it has been at work for some milliseconds. */
export function createTurns(): () => Promise<void> {
  let until = performance.now() + MOST_MS_AT_ONCE;
  return async () => {
    if (performance.now() < until) return;
    await nextTurn();
    until = performance.now() + MOST_MS_AT_ONCE;
  };
}

/** All of `items`, which are made one after the other. */
export async function gatherInTurns<Item>(items: Iterable<Item>): Promise<Item[]> {
  const turn = createTurns();
  const gathered: Item[] = [];
  for (const item of items) {
    gathered.push(item);
    await turn();
  }
  return gathered;
}
