import { isDate } from '../../calendar.ts';
import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const COUNTY = /^(?:0[1-9]|[1-3]\d|4[0-8]|51|52|70|8[0-3])$/;

function isPersonalCode(text: string): boolean {
  const century = [1900, 1900, 1900, 1800, 1800, 2000, 2000, 1900, 1900, 1900][digitAt(text, 0)] as number;
  const remainder = weightedSum(text, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return (
    isDate(century + Number(text.slice(1, 3)), Number(text.slice(3, 5)), Number(text.slice(5, 7))) &&
    COUNTY.test(text.slice(7, 9)) &&
    (remainder === 10 ? 1 : remainder) === digitAt(text, 12)
  );
}

export const ROMANIA: readonly Identifier[] = [
  {
    type: 'ro_cnp',
    dataClass: 'personal.identifier.national',
    forms: '13|1 6 6|1 6 2 3 1',
    pattern: /^[1-9]\d{12}$/,
    check: isPersonalCode,
    strength: 'strong',
    words: 'cnp|cod numeric personal',
    aliases: 'ro.cnp',
  },
];
