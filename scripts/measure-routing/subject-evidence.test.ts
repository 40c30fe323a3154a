import { describe, expect, test } from 'vitest';
import type { ReplayItem } from './replay-set.ts';
import { arenaDifference, beliefsOf, decisionsOf, rowsFrom } from './subject-evidence.ts';

/** Items of which the first `weak` and the first `strong` are right. */
const itemsOf = (subject: string, n: number, weak: number, strong: number): ReplayItem[] =>
  Array.from({ length: n }, (_, index) => ({
    id: `${subject}/${index}`,
    subject,
    prompt: '',
    weak: Number(index < weak),
    strong: Number(index < strong),
  }));

const LEARN = new Map([
  ['easy', itemsOf('easy', 400, 380, 384)],
  ['hard', itemsOf('hard', 200, 60, 160)],
  ['other', itemsOf('other', 200, 120, 150)],
]);

describe('evidence by subject', () => {
  test('is believed as the arenas of the product believe it', () => {
    const rows = rowsFrom(LEARN, 400);
    const beliefs = beliefsOf(rows);
    for (const subject of LEARN.keys()) {
      expect(beliefs.get(subject)).toBeCloseTo(arenaDifference(rows, subject) as number, 12);
    }
    expect(beliefs.get('hard')).toBeGreaterThan(beliefs.get('other') as number);
  });

  test('lets the cheaper model answer where it is not inferior', () => {
    const decisions = decisionsOf(rowsFrom(LEARN, 400));
    expect(decisions.get('easy')).toEqual({ model: 'weak', own: true });
    expect(decisions.get('hard')).toEqual({ model: 'strong', own: true });
  });

  test('decides nothing by a subject of fewer than 50 items', () => {
    const few = decisionsOf(rowsFrom(LEARN, 40));
    expect([...few.values()].map(({ own }) => own)).toEqual([false, false, false]);
  });
});
