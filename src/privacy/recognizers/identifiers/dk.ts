import { isDayMonthYear } from '../../calendar.ts';
import type { Identifier } from '../../identifier.ts';

/** The seventh digit gives the century; nobody is born after 2049 yet, and nobody before 1858 is registered. */
function hasBirthday(text: string): boolean {
  const year = Number(text.slice(4, 6));
  return isDayMonthYear(text) && (!/[5-8]/.test(text[6] as string) || year >= 58 || year < 50);
}

export const DENMARK: readonly Identifier[] = [
  {
    type: 'dk_cpr',
    dataClass: 'personal.identifier.national',
    // Since 2007 numbers are issued that break the mod 11 rule, so that the date is all that can be checked.
    forms: '6-4|10|6 4',
    pattern: /^\d{10}$/,
    check: hasBirthday,
    strength: 'medium',
    words: 'cpr|cpr-nummer|cpr-nr|personnummer|cpr nummer',
    aliases: 'dk.cpr',
  },
];
