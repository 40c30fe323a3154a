import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Letters count as A = 10 to Z = 35; a missing first letter counts as 36 (Immigration Department's scheme). */
function isHongKong(text: string): boolean {
  const padded = text.padStart(9, ' ');
  let sum = 0;
  for (let index = 0; index < 8; index += 1) {
    const code = padded.charCodeAt(index);
    const value = code === 32 ? 36 : code <= 57 ? code - 48 : code - 55;
    sum += value * (9 - index);
  }
  const check = (11 - (sum % 11)) % 11;
  return (check === 10 ? 'A' : String(check)) === padded[8];
}

/** A letter is two digits from this order, which follows the age of the county codes. */
const TAIWAN_LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

function isTaiwanese(text: string): boolean {
  const letter = TAIWAN_LETTERS.indexOf(text[0] as string) + 10;
  const sum = Math.floor(letter / 10) + (letter % 10) * 9 + weightedSum(text, [8, 7, 6, 5, 4, 3, 2, 1, 1], 1);
  return sum % 10 === 0;
}

/** Weights of the order of 2014 on My Number: six to two, then seven to two. */
function isMyNumber(text: string): boolean {
  const remainder = weightedSum(text, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (remainder <= 1 ? 0 : 11 - remainder) === digitAt(text, 11);
}

export const EAST_ASIA: readonly Identifier[] = [
  {
    type: 'hk_id',
    dataClass: 'personal.identifier.national',
    forms: '7(1|8(1|8|9|7-1|8-1|7 1',
    pattern: /^[A-Z]{1,2}\d{6}[\dA]$/,
    check: isHongKong,
    strength: 'medium',
    words: 'hkid|hong kong identity|香港身份證|香港身份证|身份證號碼|hk id|identity card',
    aliases: 'hk.hkid',
  },
  {
    type: 'tw_national_id',
    dataClass: 'personal.identifier.national',
    forms: '10|1 9|1-9',
    pattern: /^[A-Z][1289]\d{8}$/,
    check: isTaiwanese,
    strength: 'medium',
    words: '身分證|身份證|統一編號|居留證|taiwan id|taiwanese id|national id',
    aliases: 'tw.natid',
  },
  {
    type: 'jp_my_number',
    dataClass: 'personal.identifier.national',
    forms: '12|4 4 4|4-4-4',
    pattern: /^\d{12}$/,
    check: isMyNumber,
    strength: 'medium',
    words: 'マイナンバー|個人番号|my number|individual number|mynumber',
  },
  {
    type: 'jp_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9',
    pattern: /^[A-Z]{2}\d{7}$/,
    strength: 'shape',
    words: 'パスポート|旅券|japanese passport',
  },
];
