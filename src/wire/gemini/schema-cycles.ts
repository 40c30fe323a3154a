import { isRecord, type Json } from '../members.ts';

/** The schema itself, as the name of a place that references can lead to; the other places are named by `$defs`. */
export const ROOT = '#';

/** The place that a reference leads to: `#/$defs/Node` and `#/definitions/Node` are `Node`. */
export function placeOf(reference: string): string {
  return reference === ROOT ? ROOT : reference.slice(reference.lastIndexOf('/') + 1);
}

function collect(schema: unknown, into: Set<string>): void {
  if (Array.isArray(schema)) for (const entry of schema) collect(entry, into);
  else if (isRecord(schema)) {
    if (typeof schema.$ref === 'string') into.add(placeOf(schema.$ref));
    for (const [name, value] of Object.entries(schema)) {
      if (name !== '$defs' && name !== 'definitions') collect(value, into);
    }
  }
}

/** Where a part of a schema leads by references of its own. */
export function referencesIn(schema: unknown): ReadonlySet<string> {
  const references = new Set<string>();
  collect(schema, references);
  return references;
}

/** For each place, the places that can be reached from it, itself only where it lies on a cycle. */
export function reachablePlaces(schema: Json, definitions: Json): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map<string, ReadonlySet<string>>([[ROOT, referencesIn(schema)]]);
  for (const [name, definition] of Object.entries(definitions)) direct.set(name, referencesIn(definition));
  const reachable = new Map<string, ReadonlySet<string>>();
  for (const place of direct.keys()) {
    const seen = new Set<string>();
    const open = [...(direct.get(place) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(direct.get(next) ?? []));
    }
    reachable.set(place, seen);
  }
  return reachable;
}
