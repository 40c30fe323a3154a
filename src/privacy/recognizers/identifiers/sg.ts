import { weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Letters by remainder for citizens (S, T), foreigners (F, G) and foreigners since 2022 (M). */
function isIdentityNumber(text: string): boolean {
  const sum = weightedSum(text, [2, 7, 6, 5, 4, 3, 2], 1);
  const first = text[0] as string;
  if (first === 'M') return 'KLJNPQRTUWX'[10 - ((sum + 3) % 11)] === text[8];
  const offset = first === 'T' || first === 'G' ? 4 : 0;
  const letters = first === 'S' || first === 'T' ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK';
  return letters[(sum + offset) % 11] === text[8];
}

export const SINGAPORE: readonly Identifier[] = [
  {
    type: 'sg_nric_fin',
    dataClass: 'personal.identifier.national',
    forms: '9',
    pattern: /^[STFGM]\d{7}[A-Z]$/,
    check: isIdentityNumber,
    strength: 'strong',
    words: 'nric|fin|singapore id|identity card|fin number',
    aliases: 'SG_NRIC_FIN',
  },
  {
    type: 'sg_uen',
    dataClass: 'organisation.identifier',
    forms: '9|10',
    pattern: /^(?:\d{8}|(?:19|20)\d{7}|[RST]\d{2}[A-Z]{2}\d{4})[A-Z]$/,
    check: isEntityNumber,
    strength: 'medium',
    words: 'uen|unique entity number|acra',
    masked: false,
    aliases: 'SG_UEN sg.uen',
  },
];

/** Three generations: businesses, local companies, and others issued since 2009. */
function isEntityNumber(text: string): boolean {
  if (text.length === 9) return 'XMKECAWLJDB'[weightedSum(text, [10, 4, 9, 3, 8, 2, 7, 1]) % 11] === text[8];
  if (/^\d/.test(text)) return 'ZKCMDNERGWH'[weightedSum(text, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11] === text[9];
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWX0123456789';
  const weights = [4, 3, 5, 3, 10, 2, 2, 5, 7];
  let sum = 0;
  for (let index = 0; index < 9; index += 1) {
    sum += alphabet.indexOf(text[index] as string) * (weights[index] as number);
  }
  return alphabet[(((sum - 5) % 11) + 11) % 11] === text[9];
}
