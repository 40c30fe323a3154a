import { expect, test } from 'vitest';
import type { CandidateList } from './candidates.ts';
import { RememberedLists } from './remembered-lists.ts';

const list = (length: number): CandidateList => ({ candidates: new Array(length), unavailable: [] });

test('a list is made once', () => {
  const lists = new RememberedLists<CandidateList>();
  const made = lists.of('a', () => list(3));
  expect(lists.of('a', () => list(4))).toBe(made);
  expect(lists.of('b', () => list(4))).not.toBe(made);
});

test('long names and ever other ones do not fill the memory', () => {
  const lists = new RememberedLists<CandidateList>();
  const made = lists.of('a', () => list(1));
  expect(lists.of('x'.repeat(301), () => list(1))).not.toBe(lists.of('x'.repeat(301), () => list(1)));
  expect(lists.of('a', () => list(1))).toBe(made);
  for (let name = 0; name < 2_000; name += 1) lists.of(`unknown ${name}`, () => list(0));
  expect(lists.of('a', () => list(1))).not.toBe(made);
});
