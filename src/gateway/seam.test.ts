import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { begunInClear, Seam } from './seam.ts';

/** What the client has in the end, however the continuation is cut. */
function joined(delivered: string, pieces: readonly string[], mayRepeat: boolean): string {
  const seam = new Seam(begunInClear(delivered), mayRepeat);
  return delivered + pieces.map((piece) => seam.push(piece)).join('') + seam.flush();
}

test('no character is lost and none comes twice, however a continuation is cut', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '海'), maxLength: 60 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 0, max: 60 }), fc.boolean(), (said, rest, cut, mayRepeat) => {
      // What the model sees is without the white space at the end; it writes that again or goes on behind it.
      const { prefix } = begunInClear(said);
      const whole = said.slice(prefix.length) + rest;
      expect(joined(said, [whole.slice(0, cut), whole.slice(cut)], mayRepeat)).toBe(said + rest);
    }),
  );
});

test('a run-up is left out, in one piece or in many', () => {
  const delivered = 'The quick brown fox jumps over the lazy';
  const rest = 'brown fox jumps over the lazy dog.';
  expect(joined(delivered, [rest], true)).toBe('The quick brown fox jumps over the lazy dog.');
  expect(joined(delivered, [...rest], true)).toBe('The quick brown fox jumps over the lazy dog.');
  const whole = `${delivered} dog.`;
  expect(joined(delivered, [...whole], true)).toBe(whole);
});

test.each([
  ['a short repetition', 'ha ha ha', ' ha ha ha!'],
  ['rows of a table', '| --- | --- |\n| --- | --- |\n', '| --- | --- |\n| --- | --- |\nend'],
  ['anything after a prefill', 'The quick brown fox jumps over', 'The quick brown fox jumps over'],
])('%s is meant and stays', (_name, delivered, rest) => {
  expect(joined(delivered, [rest], !_name.includes('prefill'))).toBe(delivered + rest);
});

describe('what was delivered and may not be shown', () => {
  /** The client, and whether the continuation was accepted. */
  function goneOn(shown: string, unseen: string, pieces: readonly string[], mayRepeat: boolean) {
    const prefix = shown.trimEnd();
    const seam = new Seam({ prefix, said: prefix, unseen: shown.slice(prefix.length) + unseen }, mayRepeat);
    const rest = pieces.map((piece) => seam.push(piece)).join('') + seam.flush();
    return { text: shown + unseen + rest, failed: seam.failed };
  }

  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é'), maxLength: 30 });
  const owed = text.filter((said) => said !== '' && said.trimStart() === said);

  test('comes once where the continuation says it again, however it is cut', () => {
    fc.assert(
      fc.property(text, owed, text, fc.nat(), fc.boolean(), (shown, unseen, rest, cut, mayRepeat) => {
        const again = unseen + rest;
        const at = cut % (again.length + 1);
        const joined = goneOn(shown, unseen, [again.slice(0, at), again.slice(at)], mayRepeat);
        expect(joined).toEqual({ text: shown + unseen + rest, failed: false });
      }),
    );
  });

  test('comes once after a run-up, too', () => {
    const delivered = 'The quick brown fox writes to quillon@';
    const whole = 'The quick brown fox writes to quillon@quimby.example.';
    for (const from of [0, 4, 10]) {
      const again = whole.slice(from);
      for (let at = 0; at <= again.length; at += 1) {
        const joined = goneOn(
          'The quick brown fox writes to ',
          'quillon@',
          [again.slice(0, at), again.slice(at)],
          true,
        );
        expect(joined).toEqual({ text: whole, failed: false });
      }
    }
    expect(goneOn('The quick brown fox writes to ', 'quillon@', [whole], false)).toEqual({
      text: delivered,
      failed: true,
    });
  });

  test.each([[true], [false]])('is missed where the continuation says something else (may repeat: %s)', (mayRepeat) => {
    for (const said of ['the neighbours', 'quil', 'to quimby', '']) {
      const { text, failed } = goneOn('Write to ', 'quillon@q', [said], mayRepeat);
      expect({ text, failed }).toEqual({ text: 'Write to quillon@q', failed: true });
    }
  });

  test('may follow white space or not', () => {
    for (const said of ['quillon@q.example', ' quillon@q.example', '\nquillon@q.example']) {
      expect(goneOn('Write to ', 'quillon@q', [said], false).text).toBe('Write to quillon@q.example');
    }
  });
});
