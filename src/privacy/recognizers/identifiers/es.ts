import { digitAt, luhn } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

const hasLetter = (digits: string, letter: string): boolean => LETTERS[Number(digits) % 23] === letter;

function isForeigner(text: string): boolean {
  return hasLetter(String('XYZ'.indexOf(text[0] as string)) + text.slice(1, 8), text[8] as string);
}

/** Some kinds of organisation write the check character as a letter, some as a digit, some as either. */
function isCompany(text: string): boolean {
  let check = 0;
  while (check < 10 && !luhn(text.slice(1, 8) + check)) check += 1;
  const letter = 'JABCDEFGHI'[check] as string;
  const written = text[8] as string;
  if ('KLMNPQRSW'.includes(text[0] as string)) return written === letter;
  if ('ABEH'.includes(text[0] as string)) return written === String(check);
  return written === letter || written === String(check);
}

function isSocialSecurity(text: string): boolean {
  const [province, serial] = [Number(text.slice(0, 2)), Number(text.slice(2, 10))];
  const body = serial < 10_000_000 ? province * 10_000_000 + serial : Number(text.slice(0, 10));
  return body % 97 === Number(text.slice(10)) && digitAt(text, 0) < 7;
}

export const SPAIN: readonly Identifier[] = [
  {
    type: 'es_nif',
    dataClass: 'personal.identifier.national',
    forms: '9|8-1|8 1|2.3.3-1|2.3.3 1|8|7-1|2 8-1|2 9|11|2.3.3.1',
    pattern: /^(?:ES)?(?:\d{7,8}|[KLM]\d{7})[A-Z]$/,
    check: (text) => {
      const bare = text.replace(/^ES/, '');
      return hasLetter(bare.slice(0, -1).replace(/^[KLM]/, ''), bare.at(-1) as string);
    },
    strength: 'medium',
    words: 'nif|dni|documento nacional de identidad|número de identificación fiscal|identificación',
    aliases: 'ES_NIF es.dni es.nif',
  },
  {
    type: 'es_nie',
    dataClass: 'personal.identifier.national',
    forms: '9|1-7-1|1-8|8-1|1 7 1|1-7 1|8 1',
    pattern: /^[XYZ]\d{7}[A-Z]$/,
    check: isForeigner,
    strength: 'strong',
    words: 'nie|número de identidad de extranjero|identidad de extranjero|extranjero',
    aliases: 'ES_NIE es.nie es.nif',
  },
  {
    type: 'es_cif',
    dataClass: 'organisation.identifier',
    forms: '9|1-8|1 8|2 1-8|11|2 9|1-7-1',
    pattern: /^(?:ES)?[ABCDEFGHJNPQRSUVW]\d{7}[\dA-J]$/,
    check: (text) => isCompany(text.replace(/^ES(?=[A-Z])/, '')),
    strength: 'medium',
    words: 'cif|nif|código de identificación fiscal',
    masked: false,
    aliases: 'es.cif es.nif',
  },
  {
    type: 'es_social_security',
    dataClass: 'personal.identifier.social_security',
    forms: '12|2 8 2|2/8/2|2-8-2|2/8-2|2 10',
    pattern: /^\d{12}$/,
    check: isSocialSecurity,
    strength: 'strong',
    words: 'seguridad social|nss|naf|número de afiliación|afiliación',
    aliases: 'es.nss',
  },
  {
    type: 'es_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9',
    pattern: /^[A-Z]{3}\d{6}$/,
    strength: 'shape',
    words: 'pasaporte|spanish passport',
    aliases: 'ES_PASSPORT',
  },
];
