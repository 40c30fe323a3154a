import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WrittenStrings, writeJson, writeLongStrings } from './json-writer.ts';

const HOLDER = 'nobody-knows';

function ahead(root: unknown): { written: WrittenStrings; turns: number } {
  const pieces = writeLongStrings(root, new WrittenStrings(HOLDER));
  for (let turns = 0; ; turns += 1) {
    const { done, value } = pieces.next();
    if (done === true) return { written: value, turns };
  }
}

/** So often that several pieces are needed. */
const often = (unit: string): string => unit.repeat(Math.ceil(200_000 / unit.length));

describe('writing with long strings written before', () => {
  it.each([
    'a',
    'é',
    '漢',
    '𝒳',
    '"',
    '\\',
    '\\"',
    '\n',
    '\u0001',
    '\u2028',
    '𝒳"é\\',
    '\ud83d',
    '\udcb3',
    'x\udcb3\ud835',
  ])('gives what JSON.stringify gives of a long string of %j', (unit) => {
    // Every unit of it comes to lie at a border once.
    for (const before of ['', 'x', 'xy', 'xyz']) {
      const value = { short: [unit, { unit }], long: before + often(unit), again: [before + often(unit), 1, null] };
      const { written, turns } = ahead(value);
      expect(turns).toBeGreaterThan(2);
      expect(written.size).toBe(1);
      expect(writeJson(value, written).equals(Buffer.from(JSON.stringify(value)))).toBe(true);
    }
  });

  it('gives the same of any value, whether what is long in it was written before or not', () => {
    const long = fc.string({ unit: 'binary', minLength: 1, maxLength: 9 }).map((unit) => often(unit));
    const leaf = fc.oneof(
      { arbitrary: fc.jsonValue() as fc.Arbitrary<unknown>, weight: 3 },
      long,
      fc.constant(undefined),
    );
    const value = fc.record({
      a: leaf,
      b: fc.array(leaf, { maxLength: 3 }),
      c: fc.record({ d: leaf }),
      e: fc.constant(HOLDER),
    });
    fc.assert(
      fc.property(value, fc.boolean(), (written, all) => {
        const { written: before } = ahead(all ? written : { b: written.b });
        expect(writeJson(written, before).toString()).toBe(JSON.stringify(written));
        expect(writeJson(written, null).toString()).toBe(JSON.stringify(written));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps apart what is long and equally long, and numbers that were kept digit by digit', () => {
    const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON('123456789012345678901');
    const value = { one: often('a'), two: often('b'), raw, in: [{ raw, one: often('a') }] };
    const { written } = ahead(value);
    expect(written.size).toBe(2);
    expect(writeJson(value, written).toString()).toBe(JSON.stringify(value));
  });

  it('is not misled by who has guessed what stands for a long string', () => {
    const value = { [HOLDER]: often('a'), said: HOLDER };
    expect(writeJson(value, ahead(value).written).toString()).toBe(JSON.stringify(value));
  });
});
