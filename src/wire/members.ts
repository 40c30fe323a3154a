/** A JSON object as parsed. */
export type Json = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

export const booleanOrNull = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

const NOTHING: readonly unknown[] = Object.freeze([]);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : NOTHING);

/** What a table says of a name from outside, which may be one that every object answers to (`constructor`). */
export const entryOf = <Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/**
 * Adds the path of every member that is not among `known` to `unread`. A member that is null says nothing and is not
 * missed. `path` is the object's own, '' at the top, with list positions written `[]`.
 */
export function noteUnread(value: Json, known: ReadonlySet<string>, path: string, unread: Set<string>): void {
  for (const name in value) {
    if (known.has(name) || value[name] === null || value[name] === undefined) continue;
    unread.add(path === '' ? name : `${path}.${name}`);
  }
}

/** No answer nests so deeply; a hostile nesting would run out of stack. */
const MAX_DEPTH = 64;

/** Whether a value says anything: counts of 0, empty texts and lists, and objects of nothing else do not. */
export function isTold(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (depth === MAX_DEPTH) return true;
  for (const name in value) if (isTold((value as Json)[name], depth + 1)) return true;
  return false;
}

/** Whether any member that is not among `known` says anything. */
export function tellsMore(value: Json, known: ReadonlySet<string>): boolean {
  for (const name in value) if (!known.has(name) && isTold(value[name])) return true;
  return false;
}
