import { deserialize, serialize } from 'node:v8';
import { describe, expect, it, test } from 'vitest';
import { CLASS_AND_LOWER, classOf, lowerCode, WORD_UNIT_BITS } from './characters.ts';
import { wordsOf } from './context.ts';
import { fillVocabulary } from './fill-vocabulary.ts';
import { addToHash, FLAG, HASH_START, Lexicon } from './lexicon.ts';
import * as cities from './lists/cities.ts';
import { addPlaceLists } from './lists/place-lists.ts';
import * as places from './lists/places.ts';

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

  it('goes on from the tables of another, copied as the build writes and a start reads them', () => {
    const { lexicon: filled } = fillVocabulary();
    const lexicon = new Lexicon(deserialize(serialize(filled.tables())));
    expect(lexicon.tables()).toEqual(filled.tables());
    lexicon.addAll('New York|zorblin', FLAG.surname);
    expect(lexicon.flagsOf(find(lexicon, 'zorblin'))).toBe(FLAG.surname);
    expect(lexicon.flagsOf(find(lexicon, 'york'))).toBe(filled.flagsOf(find(filled, 'york')));
    const york = [find(lexicon, 'york')];
    const [phrase] = lexicon.phrasesOf(find(lexicon, 'new')).filter(({ rest }) => rest.join() === york.join());
    expect((phrase?.flags ?? 0) & FLAG.surname).toBe(FLAG.surname);
    expect((phrase?.flags ?? 0) & ~FLAG.surname).not.toBe(0);
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

  it('finds every word and phrase of a list that outgrows its first room', () => {
    const words = Array.from({ length: 40_000 }, (_, index) => `word${index.toString(36)}`);
    const lexicon = new Lexicon();
    lexicon.addAll(words.join('|'), FLAG.surname);
    lexicon.addAll('Word1 word2|word1', FLAG.city);
    expect(words.filter((word) => lexicon.flagsOf(find(lexicon, word)) !== FLAG.surname)).toEqual(['word1']);
    const first = find(lexicon, 'word1');
    expect(lexicon.flagsOf(first)).toBe(FLAG.surname | FLAG.city | FLAG.phrase);
    expect(lexicon.phrasesOf(first)).toEqual([{ rest: [find(lexicon, 'word2')], flags: FLAG.city, label: -1 }]);
  });

  it('holds places as the scan sees them: words without signs', () => {
    const lexicon = new Lexicon();
    addPlaceLists(lexicon);
    const { CITIES_BY_SIZE } = cities;
    const words = [CITIES_BY_SIZE, ...Object.values(places)].flatMap((list) => list.split('|')).flatMap(wordsOf);
    expect(words.length).toBeGreaterThan(3_000);
    expect(words.filter((word) => find(lexicon, word) === -1)).toEqual([]);
  });
});

test('the table of classes and lower case says what the two tables say', () => {
  const wrong = [...CLASS_AND_LOWER.keys()].filter(
    (unit) => CLASS_AND_LOWER[unit] !== ((classOf(unit) << WORD_UNIT_BITS) | (unit < 0x2000 ? lowerCode(unit) : 0)),
  );
  expect(wrong).toEqual([]);
});
