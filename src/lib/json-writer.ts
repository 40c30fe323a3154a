import { Buffer } from 'node:buffer';
import { joinInPieces } from './join-buffers.ts';

/** From here on writing a string takes a fraction of a millisecond and more. UTF-16 units. */
const LONG_STRING = 64 * 1024;
/** Written at once: some milliseconds, whatever is in it; halves of pairs take a hundred times as long as letters. */
const PIECE = 64 * 1024;

/** JSON texts of long strings, written before they were needed. */
export class WrittenStrings {
  /** Stands for them while the rest is written. Must be one that nobody who wrote the strings can know. */
  readonly holder: string;
  readonly #bytes = new Map<string, Buffer>();

  constructor(holder: string) {
    this.holder = holder;
  }

  get size(): number {
    return this.#bytes.size;
  }

  set(text: string, bytes: Buffer): void {
    this.#bytes.set(text, bytes);
  }

  get(text: string): Buffer | undefined {
    return this.#bytes.get(text);
  }

  has(text: string): boolean {
    return this.#bytes.has(text);
  }
}

/**
 * Writes the long strings in `root` ahead for `writeJson`: it yields wherever somebody else may have a turn. What is in it
 * is left as it is.
 */
export function* writeLongStrings(root: unknown, written: WrittenStrings): Generator<void, WrittenStrings> {
  for (const text of longStringsIn(root)) {
    if (!written.has(text)) written.set(text, yield* stringInPieces(text));
  }
  return written;
}

/** JSON.stringify(value) in UTF-8, with what was written before put in its place. `value` is an object or an array. */
export function writeJson(value: object, written: WrittenStrings | null): Buffer {
  if (written === null || written.size === 0) return Buffer.from(JSON.stringify(value), 'utf8');
  const { holder } = written;
  const held: Buffer[] = [];
  const text = JSON.stringify(value, (_name, member: unknown) => {
    const bytes = typeof member === 'string' && member.length >= LONG_STRING ? written.get(member) : undefined;
    if (bytes === undefined) return member;
    held.push(bytes);
    return holder;
  });
  const between = text.split(JSON.stringify(holder));
  // Somebody has guessed the holder: slowly, but right.
  if (between.length !== held.length + 1) return Buffer.from(JSON.stringify(value), 'utf8');
  const pieces = between.flatMap((part, index) => {
    const bytes = held[index];
    return bytes === undefined ? [Buffer.from(part, 'utf8')] : [Buffer.from(part, 'utf8'), bytes];
  });
  return Buffer.concat(pieces);
}

/** Without recursion: whoever made the value may have nested it deeper than a stack is. */
function longStringsIn(root: unknown): Set<string> {
  const found = new Set<string>();
  const open: unknown[] = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const value of Object.values(next as object)) {
      if (typeof value === 'string') {
        if (value.length >= LONG_STRING) found.add(value);
      } else if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  return found;
}

/** JSON.stringify of one string in UTF-8: it yields wherever somebody else may have a turn. */
export function* stringInPieces(text: string): Generator<void, Buffer> {
  const pieces: Buffer[] = [Buffer.from('"')];
  for (let start = 0; start < text.length; ) {
    const end = boundaryBefore(text, start + PIECE);
    const quoted = Buffer.from(JSON.stringify(text.slice(start, end)), 'utf8');
    pieces.push(quoted.subarray(1, -1));
    start = end;
    yield;
  }
  pieces.push(Buffer.from('"'));
  return yield* joinInPieces(pieces);
}

/** Not between the halves of a pair, which JSON.stringify would write as two escapes. */
function boundaryBefore(text: string, wanted: number): number {
  if (wanted >= text.length) return text.length;
  const before = text.charCodeAt(wanted - 1);
  return before >= 0xd800 && before <= 0xdbff ? wanted - 1 : wanted;
}
