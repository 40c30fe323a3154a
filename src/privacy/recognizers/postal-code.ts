import { endsFree, isAlone, startsFree } from '../boundaries.ts';
import { isDigit, isWordCode } from '../characters.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { HAS_LETTER, STARTS_UPPER, type View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const TOPIC = topicOf('postal');
/** Royal Mail's areas, with the letters that each place of the code admits. */
const BRITISH =
  /(?:GIR ?0AA|(?:[A-PR-UWYZ]\d{1,2}|[A-PR-UWYZ][A-HK-Y]\d{1,2}|[A-PR-UWYZ]\d[A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y]\d[ABEHMNPRVWXY]) ?\d[ABD-HJLNP-UW-Z]{2})(?![A-Za-z\d])/y;
const CANADIAN = /[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d(?![A-Za-z\d])/y;
const DUTCH = /[1-9]\d{3} ?[A-Z]{2}(?![A-Za-z\d])/y;
/** No country with codes of five digits has given these to a place. */
const NOBODYS: ReadonlySet<string> = new Set(['00000', '99999']);
/** Codes that begin with the word `index`: by their shape where that is unmistakable, else beside a label or a place. */
export function recognizePostalCode(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const word = view.starts[index] as number;
  const lettered = ((view.kinds[index] as number) & HAS_LETTER) !== 0;
  // The one code whose first half has no digit; its second half brought us here.
  const start = lettered && text.startsWith('GIR 0AA', word - 4) ? word - 4 : word;
  // Codes with letters end in them or stand in two words; all others begin with two digits at least.
  if (!isWordCode(view.units[start + 1] as number)) return;
  if (sink.least > ALONE && !mayBeSure(view, index, start, lettered)) return;
  if (lettered) recognizeLettered(view, start, sink);
  else recognizeDigits(view, index, sink);
}

/** What a code without a label and a place beside it scores where it is all that its line holds. */
const ALONE = 0.15;

/** A label, a place beside it, or a form of two words: without one of them a code is a guess. */
function mayBeSure(view: View, index: number, start: number, lettered: boolean): boolean {
  // Records have labels of something everywhere: only those of postal codes count.
  if (view.labelDistance(TOPIC, start, view.ends[index] as number) < NO_LABEL || isMarked(view.text, start))
    return true;
  if (lettered) return isParted(view.units, start);
  const { flags } = view;
  return (((index > 0 ? (flags[index - 1] as number) : 0) | (flags[index + 1] as number)) & BESIDE) !== 0;
}

/** A blank or hyphen behind the second to fourth unit. */
function isParted(units: Uint16Array, start: number): boolean {
  for (let at = start + 2; at < start + 5; at += 1) if (units[at] === 32 || units[at] === 45) return true;
  return false;
}

function recognizeLettered(view: View, start: number, sink: Sink): void {
  const { text } = view;
  if (!mayBeLettered(text, start) || !startsFree(text, start, true)) return;
  for (const shape of [BRITISH, CANADIAN, DUTCH]) {
    shape.lastIndex = start;
    const match = shape.exec(text)?.[0];
    if (match === undefined) continue;
    const spaced = /[ -]/.test(match);
    add(view, start, start + match.length, spaced && shape !== DUTCH ? 0.6 : 0.2, sink);
    return;
  }
}

function recognizeDigits(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const start = view.starts[index] as number;
  const length = lengthOfDigits(view.units, start, view.ends[index] as number);
  const dutch = length === 4 && isCapital(text.charCodeAt(start + 5)) ? dutchAt(text, start) : 0;
  if ((length === 0 && dutch === 0) || !startsFree(text, start, true)) return;
  if (dutch > 0) add(view, start, start + dutch, 0.2, sink);
  else if (!NOBODYS.has(text.slice(start, start + length)))
    add(view, start, start + length, besidePlace(view, index, length) ? 0.6 : 0, sink);
}

const isCapital = (unit: number): boolean => unit >= 65 && unit <= 90;

/** Units of a Dutch code, 0 where there is none. */
function dutchAt(text: string, start: number): number {
  DUTCH.lastIndex = start;
  return DUTCH.exec(text)?.[0].length ?? 0;
}

/**
 * Units of a code of digits: 12345-6789, 12345-678, 123-4567, 12-345, 1234-567, 123 45, or four to six digits; 0 where
 * there is none.
 */
function lengthOfDigits(units: Uint16Array, start: number, end: number): number {
  const length = end - start;
  const behind = units[end] as number;
  let more = 0;
  if (behind === 45 || behind === 32) while (more < 5 && isDigit(units[end + 1 + more] as number)) more += 1;
  const isWhole = units[end + 1 + more] !== 45;
  if (behind === 45) {
    const parted =
      (length === 5 && (more === 4 || more === 3)) ||
      (length === 4 && more === 3) ||
      (length === 3 && more === 4) ||
      (length === 2 && more === 3);
    return parted && isWhole ? length + 1 + more : 0;
  }
  if (length === 3) return behind === 32 && more === 2 && isWhole ? 6 : 0;
  return length >= 4 && length <= 6 ? length : 0;
}

/** All codes with letters begin with a digit or a capital. */
function mayBeLettered(text: string, start: number): boolean {
  const first = text.charCodeAt(start);
  return isDigit(first) || (first >= 65 && first <= 90);
}

function add(view: View, start: number, end: number, score: number, sink: Sink): void {
  if (!endsFree(view.text, end)) return;
  const distance = isMarked(view.text, start) ? 0 : view.labelDistance(TOPIC, start, end);
  if (distance < 32) sink.add('postal_code', start, end, 0.85, 'context', distance);
  else if (score === 0 && end - start !== 5) return;
  else if (isAlone(view, start, end))
    sink.addIsolated('postal_code', start, end, Math.max(score, ALONE), 'pattern', NO_LABEL);
  else if (score > 0) sink.add('postal_code', start, end, score, 'pattern');
}

const PLACE = FLAG.city | FLAG.country | FLAG.region;
const BESIDE = PLACE | FLAG.stateCode;

/** Japan's postal mark. */
const isMarked = (text: string, start: number): boolean =>
  text.charCodeAt(start - 1) === 0x3012 || (text.charCodeAt(start - 1) === 32 && text.charCodeAt(start - 2) === 0x3012);

/** "Springfield, IL 62704", "10115 Berlin", "Uruguay 64677". */
function besidePlace(view: View, index: number, length: number): boolean {
  if (length < 4) return false;
  const { starts, ends, flags, kinds } = view;
  const before = index - 1;
  if (before >= 0 && (starts[index] as number) - (ends[before] as number) <= 2) {
    const flag = flags[before] as number;
    const word = view.word(before);
    if ((flag & FLAG.stateCode) !== 0 && word === word.toUpperCase()) return length >= 5;
    if ((flag & PLACE) !== 0 && ((kinds[before] as number) & STARTS_UPPER) !== 0 && length >= 5) return true;
  }
  const behind = index + 1;
  if (behind >= view.count || (starts[behind] as number) - (ends[index] as number) !== 1 || length !== 5) return false;
  return ((flags[behind] as number) & PLACE) !== 0 && ((kinds[behind] as number) & STARTS_UPPER) !== 0;
}
