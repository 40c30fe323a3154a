import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Answer, RunPlan, SampleInput } from '../../contracts/evaluation.ts';
import { sha256Base64Url } from '../../lib/hash.ts';
import { createLineReader } from '../../lib/line-reader.ts';
import { createPlaces } from './places.ts';
import { writeLine } from './write-line.ts';

/** Answers that were paid for before. */
export interface AnswerCache {
  get(key: string): CachedAnswer | null;
  put(key: string, answer: CachedAnswer): void;
  close(): void;
}

export interface CachedAnswer {
  answer: Answer;
  modelVersion: string | null;
  receiptId: string | null;
  costUsd: number | null;
  firstTokenMs: number | null;
  totalMs: number;
  sandbox: boolean;
}

type AskedOf = Pick<RunPlan, 'deployment' | 'model' | 'upstream_model' | 'endpoint_digest' | 'harness' | 'use_case'>;

/**
 * The key of everything that an answer depends on: where it is asked, for whom (rules may change what is sent), and
 * what. `repetition` tells apart repeats that are wanted to differ.
 */
export const cacheKey = (plan: AskedOf, input: SampleInput, repetition: number): string => {
  const { deployment, model, upstream_model: upstream, endpoint_digest: endpoint, harness, use_case: useCase } = plan;
  return sha256Base64Url(JSON.stringify([deployment, model, upstream, endpoint, harness, useCase, input, repetition]));
};

/** An append-only file; only where answers lie is held in memory. A torn last line is passed over. */
export function openAnswerCache(path: string, write?: typeof writeSync): AnswerCache {
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(path, 'a+');
  const places = createPlaces();
  const lines = createLineReader(
    (buffer, offset, length, position) => readSync(descriptor, buffer, offset, length, position),
    0,
  );
  while (lines.next()) {
    const line = lines.buffer.toString('utf8', lines.start, lines.end);
    const key = /^\{"key":"([\w-]{43})"/.exec(line)?.[1];
    if (key !== undefined) places.put(key, lines.offset);
  }
  // Closes a torn line, so that the next one begins on its own.
  if (lines.remainder() > 0) writeSync(descriptor, '\n');
  let end = fstatSync(descriptor).size;
  return {
    get(key) {
      // The last that was put under a key holds, as it did when the file was read again.
      for (const position of places.of(key)) {
        const line = readLineAt(descriptor, position);
        if (line.startsWith(`{"key":"${key}"`)) return (JSON.parse(line) as { value: CachedAnswer }).value;
      }
      return null;
    },
    put(key, value) {
      const begun = end;
      // First, since it may fail: where nothing was written nothing lies, and the next one begins there.
      end += writeLine(descriptor, `${JSON.stringify({ key, value })}\n`, write);
      places.put(key, begun);
    },
    close: () => closeSync(descriptor),
  };
}

const READ_AT_ONCE = 4_096;

/** The whole line that begins there, without its end. */
function readLineAt(descriptor: number, position: number): string {
  for (let size = READ_AT_ONCE; ; size *= 4) {
    const buffer = Buffer.allocUnsafe(size);
    const filled = readSync(descriptor, buffer, 0, size, position);
    const end = buffer.subarray(0, filled).indexOf(LINE_FEED);
    if (end !== -1) return buffer.toString('utf8', 0, end);
    if (filled < size) return '';
  }
}

const LINE_FEED = 0x0a;
