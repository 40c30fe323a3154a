import { isDayMonthYear } from '../../calendar.ts';
import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Since 2017 codes begin with 32 and say nothing; older ones begin with the birthday. */
function isPersonalCode(text: string): boolean {
  if (text.startsWith('32')) return true;
  const check = (1 + weightedSum(text, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11;
  return isDayMonthYear(text) && check % 10 === digitAt(text, 10);
}

export const LATVIA: readonly Identifier[] = [
  {
    type: 'lv_personal_code',
    dataClass: 'personal.identifier.national',
    forms: '6-5',
    pattern: /^[0-3]\d{10}$/,
    check: isPersonalCode,
    strength: 'strong',
    words: 'personas kods|personas koda|pk',
  },
  {
    type: 'lv_personal_code',
    dataClass: 'personal.identifier.national',
    forms: '11',
    pattern: /^[0-3]\d{10}$/,
    check: (text) => !text.startsWith('32') && isPersonalCode(text),
    strength: 'strong',
    words: 'personas kods|personas koda|pk',
  },
];
