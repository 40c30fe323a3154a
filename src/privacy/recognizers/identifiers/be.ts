import { isDate } from '../../calendar.ts';
import type { Identifier } from '../../identifier.ts';

/** Months carry 20 or 40 more for people registered without a full birth certificate (numéro BIS). */
function isBirthPart(text: string): boolean {
  const month = Number(text.slice(2, 4)) % 20;
  const day = Number(text.slice(4, 6));
  if (Number(text.slice(2, 4)) > 52) return false;
  // Refugees and others whose birthday nobody knows have zeros.
  if (month === 0 || day === 0) return day <= 31 && month <= 12;
  const year = Number(text.slice(0, 2));
  return isDate(1900 + year, month, day) || isDate(2000 + year, month, day);
}

function isNationalNumber(text: string): boolean {
  const [body, check] = [text.slice(0, 9), Number(text.slice(9))];
  // Who was born from 2000 on has a 2 before the number when the check is computed.
  const matches =
    97 - (Number(body) % 97) === check || (Number(text.slice(0, 2)) < 50 && 97 - (Number(`2${body}`) % 97) === check);
  return matches && isBirthPart(text);
}

const BASE = {
  type: 'be_national_number',
  dataClass: 'personal.identifier.national',
  forms: '11|2.2.2-3.2|6-3-2|6 3 2|2 2 2 3 2|6-3.2|9 2|2.2.2.3.2',
  check: isNationalNumber,
  strength: 'strong',
  words:
    'rijksregisternummer|rijksregister|numéro national|registre national|insz|niss|bis-nummer|numéro bis|nationalregister',
} as const;

export const BELGIUM: readonly Identifier[] = [
  { ...BASE, pattern: /^\d\d[01]\d{8}$/, aliases: 'be.insz be.nn' },
  { ...BASE, pattern: /^\d\d[2-5]\d{8}$/, aliases: 'be.insz be.bis' },
];
