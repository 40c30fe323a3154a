import { chance } from '../seeded.ts';

const DIMENSIONS = 256;
const MAX_DIMENSIONS = 4_096;

/**
 * A vector that means something small: hashed character trigrams, normalised, so that similar texts are near each other.
 * `dimensions` as asked for, 256 where nothing sensible is.
 */
export function embeddingOf(text: string, dimensions: unknown): Float32Array {
  const isSize = typeof dimensions === 'number' && dimensions >= 1 && dimensions <= MAX_DIMENSIONS;
  const size = isSize ? Math.trunc(dimensions) : DIMENSIONS;
  const vector = new Float32Array(size);
  const padded = ` ${text.toLowerCase().slice(0, 8_192)} `;
  for (let at = 0; at + 3 <= padded.length; at += 1) {
    const position = Math.floor(chance('embedding', padded.slice(at, at + 3)) * size);
    vector[position] = (vector[position] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** About how many tokens the texts are. */
export const embeddedTokens = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 4), 0);
