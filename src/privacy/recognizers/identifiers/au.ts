import { digitAt, isOneCharacter, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const ABN_WEIGHTS = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

export const AUSTRALIA: readonly Identifier[] = [
  {
    type: 'au_tfn',
    dataClass: 'personal.identifier.tax',
    forms: '9|3 3 3|3-3-3',
    pattern: /^\d{9}$/,
    check: (text) => !isOneCharacter(text) && weightedSum(text, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    strength: 'medium',
    words: 'tfn|tax file number|tax file|australian tax',
    aliases: 'AU_TFN au.tfn',
  },
  {
    type: 'au_medicare',
    dataClass: 'personal.special.health',
    forms: '10|4 5 1|4-5-1|11|4 5 1 1|4 5 1/1',
    pattern: /^[2-6]\d{9,10}$/,
    check: (text) => weightedSum(text, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(text, 8),
    strength: 'medium',
    words: 'medicare|medicare card|medicare number|irn',
    aliases: 'AU_MEDICARE',
  },
  {
    type: 'au_abn',
    dataClass: 'organisation.identifier',
    forms: '11|2 3 3 3|2-3-3-3',
    pattern: /^[1-9]\d{10}$/,
    check: (text) => (weightedSum(text, ABN_WEIGHTS) - 10) % 89 === 0,
    strength: 'strong',
    words: 'abn|australian business number|business number',
    masked: false,
    aliases: 'AU_ABN au.abn',
  },
  {
    type: 'au_acn',
    dataClass: 'organisation.identifier',
    forms: '9|3 3 3|3-3-3',
    pattern: /^\d{9}$/,
    check: (text) =>
      !isOneCharacter(text) && (10 - (weightedSum(text, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === digitAt(text, 8),
    strength: 'medium',
    words: 'acn|australian company number|company number',
    masked: false,
    aliases: 'AU_ACN au.acn',
  },
];
