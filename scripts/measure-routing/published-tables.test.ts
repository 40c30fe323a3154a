import { expect, test } from 'vitest';
import { type PublishedTables, REFERENCE, routeTables } from './published-tables.ts';

const TABLES: PublishedTables = {
  samples: { sums: 1_000, poems: 1_000 },
  accuracy: {
    [REFERENCE]: { sums: 90, poems: 70 },
    frugal: { sums: 90, poems: 40 },
    poet: { sums: 20, poems: 72 },
    partial: { sums: 99, poems: null },
  },
  cost: {
    [REFERENCE]: { sums: 50, poems: 50 },
    frugal: { sums: 5, poems: 5 },
    poet: { sums: 60, poems: 60 },
    partial: { sums: 500, poems: null },
  },
};

const figures = (name: string) => routeTables(TABLES).rows.find((row) => row.name === name);

test('choosing by data set is cheaper at no loss, or better at any price', () => {
  expect(figures(`cheapest not worse than ${REFERENCE}`)).toMatchObject({ quality: 80, cost: 55 });
  expect(figures('best model of each data set')).toMatchObject({ quality: (99 + 72) / 2, cost: 560 });
});

test('the product takes the cheapest that is not inferior', () => {
  // On sums 90 is inferior to 99, on poems 70 is not to 72: by its margin of 5 points and 1,000 items.
  expect(figures('the product, defaults')).toMatchObject({ quality: (99 + 70) / 2, cost: 550 });
});

test('a model that did not run everywhere is no single model', () => {
  const names = routeTables(TABLES).rows.map(({ name }) => name);
  expect(names).toContain('poet');
  expect(names).not.toContain('partial');
});

test('routing is at least as good as the single models that it may choose', () => {
  const { aiq, aiqSingle, costSaved, performanceGain } = routeTables(TABLES);
  expect(aiq).toBeGreaterThan(aiqSingle);
  expect(costSaved).toBeCloseTo(0.45, 12);
  expect(performanceGain).toBeCloseTo(85.5 / 80 - 1, 12);
});
