// Hands every word and sign of a text to the recognizers that may begin there: one pass, one look at each.

import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import { HAS_DIGIT, HAS_LETTER, HAS_UPPER, IS_DENSE, type View } from '../view.ts';
import { recognizeAddress } from './address.ts';
import { recognizeAge, recognizeMedicalAge } from './age.ts';
import { recognizeCryptoAddress } from './crypto-address.ts';
import { isMonth, recognizeMonthYear, recognizeNamedDate, recognizeNumericDate, recognizeYear } from './date.ts';
import { recognizeDense } from './dense-scripts.ts';
import { recognizeEmail } from './email.ts';
import { recognizeField } from './fields.ts';
import { recognizeIban } from './iban.ts';
import { recognizeIpV4, recognizeIpV6 } from './ip-address.ts';
import { recognizeMacAddress } from './mac-address.ts';
import { recognizeNames } from './names.ts';
import { recognizeLabelledNationality } from './nationalities.ts';
import { recognizeNumbers } from './numbers.ts';
import { recognizeInternationalPhone, recognizeNationalPhone } from './phone.ts';
import { recognizePostalCode } from './postal-code.ts';
import {
  recognizeAssignedSecret,
  recognizeConnectionString,
  recognizeMarkedSecret,
  recognizePrivateKey,
} from './secrets.ts';
import { recognizeSpeakers } from './speakers.ts';
import { recognizeSwift } from './swift.ts';
import { recognizeTable } from './tables.ts';
import { recognizePassenger } from './titles.ts';
import { recognizeDomain, recognizeUrl, recognizeWww } from './url.ts';
import { wordsOfTimestamp, wordsOfUuid } from './written-by-programs.ts';

export function recognizeAll(view: View, sink: Sink): void {
  recognizeSigns(view, sink);
  recognizeFields(view, sink);
  recognizeSpeakers(view, sink);
  const { kinds, count } = view;
  for (let index = 0; index < count; index += 1) {
    const kind = kinds[index] as number;
    if ((kind & NO_PLAIN_WORD) === 0 && isPlain(view, index)) continue;
    if ((kind & IS_DENSE) !== 0) {
      recognizeDense(view, index, sink);
      continue;
    }
    // Programs write them by the million, and nothing in them is anybody's number.
    const made = (kind & (HAS_DIGIT | HAS_LETTER)) === 0 ? 0 : wordsOfUuid(view, index);
    if (made > 0) {
      index += made - 1;
      continue;
    }
    if ((kind & HAS_DIGIT) !== 0) {
      const stamp = wordsOfTimestamp(view, index);
      if (stamp > 0) {
        recognizeNumericDate(view, index, sink);
        index += stamp - 1;
        continue;
      }
      recognizeDigits(view, index, kind, sink);
    } else if (isBeforeNumber(view, index)) recognizeNumbers(view, index, sink);
    if ((kind & HAS_LETTER) !== 0) recognizeLetters(view, index, kind, sink);
  }
  recognizeNames(view, sink);
}

/** What recognizers here ask of a word. */
const ASKED = FLAG.topDomain | FLAG.secretWord | FLAG.month | FLAG.nationalityLabel;
const NO_PLAIN_WORD = HAS_DIGIT | HAS_UPPER | IS_DENSE;
/** Longer words may be keys; no shorter key is made of small letters alone. */
const LONGEST_PLAIN = 20;

/**
 * Whether a word in small letters is nothing but a word of a sentence, as most are: a blank or comma behind it, no number
 * near that it may belong to, nothing that its entry in the lexicon says.
 */
function isPlain(view: View, index: number): boolean {
  if (((view.flags[index] as number) & ASKED) !== 0) return false;
  // What lies beyond the last word is of an earlier text, which costs a look at worst.
  if ((((view.kinds[index + 1] as number) | (view.kinds[index + 2] as number)) & HAS_DIGIT) !== 0) return false;
  const end = view.ends[index] as number;
  const behind = view.units[end] as number;
  return (behind === 32 || behind === 44 || behind === 10) && end - (view.starts[index] as number) < LONGEST_PLAIN;
}

/** Dense labels of fields are no longer than this. */
const LONGEST_DENSE_LABEL = 7;

function recognizeFields(view: View, sink: Sink): void {
  const { text, starts, ends, kinds, flags } = view;
  let readTo = 0;
  for (let index = 0; index < view.count; index += 1) {
    const isDense = ((kinds[index] as number) & IS_DENSE) !== 0;
    if (!isDense && ((flags[index] as number) & FLAG.field) === 0) continue;
    const start = starts[index] as number;
    const end = ends[index] as number;
    if (isDense && end - start > LONGEST_DENSE_LABEL) continue;
    if (start >= readTo) readTo = recognizeTable(view, start, sink);
    if (!isDense || isFieldEnd(text.charCodeAt(end))) recognizeField(view, index, sink);
  }
}

