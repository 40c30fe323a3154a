// Identifiers and times that programs write into JSON and logs: passed over as a whole, since each of their groups would
// else be tried as the beginning of every issued number.

import { isDigit, isHexDigit } from '../characters.ts';
import type { View } from '../view.ts';

const HYPHEN = 45;
const COLON = 58;
const UPPER_T = 84;
const UUID_GROUPS = [8, 4, 4, 4, 12];
const UUID_LENGTH = 36;
/** `2026-03-04T05:06:07`, to the second. */
const TIME_LENGTH = 19;

/** Words of the UUID that begins with a word; 0 where there is none. */
export function wordsOfUuid(view: View, index: number): number {
  const { text, starts, ends } = view;
  const start = starts[index] as number;
  if ((ends[index] as number) - start !== 8 || text.charCodeAt(start + 8) !== HYPHEN) return 0;
  for (let group = 0; group < UUID_GROUPS.length; group += 1) {
    const word = index + group;
    if (word >= view.count || (ends[word] as number) - (starts[word] as number) !== UUID_GROUPS[group]) return 0;
    if (group > 0 && (starts[word] !== (ends[word - 1] as number) + 1 || !isHyphenBefore(view, word))) return 0;
  }
  for (let at = start; at < start + UUID_LENGTH; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit !== HYPHEN && !isHexDigit(unit)) return 0;
  }
  return UUID_GROUPS.length;
}

const isHyphenBefore = ({ text, starts }: View, word: number): boolean =>
  text.charCodeAt((starts[word] as number) - 1) === HYPHEN;

/** Words of the time in ISO 8601 that begins with a word, seconds and their fraction included; 0 where there is none. */
export function wordsOfTimestamp(view: View, index: number): number {
  const { text, starts, ends, count } = view;
  const start = starts[index] as number;
  if ((ends[index] as number) - start !== 4 || text.charCodeAt(start + 10) !== UPPER_T) return 0;
  if (text.charCodeAt(start + 4) !== HYPHEN || text.charCodeAt(start + 7) !== HYPHEN) return 0;
  if (text.charCodeAt(start + 13) !== COLON || text.charCodeAt(start + 16) !== COLON) return 0;
  for (let at = start; at < start + TIME_LENGTH; at += 1) {
    const place = at - start;
    const isSign = place === 4 || place === 7 || place === 10 || place === 13 || place === 16;
    if (!isSign && !isDigit(text.charCodeAt(at))) return 0;
  }
  let words = 1;
  while (index + words < count && (starts[index + words] as number) < start + TIME_LENGTH) words += 1;
  const last = index + words - 1;
  // `.089Z`: at most nine digits.
  const fraction = last + 1;
  const isFraction =
    fraction < count &&
    starts[fraction] === (ends[last] as number) + 1 &&
    text.charCodeAt(ends[last] as number) === 46 &&
    (ends[fraction] as number) - (starts[fraction] as number) <= 10;
  return isFraction ? words + 1 : words;
}
