import { isAlone } from '../boundaries.ts';
import { isDate } from '../calendar.ts';
import { isDigit, isWordCode } from '../characters.ts';
import { NO_LABEL, type Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import type { View } from '../view.ts';
import { topicOf } from '../vocabulary.ts';

const BIRTH = topicOf('birth');
const NUMERIC = /(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?!\d)(?![-/.]\d)/y;
const TIMESTAMP = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?/y;
const MONTH_YEAR = /(\d{1,2})\/(\d{2}|\d{4})(?![\d/])/y;
const IDEOGRAPHIC =
  /(?:(?:\d{4}|\d{1,2})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]|(?:\d{4}|\d{2})\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}/y;
const ERA = /^(?:明治|大正|昭和|平成|令和)$/;
const BESIDE_MONTH = /(?:\d{1,2}(?:st|nd|rd|th|er|\.|º)?(?: of| de)?[ \-/])?$/;
const BEHIND_MONTH =
  /^\.?(?:[ \-/](?:de |del )?\d{1,2}(?:st|nd|rd|th)?(?!\d))?(?:,? (?:de |del )?\d{4}(?!\d)|[-/]\d{2,4}(?!\d))?/;

/** Dates in digits that begin with the word `index`. */
export function recognizeNumericDate(view: View, index: number, sink: Sink): void {
  const { text, units } = view;
  const start = view.starts[index] as number;
  const before = text.charCodeAt(start - 1);
  if (isWordCode(before) || before === 45 || before === 47 || before === 46 || before === 95) return;
  const wordEnd = view.ends[index] as number;
  const behind = units[wordEnd] as number;
  const isSigned = behind === 45 || behind === 47 || behind === 46;
  const sign = behind === 32 ? (units[wordEnd + 1] as number) : behind;
  if (isSigned ? !isSignedAgain(units, wordEnd) : !isYearMonthOrDay(sign)) return;
  const end = isSigned ? endOfNumeric(text, start) : endOf(IDEOGRAPHIC, text, start);
  if (end === 0) return;
  // "平成5年3月3日": years of an era count from its beginning.
  const from = isSigned || !ERA.test(text.slice(Math.max(0, start - 2), start)) ? start : start - 2;
  if (!isWordCode(text.charCodeAt(end)) || text.charCodeAt(end) > 0x3000) add(view, from, end, 0.6, sink);
}

/** 年 and 년, 月 and 월. */
const isYearMonthOrDay = (sign: number): boolean =>
  sign === 0x5e74 || sign === 0xb144 || sign === 0x6708 || sign === 0xc6d4;

/** Behind a sign stand one or two digits and the same sign again: decimals and most else that has one are not read twice. */
function isSignedAgain(units: Uint16Array, at: number): boolean {
  if (!isDigit(units[at + 1] as number)) return false;
  const next = isDigit(units[at + 2] as number) ? at + 3 : at + 2;
  return units[next] === units[at];
}

/** Where a shape ends that begins at a place, 0 where it does not. */
function endOf(shape: RegExp, text: string, start: number): number {
  shape.lastIndex = start;
  const match = shape.exec(text);
  return match === null ? 0 : start + match[0].length;
}

function endOfNumeric(text: string, start: number): number {
  const stamp = text.charCodeAt(start + 4) === 45 ? endOf(TIMESTAMP, text, start) : 0;
  if (stamp > 0) return stamp;
  NUMERIC.lastIndex = start;
  const numeric = NUMERIC.exec(text);
  if (numeric === null) return 0;
  const [all, first = '', separator, middle = '', last = ''] = numeric;
  return isPlausible(first, middle, last, separator === '.') ? start + all.length : 0;
}

