import { describe, expect, test } from 'vitest';
import { withoutSetPhrases } from './set-phrases.ts';

describe('set phrases', () => {
  test.each([
    ['You are an expert with twenty years of experience. Draft the lease', 'Draft the lease'],
    ['Hi! Could you help me with this? The loop ends too early', 'The loop ends too early'],
    ['[tier: gold] The loop ends too early', 'The loop ends too early'],
    ['The loop ends too early.\n\n--\nBest regards', 'The loop ends too early.'],
    ['The loop ends too early. Thank you so much, I appreciate it!!', 'The loop ends too early.'],
    ['你好，番茄怎么种？谢谢！', '番茄怎么种？'],
    ['Bonjour, la boucle finit trop tôt. Merci beaucoup', 'la boucle finit trop tôt.'],
  ])('are taken off the ends of %j', (text, left) => {
    expect(withoutSetPhrases(text).trim()).toBe(left);
  });

  test('are found whatever the case and however the letters are disguised', () => {
    expect(withoutSetPhrases('YОU ARE A TRUSTED ADVISOR. Draft the lease').trim()).toBe('Draft the lease');
    expect(withoutSetPhrases('Ｔｈａｎｋｓ! Draft the lease').trim()).toBe('Draft the lease');
  });

  test.each([
    '',
    'Hello, good morning!',
    'Thank you so much.',
    'Here is my essay. What do you think?',
    'You are a lawyer. The tenant left early',
    'a poem, please',
    '[1, 2, 3] sorted',
    '- milk\n- tea',
    '???',
    '\ud800',
  ])('are all that %j holds, or none of it: it stays as it is', (text) => {
    expect(withoutSetPhrases(text)).toBe(text);
  });

  test('are looked for within a bounded reach', () => {
    const polite = 'thank you. '.repeat(100_000);
    expect(withoutSetPhrases(`${polite}lease ${polite}`).length).toBeGreaterThan(2 * polite.length - 1_000);
  });
});
