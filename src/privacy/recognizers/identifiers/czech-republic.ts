import { isDate } from '../../calendar.ts';
import type { Identifier } from '../../identifier.ts';

/** Birth numbers of Czechs and Slovaks: women have 50 more in the month, and full registers may add 20. */
function isBirthNumber(text: string): boolean {
  const year = Number(text.slice(0, 2));
  const month = (Number(text.slice(2, 4)) % 50) % 20;
  const day = Number(text.slice(4, 6));
  if (text.length === 9)
    return year < 54 ? isDate(1900 + year, month, day) : year >= 80 && isDate(1800 + year, month, day);
  if (!isDate((year < 54 ? 2000 : 1900) + year, month, day)) return false;
  // Until 1985 a remainder of ten was written as zero.
  const remainder = Number(text.slice(0, 9)) % 11;
  return remainder % 10 === Number(text[9]) && (remainder < 10 || year <= 85 || year < 54);
}

export const CZECH_REPUBLIC: readonly Identifier[] = [
  {
    type: 'cz_birth_number',
    dataClass: 'personal.identifier.national',
    forms: '6/4|10',
    pattern: /^\d{10}$/,
    check: isBirthNumber,
    strength: 'strong',
    words: 'rodné číslo|rodne cislo|rodného čísla|rč|r.č|birth number',
    aliases: 'cz.rc',
  },
  {
    type: 'cz_birth_number',
    dataClass: 'personal.identifier.national',
    forms: '6/3',
    // Before 1954 there was no check digit.
    pattern: /^\d{9}$/,
    check: isBirthNumber,
    strength: 'shape',
    words: 'rodné číslo|rodne cislo|rodného čísla|rč|r.č|birth number',
    aliases: 'cz.rc',
  },
];
