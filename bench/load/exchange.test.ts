import { expect, it } from 'vitest';
import { requestMaker, type Target } from './exchange.ts';

const target = (vary?: string[]): Target => ({
  ...{ port: 312, path: '/v1', headers: { authorization: 'Bearer 147' } },
  body: '{"text":"147 and 312, 147"}',
  ...(vary === undefined ? {} : { vary }),
});
const bodyOf = (request: Buffer): string => request.toString().split('\r\n\r\n')[1] as string;

it('sends the same bytes over and over where nothing varies', () => {
  const next = requestMaker(target());
  expect(next()).toBe(next());
});

it('sends other numbers each time, in the body alone, also from one job to the next', () => {
  const heads = new Set<string>();
  const bodies = new Set<string>();
  for (let job = 0; job < 3; job += 1) {
    const next = requestMaker(target(['147', '312']));
    for (let request = 0; request < 1_000; request += 1) {
      const bytes = next();
      heads.add(bytes.toString().split('\r\n\r\n')[0] as string);
      bodies.add(bodyOf(bytes));
    }
  }
  expect(heads.size).toBe(1);
  expect(bodies.size).toBe(3_000);
  for (const body of bodies) expect(body).toMatch(/^\{"text":"[1-9]\d\d and [1-9]\d\d, 147"\}$/);
});

it('refuses a body that does not hold what is to vary', () => {
  expect(() => requestMaker(target(['148']))).toThrow('148');
  expect(() => requestMaker(target(['and']))).toThrow('and');
});
