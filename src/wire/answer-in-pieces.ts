import type { Buffer } from 'node:buffer';
import { parseJsonInPieces } from '../lib/json-pieces.ts';
import { LONG_STRING_BYTES } from '../lib/json-scan.ts';
import { findLongLists, findLongStrings } from '../lib/json-skim.ts';

/** Lists that are not parsed where nobody reads them. */
const LONG_LIST_BYTES = 64 * 1024;

const NO_JSON = undefined;
/** Stands for an embedding whose numbers were not read. */
const UNREAD_VECTOR = '{}';

/**
 * A large answer parsed: it yields wherever somebody else may have a turn. undefined: it is no JSON.
 * @param holder stands for long strings meanwhile; one that no vendor can know
 */
export function* parseAnswerInPieces(
  body: Buffer,
  holder: string,
  parse: (text: string) => unknown,
): Generator<void, unknown> {
  const longStrings = yield* findLongStrings(body, LONG_STRING_BYTES);
  yield;
  try {
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
  const lists = yield* findLongLists(body, LONG_LIST_BYTES);
  yield;
  if (lists === null) return NO_JSON;
  let sketch = '';
  let from = 0;
  for (const list of lists) {
    sketch += `${body.toString('utf8', from, list.start)}[${Array(list.objects).fill(UNREAD_VECTOR).join()}]`;
    from = list.end;
  }
  try {
    return JSON.parse(sketch + body.toString('utf8', from));
  } catch {
    return NO_JSON;
  }
}
