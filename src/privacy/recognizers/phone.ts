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

/** No more runs of digits than there are digits. */
const MOST_GROUPS = MOST_DIGITS + 2;

/** How a number is written. One object is read into again and again, since most numbers turn out to be none of ours. */
class Written {
  end = 0;
  /** Digits in all runs. */
  length = 0;
  /** Runs of digits. */
  count = 0;
  readonly starts = new Int32Array(MOST_GROUPS);
  readonly ends = new Int32Array(MOST_GROUPS);
  /** Signs between the runs, of several the one that says most. */
  readonly separators = new Uint8Array(MOST_GROUPS);
  separatorCount = 0;
  brackets = false;

  /** Length of a run, 0 where there is none. */
  group(index: number): number {
    return index < this.count ? (this.ends[index] as number) - (this.starts[index] as number) : 0;
  }

  isSeparatedBy(sign: number): boolean {
    for (let at = 0; at < this.separatorCount; at += 1) if (this.separators[at] === sign) return true;
    return false;
  }

  areGroups(first: number, second: number, third: number): boolean {
    return this.count === 3 && this.group(0) === first && this.group(1) === second && this.group(2) === third;
  }

  digits(text: string): string {
    let digits = '';
    for (let at = 0; at < this.count; at += 1) digits += text.slice(this.starts[at], this.ends[at]);
    return digits;
  }
}

const written = new Written();

/** Reads digits with single separators from `start`, which is a digit, a plus or an opening bracket; false where there are none. */
function readWritten({ units }: View, start: number): boolean {
  written.length = 0;
  written.count = 0;
  written.separatorCount = 0;
  written.brackets = false;
  let index = start;
  if (units[index] === PLUS) index += 1;
  while (index - start < LONGEST && written.length <= MOST_DIGITS) {
    const from = index;
    while (isDigit(units[index] as number) && index - from <= MOST_DIGITS) index += 1;
    if (index > from) {
      written.starts[written.count] = from;
      written.ends[written.count] = index;
      written.count += 1;
      written.length += index - from;
    } else if (units[index] !== OPEN) break;
    const gap = gapAt(units, index);
    if (gap === 0) break;
    const opens = units[index + gap - 1] === OPEN;
    if (opens) {
      if (written.brackets || !isBracketed(units, index + gap)) break;
      written.brackets = true;
    }
    const next = units[index + gap] as number;
    if (!isDigit(next) && !(next === OPEN && !written.brackets)) break;
    written.separators[written.separatorCount] = opens ? OPEN : gap === 3 ? SLASH : (units[index] as number);
    written.separatorCount += 1;
    index += gap;
  }
  if (written.count === 0) return false;
  written.end = written.ends[written.count - 1] as number;
  return true;
}

const BLANK = 32;
const OPEN = 40;
const CLOSE = 41;
const PLUS = 43;
const DOT = 46;
const SLASH = 47;
const isPlainSeparator = (unit: number): boolean => unit === 32 || unit === 46 || unit === 45;

/** Length of what may stand between two runs of digits: `)` with a sign behind it, a sign or none before `(`, a sign. */
function gapAt(units: Uint16Array, at: number): number {
  const unit = units[at] as number;
  // "08031 / 221188".
  if (unit === BLANK && units[at + 1] === SLASH && units[at + 2] === BLANK) return 3;
  if (unit === CLOSE) return isPlainSeparator(units[at + 1] as number) ? 2 : 1;
  if (isPlainSeparator(unit) || unit === SLASH) return units[at + 1] === OPEN ? 2 : 1;
  return unit === OPEN ? 1 : 0;
}

/** One to five digits and a closing bracket. */
function isBracketed(units: Uint16Array, at: number): boolean {
  let end = at;
  while (end - at < 6 && isDigit(units[end] as number)) end += 1;
  return end > at && end - at < 6 && units[end] === CLOSE;
}

