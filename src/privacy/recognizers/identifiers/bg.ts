import { isDate } from '../../calendar.ts';
import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Months of the 1800s carry 20 more, those of the 2000s 40 more. */
function isBirthPart(text: string): boolean {
  const month = Number(text.slice(2, 4));
  if (month > 52) return false;
  const century = month > 40 ? 2000 : month > 20 ? 1800 : 1900;
  return isDate(century + Number(text.slice(0, 2)), month % 20, Number(text.slice(4, 6)));
}

export const BULGARIA: readonly Identifier[] = [
  {
    type: 'bg_egn',
    dataClass: 'personal.identifier.national',
    forms: '10|6 4|6 3 1',
    pattern: /^\d{10}$/,
    check: (text) =>
      isBirthPart(text) && (weightedSum(text, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digitAt(text, 9),
    strength: 'strong',
    words: 'egn|егн|единен граждански номер',
    aliases: 'bg.egn',
  },
  {
    type: 'bg_pnf',
    dataClass: 'personal.identifier.national',
    forms: '10|4 3 3',
    pattern: /^\d{10}$/,
    check: (text) => weightedSum(text, [21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 === digitAt(text, 9),
    strength: 'medium',
    words: 'лнч|lnch|personal number of a foreigner|личен номер на чужденец',
    aliases: 'bg.pnf',
  },
];
