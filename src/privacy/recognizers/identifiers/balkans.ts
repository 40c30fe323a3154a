import { isDate } from '../../calendar.ts';
import { digitAt, mod11And10, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Citizen numbers of the countries of former Yugoslavia: day, month, last three digits of the year, region, serial. */
function isCitizenNumber(text: string): boolean {
  const year = Number(text.slice(4, 7));
  if (!isDate((year < 800 ? 2000 : 1000) + year, Number(text.slice(2, 4)), Number(text.slice(0, 2)))) return false;
  const sum = weightedSum(text, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return ((11 - sum) % 11) % 10 === digitAt(text, 12);
}

export const BALKANS: readonly Identifier[] = [
  {
    type: 'jmbg',
    dataClass: 'personal.identifier.national',
    forms: '13|7-6|7 6',
    pattern: /^[0-3]\d{12}$/,
    check: isCitizenNumber,
    strength: 'strong',
    words: 'jmbg|emšo|emso|embg|matični broj|јмбг|матични број|единствен матичен број',
    aliases: 'ba.jmbg si.emso',
  },
  {
    type: 'hr_oib',
    dataClass: 'personal.identifier.national',
    forms: '11|2 9',
    pattern: /^(?:HR)?\d{11}$/,
    check: (text) => mod11And10(text.slice(-11)),
    strength: 'medium',
    words: 'oib|osobni identifikacijski broj|porezni broj',
    aliases: 'hr.oib',
  },
];
