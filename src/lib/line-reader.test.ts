import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineReader, type ReadAt } from './line-reader.ts';

const readingFrom =
  (bytes: Buffer, atMost: number): ReadAt =>
  (buffer, offset, length, position) => {
    const end = Math.min(bytes.length, position + Math.min(length, atMost));
    return position >= end ? 0 : bytes.copy(buffer, offset, position, end);
  };

function linesOf(bytes: Buffer, from: number, limit: number, chunkBytes: number, atMost: number) {
  const reader = createLineReader(readingFrom(bytes, atMost), from, limit, chunkBytes);
  const lines: { text: string; offset: number }[] = [];
  while (reader.next()) {
    lines.push({ text: reader.buffer.toString('utf8', reader.start, reader.end), offset: reader.offset });
  }
  return { lines, remainder: reader.remainder() };
}

describe('line reader', () => {
  it('gives every complete line with its offset and counts what is left, however the reads are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replaceAll('\n', ' '))),
        fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', ' ')),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 70 }),
        (texts, rest, chunkBytes, atMost) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join('') + rest);
          let offset = 0;
          const expected = texts.map((text) => {
            const line = { text, offset };
            offset += Buffer.byteLength(text) + 1;
            return line;
          });
          const read = linesOf(bytes, 0, Number.POSITIVE_INFINITY, chunkBytes, atMost);
          expect(read.lines).toEqual(expected);
          expect(read.remainder).toBe(Buffer.byteLength(rest));
        },
      ),
    );
  });

  it('starts at the offset given and reads nothing behind the limit', () => {
    const bytes = Buffer.from('first\nsecond\nthird\n');
    const { lines } = linesOf(bytes, 6, 13, 4, 3);
    expect(lines).toEqual([{ text: 'second', offset: 6 }]);
  });
});
