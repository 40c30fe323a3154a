import { describe, expect, test } from 'vitest';
import { type AnswerProgress, AttemptDeadlines } from './attempt-deadlines.ts';

const NOTHING_SAID = { connectMs: 3_000, firstByteMs: null, firstTokenMs: null, idleMs: null };
const PROGRESS: AnswerProgress = { stream: true, hasHead: true, hasToken: false, reasoning: false, paused: false };
const PING = Buffer.from(': ping\n\n');

const deadlines = (
  timeouts: Partial<typeof NOTHING_SAID> | { firstTokenMs: number } = {},
  firstTokenLimitMs = 20_000,
) => new AttemptDeadlines({ ...NOTHING_SAID, ...timeouts }, firstTokenLimitMs, 0);

describe('before the first token', () => {
  test('a stream has 30 s to its head and the measured limit to its first token', () => {
    const waiting = deadlines();
    expect(waiting.overdue({ ...PROGRESS, hasHead: false }, 30_000)).toBeNull();
    expect(waiting.overdue({ ...PROGRESS, hasHead: false }, 30_001)).toBe('first_byte');
    expect(waiting.overdue(PROGRESS, 20_000)).toBeNull();
    expect(waiting.overdue(PROGRESS, 20_001)).toBe('first_token');
  });

  test('pings that keep coming are life, the opening of a stream and single bytes are not', () => {
    const alive = deadlines();
    for (let ms = 100; ms <= 90_000; ms += 15_000) alive.onBytes(PING, true, ms);
    expect(alive.overdue(PROGRESS, 100_000)).toBeNull();
    expect(alive.overdue(PROGRESS, 130_000)).toBe('first_token');
    const opened = deadlines();
    opened.onBytes(PING, true, 100);
    opened.onBytes(PING, true, 900);
    expect(opened.overdue(PROGRESS, 20_001)).toBe('first_token');
    const trickling = deadlines();
    for (let ms = 0; ms <= 60_000; ms += 5_000) trickling.onBytes(Buffer.from('x'), true, ms);
    expect(trickling.overdue(PROGRESS, 60_001)).toBe('first_token');
  });

  test('a limit that the endpoint states is kept whatever comes', () => {
    const stated = deadlines({ firstTokenMs: 5_000 });
    for (let ms = 0; ms <= 6_000; ms += 1_000) stated.onBytes(PING, true, ms);
    expect(stated.overdue(PROGRESS, 6_001)).toBe('first_token');
  });
});

describe('after it', () => {
  const said = { ...PROGRESS, hasToken: true };

  test('silence may last 30 s, and 120 s after a thought', () => {
    const silent = deadlines();
    silent.onBytes(PING, true, 1_000);
    expect(silent.overdue(said, 31_000)).toBeNull();
    expect(silent.overdue(said, 31_001)).toBe('idle');
    expect(silent.overdue({ ...said, reasoning: true }, 121_000)).toBeNull();
    expect(silent.overdue({ ...said, reasoning: true }, 121_001)).toBe('idle');
  });

  test('a byte every 5 s is silence, a large event in pieces is not', () => {
    const trickling = deadlines();
    for (let ms = 0; ms <= 30_000; ms += 5_000) trickling.onBytes(Buffer.from('x'), true, ms);
    expect(trickling.overdue(said, 30_001)).toBe('idle');
    const large = deadlines();
    for (let ms = 0; ms <= 60_000; ms += 5_000) large.onBytes(Buffer.alloc(2_000, 'x'), true, ms);
    expect(large.overdue(said, 60_001)).toBeNull();
  });

  test('silence while we did not read is ours', () => {
    const paused = deadlines();
    expect(paused.overdue({ ...said, paused: true }, 500_000)).toBeNull();
    paused.onResume(500_000);
    expect(paused.overdue(said, 530_000)).toBeNull();
    expect(paused.overdue(said, 530_001)).toBe('idle');
  });
});

test('an answer that is not streamed may take its time to the head and not in the middle', () => {
  const whole = deadlines();
  const progress = { ...PROGRESS, stream: false };
  expect(whole.overdue({ ...progress, hasHead: false }, 500_000)).toBeNull();
  whole.onHead(500_000);
  expect(whole.overdue(progress, 620_000)).toBeNull();
  expect(whole.overdue(progress, 620_001)).toBe('idle');
});

test('of a whole answer white space is life, a byte every 5 s is not, and a kilobyte is', () => {
  const progress = { ...PROGRESS, stream: false };
  const after = (chunk: Buffer) => {
    const whole = deadlines();
    whole.onHead(0);
    for (let ms = 0; ms <= 200_000; ms += 5_000) whole.onBytes(chunk, false, ms);
    return whole.overdue(progress, 200_001);
  };
  expect(after(Buffer.from(' '))).toBeNull();
  expect(after(Buffer.from('\n'))).toBeNull();
  expect(after(Buffer.from('x'))).toBe('idle');
  expect(after(Buffer.alloc(1_024, 'x'))).toBeNull();
});
