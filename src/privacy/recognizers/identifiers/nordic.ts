import { isDate, isDayMonthYear } from '../../calendar.ts';
import { digitAt, luhn, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Temporary numbers carry 40 more in the day, health numbers 40 more in the month, synthetic test people 80 more. */
function hasNorwegianBirthday(text: string): boolean {
  const day = Number(text.slice(0, 2)) % 40;
  const month = Number(text.slice(2, 4)) % 40;
  const [year, serial] = [Number(text.slice(4, 6)), Number(text.slice(6, 9))];
  const assigned = serial < 500 || year < 40 || serial >= 900 || (serial < 750 && year >= 54);
  return assigned && isDate(2000, month, day);
}

function isNorwegian(text: string): boolean {
  const first = (11 - (weightedSum(text, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11;
  const second = (11 - (weightedSum(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return first === digitAt(text, 9) && second === digitAt(text, 10) && hasNorwegianBirthday(text);
}

function isIcelandic(text: string): boolean {
  const day = Number(text.slice(0, 2));
  const date = String(day > 40 ? day - 40 : day).padStart(2, '0') + text.slice(2, 6);
  return isDayMonthYear(date) && weightedSum(text, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}

/** Coordination numbers carry 60 more in the day; a plus stands for people over a hundred. */
function isSwedish(text: string): boolean {
  const short = text.slice(-10);
  const day = Number(short.slice(4, 6)) % 60;
  const month = Number(short.slice(2, 4));
  const [year, century] = [Number(short.slice(0, 2)), text.length === 12 ? Number(text.slice(0, 2)) : null];
  const dates =
    century === null
      ? isDate(1900 + year, month, day) || isDate(2000 + year, month, day)
      : century >= 18 && century <= 20 && isDate(century * 100 + year, month, day);
  return dates && luhn(short);
}

export const NORDIC: readonly Identifier[] = [
  {
    type: 'no_fodselsnummer',
    dataClass: 'personal.identifier.national',
    forms: '11|6 5|6-5|2.2.2 5',
    pattern: /^[0-7]\d{10}$/,
    check: isNorwegian,
    strength: 'strong',
    words: 'fødselsnummer|fodselsnummer|personnummer|d-nummer|fnr',
    aliases: 'no.fodselsnummer',
  },
  {
    type: 'is_kennitala',
    dataClass: 'personal.identifier.national',
    forms: '6-4|10|6 4',
    pattern: /^[0-7]\d{8}[890]$/,
    check: isIcelandic,
    strength: 'strong',
    words: 'kennitala|kennitölu|kt',
    aliases: 'is.kennitala',
  },
  {
    type: 'se_personnummer',
    dataClass: 'personal.identifier.national',
    forms: '6-4|8-4|12|6+4|6 4|8 4|10|8+4',
    pattern: /^(?:18|19|20)?\d{10}$/,
    check: isSwedish,
    strength: 'strong',
    words: 'personnummer|samordningsnummer|pnr|person-nr|personnr|swedish personal',
    aliases: 'SE_PERSONNUMMER se.personnummer',
  },
  {
    type: 'se_organisationsnummer',
    dataClass: 'organisation.identifier',
    forms: '6-4|10',
    // The third digit tells organisations from people, whose month never begins with two.
    pattern: /^\d\d[2-9]\d{7}$/,
    check: luhn,
    strength: 'medium',
    words: 'organisationsnummer|orgnr|org.nr|org nr|org.nummer',
    masked: false,
    aliases: 'SE_ORGANISATIONSNUMMER',
  },
];
