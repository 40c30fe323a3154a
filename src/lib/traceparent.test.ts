import { expect, test } from 'vitest';
import { parseTraceparent } from './traceparent.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

test('reads the ids and flags', () => {
  expect(parseTraceparent(`00-${trace}-${span}-01`)).toEqual({ traceId: trace, spanId: span, flags: '01' });
});

test.each([
  ['nothing', ''],
  ['a text', 'jane.doe@example.com'],
  ['a text behind it', `00-${trace}-${span}-01-jane`],
  ['capitals', `00-${trace.toUpperCase()}-${span}-01`],
  ['a version that there is not', `ff-${trace}-${span}-01`],
  ['no trace', `00-${'0'.repeat(32)}-${span}-01`],
  ['no span', `00-${trace}-${'0'.repeat(16)}-01`],
])('reads none from %s', (_name, text) => {
  expect(parseTraceparent(text)).toBeNull();
});
