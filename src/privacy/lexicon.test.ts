import { describe, expect, it } from 'vitest';
import { addToHash, FLAG, HASH_START, Lexicon } from './lexicon.ts';

function find(lexicon: Lexicon, word: string): number {
  const units = Uint16Array.from(word, (letter) => letter.charCodeAt(0));
  return lexicon.find(
    units,
    0,
    units.length,
    units.reduce((hash, unit) => addToHash(hash, unit), HASH_START),
  );
}

describe('Lexicon', () => {
  it('keeps what it knew when words are added after it was asked', () => {
    const lexicon = new Lexicon();
    lexicon.add('quimby', FLAG.city, 3);
    lexicon.add('quimby falls', FLAG.region);
    expect(lexicon.flagsOf(find(lexicon, 'quimby'))).toBe(FLAG.city | FLAG.phrase);
    lexicon.add('zorblin', FLAG.givenName);
    lexicon.add('quimby', FLAG.surname);
    const quimby = find(lexicon, 'quimby');
    expect(lexicon.flagsOf(quimby)).toBe(FLAG.city | FLAG.phrase | FLAG.surname);
    expect(lexicon.labelOf(quimby)).toBe(3);
    expect(lexicon.phrasesOf(quimby).map(({ rest }) => rest)).toEqual([[find(lexicon, 'falls')]]);
    expect(lexicon.flagsOf(find(lexicon, 'zorblin'))).toBe(FLAG.givenName);
    expect(find(lexicon, 'nobody')).toBe(-1);
  });
  it('says of every phrase, and of few other words, that they may begin one', () => {
    const lexicon = new Lexicon();
    const pairs = Array.from({ length: 500 }, (_, index) => [`first${index % 50}`, `second${index}`] as const);
    for (const [first, second] of pairs) lexicon.add(`${first} ${second} third`, FLAG.city);
    const may = (first: string, second: string): boolean =>
      lexicon.mayBeginPhrase(find(lexicon, first), find(lexicon, second));
    expect(pairs.every(([first, second]) => may(first, second))).toBe(true);
    const others = pairs.filter(([, second], index) => may(`first${(index + 1) % 50}`, second));
    expect(others.length).toBeLessThan(20);
    expect(may('first1', 'unheard')).toBe(false);
  });
});
