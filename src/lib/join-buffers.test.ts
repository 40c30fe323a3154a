import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinInPieces } from './join-buffers.ts';

const MEBIBYTE = 1024 * 1024;

function join(buffers: readonly Buffer[]): { joined: Buffer; turns: number } {
  const pieces = joinInPieces(buffers);
  let turns = 0;
  for (let next = pieces.next(); ; next = pieces.next()) {
    if (next.done === true) return { joined: next.value, turns };
    turns += 1;
  }
}

test('buffers are joined to what Buffer.concat makes of them', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))), (buffers) => {
      expect(join(buffers).joined.equals(Buffer.concat(buffers))).toBe(true);
    }),
  );
});

test('many megabytes are joined by the megabyte, however they came', () => {
  const one = Buffer.alloc(3 * MEBIBYTE + 5, 'abcdefg');
  const many = Array.from({ length: 50 }, (_, index) => one.subarray(index * 65_537, (index + 1) * 65_537));
  for (const buffers of [[one], many]) {
    const { joined, turns } = join(buffers);
    expect(joined.equals(Buffer.concat(buffers))).toBe(true);
    expect(turns).toBe(3);
  }
});
