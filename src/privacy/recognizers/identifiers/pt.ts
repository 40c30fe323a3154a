import { alphanumericValue, digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

function isTaxNumber(text: string): boolean {
  const digits = text.slice(-9);
  return ((11 - (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === digitAt(digits, 8);
}

/** Luhn over digits and letters (A is 10). */
function isCitizenCard(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < 12; index += 1) {
    const value = alphanumericValue(text.charCodeAt(index)) * (index % 2 === 0 ? 2 : 1);
    sum += index % 2 === 0 && value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

export const PORTUGAL: readonly Identifier[] = [
  {
    type: 'pt_nif',
    dataClass: 'personal.identifier.tax',
    forms: '9|3 3 3|2 3 3 3|11|2 9|3.3.3',
    pattern: /^(?:PT)?[1-9]\d{8}$/,
    check: isTaxNumber,
    strength: 'medium',
    words: 'nif|contribuinte|número de identificação fiscal|número de contribuinte|nipc',
    aliases: 'pt.nif',
  },
  {
    type: 'pt_citizen_card',
    dataClass: 'personal.identifier.national',
    forms: '12|8 1 3|8-1-3|8 4',
    pattern: /^\d{9}[A-Z\d]{2}\d$/,
    check: (text) => /[A-Z]/.test(text) && isCitizenCard(text),
    strength: 'strong',
    words: 'cartão de cidadão|cartao de cidadao|número de documento|cc',
    aliases: 'pt.cc',
  },
];
