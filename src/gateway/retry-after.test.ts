import { expect, test } from 'vitest';
import { readRetryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

test.each([
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after': ' 7 ' }, 7],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1.5],
  [{ 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT' }, 5],
  [{ 'retry-after': 'Sun, 22 Nov 2026 09:59:05 GMT' }, 0],
  [{ 'retry-after-ms': '250' }, 0.25],
  [{ 'retry-after-ms': '250', 'retry-after': '1' }, 0.25],
  [{ 'retry-after-ms': 'soon', 'retry-after': '1' }, 1],
  [{ 'retry-after-ms': '-1', 'retry-after': '1' }, 1],
  [{ 'retry-after': '-3' }, null],
  [{ 'retry-after': '' }, null],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': 'Infinity' }, null],
  [{ 'retry-after': '10, 10' }, null],
  [{ 'retry-after': 'in 10' }, null],
  [{ 'retry-after': 'Sunday, 22-Nov-26 10:00:05 GMT' }, 5],
  [{ 'retry-after': '2026-11-22T10:00:05Z' }, 5],
  [{ 'retry-after': ['1', '2'] }, null],
  [{ 'retry-after': `${'9'.repeat(400)}` }, null],
  [{}, null],
])('%j asks for %s seconds', (headers, seconds) => {
  expect(readRetryAfter(headers, { now: () => NOW })).toBe(seconds);
});
