import { detect } from '../detect.ts';
import { isMaskedByDefault } from '../types-of-data.ts';

/** What a text holds, as "type value", guesses included, in the order of the text. */
export const findAll = (text: string, ...types: readonly string[]): string[] =>
  detect(text, { leastScore: 0, nested: true })
    .filter(({ type }) => types.length === 0 || types.includes(type))
    .map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);

/** What of it would be masked by rule of score alone. */
export const findSure = (text: string, ...types: readonly string[]): string[] =>
  detect(text)
    .filter(({ type }) => types.length === 0 || types.includes(type))
    .map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);

/** What of it is masked by default. */
export const findMasked = (text: string, ...types: readonly string[]): string[] =>
  detect(text)
    .filter((finding) => (types.length === 0 || types.includes(finding.type)) && isMaskedByDefault(finding))
    .map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);
