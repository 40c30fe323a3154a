import { expect, test } from 'vitest';
import { FOLD, FOLDED_CLASS } from './fold-characters.ts';
import { LEXICON } from './lexicon.ts';
import { readTokens, TOKENS } from './read-tokens.ts';
import { unitClass } from './scan-scripts.ts';
import { entryOf, groupsAt, topicAt, WORD_GROUPS } from './word-groups.ts';

test('no word of the lexicon has the hash that marks an empty slot', () => {
  expect(groupsAt(entryOf(0))).toBe(0);
  expect(topicAt(entryOf(0))).toBe(0);
});

test('every word of the lexicon in Latin letters is found in a text, in its group', () => {
  const missing = WORD_GROUPS.flatMap((group, bit) =>
    LEXICON[group].split(' ').filter((word) => {
      if (!/^[a-z]+$/.test(word)) return false;
      readTokens(word, '');
      const found = TOKENS.groups.subarray(0, TOKENS.length).some((mask) => (mask & (1 << bit)) !== 0);
      // A line that begins like a program is material.
      return !found && (TOKENS.codeGroups & (1 << bit)) === 0;
    }),
  );
  expect(missing).toEqual([]);
});

test('the class of what a unit is folded to is that of the folded unit', () => {
  expect([...FOLD.keys()].filter((unit) => FOLDED_CLASS[unit] !== unitClass(FOLD[unit] as number))).toEqual([]);
});
