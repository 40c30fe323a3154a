import { isDayMonthYear } from '../../calendar.ts';
import { digitAt, luhn, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

export const GREECE: readonly Identifier[] = [
  {
    type: 'gr_amka',
    dataClass: 'personal.identifier.social_security',
    forms: '11|6 5|6-5',
    pattern: /^[0-3]\d{10}$/,
    check: (text) => isDayMonthYear(text) && luhn(text),
    strength: 'strong',
    words: 'amka|αμκα|αριθμός μητρώου κοινωνικής ασφάλισης',
    aliases: 'gr.amka',
  },
  {
    type: 'gr_afm',
    dataClass: 'personal.identifier.tax',
    forms: '9|8|2 9|11|2 8|10',
    pattern: /^(?:GR|EL)?\d{8,9}$/,
    check: (text) => {
      const digits = text.slice(/^\D/.test(text) ? 2 : 0).padStart(9, '0');
      return (
        Number(digits) > 0 && (weightedSum(digits, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === digitAt(digits, 8)
      );
    },
    strength: 'medium',
    words: 'afm|αφμ|vat|αριθμός φορολογικού μητρώου',
    aliases: 'gr.vat',
  },
];
