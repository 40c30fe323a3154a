import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Inland Revenue's specification: a second row of weights where the first leaves ten. */
function isInlandRevenue(text: string): boolean {
  const digits = text.replace('NZ', '').padStart(9, '0');
  const number = Number(digits);
  if (number <= 10_000_000 || number >= 150_000_000) return false;
  let check = (11 - (weightedSum(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  if (check === 10) check = (11 - (weightedSum(digits, [7, 4, 3, 2, 5, 2, 7, 6]) % 11)) % 11;
  return check === digitAt(digits, 8);
}

export const OCEANIA: readonly Identifier[] = [
  {
    type: 'nz_ird',
    dataClass: 'personal.identifier.tax',
    forms: '8|9|7-1|2-3-3|3-3-3|8-1|3 3 3|2 3 3|2 7-1|2 8-1',
    pattern: /^(?:NZ)?\d{8,9}$/,
    check: isInlandRevenue,
    strength: 'medium',
    words: 'ird|ird number|inland revenue|tax number',
    aliases: 'nz.ird',
  },
];
