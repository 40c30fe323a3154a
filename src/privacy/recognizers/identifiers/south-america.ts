import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const COLOMBIA_WEIGHTS = [71, 67, 59, 53, 47, 43, 41, 37, 29, 23, 19, 17, 13, 7, 3];

/** Also the check digit behind a person's cédula where that serves as tax number. */
function isColombianTaxNumber(text: string): boolean {
  const body = text.slice(0, -1).padStart(15, '0');
  return '01987654321'[weightedSum(body, COLOMBIA_WEIGHTS) % 11] === text.at(-1);
}

function isEcuadorian(text: string): boolean {
  const province = Number(text.slice(0, 2));
  if (!((province >= 1 && province <= 24) || province === 30 || province === 50) || digitAt(text, 2) > 6) return false;
  let sum = 0;
  for (let index = 0; index < 10; index += 1) {
    const value = digitAt(text, index) * (index % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** The check character may be a digit or a letter, by two tables. */
function isPeruvian(text: string): boolean {
  const remainder = weightedSum(text, [3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return '65432110987'[remainder] === text[8] || 'KJIHGFEDCBA'.split('').reverse().join('')[10 - remainder] === text[8];
}

const VENEZUELA_KINDS: Readonly<Record<string, number>> = { V: 4, E: 8, J: 12, P: 16, G: 20 };

function isVenezuelan(text: string): boolean {
  const sum = (VENEZUELA_KINDS[text[0] as string] ?? 0) + weightedSum(text, [3, 2, 7, 6, 5, 4, 3, 2], 1);
  return '00987654321'[sum % 11] === text[9];
}

export const SOUTH_AMERICA: readonly Identifier[] = [
  {
    type: 'co_nit',
    dataClass: 'personal.identifier.tax',
    forms: '3.3.3-1|9-1|8-1|10-1|10|2.3.3-1',
    pattern: /^\d{8,11}$/,
    check: isColombianTaxNumber,
    strength: 'medium',
    words: 'nit|rut|identificación tributaria',
    aliases: 'co.nit',
  },
  {
    type: 'ec_ci',
    dataClass: 'personal.identifier.national',
    forms: '10|9-1',
    pattern: /^\d{10}$/,
    check: isEcuadorian,
    strength: 'medium',
    words: 'cédula|cedula|cédula de identidad|cédula de ciudadanía',
    aliases: 'ec.ci',
  },
  {
    type: 'pe_cui',
    dataClass: 'personal.identifier.national',
    forms: '8-1|9',
    pattern: /^\d{8}[\dA-K]$/,
    check: isPeruvian,
    strength: 'medium',
    words: 'dni|cui|documento nacional de identidad|código único',
    aliases: 'pe.cui',
  },
  {
    type: 'uy_cedula',
    dataClass: 'personal.identifier.national',
    forms: '1.3.3-1|7-1|8|3.3-1',
    pattern: /^\d{8}$/,
    check: (text) => (10 - (weightedSum(text, [2, 9, 8, 7, 6, 3, 4]) % 10)) % 10 === digitAt(text, 7),
    strength: 'medium',
    words: 'cédula|cedula|cédula de identidad|ci',
    aliases: 'uy.cedula',
  },
  {
    type: 've_rif',
    dataClass: 'personal.identifier.tax',
    forms: '1-8-1|10|1 8 1|1-9',
    pattern: /^[VEJPG]\d{9}$/,
    check: isVenezuelan,
    strength: 'medium',
    words: 'rif|registro de información fiscal',
    aliases: 've.rif',
  },
];
