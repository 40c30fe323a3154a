import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SpokenText, TextSpan } from '../../contracts/tokens.ts';
import { mapOf, restoreInPieces, testMap } from './test-tokens.ts';

/** A token that another conversation has, for texts to hold. */
const THEIRS = mapOf({ 'somebody@example.org': 'email' }, 'theirs').tokens[0] as string;

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    'PII',
    'PII_',
    'pii ',
    'P',
    '_',
    'MAIL',
    '\\',
    '"',
    '{',
    'Anna',
    'Schmidt',
    ' ',
    '😀',
    '王小明',
    '\n',
    '0',
    '1',
  ),
  fc.constantFrom(THEIRS, THEIRS.toLowerCase(), THEIRS.replaceAll('_', ' '), THEIRS.slice(0, 20), THEIRS.slice(3)),
);
const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
/** Findings anywhere, overlapping too; secrets, since their spellings are never the same. */
const spans = fc.array(
  fc.record({
    start: fc.nat({ max: 80 }),
    length: fc.integer({ min: 1, max: 30 }),
    score: fc.constantFrom(0.2, 0.6, 1),
  }),
  { maxLength: 8 },
);
const spanned = fc.tuple(text, spans).map(([said, found]) => ({
  text: said,
  findings: found
    .map(({ start, length, score }) => ({ type: 'password', start, end: Math.min(start + length, said.length), score }))
    .filter(({ start, end }) => start < end),
}));

const covered = (findings: readonly TextSpan[]): TextSpan[] => findings.filter(({ score }) => score >= 0.5);

it('gives back every text exactly that a model repeats, whatever it says and whatever was found in it', () => {
  fc.assert(
    fc.property(fc.array(spanned, { minLength: 1, maxLength: 4 }), fc.array(fc.nat({ max: 400 })), (said, cuts) => {
      const map = testMap();
      const texts: SpokenText[] = said.map((one) => ({ text: one.text, from: 0 }));
      const out = map.tokenise(
        texts,
        said.map(({ findings }) => findings),
      );
      for (const [index, replaced] of out.entries()) {
        const places = cuts.map((at) => at % (replaced.length + 1)).sort((a, b) => a - b);
        expect(restoreInPieces(map, replaced, places).text).toBe(said[index]?.text);
        const json = JSON.stringify({ a: replaced, b: [replaced] });
        const restored = restoreInPieces(
          map,
          json,
          cuts.map((at) => at % json.length).sort((a, b) => a - b),
          'json',
        ).text;
        expect(JSON.parse(restored)).toEqual({ a: said[index]?.text, b: [said[index]?.text] });
      }
      expect(map.counts).toMatchObject({ unknown: 0 });
    }),
    { numRuns: 400 },
  );
});

it('leaves nothing of a finding in the text, and shows no token of somebody else', () => {
  fc.assert(
    fc.property(spanned, ({ text: said, findings }) => {
      const marked = said.split('');
      for (const { start, end } of covered(findings)) marked.fill('', start, end);
      const out = testMap().replace(said, findings);
      // Our own tokens stand for what was found. One that ends with a P may stand before what is left of another.
      const outside = out.split(/PII_[A-Z]{4}_[0-9A-Z]{13}/);
      // What is left is what nobody found, or less.
      expect(outside.join('').length).toBeLessThanOrEqual(marked.join('').length);
      for (const left of outside) expect(left).not.toContain(THEIRS);
    }),
    { numRuns: 400 },
  );
});

it('gives the same tokens whatever is added behind a conversation', () => {
  fc.assert(
    fc.property(spanned, spanned, (first, then) => {
      const alone = testMap().tokenise([{ text: first.text, from: 0 }], [first.findings])[0] as string;
      const both = testMap().tokenise(
        [first, then].map((one) => ({ text: one.text, from: 0 })),
        [first.findings, then.findings],
      )[0] as string;
      // A value that is found later stands for itself no longer, but what was a token before is the same token.
      const tokens = (one: string): string[] => one.match(/PII_CRED_[0-9A-Z]{13}/g) ?? [];
      for (const token of tokens(alone)) expect(tokens(both)).toContain(token);
    }),
    { numRuns: 200 },
  );
});
