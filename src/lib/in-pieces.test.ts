import { describe, expect, it } from 'vitest';
import { inPieces } from './in-pieces.ts';

describe('work in pieces', () => {
  it('rests when a piece has taken its time, and counts the next piece from the end of the rest', () => {
    let ms = 10;
    const rests: number[] = [];
    const pause = inPieces(
      2,
      () => ms,
      () => {
        rests.push(ms);
        ms += 5;
      },
    );
    for (ms = 10; ms < 30; ms += 1) pause();
    expect(rests).toEqual([12, 19, 26]);
  });
});
