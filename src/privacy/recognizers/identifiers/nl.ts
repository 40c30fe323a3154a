import { weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const WEIGHTS = [9, 8, 7, 6, 5, 4, 3, 2, -1];

export const NETHERLANDS: readonly Identifier[] = [
  {
    type: 'nl_bsn',
    dataClass: 'personal.identifier.national',
    forms: '9|8|4.2.3|3 3 3|3.3.3|4 2 3|3-3-3',
    pattern: /^\d{8,9}$/,
    check: (text) => {
      const digits = text.padStart(9, '0');
      return Number(digits) >= 1_000_000 && weightedSum(digits, WEIGHTS) % 11 === 0;
    },
    strength: 'medium',
    words: 'bsn|burgerservicenummer|sofinummer|sofi|burger service nummer|persoonsnummer',
    aliases: 'nl.bsn',
  },
];
