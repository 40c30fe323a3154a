import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

export const THAILAND: readonly Identifier[] = [
  {
    type: 'th_national_id',
    dataClass: 'personal.identifier.national',
    forms: '13|1-4-5-2-1|1 4 5 2 1',
    pattern: /^[1-8]\d{12}$/,
    // No province has 97 to 99.
    check: (text) =>
      !/^.9[7-9]/.test(text) &&
      (11 - (weightedSum(text, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === digitAt(text, 12),
    strength: 'medium',
    words: 'เลขประจำตัวประชาชน|บัตรประชาชน|thai id|tnin|thai national id|เลขบัตรประชาชน',
    aliases: 'TH_TNIN th.idnr',
  },
];
