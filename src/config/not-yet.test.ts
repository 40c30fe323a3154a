import { expect, test } from 'vitest';
import { configurationSchema } from '../contracts/configuration.ts';
import { notCarriedOut } from './not-yet.ts';

const found = (configuration: unknown): string[] =>
  notCarriedOut(configurationSchema.parse(configuration)).map(({ severity, path }) => `${severity} ${path.join('.')}`);

test('a configuration that asks for nothing of it is clean', () => {
  expect(found({})).toEqual([]);
});

test('what would hold data back is an error, and limits are carried out', () => {
  expect(
    found({
      policy: { unlabelled_personal: 'deny' },
      limits: { rpm: 5, usd_day: 3 },
      teams: { red: { limits: { rpm: 9 } } },
      deployments: [{ id: 'd', model: 'a/b', endpoint: 'e', limits: { concurrency: 2 } }],
      use_cases: [{ id: 'a', limits: { tpm: 7 } }],
    }),
  ).toEqual(['error policy.unlabelled_personal']);
});
