import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Answer, RunPlan, SampleInput } from '../../contracts/evaluation.ts';
import { sha256Base64Url } from '../../lib/hash.ts';
import { createLineReader } from '../../lib/line-reader.ts';

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

interface Place {
  position: number;
  length: number;
}

/** An append-only file; only keys and places are held in memory. A torn last line is passed over. */
export function openAnswerCache(path: string): AnswerCache {
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(path, 'a+');
  const places = new Map<string, Place>();
  const lines = createLineReader(
    (buffer, offset, length, position) => readSync(descriptor, buffer, offset, length, position),
    0,
  );
  while (lines.next()) {
    const line = lines.buffer.toString('utf8', lines.start, lines.end);
    const key = /^\{"key":"([\w-]{43})"/.exec(line)?.[1];
    if (key !== undefined) places.set(key, { position: lines.offset, length: lines.end - lines.start });
  }
  // Closes a torn line, so that the next one begins on its own.
  if (lines.remainder() > 0) writeSync(descriptor, '\n');
  let end = fstatSync(descriptor).size;
  return {
    get(key) {
      const place = places.get(key);
      if (place === undefined) return null;
      const buffer = Buffer.allocUnsafe(place.length);
      readSync(descriptor, buffer, 0, place.length, place.position);
      return (JSON.parse(buffer.toString('utf8')) as { value: CachedAnswer }).value;
    },
    put(key, value) {
      const line = Buffer.from(`${JSON.stringify({ key, value })}\n`);
      writeSync(descriptor, line);
      places.set(key, { position: end, length: line.length - 1 });
      end += line.length;
    },
    close: () => closeSync(descriptor),
  };
}
