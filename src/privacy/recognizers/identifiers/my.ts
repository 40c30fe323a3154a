import { isYearMonthDay } from '../../calendar.ts';
import type { Identifier } from '../../identifier.ts';

/** Places of birth that are not assigned (National Registration Department). */
const UNASSIGNED = /^(?:00|17|18|19|20|69|70|73|80|81|94|95|96|97)$/;

export const MALAYSIA: readonly Identifier[] = [
  {
    type: 'my_nric',
    dataClass: 'personal.identifier.national',
    forms: '6-2-4',
    pattern: /^\d{12}$/,
    check: (text) => isYearMonthDay(text) && !UNASSIGNED.test(text.slice(6, 8)),
    strength: 'strong',
    words: 'nric|mykad|kad pengenalan|no. kp|no kp|ic number|identity card',
    aliases: 'my.nric',
  },
  {
    type: 'my_nric',
    dataClass: 'personal.identifier.national',
    forms: '12',
    pattern: /^\d{12}$/,
    check: (text) => isYearMonthDay(text) && !UNASSIGNED.test(text.slice(6, 8)),
    strength: 'medium',
    words: 'nric|mykad|kad pengenalan|no. kp|no kp|ic number|identity card',
  },
];
