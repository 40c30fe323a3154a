import { Buffer } from 'node:buffer';

/** Copied at once: under a millisecond, and with memory that is touched for the first time a few. */
const PIECE_BYTES = 1024 * 1024;

/** Buffer.concat of many megabytes: it yields wherever somebody else may have a turn. */
export function* joinInPieces(buffers: readonly Buffer[]): Generator<void, Buffer> {
  const joined = Buffer.allocUnsafe(buffers.reduce((length, buffer) => length + buffer.length, 0));
  let written = 0;
  let sinceTurn = 0;
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.length; ) {
      const size = buffer.copy(joined, written, at, Math.min(buffer.length, at + PIECE_BYTES - sinceTurn));
      at += size;
      written += size;
      sinceTurn += size;
      if (sinceTurn < PIECE_BYTES) continue;
      sinceTurn = 0;
      yield;
    }
  }
  return joined;
}
