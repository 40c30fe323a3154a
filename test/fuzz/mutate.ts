import type { SeededRandom } from '../../src/lib/seeded-random.ts';

/** Values that readers have stumbled over somewhere: every type, and texts at the edges of encodings. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e21,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  'null',
  '{',
  '{}',
  '{"a":',
  '\ud83d',
  '\u0000',
  '\u2028',
  'data: [DONE]\n\n',
  'data:image/png;base64,',
  'data:,',
  '__proto__',
  'call_1__al1_AAAA',
  'x'.repeat(300),
  [],
  {},
  [null],
  [[]],
  { type: 'text' },
  { type: 'novel', value: 1 },
  { role: 'user' },
];

function pick<T>(random: SeededRandom, list: readonly T[]): T {
  return list[random.integer(list.length)] as T;
}

interface Place {
  holder: Record<string, unknown> | unknown[];
  key: string | number;
}

/** Every place of a value, found without recursion so that deep values do no harm. */
function placesOf(root: Record<string, unknown>): Place[] {
  const places: Place[] = [];
  const open: (Record<string, unknown> | unknown[])[] = [root];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    const keys: (string | number)[] = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
    for (const key of keys) {
      places.push({ holder, key });
      const value = (holder as Record<string | number, unknown>)[key];
      if (typeof value === 'object' && value !== null) open.push(value as Record<string, unknown>);
    }
  }
  return places;
}

function changePlace({ holder, key }: Place, places: readonly Place[], random: SeededRandom): void {
  const values = holder as Record<string | number, unknown>;
  const other = pick(random, places);
  const theirs = (other.holder as Record<string | number, unknown>)[other.key];
  switch (random.integer(5)) {
    case 0:
      values[key] = structuredClone(pick(random, ODD_VALUES));
      break;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 2:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(values[key]));
      else holder[`${key}x`] = structuredClone(values[key]);
      break;
    case 3:
      values[key] = structuredClone(theirs);
      break;
    default:
      if (Array.isArray(holder)) holder.splice(0, holder.length, ...random.shuffle(holder));
      else values[key] = [structuredClone(values[key])];
  }
}

/** A copy of a JSON value with some of its values replaced, removed, repeated, moved or wrapped. */
export function mutateJson<T>(value: T, random: SeededRandom): T {
  const root = { value: structuredClone(value) } as { value: T };
  const changes = random.integer(4);
  for (let i = 0; i < changes; i += 1) {
    const places = placesOf(root);
    // The value itself may have been taken away.
    if (places.length === 0) break;
    changePlace(pick(random, places), places, random);
  }
  return root.value as T;
}

/** A copy of some bytes with some cut out, repeated or changed. */
export function mutateBytes(bytes: Buffer, random: SeededRandom): Buffer {
  let changed = Buffer.from(bytes);
  const changes = random.integer(4);
  for (let i = 0; i < changes && changed.length > 1; i += 1) {
    const at = random.integer(changed.length);
    const end = Math.min(changed.length, at + 1 + random.integer(40));
    switch (random.integer(4)) {
      case 0:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(end)]);
        break;
      case 1:
        changed = Buffer.concat([changed.subarray(0, end), changed.subarray(at)]);
        break;
      case 2:
        changed[at] = random.integer(256);
        break;
      default:
        changed = changed.subarray(0, end);
    }
  }
  return changed;
}

/** The bytes in pieces of any size. */
export function cutBytes(bytes: Buffer, random: SeededRandom): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.integer(random.integer(4) === 0 ? 3 : 200);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
