/** Units of the longest text that has room: more than both windows of a turn, and what NFKC may make of an earlier turn. */
const ROOM = 8_192;

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const units = new Uint16Array(ROOM);
const bytes = Buffer.from(units.buffer);

/** What `copyUnits` copied last. Modules with loops over it keep it under a name of their own, see feature-slots.ts. */
export const UNITS: Uint16Array = units;
export const MOST_UNITS: number = ROOM;

/**
 * Copies the UTF-16 code units of a text, at most MOST_UNITS of them, into UNITS; how many. A string may be one of several
 * kinds in memory, which `charCodeAt` finds out for every unit; copied at once and read as numbers, a text takes a quarter
 * of the time, however often it is read.
 */
export function copyUnits(text: string): number {
  const length = Math.min(text.length, ROOM);
  if (isLittleEndian) bytes.write(text, 'utf16le');
  else for (let i = 0; i < length; i += 1) units[i] = text.charCodeAt(i);
  return length;
}
