import { isDayMonthYear } from '../../calendar.ts';
import { digitAt, luhn, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

export const AUSTRIA: readonly Identifier[] = [
  {
    type: 'at_social_security',
    dataClass: 'personal.identifier.social_security',
    forms: '10|4 6|4-6|4 2 2 2',
    pattern: /^[1-9]\d{9}$/,
    // The digit sum has no place for ten; such serial numbers are not issued. Months above 12 serve unknown birthdays.
    check: (text) =>
      weightedSum(text, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === digitAt(text, 3) &&
      (isDayMonthYear(text, 4) || text.slice(6, 8) > '12'),
    strength: 'medium',
    words: 'sozialversicherungsnummer|svnr|sv-nummer|sv-nr|versicherungsnummer|vsnr|e-card',
    aliases: 'at.vnr',
  },
  {
    type: 'at_tax_number',
    dataClass: 'personal.identifier.tax',
    forms: '9|2-3/4|2 3/4|2-7',
    pattern: /^\d{9}$/,
    check: luhn,
    strength: 'medium',
    words: 'steuernummer|abgabenkontonummer|finanzamt|tin',
    aliases: 'at.tin',
  },
];
