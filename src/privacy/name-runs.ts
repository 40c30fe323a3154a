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
  /** Where it began and ended when it was found, and its line, as far as that was looked at. */
  start: number;
  end: number;
  lineStart: number;
  lineEnd: number;
}

/** What a run may name. */
export interface Guess {
  type: string;
  score: number;
  source: 'context' | 'list' | 'pattern';
}

const MOST_WORDS = 7;
const LONGEST_LINE = 400;

/** Tells of every run of a text, in order. Lines that look like code are left out. */
export function eachNameRun(view: View, german: boolean, tell: (run: NameRun) => void): void {
  const { text, kinds, starts, ends } = view;
  let lineEnd = -1;
  let lineStart = 0;
  /** The line's ends as far as the text goes: lines are looked at within a distance of a word only. */
  let before = -1;
  let behind = -1;
  let skip = false;
  for (let index = 0; index < view.count; index += 1) {
    if (((kinds[index] as number) & STARTS_UPPER) === 0 || !beginsName(view, index)) continue;
    const start = starts[index] as number;
    if (start >= lineEnd) {
      while (behind < start) {
        before = behind;
        behind = text.indexOf('\n', behind + 1);
        if (behind < 0) behind = text.length;
      }
      lineStart = Math.max(before + 1, start - LONGEST_LINE);
      lineEnd = Math.min(behind, start + LONGEST_LINE);
      skip = looksLikeCode(view, lineStart, lineEnd);
    }
    if (skip) {
      while (index + 1 < view.count && (starts[index + 1] as number) < lineEnd) index += 1;
      continue;
    }
    const last = lastOfRun(view, index, german);
    tell({ first: index, last, initial: isInitial(text, start), start, end: ends[last] as number, lineStart, lineEnd });
    index = last;
  }
}

/** Braces, operators, calls and comments make a line a program's rather than a writer's; quoted mail begins with ">". */
function looksLikeCode(view: View, start: number, end: number): boolean {
  const { text } = view;
  let from = start;
  while (from < end && ' \t>?*|#-'.includes(text[from] as string)) from += 1;
  if (view.hasCodeSign(from, end)) return true;
  let last = end - 1;
  while (last > from && (text.charCodeAt(last) === 32 || text.charCodeAt(last) === 13)) last -= 1;
  return text.charCodeAt(last) === 59;
}

const HYPHEN = 45;
const JOINED_BEFORE = new Set([...'./\\@#$_<&~-'].map((sign) => sign.charCodeAt(0)));
const CAMEL = /^(?:Mc|Mac|De|Di|Du|La|Le|Van|Fitz|O)[A-Z]\p{Ll}+$/u;

/** The same behind a word of a name, which a hyphen may join it to: "Grönemeyer-Schulze", "al-Rashid". */
const continuesName = (view: View, index: number): boolean =>
  beginsName(view, index, view.text.charCodeAt((view.starts[index] as number) - 1) === HYPHEN);

/** A word with a capital that neither a program nor an address of the web goes on with. */
function beginsName(view: View, index: number, hyphenated = false): boolean {
  const { text, starts, ends, kinds } = view;
  const kind = kinds[index] as number;
  if ((kind & STARTS_UPPER) === 0 || (kind & (HAS_DIGIT | IS_DENSE)) !== 0) return false;
  const start = starts[index] as number;
  const end = ends[index] as number;
  if (
    !hyphenated &&
    start > 0 &&
    JOINED_BEFORE.has(text.charCodeAt(start - 1)) &&
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

/** German has articles that are particles elsewhere: "hat Frau Roe das Passwort". */
const GERMAN_ARTICLES = /^(?:das|den|der|des)$/;

const isParticle = (view: View, index: number, german: boolean): boolean =>
  ((view.flags[index] as number) & FLAG.particle) !== 0 &&
  view.word(index) !== 'a' &&
  !(german && GERMAN_ARTICLES.test(view.word(index)));

/** Goes on over capitalised words, initials, and particles that a capitalised word follows. */
function lastOfRun(view: View, first: number, german: boolean): number {
  let last = first;
  while (last + 1 < view.count && last - first < MOST_WORDS) {
    if (!isJoined(view, last)) break;
    if (continuesName(view, last + 1)) {
      last += 1;
      continue;
    }
    // "University of Quarrendon", "Bank of Ilverton".
    if (
      ((view.flags[last] as number) & FLAG.organisation) !== 0 &&
      view.word(last + 1) === 'of' &&
      last + 2 < view.count &&
      isJoined(view, last + 1) &&
      continuesName(view, last + 2)
    ) {
      last += 2;
      continue;
    }
    // "St Brannock's Hospital".
    if (
      last + 2 < view.count &&
      ((view.flags[last + 2] as number) & FLAG.organisation) !== 0 &&
      view.text.slice(view.ends[last], view.starts[last + 2]) === "'s " &&
      continuesName(view, last + 2)
    ) {
      last += 2;
      continue;
    }
    const particle = isParticle(view, last + 1, german);
    if (!particle || last + 2 >= view.count || !isJoined(view, last + 1)) break;
    if (continuesName(view, last + 2)) last += 2;
    else if (
      ((view.flags[last + 2] as number) & FLAG.particle) !== 0 &&
      last + 3 < view.count &&
      isJoined(view, last + 2) &&
      continuesName(view, last + 3)
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
  if (to - from > 3) return false;
  const gap = text.slice(from, to);
  // "Harrowfield & Partners", where both sides are capitalised.
  if (gap === ' & ') return true;
  if (to - from > 2) return false;
  if (gap === ' ' || gap === '-' || gap === "'" || gap === '  ') return true;
  if (gap !== '. ' && gap !== '.') return false;
  // A full stop joins after an initial or an abbreviated title.
  const word = view.word(index);
  return (
    word.length === 1 ||
    /^(?:St|Mt|Ft|Jr|Dr|Mr|Mrs|Ms|Prof|Sr|Sra|Srta|Dra|Dña|Hr|Hrn|Fr|Rev|Capt|Lt|Sgt|Col|Gen|Hon)$/.test(word)
  );
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

/** Whether it is all that its line holds, besides the signs of lists and quoted mail. */
export function isWholeLine({ text }: View, { start, end, lineStart, lineEnd }: NameRun): boolean {
  for (let at = lineStart; at < start; at += 1) if (!isLineSign(text.charCodeAt(at))) return false;
  for (let at = end; at < lineEnd; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit !== 44 && !isSpace(unit)) return false;
  }
  return true;
}

/** What `\s` matches. */
const isSpace = (unit: number): boolean =>
  unit === 32 || (unit >= 9 && unit <= 13) || (unit >= 0x80 && /\s/.test(String.fromCharCode(unit)));

/** Blanks and `>?*•|-`. */
const isLineSign = (unit: number): boolean =>
  unit === 62 || unit === 63 || unit === 42 || unit === 0x2022 || unit === 124 || unit === 45 || isSpace(unit);
