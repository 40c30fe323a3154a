import { isFullDate } from '../../calendar.ts';
import { mod11And2 } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Two digits of the province of registration (GB/T 2260), four of the place in it, the birthday, three digits, the check. */
const RESIDENT =
  /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{4}(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/;

export const CHINA: readonly Identifier[] = [
  {
    type: 'cn_resident_id',
    dataClass: 'personal.identifier.national',
    forms: '18|6 8 4|6-8-4|3 3 4 4 4',
    pattern: RESIDENT,
    check: (text) => isFullDate(text, 6) && mod11And2(text),
    rareShape: true,
    strength: 'strong',
    words: '身份证|身份證|公民身份号码|证件号|resident id|resident identity|chinese id|id card',
    aliases: 'cn.ric',
  },
  {
    type: 'cn_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9',
    pattern: /^(?:[EG]\d{8}|E[A-HJ-NP-Z]\d{7}|[DSP]\d{8})$/,
    strength: 'shape',
    words: '护照|護照|chinese passport',
  },
];
