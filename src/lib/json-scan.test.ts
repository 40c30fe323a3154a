import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryGarbage, arbitraryJsonObject, arbitraryKey } from '../../test/support/json-arbitraries.ts';
import { type JsonScan, type JsonScanError, scanJson } from './json-scan.ts';

const limits = { maxDepth: 64, maxKeys: 10_000 };

function scan(text: string | Uint8Array, changed: Partial<typeof limits> = {}): JsonScan | JsonScanError {
  return scanJson(typeof text === 'string' ? Buffer.from(text) : text, { ...limits, ...changed });
}

function scanned(text: string): JsonScan {
  const result = scan(text);
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result;
}

function refused(text: string | Uint8Array, changed: Partial<typeof limits> = {}): JsonScanError {
  const result = scan(text, changed);
  if (result.ok) throw new Error('The scan did not refuse the text');
  return result;
}

function slice(text: string, start: number, end: number): string {
  return Buffer.from(text).subarray(start, end).toString();
}

describe('members', () => {
  test('are found with their key, value and surrounding whitespace', () => {
    const text = '\n{ "model" : "auto" ,\t"n":[1, {"x":2}] }\r\n';
    const result = scanned(text);
    expect(result.members.map((member) => member.key)).toEqual(['model', 'n']);
    const [model, n] = result.members;
    expect(slice(text, model?.keyStart ?? 0, model?.valueEnd ?? 0)).toBe('"model" : "auto"');
    expect(slice(text, model?.memberStart ?? 0, model?.memberEnd ?? 0)).toBe(' "model" : "auto" ');
    expect(slice(text, n?.valueStart ?? 0, n?.valueEnd ?? 0)).toBe('[1, {"x":2}]');
    expect(slice(text, n?.memberStart ?? 0, n?.memberEnd ?? 0)).toBe('\t"n":[1, {"x":2}] ');
    expect(slice(text, result.objectStart, result.objectEnd)).toBe(text.trim());
    expect(result).toMatchObject({ depth: 3, keyCount: 3 });
  });

  test('are seen under their decoded key', () => {
    expect(scanned('{"\\u006dodel":1,"a\\/b":2,"größe":3,"\\ud83d\\ude00":4}').members.map((m) => m.key)).toEqual([
      'model',
      'a/b',
      'größe',
      '😀',
    ]);
  });

  test('of an empty object are none', () => {
    expect(scanned(' { } ')).toMatchObject({ members: [], depth: 1, keyCount: 0, objectStart: 1, objectEnd: 4 });
  });

  test('cover the object without gap or overlap', () => {
    fc.assert(
      fc.property(arbitraryJsonObject(), (text) => {
        const result = scanned(text);
        const bytes = Buffer.from(text);
        let position = result.objectStart;
        for (const member of result.members) {
          expect(member.memberStart).toBe(position + 1);
          position = member.memberEnd;
        }
        if (result.members.length > 0) expect(position).toBe(result.objectEnd - 1);
        expect(bytes[result.objectStart]).toBe(0x7b);
        expect(bytes[result.objectEnd - 1]).toBe(0x7d);
      }),
    );
  });

  test('slice to what JSON.parse makes of them, in any valid text', () => {
    fc.assert(
      fc.property(arbitraryJsonObject(), (text) => {
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const result = scanned(text);
        expect(result.members.map((member) => member.key).sort()).toEqual(Object.keys(parsed).sort());
        for (const member of result.members) {
          const value = slice(text, member.valueStart, member.valueEnd);
          expect(JSON.parse(value)).toEqual(parsed[member.key]);
          expect(value).toBe(value.trim());
          expect(JSON.parse(slice(text, member.keyStart, member.valueStart).replace(/\s*:\s*$/, ''))).toBe(member.key);
        }
        expect(result.keyCount).toBe(countKeys(parsed));
        expect(result.depth).toBe(nesting(parsed));
      }),
      { numRuns: 500 },
    );
  });

  test('are found the same in a plain Uint8Array at an offset of a larger buffer', () => {
    const larger = new Uint8Array(64);
    const text = Buffer.from('{"a":[1,2]}');
    larger.set(text, 7);
    expect(scanJson(larger.subarray(7, 7 + text.length), limits)).toEqual(scanJson(text, limits));
  });

  test('are found behind strings of every length and any run of backslashes', () => {
    for (let length = 0; length < 140; length++) {
      for (const ending of ['', '\\"', '\\\\', '\\\\\\"', '\\\\\\\\']) {
        const text = `{"a":"${'x'.repeat(length)}${ending}","b":2}`;
        expect(scanned(text).members.map((member) => member.key)).toEqual(['a', 'b']);
      }
    }
  });
});

