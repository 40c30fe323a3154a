import { expect, test } from 'vitest';
import { tokenCount } from './token-count.ts';

test('a count of tokens is a number that can be one', () => {
  expect([0, 17, 2_000_000].map(tokenCount)).toEqual([0, 17, 2_000_000]);
  for (const none of [-1, 4_294_967_295, 2 ** 64 - 1, 1e300, '12', null, undefined])
    expect(tokenCount(none)).toBeNull();
});
