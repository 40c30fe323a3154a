import { expect, test } from 'vitest';
import { quotaResetsInMs } from './quota-reset.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const HOUR_MS = 3_600_000;

test('a moment is waited for once', () => {
  expect(quotaResetsInMs('2026-11-22T12:00:00Z', NOW)).toBe(2 * HOUR_MS);
  expect(quotaResetsInMs('2026-11-22T12:00:00+01:00', NOW)).toBe(HOUR_MS);
  expect(quotaResetsInMs('2026-11-23', NOW)).toBe(14 * HOUR_MS);
  expect(quotaResetsInMs('2026-11-22T10:00:00Z', NOW)).toBeNull();
});

test('a time of day comes again every day, in UTC', () => {
  expect(quotaResetsInMs('12:00Z', NOW)).toBe(2 * HOUR_MS);
  expect(quotaResetsInMs('09:30:00', NOW)).toBe(23.5 * HOUR_MS);
  expect(quotaResetsInMs('10:00', NOW)).toBe(24 * HOUR_MS);
});

test('what is neither is never guessed', () => {
  for (const text of ['', 'monthly', '24:00', '2026-13-40', '2026-11-22T12:00:00', 'Tuesday']) {
    expect([text, quotaResetsInMs(text, NOW)]).toEqual([text, null]);
  }
});
