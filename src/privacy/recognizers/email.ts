import { isWordCode } from '../characters.ts';
import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { STARTS_UPPER, type View } from '../view.ts';
import { isNameShaped } from './person-evidence.ts';

/** RFC 5321 allows 64 units before the sign and 255 behind it. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 255;

const LOCAL_SIGNS = new Set([..."!#$%&'*+-/=?^_`{|}~."].map((sign) => sign.charCodeAt(0)));
/** Signs that may stand in a local part but, at its beginning, belong to what surrounds it. */
const LEADING = new Set([..."!#$%&'*+-/=?^`{|}~."].map((sign) => sign.charCodeAt(0)));
const DOT = 46;
const HYPHEN = 45;

/** E-mail addresses; `at` is the place of the sign. Bounded on both sides, so that rows of signs cost their length. */
export function recognizeEmail(view: View, at: number, sink: Sink): void {
  const { text } = view;
  const start = startOfLocal(text, at);
  if (start === at) return;
  const end = endOfDomain(text, at + 1);
  if (end === 0) return;
  sink.add('email', start, end, 0.98, 'pattern');
  if (text.charCodeAt(start - 1) === 60) recognizeHolder(view, start - 1, sink);
}

const MOST_WORDS = 5;

/** `Jane Roe <jane@...>`, `"Jane Roe" <jane@...>`: who has the address, as programs of mail write it. */
function recognizeHolder(view: View, bracket: number, sink: Sink): void {
  const { text, starts, ends, kinds, flags } = view;
  const last = view.wordAt(bracket) - 1;
  if (last < 0 || !/^["']? ?$/.test(text.slice(ends[last], bracket)) || ends[last] === bracket) return;
  let first = last;
  while (first > 0 && last - first < MOST_WORDS - 1) {
    const before = first - 1;
    if (!/^(?: |-|'|\. )$/.test(text.slice(ends[before], starts[first]))) break;
    if (((kinds[before] as number) & STARTS_UPPER) === 0 && ((flags[before] as number) & FLAG.particle) === 0) break;
    first = before;
  }
  const known = ((flags[first] as number) & FLAG.givenName) !== 0;
  if ((last > first || known) && isNameShaped(view, first, last))
    sink.add('person', starts[first] as number, ends[last] as number, 0.85, 'context');
}

function startOfLocal(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL) {
    const unit = text.charCodeAt(start - 1);
    if (!isWordCode(unit) && !LOCAL_SIGNS.has(unit)) break;
    start -= 1;
  }
  // What an address is wrapped in or assigned by: "to=jane@...", "'jane@...'", "mailto/jane@...".
  for (let index = start; index < at; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 61 || unit === 39 || unit === 47 || unit === 96 || unit === 124 || unit === 123) start = index + 1;
  }
  while (start < at && LEADING.has(text.charCodeAt(start))) start += 1;
  return text.charCodeAt(at - 1) === DOT ? at : start;
}

/** End of a host name with at least two labels, the last of letters or punycode; 0 where there is none. */
function endOfDomain(text: string, from: number): number {
  let end = 0;
  let label = from;
  for (let index = from; index - from <= LONGEST_DOMAIN; index += 1) {
    const unit = text.charCodeAt(index);
    if (isWordCode(unit) || unit === HYPHEN) continue;
    if (index === label || text.charCodeAt(label) === HYPHEN) break;
    let last = index;
    while (text.charCodeAt(last - 1) === HYPHEN) last -= 1;
    if (label > from && isTopLabel(text, label, last)) end = last;
    if (unit !== DOT) break;
    label = index + 1;
  }
  return end;
}

function isTopLabel(text: string, start: number, end: number): boolean {
  if (end - start < 2 || end - start > 24) return false;
  if (text.startsWith('xn--', start)) return true;
  for (let index = start; index < end; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === HYPHEN || unit === 95 || (unit >= 48 && unit <= 57) || !isWordCode(unit)) return false;
  }
  return true;
}