/** A quote, colon, sign of equality or angle bracket. */
const isFieldEnd = (unit: number): boolean =>
  unit === 34 || unit === 39 || unit === 58 || unit === 61 || unit === 62 || unit === 92 || unit === 42;

function recognizeSigns(view: View, sink: Sink): void {
  const { text } = view;
  let readTo = 0;
  let urlTo = 0;
  for (let at = 0; at < view.anchorCount; at += 1) {
    const place = view.anchors[at] as number;
    switch (text.charCodeAt(place)) {
      case 64:
        recognizeEmail(view, place, sink);
        break;
      case 43:
        recognizeInternationalPhone(view, place, sink);
        break;
      case 40:
        recognizeNationalPhone(view, place, sink);
        break;
      case 45:
        if (text.charCodeAt(place - 1) !== 45 && text.startsWith('-----B', place))
          recognizePrivateKey(view, place, sink);
        break;
      default:
        if (text.charCodeAt(place + 1) === 47 && text.charCodeAt(place + 2) === 47) {
          if (place >= urlTo) urlTo = recognizeUrl(view, place, sink);
          recognizeConnectionString(view, place, sink);
        } else if (place >= readTo) readTo = recognizeIpV6(view, place, sink);
    }
  }
}

function recognizeDigits(view: View, index: number, kind: number, sink: Sink): void {
  const start = view.starts[index] as number;
  const length = (view.ends[index] as number) - start;
  if (length <= 40) recognizeNumbers(view, index, sink);
  if (length <= 10) {
    recognizePostalCode(view, index, sink);
    recognizeAddress(view, index, sink);
  }
  const onlyDigits = (kind & HAS_LETTER) === 0;
  if (onlyDigits && (length === 2 || length === 4)) recognizeMacAddress(view, index, sink);
  if (onlyDigits) {
    if (length <= 4) {
      recognizeIpV4(view, index, sink);
      recognizeNumericDate(view, index, sink);
      if (length <= 2) recognizeMonthYear(view, index, sink);
      else if (length === 4) recognizeYear(view, index, sink);
    }
    if (length <= 15) recognizeNationalPhone(view, start, sink);
    if (length <= 3) recognizeAge(view, index, sink);
  } else if (length >= 26) recognizeCryptoAddress(view, index, sink);
  else if (length <= 5) recognizeMedicalAge(view, index, sink);
}

function recognizeLetters(view: View, index: number, kind: number, sink: Sink): void {
  const { starts, ends, flags } = view;
  const length = (ends[index] as number) - (starts[index] as number);
  if (length === 2 || length === 4) recognizeMacAddress(view, index, sink);
  else if (length === 3 && isWww(view.text, starts[index] as number)) recognizeWww(view, index, sink);
  else if ((length === 8 || length === 11) && (kind & HAS_UPPER) !== 0) recognizeSwift(view, index, sink);
  if (length >= 4 && (kind & HAS_DIGIT) !== 0) recognizeIban(view, index, sink);
  recognizeMarkedSecret(view, index, sink);
  const flag = flags[index] as number;
  if (flag === 0) return;
  if ((flag & FLAG.topDomain) !== 0) recognizeDomain(view, index, sink);
  if ((flag & FLAG.secretWord) !== 0) recognizeAssignedSecret(view, index, sink);
  if (isMonth(flag)) recognizeNamedDate(view, index, sink);
  if ((flag & FLAG.nationalityLabel) !== 0) recognizeLabelledNationality(view, index, sink);
  if ((flag & FLAG.title) !== 0 && (kind & HAS_UPPER) !== 0) recognizePassenger(view, index, sink);
}

const isWww = (text: string, at: number): boolean =>
  text.charCodeAt(at + 3) === 46 &&
  (text.charCodeAt(at) | 32) === 119 &&
  (text.charCodeAt(at + 1) | 32) === 119 &&
  (text.charCodeAt(at + 2) | 32) === 119;

/** A short word that a separator ties to a word with digits, directly or by one more short word. */
function isBeforeNumber(view: View, index: number): boolean {
  const { starts, ends, kinds } = view;
  for (let at = index; at < index + 2; at += 1) {
    if (at + 1 >= view.count || starts[at + 1] !== (ends[at] as number) + 1) return false;
    if ((ends[at] as number) - (starts[at] as number) > 6) return false;
    if (((kinds[at + 1] as number) & HAS_DIGIT) !== 0) return true;
  }
  return false;
}
