import { normaliseText, withoutMarkdown } from './normalise.ts';

// A sign belongs to a number only where no digit stands before it: "3-4" has no -4.
const NUMBER =
  /(?<![\d.,])(?<!\d\s?)-?[$€£¥]?\s?(?:\d{1,3}(?:\.\d{3})+,\d+|0,\d+|\d+,\d{1,2}(?![\d,])|(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<![\d.,])-?[$€£¥]?\.\d+/gu;

/** `3,5`, `0,125` and `1.234,50`, as most of Europe writes: a comma that cannot part thousands parts decimals. */
const DECIMAL_COMMA = /^-?(?:\d{1,3}(?:\.\d{3})+,\d+|0,\d+|\d+,\d{1,2})$/;

function numberOf(found: string): number | null {
  const bare = found.replace(/[$€£¥\s]/gu, '');
  return DECIMAL_COMMA.test(bare) ? Number(bare.replaceAll('.', '').replace(',', '.')) : parseNumber(found);
}

/** One number as people write it: `1,234.5`, `$7`, `-3`, `2e5`, `3/4`, `12 %` (as 12); null where the text is no number. */
export function parseNumber(text: string): number | null {
  const bare = normaliseText(text)
    .replace(/[$€£¥%\s]/gu, '')
    .replace(/,(?=\d{3}(?!\d))/g, '')
    .replace(/\.$/, '');
  const fraction = /^(-?\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(bare);
  if (fraction !== null) return Number(fraction[2]) === 0 ? null : Number(fraction[1]) / Number(fraction[2]);
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(bare) ? Number(bare) : null;
}

/** A number in a text. */
export interface FoundNumber {
  value: number;
  text: string;
  /** UTF-16 offset. */
  start: number;
}

/** Every number of a text in order; grouping commas and decimal ones are read, `$` is dropped. */
export function findNumbers(text: string): FoundNumber[] {
  const found: FoundNumber[] = [];
  for (const match of text.matchAll(NUMBER)) {
    const value = numberOf(match[0]);
    if (value !== null) found.push({ value, text: match[0], start: match.index });
  }
  return found;
}

/** How a final answer is announced, strongest first. The last announcement counts: models correct themselves. */
const ANNOUNCEMENTS = [
  /####/g,
  /\\boxed(?=\{)/g,
  /(?:final answer|the answer|answer|答案)\s*(?:is|are|=|:|为|是|：)+/giu,
  /(?:antwort|réponse|respuesta|resposta|risposta|答え|回答)\s*(?:(?:ist|lautet|beträgt|est(?: de)?|es|é|è|は)(?![\p{L}])|=|:|：)+/giu,
  /^A:/gm,
];

/**
 * The number that an answer gives as its result. Where one is announced, the first number after the last announcement
 * (so "The answer is 5 (over 2 days)" is 5); else the last number of the text. null where there is none.
 */
export function finalNumber(text: string): FoundNumber | null {
  const plain = withoutMarkdown(text.normalize('NFKC').replace(/[\u2212\u2010-\u2015]/g, '-'));
  for (const pattern of ANNOUNCEMENTS) {
    const last = [...plain.matchAll(pattern)].at(-1);
    if (last === undefined) continue;
    const rest = plain.slice(last.index + last[0].length);
    const line = (/^\s*([^\n]*)/.exec(rest)?.[1] ?? '').replace(/^\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}.*/, '$1');
    const said = line
      .replace(/\\(?:text|mbox|mathrm)\{[^}]*\}/g, '')
      .replace(/\\[,!;$%\s]/g, '')
      .replace(/\$/g, '');
    const numbers = findNumbers(said);
    // "The answer is 3 * 4 = 12": what follows the last equals sign is the result.
    const equals = said.lastIndexOf('=');
    const chosen = numbers.find(({ start }) => start > equals) ?? numbers[0];
    if (chosen !== undefined) return chosen;
  }
  return findNumbers(plain).at(-1) ?? null;
}

/** Whether two numbers are equal within an absolute or a relative tolerance, whichever is wider. */
export function withinTolerance(value: number, target: number, absolute: number, relative: number): boolean {
  return Math.abs(value - target) <= Math.max(absolute, relative * Math.abs(target));
}