/** Year first or last; day and month in either order. Versions ("1.2.3") and fractions have no such year. */
function isPlausible(first: string, middle: string, last: string, dotted: boolean): boolean {
  if (first.length === 4) return isYear(first) && isDate(Number(first), Number(middle), Number(last));
  if (first.length > 2 || last.length === 3 || last.length === 1) return false;
  if (dotted && last.length === 2 && Number(first) < 10 && Number(middle) < 10 && first.length + middle.length < 3)
    return false;
  if (last.length === 4 && !isYear(last)) return false;
  const [one, two] = [Number(first), Number(middle)];
  return isDate(2000, two, one) || isDate(2000, one, two);
}

const isYear = (text: string): boolean => /^(?:1[89]|20|21)\d\d$/.test(text);

/** "05/2021" and the like, which a label must support: fractions look the same. */
export function recognizeMonthYear(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const start = view.starts[index] as number;
  if (text.charCodeAt(view.ends[index] as number) !== 47) return;
  MONTH_YEAR.lastIndex = start;
  const match = MONTH_YEAR.exec(text);
  if (match === null || isWordCode(text.charCodeAt(start - 1)) || text.charCodeAt(start - 1) === 47) return;
  const month = Number(match[1]);
  if (month < 1 || month > 12) return;
  const end = start + match[0].length;
  if (!isWordCode(text.charCodeAt(end)) && (match[2] ?? '').length === 4) add(view, start, end, 0.4, sink);
  else if (!isWordCode(text.charCodeAt(end))) sink.add('date', start, end, 0.2, 'pattern');
}

/** Dates around the name of a month. */
export function recognizeNamedDate(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const month = view.starts[index] as number;
  const monthEnd = view.ends[index] as number;
  const before = BESIDE_MONTH.exec(text.slice(Math.max(0, month - 10), month))?.[0] ?? '';
  const behind = BEHIND_MONTH.exec(text.slice(monthEnd, monthEnd + 24))?.[0] ?? '';
  if (!/\d/.test(before + behind)) {
    if (isCalendarWord(view, index - 1)) sink.add('date', month, monthEnd, 0.3, 'context');
    return;
  }
  const start = month - before.length;
  const end = monthEnd + (behind === '.' ? 0 : behind.length);
  if (isDigit(text.charCodeAt(start - 1)) || isWordCode(text.charCodeAt(end))) return;
  add(view, start, end, 0.6, sink);
}

const LONE_YEAR = 0.3;

/** A year by itself, behind a word that times follow. */
export function recognizeYear(view: View, index: number, sink: Sink): void {
  if (sink.least > LONE_YEAR) return;
  const start = view.starts[index] as number;
  const end = view.ends[index] as number;
  const first = view.text.charCodeAt(start);
  if (
    (first !== 49 && first !== 50) ||
    !isYear(view.text.slice(start, end)) ||
    view.text[end] === '-' ||
    view.text[start - 1] === '-'
  )
    return;
  if (isCalendarWord(view, index - 1)) sink.add('date', startOfYear(view, index), end, LONE_YEAR, 'context');
  else if (isAlone(view, start, end)) sink.addIsolated('date', start, end, 0.15, 'pattern', NO_LABEL);
}

/** "the year 1972" is one date. */
function startOfYear(view: View, index: number): number {
  const before = view.starts[index - 1] as number;
  const joined = view.text.slice(view.ends[index - 1], view.starts[index]) === ' ';
  return joined && /^(?:year|jahr|année|año)$/i.test(view.word(index - 1)) ? before : (view.starts[index] as number);
}

const isCalendarWord = (view: View, index: number): boolean =>
  index >= 0 &&
  /^(?:in|since|until|till|year|jahr|année|año|by|during|last|next|of|before|after|im|seit|en|depuis|desde)$/i.test(
    view.word(index),
  );

export const isMonth = (flags: number): boolean => (flags & FLAG.month) !== 0;

/** A date is somebody's birthday where a label says so. */
function add(view: View, start: number, end: number, score: number, sink: Sink): void {
  const distance = view.labelDistance(BIRTH, start, end);
  if (distance < 40) sink.add('date_of_birth', start, end, 0.9, 'context', distance);
  else sink.add('date', start, end, distance < NO_LABEL ? 0.7 : score, 'pattern');
}
