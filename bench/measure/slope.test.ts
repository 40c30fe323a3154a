import { expect, test } from 'vitest';
import { slopeOf } from './slope.ts';

test('the slope of a line is found, noise around it or not', () => {
  expect(slopeOf([0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x })))).toBeCloseTo(2, 12);
  expect(slopeOf([0, 1, 2, 3].map((x) => ({ x, y: 5 + 2 * x + (x % 2 === 0 ? 0.1 : -0.1) })))).toBeCloseTo(1.96, 12);
});

test('too little says nothing', () => {
  expect(slopeOf([])).toBeNull();
  expect(slopeOf([0, 0, 0].map((x) => ({ x, y: 1 })))).toBeNull();
});
