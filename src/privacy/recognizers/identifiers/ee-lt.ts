import { isDate } from '../../calendar.ts';
import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Estonia and Lithuania share the scheme: sex and century, birthday, serial, check digit by two rows of weights. */
function isPersonalCode(text: string): boolean {
  const century = 1800 + Math.floor((digitAt(text, 0) - 1) / 2) * 100;
  if (!isDate(century + Number(text.slice(1, 3)), Number(text.slice(3, 5)), Number(text.slice(5, 7)))) return false;
  let check = weightedSum(text, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  if (check === 10) check = weightedSum(text, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
  return check % 10 === digitAt(text, 10);
}

export const ESTONIA_LITHUANIA: readonly Identifier[] = [
  {
    type: 'ee_lt_personal_code',
    dataClass: 'personal.identifier.national',
    forms: '11',
    pattern: /^[1-8]\d{10}$/,
    check: isPersonalCode,
    strength: 'strong',
    words: 'isikukood|asmens kodas|asmens kodo|personal code|id-kood',
    aliases: 'ee.ik lt.asmens',
  },
];
