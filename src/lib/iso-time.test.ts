import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime, parseIsoTime } from './iso-time.ts';

/** Every time that a Date can hold. */
const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 4_102_444_800_000 }),
  fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
  // Neighbours in one second and in two.
  fc.integer({ min: 1_795_000_000_000, max: 1_795_000_002_000 }),
  fc.double({ min: -1e13, max: 1e13, noNaN: true }),
);

test('writes every time as a Date would, also when it repeats', () => {
  fc.assert(
    fc.property(fc.array(anyTime, { minLength: 1 }), (times) => {
      for (const ms of times) {
        expect(isoTime(ms)).toBe(new Date(ms).toISOString());
        expect(isoTime(ms)).toBe(new Date(ms).toISOString());
      }
    }),
  );
});

test('refuses what is no time, as a Date would, and goes on with what is', () => {
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_000_000_001]) {
    expect(() => isoTime(ms)).toThrow(RangeError);
    expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
  }
});

test('reads what it wrote, and any other time as a Date would', () => {
  expect(parseIsoTime('')).toBeNaN();
  fc.assert(
    fc.property(anyTime, anyTime, (ms, other) => {
      const before = isoTime(other);
      const text = isoTime(ms);
      expect(parseIsoTime(text)).toBe(Date.parse(text));
      expect(parseIsoTime(before)).toBe(Date.parse(before));
      expect(parseIsoTime(before.slice(0, -1))).toBe(Date.parse(before.slice(0, -1)));
    }),
  );
});
