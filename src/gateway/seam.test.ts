import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Seam } from './seam.ts';

/** What the client has in the end, however the continuation is cut. */
function joined(delivered: string, pieces: readonly string[], mayRepeat: boolean): string {
  const seam = new Seam(delivered, mayRepeat);
  return delivered + pieces.map((piece) => seam.push(piece)).join('') + seam.flush();
}

test('no character is lost and none comes twice, however a continuation is cut', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '海'), maxLength: 60 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 0, max: 60 }), fc.boolean(), (said, rest, cut, mayRepeat) => {
      // What the model sees is without the white space at the end; it writes that again or goes on behind it.
      const { prefix } = new Seam(said, mayRepeat);
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