/** Numbers that begin with a plus sign and a country's code. */
export function recognizeInternationalPhone(view: View, plus: number, sink: Sink): void {
  const { text } = view;
  if (isWordCode(text.charCodeAt(plus - 1)) || !isDigit(text.charCodeAt(plus + 1))) return;
  if (!readWritten(view, plus) || written.length < 7) return;
  let fallback = 0;
  for (let at = written.count - 1; at >= 0; at -= 1) {
    const end = written.ends[at] as number;
    if (!endsFree(text, end)) continue;
    const number = parsePhoneNumberFromString(text.slice(plus, end));
    if (number?.isValid() === true) {
      sink.add('phone', plus, withExtension(view, end), 0.97, 'checksum');
      return;
    }
    if (fallback === 0 && number?.isPossible() === true) fallback = end;
  }
  if (fallback === 0 && endsFree(text, written.end) && written.length >= 9) fallback = written.end;
  if (fallback === 0) return;
  const labelled = view.labelDistance(TOPIC, plus, fallback) < NO_LABEL;
  const separated = written.count > 1;
  sink.add('phone', plus, withExtension(view, fallback), labelled ? 0.85 : separated ? 0.7 : 0.45, 'pattern');
}

/** What an extension begins with: x, ext., extension, #, Durchwahl, poste. */
const EXTENSION_SIGNS = new Set([...'xe#dp'].map((sign) => sign.charCodeAt(0)));

function withExtension({ text, units }: View, end: number): number {
  if (!EXTENSION_SIGNS.has(units[end] as number) && !EXTENSION_SIGNS.has(units[end + 1] as number)) return end;
  return end + (EXTENSION.exec(text.slice(end, end + 16))?.[0].length ?? 0);
}

/** National numbers that begin at a digit or an opening bracket. */
export function recognizeNationalPhone(view: View, start: number, sink: Sink): void {
  const { text, units } = view;
  if (!isFreeBefore(view, start)) return;
  if (units[start] === OPEN ? !isBracketed(units, start + 1) : isShortNumber(units, start)) return;
  if (!readWritten(view, start) || written.length < LEAST_DIGITS || written.length > MOST_DIGITS) return;
  const last = withExtension(view, written.end);
  if (!endsFree(text, last) || isDateLike() || isVersionLike()) return;
  const distance = view.labelDistance(TOPIC, start, last);
  const shape = shapeScore(text);
  if (distance < NO_LABEL) {
    if (isOddForPhone() || (shape === 0 && written.count === 1 && isNumberOfThing(view, start))) return;
    sink.add('phone', start, last, shape >= 0.6 ? 0.9 : 0.8, 'context', distance);
  } else if (shape < sink.least && sink.least > ALONE) return;
  else if (isAlone(view, start, last))
    sink.addIsolated('phone', start, last, Math.max(shape, ALONE), 'pattern', NO_LABEL);
  else if (shape > 0) sink.add('phone', start, last, shape, 'pattern');
}

/** "Order 7741902334": digits alone behind a word for what else has a number, however near a phone is named. */
const isNumberOfThing = ({ text }: View, start: number): boolean =>
  /(?:^|[^\p{L}])(?:order|invoice|ref|reference|account|acct|acc|ticket|case|policy|sku|item|booking|customer|contract|tracking|serial|routing|id|bestellung|bestellnummer|rechnung|rechnungsnummer|kundennummer|auftrag|konto|kontonummer|vorgang|commande|facture|compte|dossier|référence|pedido|factura|cuenta|expediente|ordine|fattura|订单|订单号|注文番号|주문번호)(?: (?:no|nr|number|id|num))?[.:#]? ?#?$/iu.test(
    text.slice(Math.max(0, start - 28), start),
  );

/** Score of a number that is all that its line holds and has no shape of a phone's. */
const ALONE = 0.2;

/** Fewer than seven digits that nothing goes on behind, as most numbers are. */
function isShortNumber(units: Uint16Array, start: number): boolean {
  let end = start;
  while (end - start < LEAST_DIGITS && isDigit(units[end] as number)) end += 1;
  return end - start < LEAST_DIGITS && gapAt(units, end) === 0;
}

