import { type FoundNumber, findNumbers } from '../../checks/number.ts';
import { type Scorer, verdict } from './scorer.ts';

// Counting words and list marks are no figures of a document.
const HARMLESS = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
const SCALES: Readonly<Record<string, number>> = {
  thousand: 1e3,
  k: 1e3,
  million: 1e6,
  m: 1e6,
  mn: 1e6,
  billion: 1e9,
  bn: 1e9,
  trillion: 1e12,
  万: 1e4,
  亿: 1e8,
};

/** Each number with what a scale word behind it makes of it: "4.2 million" is 4.2 and 4,200,000. */
function scaled(text: string): { found: FoundNumber; values: number[] }[] {
  return findNumbers(text).map((found) => {
    const word = /^\s?(thousand|million|billion|trillion|mn|bn|[km](?![\p{L}])|万|亿)/iu.exec(
      text.slice(found.start + found.text.length),
    );
    const scale = word === null ? undefined : SCALES[(word[1] as string).toLowerCase()];
    return { found, values: scale === undefined ? [found.value] : [found.value, found.value * scale] };
  });
}

/** Figures of an answer that its source document does not hold, also not rounded to the answer's own digits. */
export function unsupportedFigures(answer: string, source: string): string[] {
  const known = scaled(source).flatMap(({ values }) => values);
  return scaled(answer)
    .filter(
      ({ found, values }) =>
        !HARMLESS.has(found.value) && !values.some((value) => known.some((other) => agrees(value, other, found.text))),
    )
    .map(({ found }) => found.text.trim());
}

/** Equal, or equal when the source is rounded to as many digits as the answer shows. */
function agrees(value: number, source: number, written: string): boolean {
  if (Math.abs(Math.abs(value) - Math.abs(source)) < 1e-9 * Math.max(1, Math.abs(source))) return true;
  const digits = written.replace(/[^\d]/g, '').replace(/^0+/, '').length;
  if (digits < 2 || digits > 15) return false;
  return Math.abs(Number(Math.abs(source).toPrecision(digits)) - Math.abs(value)) < 1e-9 * Math.abs(value);
}

/** No hallucinated numbers: every figure of the answer stands in the source document, the target `{ source }`. */
export const figuresScorer: Scorer = {
  name: 'figures',
  version: '2',
  read({ target }, { text }) {
    const { source } = target as { source: string };
    const invented = unsupportedFigures(text, source);
    return verdict(
      invented.length === 0,
      null,
      invented.length === 0 ? '' : `Not in the source: ${invented.join(', ')}`,
    );
  },
};
