import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from './json-scan.ts';
import { findLongLists, findLongStrings } from './json-skim.ts';

function run<T>(pieces: Generator<void, T>): { value: T; turns: number } {
  for (let turns = 0; ; turns += 1) {
    const { done, value } = pieces.next();
    if (done === true) return { value, turns };
  }
}

/** JSON texts that only differ in white space and escapes from what JSON.stringify writes. */
const text = fc
  .tuple(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 1, 3))
  .map(([value, indent]) => JSON.stringify({ value, list: [value, [], [value]], 'a"\\[{': '\\"]}' }, null, indent));

describe('long strings', () => {
  it('are found where they are values, whatever surrounds them', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 20 }), (json, longest) => {
        const bytes = Buffer.from(json);
        const { value: spans } = run(findLongStrings(bytes, longest));
        const wanted: string[] = [];
        JSON.parse(json, (_name, member: unknown) => {
          if (typeof member === 'string') wanted.push(JSON.stringify(member));
          return member;
        });
        const found = spans.map(({ start, end }) => bytes.toString('utf8', start, end));
        expect(found.toSorted()).toEqual(wanted.filter((said) => Buffer.byteLength(said) > longest).toSorted());
        const limits = { maxDepth: 1_000, maxKeys: 10_000 };
        for (const said of [bytes, bytes.subarray(0, -3), Buffer.concat([bytes, bytes])]) {
          expect(scanJson(said, limits, spans)).toEqual(scanJson(said, limits));
        }
        expect(spans.map(({ start }) => start)).toEqual(spans.map(({ start }) => start).toSorted((a, b) => a - b));
      }),
    );
  });

  it('are found across every border between slices, escapes and all', () => {
    for (let shift = 0; shift < 4; shift += 1) {
      const long = `${'x'.repeat(shift)}${'\\"'.repeat(900_000)}`;
      const bytes = Buffer.from(`{"a":"${long}","b":["${long}"]}`);
      const { value: spans, turns } = run(findLongStrings(bytes, 1_000));
      expect(spans.map(({ start, end }) => end - start)).toEqual([long.length + 2, long.length + 2]);
      expect(turns).toBeGreaterThan(2);
    }
  });

  it('end nowhere in a text that is cut', () => {
    for (const cut of ['', '"', '{"a":"b', '{"a":"b\\', '{"a":"b\\"']) {
      expect(run(findLongStrings(Buffer.from(cut), 0)).value).toEqual([]);
    }
  });
});

describe('long lists', () => {
  it('are found at the top of an object and nowhere else', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 20 }), (json, longest) => {
        const bytes = Buffer.from(json);
        const { value: spans } = run(findLongLists(bytes, longest));
        const found = (spans ?? []).map(({ start, end }) => JSON.parse(bytes.toString('utf8', start, end)) as unknown);
        const lists = Object.values(JSON.parse(json) as object).filter((member) => Array.isArray(member));
        expect(spans).not.toBeNull();
        expect(lists).toEqual(expect.arrayContaining(found));
        if (longest === 0) expect(found).toEqual(lists);
      }),
    );
  });

  it('are found across borders between slices', () => {
    const list = JSON.stringify(Array.from({ length: 60_000 }, (_, index) => ({ index, at: '"]}', v: [0.5, -1e-9] })));
    const { value: spans, turns } = run(findLongLists(Buffer.from(`{"data":${list},"usage":{"n":[1]}}`), 100));
    expect(spans).toEqual([{ start: 8, end: 8 + list.length, objects: 60_000 }]);
    expect(turns).toBeGreaterThan(1);
  });

  it('are none in what is no whole object', () => {
    for (const cut of ['{', '{"a":[', '{"a":"]', '{"a":"\\"}']) {
      expect(run(findLongLists(Buffer.from(cut), 0)).value).toBeNull();
    }
  });

  it('tell how many objects they hold, and no object of an object', () => {
    const json = '{"a":[{"b":{}},[{"c":1}],{"d":[{}]},7],"e":[],"f":[{}]}';
    const spans = run(findLongLists(Buffer.from(json), 0)).value ?? [];
    expect(spans.map(({ objects }) => objects)).toEqual([2, 0, 1]);
  });
});
