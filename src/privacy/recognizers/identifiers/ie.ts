import { alphanumericValue, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const LETTERS = 'WABCDEFGHIJKLMNOPQRSTUV';

/** A second letter counts nine times; W as second letter belongs to the old scheme for married women and counts nought. */
function isPersonalNumber(text: string): boolean {
  const second =
    text.length === 9 && !'WTX'.includes(text[8] as string) ? alphanumericValue(text.charCodeAt(8)) - 9 : 0;
  return LETTERS[(weightedSum(text, [8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23] === text[7];
}

export const IRELAND: readonly Identifier[] = [
  {
    type: 'ie_pps',
    dataClass: 'personal.identifier.social_security',
    forms: '8|9|7 1|7 2|7-1',
    pattern: /^\d{7}[A-W][ABHTW]?$/,
    check: isPersonalNumber,
    strength: 'medium',
    words: 'pps|ppsn|pps number|personal public service|uimhir psp',
    aliases: 'ie.pps',
  },
];
