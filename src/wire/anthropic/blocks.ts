import { listOf } from '../members.ts';

/** A content may be written as one string or as a list of blocks; here always a list. */
export function blocksOf(content: unknown): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);
}