describe('refusals', () => {
  test.each([
    ['', 'invalid_json', 0],
    ['   ', 'invalid_json', 3],
    ['[1]', 'not_an_object', 0],
    [' "text"', 'not_an_object', 1],
    ['null', 'not_an_object', 0],
    ['-1', 'not_an_object', 0],
    ['}', 'invalid_json', 0],
    ['<html>', 'invalid_json', 0],
    ['\ufeff{}', 'invalid_json', 0],
    ['{', 'invalid_json', 1],
    ['{"a"', 'invalid_json', 4],
    ['{"a', 'invalid_json', 3],
    ['{"a":', 'invalid_json', 5],
    ['{"a":1', 'invalid_json', 6],
    ['{"a":"x', 'invalid_json', 7],
    ['{"a":"x\\', 'invalid_json', 8],
    ['{"a":[1', 'invalid_json', 7],
    ['{"a":1,}', 'invalid_json', 7],
    ['{,"a":1}', 'invalid_json', 1],
    ['{"a":1 "b":2}', 'invalid_json', 7],
    ['{"a" 1}', 'invalid_json', 5],
    ['{"a":[1,]}', 'invalid_json', 8],
    ['{"a":[}]', 'invalid_json', 6],
    ['{"a":1]', 'invalid_json', 6],
    ['{"a":[1}', 'invalid_json', 7],
    ['{"a":}', 'invalid_json', 5],
    ['{a:1}', 'invalid_json', 1],
    ["{'a':1}", 'invalid_json', 1],
    ['{"a":1}{', 'invalid_json', 7],
    ['{"a":1} x', 'invalid_json', 8],
    ['{"\\q":1}', 'invalid_json', 1],
    ['{"a":1,"\\u12":2}', 'invalid_json', 7],
    ['{"a":\u00a01}', 'invalid_json', 5],
  ])('%j is %s at byte %d', (text, code, offset) => {
    expect(refused(text)).toMatchObject({ code, offset });
  });

  test('name line and column in characters', () => {
    expect(refused('{\n  "é": 1,\r\n  "ü": "😀" x\n}')).toMatchObject({
      code: 'invalid_json',
      line: 3,
      column: 12,
      message: 'Unexpected "x"',
    });
    expect(refused('{"a":😀}').message).toBe('Unexpected "😀"');
    expect(refused('\ufeff{"a":1}').message).toBe('The text begins with a byte order mark; send UTF-8 without it');
  });

  test.each([
    [[0x22, 0xff, 0x22], 6],
    [[0x22, 0xc0, 0xa2, 0x22], 6],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], 6],
    [[0x22, 0xc3, 0xa9, 0xe2, 0x82, 0x22], 8],
    [[0x22, 0xf0, 0x9f, 0x98], 6],
  ])('of bytes that are not UTF-8 point at the first wrong character: %j', (value, offset) => {
    const bytes = Buffer.concat([Buffer.from('{"a":'), Buffer.from(value), Buffer.from('}')]);
    expect(refused(bytes)).toMatchObject({ code: 'invalid_json', offset });
  });

  test('happen at the first bracket beyond the depth limit, objects and arrays alike', () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(scan(nested(64))).toMatchObject({ ok: true, depth: 64 });
    expect(refused(nested(65))).toMatchObject({ code: 'too_deep', offset: 5 + 63 });
    expect(refused(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`)).toMatchObject({ code: 'too_deep', offset: 64 * 5 });
    expect(scan('{}', { maxDepth: 1 })).toMatchObject({ ok: true });
    expect(refused('{}', { maxDepth: 0 })).toMatchObject({ code: 'too_deep', offset: 0 });
  });

  test('of 100,000 nested arrays come without recursion, whatever the limit', () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(refused(deep)).toMatchObject({ code: 'too_deep', offset: 68 });
    expect(scan(deep, { maxDepth: 1_000_000 })).toMatchObject({ ok: true, depth: 100_001 });
  });

  test('happen at the first key beyond the key limit, counted over all objects', () => {
    const text = '{"a":{"b":1},"c":[{"d":2}]}';
    expect(scan(text, { maxKeys: 4 })).toMatchObject({ ok: true, keyCount: 4 });
    expect(refused(text, { maxKeys: 3 })).toMatchObject({ code: 'too_many_keys', offset: 19 });
    const million = `{${Array.from({ length: 1_000_000 }, (_, index) => `"${index}":0`).join(',')}}`;
    expect(refused(million)).toMatchObject({ code: 'too_many_keys', offset: million.indexOf('"10000"') });
  });
});

describe('duplicate keys', () => {
  test.each([
    ['{"a":1,"a":2}', 'a', 'a', 7],
    ['{"a":1,"\\u0061":2}', 'a', 'a', 7],
    ['{"\\u0061":1,"a":2}', 'a', 'a', 12],
    ['{"é":1,"\\u00e9":2}', 'é', '["é"]', 8],
    ['{"m":[{"x":1},{"role":1,"b":{"c":{}},"role":2}]}', 'role', 'm[1].role', 37],
    ['{"a b":{"1":{"":1,"":2}}}', '', '["a b"]["1"][""]', 18],
  ])('%s is refused with key, path and offset', (text, key, path, offset) => {
    expect(refused(text)).toMatchObject({ code: 'duplicate_member', key, path, offset });
  });

  test('are refused wherever two keys decode to the same string, in objects of any size', () => {
    const siblings = fc.uniqueArray(arbitraryKey(), { maxLength: 40, selector: (key) => JSON.parse(key) as string });
    const steps = fc.array(fc.oneof(fc.nat(3), fc.constantFrom('a', 'b c', 'é')), { maxLength: 5 });
    fc.assert(
      fc.property(siblings, steps, fc.nat(), fc.nat(), fc.boolean(), (keys, place, which, where, escaped) => {
        fc.pre(keys.length > 0);
        const original = keys[which % keys.length] as string;
        const key = JSON.parse(original) as string;
        const again = escaped ? escapeAll(key) : JSON.stringify(key);
        const members = keys.map((text) => `${text}:0`);
        const earliest = keys.indexOf(original) + 1;
        members.splice(earliest + (where % (keys.length - earliest + 1)), 0, `${again}:0`);
        const text = place.reduceRight<string>(
          (inner, step) => {
            return typeof step === 'number'
              ? `[${'{},'.repeat(step)}${inner}]`
              : `{"0":0,${JSON.stringify(step)}:${inner}}`;
          },
          `{${members.join(',')}}`,
        );
        const path = place.map((step) => (typeof step === 'number' ? `[${step}]` : readable(step)));
        const result = refused(`{"top":${text}}`);
        expect(result).toMatchObject({ code: 'duplicate_member', key });
        expect(result.path?.startsWith(`top${path.join('')}`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('in different objects are no duplicates, also after an object with many keys', () => {
    const many = `{${Array.from({ length: 50 }, (_, index) => `"k${index}":{"k0":0}`).join(',')}}`;
    expect(scan(`{"a":${many},"k0":[${many},${many}],"k1":{"k0":1}}`).ok).toBe(true);
  });

  test('are found among keys that share length and beginning', () => {
    const keys = Array.from({ length: 200 }, (_, index) => `"${'x'.repeat(70)}${String(index).padStart(3, '0')}":0`);
    expect(scan(`{${keys.join(',')}}`).ok).toBe(true);
    expect(refused(`{${keys.join(',')},${keys[123]}}`).code).toBe('duplicate_member');
  });

  test('are found while hundreds of other keys are open around them', () => {
    const open = Array.from({ length: 15 }, (_, index) => `"k${index}":0,`).join('');
    const nest = (inner: string): string => `${`{${open}"in":`.repeat(40)}${inner}${'}'.repeat(40)}`;
    expect(scan(nest(`{${open}"k15":0}`))).toMatchObject({ ok: true, keyCount: 40 * 16 + 16 });
    expect(refused(nest(`{${open}"k14":0}`))).toMatchObject({ code: 'duplicate_member', key: 'k14' });
    expect(refused(nest(`{${open}"k0":0}`))).toMatchObject({ code: 'duplicate_member', key: 'k0' });
  });

  test('leave nothing behind for the next text', () => {
    refused('{"a":{"b":{"c":1,"c":2}}}');
    expect(scan('{"a":{"b":{"c":1}},"c":2}').ok).toBe(true);
  });

  test('with a long key are reported with a short message', () => {
    const key = 'k'.repeat(5000);
    expect(refused(`{"${key}":1,"${key}":2}`).message.length).toBeLessThan(120);
  });
});

describe('forbidden keys', () => {
  test.each([
    ['{"__proto__":1}', '__proto__', '__proto__'],
    ['{"\\u005f_proto__":1}', '__proto__', '__proto__'],
    ['{"a":[{"b":{"__proto__":1}}]}', '__proto__', 'a[0].b.__proto__'],
    ['{"a":{"__pr\\u006fto__":1}}', '__proto__', 'a.__proto__'],
    ['{"constructor":1}', 'constructor', 'constructor'],
    ['{"a":1,"prototype":1}', 'prototype', 'prototype'],
  ])('%s is refused', (text, key, path) => {
    expect(refused(text)).toMatchObject({ code: 'forbidden_member', key, path });
  });

  test('constructor and prototype are allowed below the top level, where a schema may name them', () => {
    expect(scan('{"tools":[{"constructor":{"type":"string"},"prototype":1}]}').ok).toBe(true);
    expect(scan('{"tools":{"\\u0063onstructor":1,"prot\\u006ftype":2}}').ok).toBe(true);
  });

  test('look-alikes are allowed', () => {
    expect(scan('{"__proto_":1,"_proto___":1,"__proto__x":1,"a":{"_aproto__":1}}').ok).toBe(true);
  });
});

describe('any input', () => {
  test('never throws on random bytes', () => {
    fc.assert(
      fc.property(arbitraryGarbage(), (bytes) => {
        const result = scan(bytes);
        if (!result.ok) expect(result.offset).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  test('that JSON.parse accepts as an object is scanned, or refused only for its keys', () => {
    let accepted = 0;
    fc.assert(
      fc.property(arbitraryJsonObject(), fc.nat(), fc.constantFrom(...'{}[]",:\\ 1etu\n'), (text, at, character) => {
        const index = at % text.length;
        // A cut surrogate pair becomes U+FFFD in bytes, so the oracle must read what the scan reads.
        const mutated = Buffer.from(text.slice(0, index) + character + text.slice(index + 1)).toString();
        const parsed = parseOrUndefined(mutated);
        const result = scan(mutated);
        if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return;
        accepted++;
        if (!result.ok) expect(['duplicate_member', 'forbidden_member']).toContain(result.code);
        else expect(result.members.map((member) => member.key).sort()).toEqual(Object.keys(parsed).sort());
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(150);
  });

  test('takes linear time where quotes and backslashes invite to look back', () => {
    // Quadratic work on these would take hours.
    for (const unit of ['\\"', '\\\\', `${'\\\\'.repeat(20)}\\"`, `${'x'.repeat(40)}\\"`]) {
      const body = unit.repeat(Math.ceil(4_000_000 / unit.length));
      expect(scan(`{"a":"${body}","b":1}`)).toMatchObject({ ok: true, keyCount: 2 });
      expect(refused(`{"a":"${body}`).code).toBe('invalid_json');
    }
  });
});

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Text that is no JSON has no value to compare with.
    return undefined;
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, inner) => sum + countKeys(inner), own);
}

function nesting(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(nesting));
}

function escapeAll(key: string): string {
  const units = Array.from({ length: key.length }, (_, index) => key.charCodeAt(index).toString(16).padStart(4, '0'));
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

function readable(step: string): string {
  return step === 'a' ? '.a' : `[${JSON.stringify(step)}]`;
}
