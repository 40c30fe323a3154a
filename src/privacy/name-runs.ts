// Runs of capitalised words in prose: where names of people, organisations and places can be.

import { isWordCode } from './characters.ts';
import { FLAG } from './lexicon.ts';
import { HAS_DIGIT, HAS_LOWER, IS_DENSE, STARTS_UPPER, type View } from './view.ts';

export interface NameRun {
  /** First and last word. */
  first: number;
  last: number;
  /** Begins a sentence, a line or a quotation, where a capital says nothing. */
  initial: boolean;
  /** It is all that its line holds. */
  line: boolean;
}

const MOST_WORDS = 7;
const LONGEST_LINE = 400;

/** All runs of a text, in order. Lines that look like code are left out. */
export function* nameRuns(view: View): Generator<NameRun> {
  let lineEnd = -1;
  let lineStart = 0;
  let skip = false;
  for (let index = 0; index < view.count; index += 1) {
    if (((view.kinds[index] as number) & STARTS_UPPER) === 0 || !beginsName(view, index)) continue;
    const start = view.starts[index] as number;
    if (start >= lineEnd) {
      [lineStart, lineEnd] = lineAround(view.text, start);
      skip = looksLikeCode(view.text, lineStart, lineEnd);
    }
    if (skip) {
      while (index + 1 < view.count && (view.starts[index + 1] as number) < lineEnd) index += 1;
      continue;
    }
    const last = lastOfRun(view, index);
    yield {
      first: index,
      last,
      initial: isInitial(view.text, start),
      line: isWholeLine(view.text, start, view.ends[last] as number, lineStart, lineEnd),
    };
    index = last;
  }
}

function lineAround(text: string, at: number): [number, number] {
  let start = at;
  while (start > 0 && at - start < LONGEST_LINE && text.charCodeAt(start - 1) !== 10) start -= 1;
  let end = at;
  while (end < text.length && end - at < LONGEST_LINE && text.charCodeAt(end) !== 10) end += 1;
  return [start, end];
}

const BRACES = new Set([...'{}=<>$\\|'].map((sign) => sign.charCodeAt(0)));

/** Braces, operators, calls and comments make a line a program's rather than a writer's; quoted mail begins with ">". */
function looksLikeCode(text: string, start: number, end: number): boolean {
  let from = start;
  while (from < end && ' \t>?*|#-'.includes(text[from] as string)) from += 1;
  for (let at = from; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    // Most of a line is letters and blanks.
    if (unit === 32 || unit > 125 || (unit >= 97 && unit <= 122)) continue;
    if (BRACES.has(unit) || isCodeAt(text, unit, at)) return true;
  }
  let last = end - 1;
  while (last > from && (text.charCodeAt(last) === 32 || text.charCodeAt(last) === 13)) last -= 1;
  return text.charCodeAt(last) === 59;
}

function isCodeAt(text: string, unit: number, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  switch (unit) {
    case 58:
      return next === 58;
    case 45:
      return next === 62;
    case 47:
      return next === 47 && text.charCodeAt(at - 1) !== 58;
    case 40:
      return (
        next === 41 ||
        (isWordCode(text.charCodeAt(at - 1)) && isWordCode(next) && !/\ds?$/.test(text.slice(at - 2, at)))
      );
    default:
      return false;
  }
}

const JOINED_BEFORE = /[\w./\\@#$_<&~-]/;
const CAMEL = /^(?:Mc|Mac|De|Di|Du|La|Le|Van|Fitz|O)[A-Z]\p{Ll}+$/u;

/** A word with a capital that neither a program nor an address of the web goes on with. */
function beginsName(view: View, index: number): boolean {
  const { text, starts, ends, kinds } = view;
  const kind = kinds[index] as number;
  if ((kind & STARTS_UPPER) === 0 || (kind & (HAS_DIGIT | IS_DENSE)) !== 0) return false;
  const start = starts[index] as number;
  const end = ends[index] as number;
  if (
    start > 0 &&
    JOINED_BEFORE.test(text[start - 1] as string) &&
    !(text[start - 1] === '-' && text[start - 2] === ' ')
  ) {
    if (!/[.?!]/.test(text[start - 1] as string) || isWordCode(text.charCodeAt(start - 2))) return false;
  }
  const behind = text.charCodeAt(end);
  if (behind === 40 || behind === 95 || behind === 64 || behind === 47 || behind === 92 || behind === 61) return false;
  if (behind === 46 && /[\p{Ll}\d]/u.test(text[end + 1] ?? '')) return false;
  const length = end - start;
  if ((kind & HAS_LOWER) === 0) return length === 1 ? behind === 46 || behind === 32 : length <= 20;
  return length < 3 || !hasInnerCapital(text, start, end) || CAMEL.test(text.slice(start, end));
}

function hasInnerCapital(text: string, start: number, end: number): boolean {
  for (let at = start + 1; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 65 && unit <= 90) return true;
  }
  return false;
}

/** Goes on over capitalised words, initials, and particles that a capitalised word follows. */
function lastOfRun(view: View, first: number): number {
  let last = first;
  while (last + 1 < view.count && last - first < MOST_WORDS) {
    if (!isJoined(view, last)) break;
    if (beginsName(view, last + 1)) {
      last += 1;
      continue;
    }
    // "University of Quarrendon", "Bank of Ilverton".
    if (
      ((view.flags[last] as number) & FLAG.organisation) !== 0 &&
      view.word(last + 1) === 'of' &&
      last + 2 < view.count &&
      isJoined(view, last + 1) &&
      beginsName(view, last + 2)
    ) {
      last += 2;
      continue;
    }
    const particle = ((view.flags[last + 1] as number) & FLAG.particle) !== 0 && view.word(last + 1) !== 'a';
    if (!particle || last + 2 >= view.count || !isJoined(view, last + 1)) break;
    if (beginsName(view, last + 2)) last += 2;
    else if (
      ((view.flags[last + 2] as number) & FLAG.particle) !== 0 &&
      last + 3 < view.count &&
      isJoined(view, last + 2) &&
      beginsName(view, last + 3)
    )
      last += 3;
    else break;
  }
  return last;
}

function isJoined(view: View, index: number): boolean {
  const { text, starts, ends } = view;
  const from = ends[index] as number;
  const to = starts[index + 1] as number;
  if (to - from > 2) return false;
  const gap = text.slice(from, to);
  if (gap === ' ' || gap === '-' || gap === "'" || gap === '  ') return true;
  if (gap !== '. ' && gap !== '.') return false;
  // A full stop joins after an initial or an abbreviated title.
  const word = view.word(index);
  return word.length === 1 || /^(?:St|Mt|Ft|Jr|Dr|Mr|Mrs|Ms|Prof|Sr|Rev|Capt|Lt|Sgt|Col|Gen|Hon)$/.test(word);
}

/** Behind the end of a sentence, a colon, a quotation mark, or at the beginning of a line. */
function isInitial(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && start - at < 8 && ` \t"'“”‘(*#>-•`.includes(text[at] as string)) {
    if (`"“`.includes(text[at] as string)) return true;
    at -= 1;
  }
  return at < 0 || '.!?:\n\r'.includes(text[at] as string) || start - at >= 8;
}

function isWholeLine(text: string, start: number, end: number, lineStart: number, lineEnd: number): boolean {
  return /^[\s>?*•|-]*$/.test(text.slice(lineStart, start)) && /^[\s,]*$/.test(text.slice(end, lineEnd));
}
