import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryJsonObject, arbitraryJsonValue } from '../../test/support/json-arbitraries.ts';
import { type JsonEdits, type JsonScan, scanJson, spliceJson } from './json-scan.ts';

function scanned(bytes: Uint8Array): JsonScan {
  const result = scanJson(bytes, { maxDepth: 64, maxKeys: 10_000 });
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result;
}

function spliced(text: string, edits: JsonEdits): string {
  const bytes = Buffer.from(text);
  return spliceJson(bytes, scanned(bytes), edits).toString();
}

describe('spliceJson', () => {
  test.each<[string, JsonEdits, string]>([
    ['{"model":"auto","n":12345678901234567890}', { set: { model: '"x"' } }, '{"model":"x","n":12345678901234567890}'],
    ['{ "a" :\n1 , "b":2 }\n', { set: { a: '[]' } }, '{ "a" :\n[] , "b":2 }\n'],
    ['{"\\u0061":1}', { set: { a: '2' } }, '{"\\u0061":2}'],
    ['{}', { set: { a: '1', b: '2' } }, '{"a":1,"b":2}'],
    [' { } ', { set: { a: '1' } }, ' {"a":1 } '],
    ['{\n  "a": 1\n}', { set: { 'b"': '2' } }, '{\n  "a": 1,"b\\"":2\n}'],
    ['{"a":1,"b":2,"c":3}', { remove: ['a'] }, '{"b":2,"c":3}'],
    ['{"a":1,"b":2,"c":3}', { remove: ['b'] }, '{"a":1,"c":3}'],
    ['{"a":1,"b":2,"c":3}', { remove: ['c'] }, '{"a":1,"b":2}'],
    ['{"a":1,"b":2,"c":3}', { remove: ['a', 'b'] }, '{"c":3}'],
    ['{"a":1,"b":2,"c":3}', { remove: ['b', 'c'] }, '{"a":1}'],
    ['{"a":1,"b":2,"c":3}', { remove: ['a', 'c'] }, '{"b":2}'],
    ['{ "a":1 , "b":2 }', { remove: ['a', 'b'] }, '{}'],
    ['{ "a":1 , "b":2 }', { remove: ['a', 'b'], set: { c: '3' } }, '{"c":3}'],
    ['{"a":1,"b":2}', { remove: ['b', 'zz'], set: { c: '3' } }, '{"a":1,"c":3}'],
    ['{"a":1}', { remove: ['a'], set: { a: '2' } }, '{"a":2}'],
    ['{"a":1}', {}, '{"a":1}'],
    ['{"ä":"ö"}', { set: { ä: '"€😀"' } }, '{"ä":"€😀"}'],
  ])('%s with %j is %s', (text, edits, expected) => {
    expect(spliced(text, edits)).toBe(expected);
  });

  test('leaves the given bytes alone', () => {
    const bytes = Buffer.from('{"a":1}');
    spliceJson(bytes, scanned(bytes), { set: { a: '2' }, remove: ['b'] });
    expect(bytes.toString()).toBe('{"a":1}');
  });

  const caseArbitrary = fc.tuple(
    arbitraryJsonObject(),
    fc.array(fc.tuple(fc.nat(), arbitraryJsonValue()), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme', maxLength: 5 }).map((key) => `added ${key}`),
      arbitraryJsonValue(),
      { maxKeys: 3 },
    ),
    fc.array(fc.nat(), { maxLength: 4 }),
  );

  /** Edits that touch keys the text has, and others. */
  function editsFor(text: string, replaced: [number, string][], added: Record<string, string>, removed: number[]) {
    const keys = Object.keys(JSON.parse(text) as object);
    const pick = (index: number): string => keys[index % keys.length] ?? 'absent';
    const set: Record<string, string> = { ...added };
    for (const [index, value] of replaced) set[pick(index)] = value;
    return { set, remove: [...removed.map(pick), 'not there'] } satisfies JsonEdits;
  }

  test('is the same edit as on the parsed object, for any text', () => {
    fc.assert(
      fc.property(caseArbitrary, ([text, replaced, added, removed]) => {
        const edits = editsFor(text, replaced, added, removed);
        const expected = JSON.parse(text) as Record<string, unknown>;
        for (const key of edits.remove) delete expected[key];
        for (const [key, value] of Object.entries(edits.set)) expected[key] = JSON.parse(value);
        expect(JSON.parse(spliced(text, edits))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps the bytes and the order of every member it does not edit, and of everything outside the object', () => {
    fc.assert(
      fc.property(caseArbitrary, ([text, replaced, added, removed]) => {
        const edits = editsFor(text, replaced, added, removed);
        const before = Buffer.from(text);
        const scan = scanned(before);
        const after = spliceJson(before, scan, edits);
        const rescan = scanned(after);
        const isUntouched = (key: string): boolean => !edits.remove.includes(key) && !Object.hasOwn(edits.set, key);
        const untouched = (bytes: Buffer, of: JsonScan): string[] =>
          of.members
            .filter((member) => isUntouched(member.key))
            .map((member) => bytes.subarray(member.keyStart, member.valueEnd).toString('latin1'));
        expect(untouched(after, rescan)).toEqual(untouched(before, scan));
        expect(after.subarray(0, rescan.objectStart)).toEqual(before.subarray(0, scan.objectStart));
        expect(after.subarray(rescan.objectEnd)).toEqual(before.subarray(scan.objectEnd));
      }),
      { numRuns: 500 },
    );
  });

  test('changes nothing but the value when it replaces one', () => {
    fc.assert(
      fc.property(arbitraryJsonObject(), fc.nat(), arbitraryJsonValue(), (text, index, value) => {
        const bytes = Buffer.from(text);
        const scan = scanned(bytes);
        const member = scan.members[index % scan.members.length];
        fc.pre(member !== undefined);
        const result = spliceJson(bytes, scan, { set: { [member.key]: value } });
        expect(result.toString()).toBe(
          bytes.subarray(0, member.valueStart).toString() + value + bytes.subarray(member.valueEnd).toString(),
        );
      }),
    );
  });
});
