import { luhn } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Decree of 23 December 1976; where two people collide, digits are written as letters (omocodia), which it covers. */
function isFiscalCode(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    const code = text.charCodeAt(index);
    const value = code <= 57 ? code - 48 : code - 65;
    sum += index % 2 === 0 ? (ODD[value] as number) : value;
  }
  return sum % 26 === text.charCodeAt(15) - 65;
}

const DIGIT = '[0-9LMNPQRSTUV]';

export const ITALY: readonly Identifier[] = [
  {
    type: 'it_fiscal_code',
    dataClass: 'personal.identifier.tax',
    forms: '16|3 3 5 5|6 5 5',
    pattern: new RegExp(`^[A-Z]{6}${DIGIT}{2}[ABCDEHLMPRST]${DIGIT}{2}[A-Z]${DIGIT}{3}[A-Z]$`),
    check: isFiscalCode,
    strength: 'strong',
    words: 'codice fiscale|cf|fiscale|italian tax',
    aliases: 'IT_FISCAL_CODE it.codicefiscale',
  },
  {
    type: 'it_vat_code',
    dataClass: 'organisation.identifier',
    forms: '11|2 11|13',
    pattern: /^(?:IT)?\d{11}$/,
    check: (text) => Number(text.slice(-11)) > 0 && luhn(text.slice(-11)),
    strength: 'medium',
    words: 'partita iva|iva|p.iva|p. iva|vat',
    masked: false,
    aliases: 'IT_VAT_CODE it.iva',
  },
  {
    type: 'it_driver_license',
    dataClass: 'personal.identifier.driving_licence',
    forms: '10',
    pattern: /^(?:[A-Z]{2}\d{7}[A-Z]|U1[BCDEFGHLJKMNPRSTUWYXZ0-9]{7}[A-Z])$/,
    check: (text) => !/A/.test(text.slice(2, 9)),
    strength: 'shape',
    words: 'patente|patente di guida|licenza|license|driving licence|guida',
    aliases: 'IT_DRIVER_LICENSE',
  },
  {
    type: 'it_identity_card',
    dataClass: 'personal.identifier.national',
    forms: '9|2 7|7 2|2 5 2',
    pattern: /^(?:[A-Z]{2}\d{7}|\d{7}[A-Z]{2}|[A-Z]{2}\d{5}[A-Z]{2})$/,
    strength: 'shape',
    words: "carta d'identità|carta identità|carta di identità|documento d'identità|cie",
    aliases: 'IT_IDENTITY_CARD',
  },
  {
    type: 'it_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9',
    pattern: /^[A-Z]{2}\d{7}$/,
    strength: 'shape',
    words: 'passaporto|numero di passaporto|italian passport',
    aliases: 'IT_PASSPORT',
  },
];
