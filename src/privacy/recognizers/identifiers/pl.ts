import { isDate } from '../../calendar.ts';
import { alphanumericValue, digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** The month tells the century: 80 more for the 1800s, 20, 40 and 60 more for those to come. */
function isPesel(text: string): boolean {
  const month = Number(text.slice(2, 4));
  const century = [1900, 2000, 2100, 2200, 1800][Math.floor(month / 20)] as number;
  return (
    isDate(century + Number(text.slice(0, 2)), month % 20, Number(text.slice(4, 6))) &&
    (10 - (weightedSum(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === digitAt(text, 10)
  );
}

/** Identity cards: the check digit follows three letters, passports have two. */
function isIdentityCard(text: string): boolean {
  const weights = [7, 3, 1, 0, 7, 3, 1, 7, 3];
  let sum = 0;
  for (let index = 0; index < 9; index += 1) {
    sum += alphanumericValue(text.charCodeAt(index)) * (weights[index] as number);
  }
  return sum % 10 === digitAt(text, 3);
}

export const POLAND: readonly Identifier[] = [
  {
    type: 'pl_pesel',
    dataClass: 'personal.identifier.national',
    forms: '11',
    pattern: /^\d{11}$/,
    check: isPesel,
    strength: 'strong',
    words: 'pesel|numer pesel',
    aliases: 'PL_PESEL pl.pesel',
  },
  {
    type: 'pl_nip',
    dataClass: 'personal.identifier.tax',
    forms: '10|3-3-2-2|3-2-2-3|3 3 2 2|2 10|12|3 2 2 3',
    pattern: /^(?:PL)?\d{10}$/,
    check: (text) => weightedSum(text.slice(-10), [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(text.at(-1)),
    strength: 'medium',
    words: 'nip|numer identyfikacji podatkowej',
    aliases: 'pl.nip',
  },
  {
    type: 'pl_id_card',
    dataClass: 'personal.identifier.national',
    forms: '9|3 6',
    pattern: /^[A-Z]{3}\d{6}$/,
    check: isIdentityCard,
    strength: 'medium',
    words: 'dowód osobisty|dowodu osobistego|numer dowodu|seria i numer',
  },
];
