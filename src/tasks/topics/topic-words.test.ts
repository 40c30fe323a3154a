import { describe, expect, test } from 'vitest';
import { readTokens, TOKENS } from '../read-tokens.ts';
import { TOPICS, topicList } from './topic-words.ts';

const wordsOfTopic = (topic: string): string[] => topicList(topic).trim().split(/\s+/);

const topicsIn = (text: string): string[] => {
  readTokens(text, '');
  return [...TOKENS.topic.subarray(0, TOKENS.length)].flatMap((topic) =>
    topic === 0 ? [] : [TOPICS[topic - 1] ?? ''],
  );
};

/** What tells entries apart when a text is read: words of those scripts count by their first three characters. */
const keyOf = (word: string): string => (/^[a-z]/.test(word) ? word : [...word].slice(0, 3).join(''));

describe('topics', () => {
  test('are few enough for a byte and for pairs of them in seven bits', () => {
    expect(TOPICS.length).toBeGreaterThan(0);
    expect(TOPICS.length).toBeLessThan(128);
  });

  test('hold words as texts are folded: one or two in Latin letters, or two ideographs and more', () => {
    const wrong = TOPICS.flatMap(wordsOfTopic).filter(
      (word) => !/^(?:[a-z]+(?:_[a-z]+)?|[\u3400-\u9fff]{2,})$/.test(word),
    );
    expect(wrong).toEqual([]);
  });

  test('name every word once', () => {
    const seen = new Set<string>();
    const twice: string[] = [];
    for (const word of TOPICS.flatMap(wordsOfTopic)) {
      if (seen.has(keyOf(word))) twice.push(word);
      seen.add(keyOf(word));
    }
    expect(twice).toEqual([]);
  });

  test.each([
    ['a word', 'dinosaur', ['living_things']],
    ['its plural', 'Dinosaurs', ['living_things']],
    ['a pair of words', 'linked list', ['structure_algorithm']],
    ['a word with accents and capitals', 'RÉSUMÉ', ['job_papers']],
    ['two ideographs', '火山', ['earth_sky']],
    ['three ideographs', '红黑树', ['structure_algorithm']],
  ])('are found by %s', (_, text, found) => {
    expect(topicsIn(text)).toEqual(found);
  });

  test('are none where no word is known', () => {
    expect(topicsIn('qwzx brzl 12 !?')).toEqual([]);
  });
});
