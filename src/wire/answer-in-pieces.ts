import type { Buffer } from 'node:buffer';
import { parseJsonInPieces } from '../lib/json-pieces.ts';
import { type JsonScan, scanJson } from '../lib/json-scan.ts';

/** What is nested deeper, or has more members, is read at once like a short answer. */
const LIMITS = { maxDepth: 256, maxKeys: 1_000_000 };

const OPEN_BRACKET = 0x5b;

const NO_JSON = undefined;

/**
 * A large answer parsed: it yields wherever somebody else may have a turn. undefined: it is no JSON.
 * @param holder stands for long strings meanwhile; one that no vendor can know
 */
export function* parseAnswerInPieces(
  body: Buffer,
  holder: string,
  parse: (text: string) => unknown,
): Generator<void, unknown> {
  const scan = scanJson(body, LIMITS);
  yield;
  try {
    const longStrings = scan.ok ? scan.longStrings : undefined;
    if (longStrings === undefined) return parse(body.toString('utf8'));
    return yield* parseJsonInPieces(body, longStrings, holder, parse);
  } catch {
    return NO_JSON;
  }
}

/**
 * Of a large list of embeddings what a relay has to know: all but the numbers, whose parsing would take ten times as long
 * as finding their end. undefined: it is no JSON.
 */
export function* sketchEmbeddingsInPieces(body: Buffer): Generator<void, unknown> {
  const scan = scanJson(body, LIMITS);
  yield;
  try {
    return scan.ok ? sketch(body, scan) : JSON.parse(body.toString('utf8'));
  } catch {
    return NO_JSON;
  }
}

function sketch(body: Buffer, { members }: JsonScan): unknown {
  return Object.fromEntries(
    members.map(({ key, valueStart, valueEnd }) => {
      if (key !== 'data' || body[valueStart] !== OPEN_BRACKET) {
        return [key, JSON.parse(body.toString('utf8', valueStart, valueEnd)) as unknown];
      }
      const isEmpty = body.toString('utf8', valueStart + 1, Math.min(valueEnd, valueStart + 64)).trim() === ']';
      return [key, isEmpty ? [] : [null]];
    }),
  );
}
