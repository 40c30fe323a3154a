import { createHash } from 'node:crypto';

/** Enough that the digest is asked seldom, little enough to be forgotten at once. */
const PIECE_CHARACTERS = 64 * 1024;

/** SHA-256 of texts one after the other, as 64 lower-case hexadecimal digits. */
export function sha256OfTexts(texts: Iterable<string>): string {
  const digest = createHash('sha256');
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE_CHARACTERS) continue;
    digest.update(piece);
    piece = '';
  }
  return digest.update(piece).digest('hex');
}

/** The text of `JSON.stringify` of a list, member by member: of thousands the whole of it is many megabytes. */
export function* jsonListTexts(items: Iterable<unknown>): Generator<string> {
  let before = '[';
  for (const item of items) {
    yield `${before}${JSON.stringify(item) ?? 'null'}`;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}
