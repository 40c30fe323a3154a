import { digitAt, luhn, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Eight digits and their check digit, department and municipality of birth (RENAP). */
const isGuatemalan = (text: string): boolean => {
  const department = Number(text.slice(9, 11));
  return (
    weightedSum(text, [2, 3, 4, 5, 6, 7, 8, 9]) % 11 === digitAt(text, 8) &&
    department >= 1 &&
    department <= 22 &&
    Number(text.slice(11)) >= 1
  );
};

export const CENTRAL_AMERICA: readonly Identifier[] = [
  {
    type: 'do_cedula',
    dataClass: 'personal.identifier.national',
    forms: '11|3-7-1',
    pattern: /^\d{11}$/,
    check: (text) => Number(text) > 0 && luhn(text),
    strength: 'medium',
    words: 'cédula|cedula|cédula de identidad|identidad y electoral',
    aliases: 'do.cedula',
  },
  {
    type: 'gt_cui',
    dataClass: 'personal.identifier.national',
    forms: '13|4 5 4|4-5-4',
    pattern: /^\d{13}$/,
    check: isGuatemalan,
    strength: 'medium',
    words: 'cui|dpi|código único de identificación|documento personal',
    aliases: 'gt.cui',
  },
];
