import { createHash } from 'node:crypto';

/** A number in [0, 1) that depends on the parts alone: the same request gets the same answer in every run and process. */
export function chance(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUInt32BE(0) / 2 ** 32;
}

/** One of the options, chosen by the parts. */
export function pick<T>(options: readonly [T, ...T[]], ...parts: readonly (string | number)[]): T {
  return options[Math.floor(chance(...parts) * options.length)] ?? options[0];
}

/** SHA-256 in hexadecimal: stands for a long text where only its identity matters. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
