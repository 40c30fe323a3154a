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
const DIGITS = /(?:\d{5}-\d{4}|\d{3}-\d{4}|\d{2}-\d{3}|\d{4}-\d{3}|\d{5}-\d{3}|\d{3} \d{2}|\d{4,6})(?![\d-])/y;

/** Codes that begin with the word `index`: by their shape where that is unmistakable, else beside a label or a place. */
export function recognizePostalCode(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const word = view.starts[index] as number;
  // The one code whose first half has no digit; its second half brought us here.
  const start = text.startsWith('GIR 0AA', word - 4) ? word - 4 : word;
  // Codes with letters end in them or stand in two words; all others begin with two digits at least.
  const second = text.charCodeAt(start + 1);
  if (!isWordCode(second)) return;
  const lettered = ((view.kinds[index] as number) & HAS_LETTER) !== 0;
  if (!(lettered ? mayBeLettered(text, start) : mayBeDigits(text, start, view.ends[index] as number))) return;
  if (!startsFree(text, start, true)) return;
  for (const shape of lettered ? [BRITISH, CANADIAN, DUTCH] : [DUTCH]) {
    shape.lastIndex = start;
    const match = shape.exec(text)?.[0];
    if (match === undefined) continue;
    const spaced = /[ -]/.test(match);
    add(view, start, start + match.length, spaced && shape !== DUTCH ? 0.6 : 0.2, sink);
    return;
  }
  DIGITS.lastIndex = start;
  const match = DIGITS.exec(text)?.[0];
  if (match !== undefined && !NOBODYS.has(match))
    add(view, start, start + match.length, besidePlace(view, index, match.length) ? 0.6 : 0, sink);
}

/** All codes with letters begin with a digit or a capital. */
function mayBeLettered(text: string, start: number): boolean {
  const first = text.charCodeAt(start);
  return isDigit(first) || (first >= 65 && first <= 90);
}

/** Four to six digits, or two and three with a sign behind them that a code goes on after. */
function mayBeDigits(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length > 3) return length <= 6;
  const behind = text.charCodeAt(end);
  return behind === 45 || (length === 3 && behind === 32);
}

function add(view: View, start: number, end: number, score: number, sink: Sink): void {
  if (!endsFree(view.text, end)) return;
  const distance = isMarked(view.text, start) ? 0 : view.labelDistance(TOPIC, start, end);
  if (distance < 32) sink.add('postal_code', start, end, 0.85, 'context', distance);
  else if (score === 0 && end - start !== 5) return;
  else if (isAlone(view, start, end))
    sink.addIsolated('postal_code', start, end, Math.max(score, 0.15), 'pattern', NO_LABEL);
  else if (score > 0) sink.add('postal_code', start, end, score, 'pattern');
}

/** Japan's postal mark. */
const isMarked = (text: string, start: number): boolean =>
  text.charCodeAt(start - 1) === 0x3012 || (text.charCodeAt(start - 1) === 32 && text.charCodeAt(start - 2) === 0x3012);

/** "Springfield, IL 62704", "10115 Berlin", "Uruguay 64677". */
function besidePlace(view: View, index: number, length: number): boolean {
  if (length < 4) return false;
  const { starts, ends, flags, kinds } = view;
  const place = FLAG.city | FLAG.country | FLAG.region;
  const before = index - 1;
  if (before >= 0 && (starts[index] as number) - (ends[before] as number) <= 2) {
    const flag = flags[before] as number;
    const word = view.word(before);
    if ((flag & FLAG.stateCode) !== 0 && word === word.toUpperCase()) return length >= 5;
    if (
      (flag & (FLAG.country | FLAG.city | FLAG.region)) !== 0 &&
      ((kinds[before] as number) & STARTS_UPPER) !== 0 &&
      length >= 5
    )
      return true;
  }
  const behind = index + 1;
  if (behind >= view.count || (starts[behind] as number) - (ends[index] as number) !== 1 || length !== 5) return false;
  return ((flags[behind] as number) & place) !== 0 && ((kinds[behind] as number) & STARTS_UPPER) !== 0;
}
