import { expect, test } from 'vitest';
import { createIds } from './ids.ts';
import { ulidTime } from './ulid-time.ts';

test.each([0, 1, 1_795_000_000_123, 281_474_976_710_655])('an id made at %i says so', (ms) => {
  expect(ulidTime(createIds('req_', { nowMs: () => ms })())).toBe(ms);
});

test.each([
  '',
  'req_',
  'req_01M80BCZF75JRVCEWNFQ5GZM5',
  '../../etc/passwd-and-some-more',
  'req_01m80bczf75jrvcewnfq5gzm55',
])('%j is no id', (text) => {
  expect(ulidTime(text)).toBeNull();
});
