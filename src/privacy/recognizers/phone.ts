import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { endsFree, isAlone } from '../boundaries.ts';
import { isDigit, isWordCode } from '../characters.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import type { View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const TOPIC = topicOf('phone');
/** E.164 allows fifteen digits; with separators and brackets a number is no longer than this. */
const LONGEST = 28;
const MOST_DIGITS = 15;
const LEAST_DIGITS = 7;
const EXTENSION = /^(?:\s?(?:x|ext\.?|extension|#|Durchwahl|poste)\s?\d{1,6})(?![\d\w])/i;

interface Written {
  readonly end: number;
  /** Lengths of the runs of digits, and the sign between them. */
  readonly groups: readonly number[];
  readonly digits: string;
  readonly brackets: boolean;
  /** Every way to end earlier, from the longest, by group. */
  readonly ends: readonly number[];
  readonly separators: string;
}

/** Reads digits with single separators from `start`, which is a digit, a plus or an opening bracket. */
function readWritten(text: string, start: number): Written | null {
  const groups: number[] = [];
  const ends: number[] = [];
  let digits = '';
  let separators = '';
  let brackets = false;
  let index = start;
  if (text.charCodeAt(index) === 43) index += 1;
  while (index - start < LONGEST && digits.length < MOST_DIGITS + 1) {
    const from = index;
    while (isDigit(text.charCodeAt(index)) && index - from <= MOST_DIGITS) index += 1;
    if (index > from) {
      groups.push(index - from);
      ends.push(index);
      digits += text.slice(from, index);
    } else if (text.charCodeAt(index) !== 40) break;
    const gap = gapAt(text, index);
    if (gap === 0) break;
    const opens = text.charCodeAt(index + gap - 1) === OPEN;
    if (opens) {
      if (brackets || !isBracketed(text, index + gap)) break;
      brackets = true;
    }
    const next = text.charCodeAt(index + gap);
    if (!isDigit(next) && !(next === OPEN && !brackets)) break;
    separators += opens ? '(' : gap === 3 ? '/' : text[index];
    index += gap;
  }
  const end = ends.at(-1);
  return end === undefined ? null : { end, groups, digits, brackets, ends, separators };
}

const OPEN = 40;
const CLOSE = 41;
const isPlainSeparator = (unit: number): boolean => unit === 32 || unit === 46 || unit === 45;

/** Length of what may stand between two runs of digits: `)` with a sign behind it, a sign or none before `(`, a sign. */
function gapAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  // "08031 / 221188".
  if (unit === 32 && text.charCodeAt(at + 1) === 47 && text.charCodeAt(at + 2) === 32) return 3;
  if (unit === CLOSE) return isPlainSeparator(text.charCodeAt(at + 1)) ? 2 : 1;
  if (isPlainSeparator(unit) || unit === 47) return text.charCodeAt(at + 1) === OPEN ? 2 : 1;
  return unit === OPEN ? 1 : 0;
}

/** One to five digits and a closing bracket. */
function isBracketed(text: string, at: number): boolean {
  let end = at;
  while (end - at < 6 && isDigit(text.charCodeAt(end))) end += 1;
  return end > at && end - at < 6 && text.charCodeAt(end) === CLOSE;
}

/** Numbers that begin with a plus sign and a country's code. */
export function recognizeInternationalPhone(view: View, plus: number, sink: Sink): void {
  const { text } = view;
  if (isWordCode(text.charCodeAt(plus - 1)) || !isDigit(text.charCodeAt(plus + 1))) return;
  const written = readWritten(text, plus);
  if (written === null || written.digits.length < 7) return;
  let fallback = 0;
  for (let at = written.ends.length - 1; at >= 0; at -= 1) {
    const end = written.ends[at] as number;
    if (!endsFree(text, end)) continue;
    const number = parsePhoneNumberFromString(text.slice(plus, end));
    if (number?.isValid() === true) {
      sink.add('phone', plus, withExtension(text, end), 0.97, 'checksum');
      return;
    }
    if (fallback === 0 && number?.isPossible() === true) fallback = end;
  }
  if (fallback === 0 && endsFree(text, written.end) && written.digits.length >= 9) fallback = written.end;
  if (fallback === 0) return;
  const labelled = view.labelDistance(TOPIC, plus, fallback) < NO_LABEL;
  const separated = written.groups.length > 1;
  sink.add('phone', plus, withExtension(text, fallback), labelled ? 0.85 : separated ? 0.7 : 0.45, 'pattern');
}

const withExtension = (text: string, end: number): number =>
  end + (EXTENSION.exec(text.slice(end, end + 16))?.[0].length ?? 0);

/** National numbers that begin at a digit or an opening bracket. */
export function recognizeNationalPhone(view: View, start: number, sink: Sink): void {
  const { text } = view;
  if (!isFreeBefore(text, start)) return;
  if (text.charCodeAt(start) === OPEN ? !isBracketed(text, start + 1) : isShortNumber(text, start)) return;
  const written = readWritten(text, start);
  if (written === null || written.digits.length < LEAST_DIGITS || written.digits.length > MOST_DIGITS) return;
  const { end } = written;
  const last = withExtension(text, end);
  if (!endsFree(text, last) || isDateLike(written) || isVersionLike(written)) return;
  const distance = view.labelDistance(TOPIC, start, last);
  const shape = shapeScore(written);
  if (distance < NO_LABEL) {
    if (isOddForPhone(written)) return;
    sink.add('phone', start, last, shape >= 0.6 ? 0.9 : 0.8, 'context', distance);
  } else if (isAlone(view, start, last))
    sink.addIsolated('phone', start, last, Math.max(shape, 0.2), 'pattern', NO_LABEL);
  else if (shape > 0) sink.add('phone', start, last, shape, 'pattern');
}

/** Fewer than seven digits that nothing goes on behind, as most numbers are. */
function isShortNumber(text: string, start: number): boolean {
  let end = start;
  while (end - start < LEAST_DIGITS && isDigit(text.charCodeAt(end))) end += 1;
  return end - start < LEAST_DIGITS && gapAt(text, end) === 0;
}

const BLOCKS_BEFORE = new Set([...'+-./_@$€£%#\\'].map((sign) => sign.charCodeAt(0)));

function isFreeBefore(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (isWordCode(before) || BLOCKS_BEFORE.has(before)) return false;
  return (
    !(before === 58 && isDigit(text.charCodeAt(start - 2))) && !(before === 44 && isDigit(text.charCodeAt(start - 2)))
  );
}

/** Versions and network addresses have single digits between their full stops, which no country's numbers have behind the first. */
const isVersionLike = ({ groups, separators }: Written): boolean =>
  separators.includes('.') && groups.filter((group, index) => index > 0 && group === 1).length > 0;

/** 2021-05-21 and 21.05.2021 are dates whatever stands near them. */
const isDateLike = ({ groups, separators }: Written): boolean => {
  const [first = 0, second = 0, third = 0] = groups;
  const dated = (first === 4 && second === 2 && third === 2) || (first <= 2 && second <= 2 && third === 4);
  return groups.length === 3 && dated && !separators.includes('(') && separators !== '  ';
};

/** A label does not make these one: cards, national numbers in groups of their own, a year and something. */
function isOddForPhone({ groups, digits, brackets, separators }: Written): boolean {
  if (brackets) return false;
  // A decimal, not a number in two groups.
  if (separators === '.') return true;
  if (digits.length > 13 || (groups.length === 1 && digits.length > 12)) return true;
  return areGroups(groups, 3, 2, 4) || (groups.length > 2 && groups.every((group) => group === 4));
}

const areGroups = (groups: readonly number[], first: number, second: number, third: number): boolean =>
  groups.length === 3 && groups[0] === first && groups[1] === second && groups[2] === third;

/** One sign throughout, brackets aside. */
function isConsistent(separators: string): boolean {
  let sign = '';
  for (const separator of separators) {
    if (separator === '(' || separator === ')') continue;
    if (sign !== '' && separator !== sign) return false;
    sign = separator;
  }
  return sign !== '';
}

/** North American, with or without the country's code. */
const isAmerican = (groups: readonly number[]): boolean =>
  areGroups(groups, 3, 3, 4) ||
  (groups.length === 4 && groups[0] === 1 && groups[1] === 3 && groups[2] === 3 && groups[3] === 4);

/** How much the way of writing alone says. */
function shapeScore({ groups, digits, brackets, separators }: Written): number {
  if (brackets && digits.length >= 9 && digits.length <= 13) return 0.75;
  // North American, with or without the country's code, as people write it whatever the area.
  if (isAmerican(groups) && (groups.length === 4 || isConsistent(separators)))
    return separators.includes(' ') ? 0.45 : 0.6;
  if (groups.length >= 3 && (digits.startsWith('001') || digits.startsWith('011'))) return 0.65;
  if (digits.startsWith('00') && groups.length >= 2 && digits.length >= 10 && !digits.startsWith('000')) return 0.6;
  if (digits.startsWith('0') && digits[1] !== '0' && groups.length >= 2 && digits.length >= 9 && digits.length <= 12) {
    return groups.length >= 3 || isConsistent(separators) ? 0.55 : 0.4;
  }
  // Chinese, Japanese, Philippine and Turkish mobile numbers without separators.
  if (groups.length === 1 && /^(?:1[3-9]\d{9}|0[789]0\d{8}|09\d{9}|05[03-6]\d{8})$/.test(digits)) return 0.45;
  if (areGroups(groups, 3, 4, 4) && /^1[3-9]/.test(digits)) return 0.6;
  return 0;
}
