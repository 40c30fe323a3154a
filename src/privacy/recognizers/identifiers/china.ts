import { isFullDate } from '../../calendar.ts';
import { mod11And2 } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** First two digits of the place of registration, GB/T 2260. */
const PROVINCE = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

export const CHINA: readonly Identifier[] = [
  {
    type: 'cn_resident_id',
    dataClass: 'personal.identifier.national',
    forms: '18|6 8 4|6-8-4|3 3 4 4 4',
    pattern: /^\d{17}[\dX]$/,
    check: (text) => PROVINCE.test(text) && isFullDate(text, 6) && mod11And2(text),
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
