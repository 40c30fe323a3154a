import { describe, expect, test } from 'vitest';
import { countLetters, countScripts, createScriptCounts, UNIT, WORD_STARTS } from './scan-scripts.ts';

const countsOf = (text: string, from = 0, to = text.length) => {
  const counts = createScriptCounts();
  countScripts(text, from, to, counts);
  return counts;
};

describe('countScripts', () => {
  test.each([
    ['a', UNIT.lower],
    ['Z', UNIT.upper],
    ['7', UNIT.digit],
    ['{', UNIT.punctuation],
    ['\t', UNIT.space],
    ['\n', UNIT.newline],
    ['é', UNIT.latinExtended],
    ['ß', UNIT.latinExtended],
    ['ệ', UNIT.latinExtended],
    ['λ', UNIT.greek],
    ['ж', UNIT.cyrillic],
    ['ש', UNIT.hebrew],
    ['ع', UNIT.arabic],
    ['ह', UNIT.devanagari],
    ['த', UNIT.indic],
    ['ก', UNIT.thai],
    ['あ', UNIT.kana],
    ['ア', UNIT.kana],
    ['ｱ', UNIT.kana],
    ['中', UNIT.han],
    ['한', UNIT.hangul],
    ['ა', UNIT.otherLetter],
    ['×', UNIT.symbol],
    ['…', UNIT.symbol],
    ['・', UNIT.symbol],
  ])('puts %s into its class', (character, unit) => {
    expect(countsOf(character)[unit]).toBe(1);
  });

  test.each([
    ['hello world', 2],
    ['HTTP server', 2],
    ['fooBarBaz', 3],
    ['Über', 1],
    ['snake_case', 2],
    ['x1y', 2],
    ['中文 text', 1],
    ['', 0],
  ])('counts the words that begin in %j', (text, words) => {
    expect(countsOf(text)[WORD_STARTS]).toBe(words);
  });

  test('does not begin a word anew where a window cuts one', () => {
    expect(countsOf('international', 5)[WORD_STARTS]).toBe(0);
  });

  test('counts a supplementary ideograph as one letter and an emoji as none', () => {
    expect(countLetters(countsOf('𠀀'))).toBe(1);
    expect(countLetters(countsOf('🎉'))).toBe(0);
  });

  test('takes unpaired surrogates without an error', () => {
    expect(countLetters(countsOf('a\ud83d b\udc00'))).toBe(2);
  });
});
