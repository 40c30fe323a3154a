/** Where two JSON values differ first, and what stands there; undefined: nothing does. */
export interface Difference {
  /** `plan.0.deployment`; empty: the values themselves. */
  path: string;
  a: unknown;
  b: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The first place, in the order of `a`'s members and then of `b`'s, where two JSON values differ; null: nowhere. */
export function firstDifference(a: unknown, b: unknown, path = ''): Difference | null {
  if (Object.is(a, b)) return null;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return { path, a, b };
  for (const member of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a[member], b[member], path === '' ? member : `${path}.${member}`);
    if (found !== null) return found;
  }
  return null;
}
