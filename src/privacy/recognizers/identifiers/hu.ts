import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

export const HUNGARY: readonly Identifier[] = [
  {
    type: 'hu_tax_id',
    dataClass: 'personal.identifier.tax',
    forms: '10',
    pattern: /^8\d{9}$/,
    check: (text) => weightedSum(text, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === digitAt(text, 9),
    strength: 'strong',
    words: 'adóazonosító|adóazonosító jel|adószám',
  },
  {
    type: 'hu_taj',
    dataClass: 'personal.special.health',
    forms: '9|3 3 3|3-3-3',
    pattern: /^\d{9}$/,
    check: (text) => weightedSum(text, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === digitAt(text, 8),
    strength: 'medium',
    words: 'taj|taj-szám|tajszám|társadalombiztosítási',
  },
];
