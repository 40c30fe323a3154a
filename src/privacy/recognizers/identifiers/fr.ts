import { luhn } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Corsica's departments 2A and 2B count as 19 and 18. Months above 12 stand for unknown ones. */
function isSocialSecurity(text: string): boolean {
  const month = Number(text.slice(3, 5));
  if (month === 0 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false;
  const body = text.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return 97 - (Number(body) % 97) === Number(text.slice(13));
}

/** La Poste has more branches than Luhn leaves room for: the digits of its numbers add up to a multiple of five. */
const isPostOffice = (text: string): boolean =>
  text.startsWith('356000000') && [...text].reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0;

export const FRANCE: readonly Identifier[] = [
  {
    type: 'fr_nir',
    dataClass: 'personal.identifier.social_security',
    forms: '15|1 2 2 2 3 3 2|13 2|1 2 2 2 3 3-2|1-2-2-2-3-3-2|1.2.2.2.3.3.2|1 2 2 2 6 2|1 2 2 2 3 3/2',
    pattern: /^[1-478]\d{4}(?:\d\d|2A|2B)\d{8}$/,
    check: isSocialSecurity,
    strength: 'strong',
    words: 'sécurité sociale|securite sociale|nir|numéro de sécu|insee|carte vitale|assuré social|assurance maladie',
    aliases: 'fr.nir',
  },
  {
    type: 'fr_tax_number',
    dataClass: 'personal.identifier.tax',
    forms: '13|2 2 3 3 3|2 2 9',
    pattern: /^[0-3]\d{12}$/,
    check: (text) => Number(text) > 0 && Number(text.slice(0, 10)) % 511 === Number(text.slice(10)),
    strength: 'strong',
    words: 'numéro fiscal|spi|identifiant fiscal|référence fiscale|nif',
    aliases: 'fr.nif',
  },
  {
    type: 'fr_siret',
    dataClass: 'organisation.identifier',
    forms: '14|3 3 3 5',
    pattern: /^\d{14}$/,
    check: (text) => luhn(text.slice(0, 9)) && (luhn(text) || isPostOffice(text)),
    strength: 'strong',
    words: 'siret',
    masked: false,
    aliases: 'fr.siret',
  },
  {
    type: 'fr_siren',
    dataClass: 'organisation.identifier',
    forms: '9|3 3 3',
    pattern: /^\d{9}$/,
    check: (text) => Number(text) > 0 && luhn(text),
    strength: 'medium',
    words: 'siren|rcs|registre du commerce',
    masked: false,
    aliases: 'fr.siren',
  },
  {
    type: 'fr_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9',
    pattern: /^\d{2}[A-Z]{2}\d{5}$/,
    strength: 'shape',
    words: 'passeport|french passport|numéro de passeport',
  },
];
