import { normalise } from '../normalise.ts';
import { dataClassOf } from '../types-of-data.ts';

/** Types whose values differ by every character, and whose letters are not to be guessed at. */
const isExact = (dataClass: string): boolean =>
  dataClass.startsWith('credential') || dataClass === 'personal.financial.crypto';

/** Types that are written with and without separators, in either case. */
const isNumber = (dataClass: string): boolean =>
  dataClass.startsWith('personal.identifier') ||
  dataClass.startsWith('personal.special') ||
  dataClass === 'personal.contact.phone' ||
  dataClass === 'personal.financial.card' ||
  dataClass === 'personal.financial.account' ||
  dataClass === 'organisation.identifier';

const SEPARATORS = /[\s.\-/()]+/g;

/**
 * What two spellings of one value have in common, so that they get one token: compatibility forms and white space for
 * all; separators and case for numbers; case for mail addresses. Names keep their case, secrets every character. An
 * answer gets the spelling that came first.
 */
export function normalFormOf(type: string, value: string): string {
  const dataClass = dataClassOf(type) ?? '';
  if (isExact(dataClass)) return value;
  const text = normalise(value).text;
  if (isNumber(dataClass)) return text.replace(SEPARATORS, '').toUpperCase();
  const oneLine = text.replace(/\s+/g, ' ').trim();
  return type === 'email' ? oneLine.toLowerCase() : oneLine;
}
