const LINE_FEED = 0x0a;
const DEFAULT_CHUNK_BYTES = 1 << 18;

/** Fills `buffer` from `offset` on with up to `length` bytes that lie at `position`; returns how many, 0 at the end. */
export type ReadAt = (buffer: Uint8Array, offset: number, length: number, position: number) => number;

/** A cursor over lines that end in a line feed. Between calls of `next` the current line is `buffer[start, end)`. */
export interface LineReader {
  buffer: Buffer;
  start: number;
  /** Exclusive, without the line feed. */
  end: number;
  /** Where the line begins in the file. */
  offset: number;
  /** Moves to the next complete line; false when none is left before `limit`. */
  next(): boolean;
  /** Bytes after the last complete line: the beginning of a line that does not end. */
  remainder(): number;
}

/**
 * Reads lines without allocating for each: the caller looks at the bytes in place and copies what it keeps.
 * Memory is bounded by the longest line.
 */
export function createLineReader(
  readAt: ReadAt,
  from: number,
  limit: number = Number.POSITIVE_INFINITY,
  chunkBytes: number = DEFAULT_CHUNK_BYTES,
): LineReader {
  let filled = 0;
  let position = from;
  let nextStart = 0;

  /** Moves what is not yet consumed to the front and reads behind it; false when the file or the limit ends. */
  const refill = (): boolean => {
    const kept = filled - nextStart;
    if (kept > reader.buffer.length / 2) {
      const larger = Buffer.allocUnsafe(reader.buffer.length * 2);
      reader.buffer.copy(larger, 0, nextStart, filled);
      reader.buffer = larger;
    } else {
      reader.buffer.copyWithin(0, nextStart, filled);
    }
    reader.offset += nextStart - reader.start;
    nextStart = 0;
    reader.start = 0;
    filled = kept;
    const wanted = Math.min(reader.buffer.length - filled, limit - position);
    if (wanted <= 0) return false;
    const count = readAt(reader.buffer, filled, wanted, position);
    filled += count;
    position += count;
    return count > 0;
  };

  const reader: LineReader = {
    buffer: Buffer.allocUnsafe(chunkBytes),
    start: 0,
    end: 0,
    offset: from,
    next() {
      let searchFrom = nextStart;
      for (;;) {
        const found = searchFrom < filled ? reader.buffer.indexOf(LINE_FEED, searchFrom) : -1;
        if (found !== -1 && found < filled) {
          reader.offset += nextStart - reader.start;
          reader.start = nextStart;
          reader.end = found;
          nextStart = found + 1;
          return true;
        }
        const unsearched = filled - nextStart;
        if (!refill()) return false;
        searchFrom = unsearched;
      }
    },
    remainder: () => filled - nextStart,
  };
  return reader;
}
