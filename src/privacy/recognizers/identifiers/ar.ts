import { weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

export const ARGENTINA: readonly Identifier[] = [
  {
    type: 'ar_cuit',
    dataClass: 'personal.identifier.tax',
    forms: '11|2-8-1|2 8 1',
    pattern: /^(?:2[03457]|30|33|34|5[015])\d{9}$/,
    check: (text) => '012345678990'[11 - (weightedSum(text, WEIGHTS) % 11)] === text[10],
    strength: 'strong',
    words: 'cuit|cuil|identificación tributaria|clave única',
    aliases: 'ar.cuit',
  },
  {
    type: 'ar_dni',
    dataClass: 'personal.identifier.national',
    forms: '8|2.3.3|1.3.3',
    pattern: /^\d{7,8}$/,
    strength: 'shape',
    words: 'dni|documento nacional|libreta de enrolamiento',
    aliases: 'ar.dni',
  },
];
