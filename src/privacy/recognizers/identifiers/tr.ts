import { digitAt } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

function isCitizenNumber(text: string): boolean {
  let odd = 0;
  let even = 0;
  for (let index = 0; index < 9; index += 1) {
    if (index % 2 === 0) odd += digitAt(text, index);
    else even += digitAt(text, index);
  }
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return tenth === digitAt(text, 9) && (odd + even + tenth) % 10 === digitAt(text, 10);
}

export const TURKEY: readonly Identifier[] = [
  {
    type: 'tr_national_id',
    dataClass: 'personal.identifier.national',
    forms: '11',
    pattern: /^[1-9]\d{10}$/,
    check: isCitizenNumber,
    strength: 'strong',
    words: 'tc kimlik|kimlik no|tckn|t.c. kimlik|kimlik numarası|tc no|turkish id|tc kimlik no',
    aliases: 'TR_NATIONAL_ID tr.tckimlik',
  },
  {
    type: 'tr_licence_plate',
    dataClass: 'personal.identifier.vehicle',
    forms: '2 1 4|2 1 3|2 1 2|2 2 2|2 2 3|2 2 4|2 3 2|2 3 3|2 3 4|7|8|9|6',
    pattern: /^(?:0[1-9]|[1-7]\d|8[01])[A-Z]{1,3}\d{2,4}$/,
    strength: 'shape',
    words: 'plaka|plakası|plaka numarası|araç|license plate|licence plate',
    aliases: 'TR_LICENSE_PLATE',
  },
];
