import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonInPieces } from './json-pieces.ts';
import { type JsonScan, LONG_STRING_BYTES, scanJson } from './json-scan.ts';

const NONCE = 'nobody-knows-';

function parse(text: string): { value: unknown; turns: number } {
  const bytes = Buffer.from(text);
  const scan = scanJson(bytes, { maxDepth: 64, maxKeys: 1_000 }) as JsonScan;
  expect(scan.ok).toBe(true);
  const pieces = parseJsonInPieces(bytes, scan.longStrings ?? [], NONCE);
  for (let turns = 0; ; turns += 1) {
    const { done, value } = pieces.next();
    if (done === true) return { value, turns };
  }
}

/** So often that several pieces are needed, and that every unit of it comes to lie at a border once. */
const often = (unit: string): string => unit.repeat(Math.ceil(1_700_000 / Buffer.byteLength(JSON.stringify(unit))));

describe('parsing in pieces', () => {
  it.each(['a', 'é', '漢', '𝒳', '"', '\\', '\\"', '\n', '\u0001', 'x\\u0041', '\\\\n', '𝒳"é\\', '\ud83d', 'u\u0000'])(
    'gives what JSON.parse gives of a long string of %j',
    (unit) => {
      for (const before of ['', 'x', 'xy', 'xyz', 'xyzu', 'xyzuv']) {
        const text = JSON.stringify({ long: before + often(unit), short: [unit, { unit }] });
        const { value, turns } = parse(text);
        expect(turns).toBeGreaterThan(3);
        expect(value).toEqual(JSON.parse(text));
      }
    },
  );

  it('gives what JSON.parse gives of strings that are written as escapes throughout', () => {
    for (const written of ['\\u00e9', '\\ud835\\udcb3', '\\\\', '\\/', '\\u005c\\u0022']) {
      const text = `{"a":[{"b":"x${written.repeat(Math.ceil(1_700_000 / written.length))}"}],"c":"y"}`;
      expect(parse(text).value).toEqual(JSON.parse(text));
    }
  });

  it('keeps several long strings apart, and what only looks like their holders', () => {
    const long = 'l'.repeat(LONG_STRING_BYTES);
    const body = { one: `1${long}`, two: [`2${long}`, `${NONCE}7`], three: { deep: { deeper: `3${long}` } } };
    expect(parse(JSON.stringify(body)).value).toEqual(body);
  });

  it('refuses what JSON.parse refuses', () => {
    for (const bad of ['\\x', '\n', '\\u12']) {
      expect(() => parse(`{"a":"${'l'.repeat(LONG_STRING_BYTES)}${bad}"}`)).toThrow(SyntaxError);
    }
  });

  it('gives what JSON.parse gives of any string, repeated until it is long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), (unit) => {
        const text = JSON.stringify({ long: often(unit) });
        expect(parse(text).value).toEqual(JSON.parse(text));
      }),
      { numRuns: 20 },
    );
  });
});
