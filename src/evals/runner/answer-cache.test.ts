import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type CachedAnswer, openAnswerCache } from './answer-cache.ts';

const keyOf = (name: string): string => name.padEnd(43, '_');

const answerOf = (text: string): CachedAnswer => ({
  answer: { text, toolCalls: [], finish: 'stop', refusalSignal: false },
  modelVersion: null,
  receiptId: null,
  costUsd: 1,
  firstTokenMs: null,
  totalMs: 1,
  sandbox: true,
});

it('finds what was put behind an answer that a full disk took only a part of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alidade-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'answers.jsonl');
  let room = Number.POSITIVE_INFINITY;
  const write = ((descriptor: number, data: string | Buffer, from?: number | null) => {
    if (room === 0) throw new Error('ENOSPC');
    const part = Buffer.from(data).subarray(from ?? 0, (from ?? 0) + room);
    room -= part.length;
    return writeSync(descriptor, part);
  }) as typeof writeSync;
  const cache = openAnswerCache(path, write);
  cache.put(keyOf('first'), answerOf('one'));
  room = 60;
  expect(() => cache.put(keyOf('second'), answerOf('two'))).toThrow('ENOSPC');
  room = Number.POSITIVE_INFINITY;
  cache.put(keyOf('third'), answerOf('three'));
  const found = (held: typeof cache) =>
    ['first', 'second', 'third'].map((name) => held.get(keyOf(name))?.answer.text ?? null);
  expect(found(cache)).toEqual(['one', null, 'three']);
  cache.close();
  const again = openAnswerCache(path);
  expect(found(again)).toEqual(['one', null, 'three']);
  again.close();
});