const BLOCKS_BEFORE = new Set([...'+-./_@$€£%#\\'].map((sign) => sign.charCodeAt(0)));

function isFreeBefore({ units }: View, start: number): boolean {
  if (start === 0) return true;
  const before = units[start - 1] as number;
  if (before === BLANK) return true;
  if (isWordCode(before) || BLOCKS_BEFORE.has(before)) return false;
  return !((before === 58 || before === 44) && start > 1 && isDigit(units[start - 2] as number));
}

/** Versions and network addresses have single digits between their full stops, which no country's numbers have behind the first. */
function isVersionLike(): boolean {
  if (!written.isSeparatedBy(DOT)) return false;
  for (let at = 1; at < written.count; at += 1) if (written.group(at) === 1) return true;
  return false;
}

/** 2021-05-21 and 21.05.2021 are dates whatever stands near them. */
function isDateLike(): boolean {
  if (written.count !== 3 || written.isSeparatedBy(OPEN)) return false;
  const [first, second, third] = [written.group(0), written.group(1), written.group(2)];
  const dated = (first === 4 && second === 2 && third === 2) || (first <= 2 && second <= 2 && third === 4);
  return dated && !(written.separators[0] === BLANK && written.separators[1] === BLANK);
}

/** A label does not make these one: cards, national numbers in groups of their own, a year and something. */
function isOddForPhone(): boolean {
  if (written.brackets) return false;
  // A decimal, not a number in two groups.
  if (written.separatorCount === 1 && written.separators[0] === DOT) return true;
  if (written.length > 13 || (written.count === 1 && written.length > 12)) return true;
  if (written.areGroups(3, 2, 4)) return true;
  for (let at = 0; at < written.count; at += 1) if (written.group(at) !== 4) return false;
  // "0571-8765 4321": an area's code has a sign of its own behind it.
  return written.count > 3 || (written.count === 3 && isConsistent());
}

/** One sign throughout, brackets aside. */
function isConsistent(): boolean {
  let sign = 0;
  for (let at = 0; at < written.separatorCount; at += 1) {
    const separator = written.separators[at] as number;
    if (separator === OPEN || separator === CLOSE) continue;
    if (sign !== 0 && separator !== sign) return false;
    sign = separator;
  }
  return sign !== 0;
}

/** North American, with or without the country's code. */
const isAmerican = (): boolean =>
  written.areGroups(3, 3, 4) ||
  (written.count === 4 &&
    written.group(0) === 1 &&
    written.group(1) === 3 &&
    written.group(2) === 3 &&
    written.group(3) === 4);

/** How much the way of writing alone says. */
function shapeScore(text: string): number {
  const { count, length } = written;
  if (written.brackets && length >= 9 && length <= 13) return 0.75;
  // North American, with or without the country's code, as people write it whatever the area.
  if (isAmerican() && (count === 4 || isConsistent())) return written.isSeparatedBy(BLANK) ? 0.45 : 0.6;
  const first = text.charCodeAt(written.starts[0] as number);
  // All others begin with a nought, or are mobile numbers of eleven digits that begin with a one.
  if (first !== ZERO && first !== ONE) return 0;
  const digits = written.digits(text);
  if (count >= 3 && (digits.startsWith('001') || digits.startsWith('011'))) return 0.65;
  if (digits.startsWith('00') && count >= 2 && length >= 10 && !digits.startsWith('000')) return 0.6;
  if (first === ZERO && digits[1] !== '0' && count >= 2 && length >= 9 && length <= 12)
    return count >= 3 || isConsistent() ? 0.55 : 0.4;
  // Chinese, Japanese, Philippine and Turkish mobile numbers without separators.
  if (count === 1 && /^(?:1[3-9]\d{9}|0[789]0\d{8}|09\d{9}|05[03-6]\d{8})$/.test(digits)) return 0.45;
  return written.areGroups(3, 4, 4) && /^1[3-9]/.test(digits) ? 0.6 : 0;
}

const ZERO = 48;
const ONE = 49;
