import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIds } from './ids.ts';

const constantRandom = (byte: number) => (bytes: Uint8Array) => {
  bytes.fill(byte);
};

describe('createIds', () => {
  test('makes ids of the prefix and 26 characters of Crockford base32', () => {
    const next = createIds('req_');
    for (let index = 0; index < 1000; index++) expect(next()).toMatch(/^req_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  });

  test('encodes the time as the ULID specification does', () => {
    const next = createIds('', { nowMs: () => 1_469_918_176_385, fillRandom: constantRandom(0) });
    expect(next()).toBe('01ARYZ6S410000000000000000');
    expect(createIds('run_', { nowMs: () => 2 ** 48 - 1 })()).toMatch(/^run_7ZZZZZZZZZ/);
  });

  test('counts up within a millisecond, carrying over', () => {
    const next = createIds('', { nowMs: () => 0, fillRandom: constantRandom(30) });
    expect([next(), next(), next(), next()].map((id) => id.slice(10))).toEqual([
      'YYYYYYYYYYYYYYYY',
      'YYYYYYYYYYYYYYYZ',
      'YYYYYYYYYYYYYYZ0',
      'YYYYYYYYYYYYYYZ1',
    ]);
  });

  test('goes to the next millisecond when a millisecond is used up', () => {
    const next = createIds('', { nowMs: () => 31, fillRandom: constantRandom(0xff) });
    expect([next(), next()]).toEqual(['000000000ZZZZZZZZZZZZZZZZZ', '0000000010ZZZZZZZZZZZZZZZZ']);
  });

  test('draws new randomness for each millisecond', () => {
    let now = 0;
    const next = createIds('', { nowMs: () => now++ });
    const random = new Set(Array.from({ length: 1000 }, () => next().slice(10)));
    expect(random.size).toBe(1000);
  });

  test('uses every random byte once', () => {
    let now = 0;
    let filled = 0;
    const fillRandom = (bytes: Uint8Array): void => {
      bytes.forEach((_, index) => {
        bytes[index] = (filled + (index >> 4)) & 31;
      });
      filled += bytes.length >> 4;
    };
    const next = createIds('', { nowMs: () => now++, fillRandom });
    const lastCharacters = Array.from({ length: 320 }, () => next().slice(-1));
    expect(lastCharacters.join('')).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.repeat(10));
  });

  test('sort in the order they were made, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 200 }), (steps) => {
        let now = 1000;
        const times = steps.map((step) => {
          now += step + 0.25;
          return now;
        });
        let index = 0;
        const next = createIds('req_', { nowMs: () => times[index++] as number });
        const ids = times.map(() => next());
        expect(new Set(ids).size).toBe(ids.length);
        expect([...ids].sort()).toEqual(ids);
      }),
    );
  });
});
