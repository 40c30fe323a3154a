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

/** Places, each with the number of its circle: two places with the same number lead to each other. */
export type Circles = ReadonlyMap<string, number>;

interface Visit {
  place: string;
  open: string[];
}

/**
 * Tarjan's strongly connected components, without recursion: linear in the references, so that a schema made to be slow
 * is not (Tarjan 1972, "Depth-first search and linear graph algorithms").
 */
export function findCircles(schema: Json, definitions: Json): Circles {
  const direct = new Map<string, ReadonlySet<string>>([[ROOT, referencesIn(schema)]]);
  for (const [name, definition] of Object.entries(definitions)) direct.set(name, referencesIn(definition));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const circles = new Map<string, number>();
  const waiting: string[] = [];
  const visits: Visit[] = [];
  const enter = (place: string): void => {
    order.set(place, order.size);
    lowest.set(place, order.size - 1);
    waiting.push(place);
    visits.push({ place, open: [...(direct.get(place) ?? [])] });
  };
  const lower = (place: string, to: number): void => {
    lowest.set(place, Math.min(lowest.get(place) as number, to));
  };
  const leave = (place: string): void => {
    if (lowest.get(place) !== order.get(place)) return;
    for (let member = waiting.pop(); member !== undefined; member = waiting.pop()) {
      circles.set(member, order.get(place) as number);
      if (member === place) return;
    }
  };
  for (const place of direct.keys()) {
    if (!order.has(place)) enter(place);
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const next = visit.open.pop();
      if (next === undefined) {
        visits.pop();
        leave(visit.place);
        const parent = visits.at(-1);
        if (parent !== undefined) lower(parent.place, lowest.get(visit.place) as number);
      } else if (!order.has(next)) enter(next);
      else if (!circles.has(next)) lower(visit.place, order.get(next) as number);
    }
  }
  return circles;
}
