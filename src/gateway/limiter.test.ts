import { expect, test } from 'vitest';
import { RequestLimiter } from './limiter.ts';

test('lets the whole count of a minute through at once, then one more per interval', () => {
  const limiter = new RequestLimiter();
  const limits = { rpm: 60 };
  let passed = 0;
  for (let i = 0; i < 100; i += 1) if (limiter.admit('a', limits, 0).ok) passed += 1;
  expect(passed).toBe(60);
  expect(limiter.admit('a', limits, 999).ok).toBe(false);
  expect(limiter.admit('a', limits, 1_000).ok).toBe(true);
  expect(limiter.admit('a', limits, 1_000).ok).toBe(false);
});

test('never lets more than twice the count through in any minute', () => {
  const limiter = new RequestLimiter();
  const times: number[] = [];
  for (let ms = 0; ms < 300_000; ms += 50) if (limiter.admit('a', { rpm: 30 }, ms).ok) times.push(ms);
  for (const start of times) {
    expect(times.filter((ms) => ms >= start && ms < start + 60_000).length).toBeLessThanOrEqual(60);
  }
  expect(times.length).toBe(30 + (300_000 / 60_000) * 30 - 1);
});

test('says how many are left and when one is free again', () => {
  const limiter = new RequestLimiter();
  const limits = { rpm: 2 };
  expect(limiter.admit('a', limits, 0)).toMatchObject({ ok: true, requests: { limit: 2, remaining: 1, resetS: 0 } });
  expect(limiter.admit('a', limits, 0)).toMatchObject({ ok: true, requests: { remaining: 0 } });
  expect(limiter.admit('a', limits, 10_000)).toMatchObject({ ok: false, reason: 'rpm', retryAfterS: 20 });
});

test('subjects do not share their count', () => {
  const limiter = new RequestLimiter();
  expect(limiter.admit('a', { rpm: 1 }, 0).ok).toBe(true);
  expect(limiter.admit('a', { rpm: 1 }, 0).ok).toBe(false);
  expect(limiter.admit('b', { rpm: 1 }, 0).ok).toBe(true);
});

test('holds concurrency, and a release counts once however often it is called', () => {
  const limiter = new RequestLimiter();
  const limits = { concurrency: 2 };
  const one = limiter.admit('a', limits, 0);
  limiter.admit('a', limits, 0);
  expect(limiter.admit('a', limits, 0)).toMatchObject({ ok: false, reason: 'concurrency' });
  if (one.ok) {
    one.release();
    one.release();
  }
  expect(limiter.admit('a', limits, 0).ok).toBe(true);
  expect(limiter.admit('a', limits, 0).ok).toBe(false);
});

test('a refusal for concurrency takes nothing from the rate', () => {
  const limiter = new RequestLimiter();
  const limits = { rpm: 2, concurrency: 1 };
  const one = limiter.admit('a', limits, 0);
  expect(limiter.admit('a', limits, 0)).toMatchObject({ ok: false, reason: 'concurrency' });
  if (one.ok) one.release();
  expect(limiter.admit('a', limits, 0).ok).toBe(true);
});
