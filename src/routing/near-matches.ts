import { nearestNames } from '../lib/edit-distance.ts';

/** Names are compared up to here: a model name is short, and an error must not cost what its author chooses. */
const MAX_CHARACTERS = 96;

const withoutMaker = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/**
 * Up to `limit` names that `asked` may have meant, nearest first: the same model under another maker or under none,
 * then slips of the hand in the whole name, then in the part after the maker.
 */
export function nearMatches(asked: string, names: Iterable<string>, limit: number): readonly string[] {
  const cut = asked.slice(0, MAX_CHARACTERS);
  const all = [...new Set(names)];
  const short = withoutMaker(cut).toLowerCase();
  const byShort = new Map<string, string[]>();
  for (const name of all) {
    const key = withoutMaker(name);
    const same = byShort.get(key);
    if (same === undefined) byShort.set(key, [name]);
    else same.push(name);
  }
  const found = new Set([
    ...all.filter((name) => withoutMaker(name).toLowerCase() === short),
    ...nearestNames(cut, all, limit),
    ...nearestNames(short, byShort.keys(), limit).flatMap((key) => byShort.get(key) ?? []),
  ]);
  return [...found].slice(0, limit);
}
