import { isShortDate, isYearMonthDay } from '../../calendar.ts';
import { weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const CHARACTERS = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
const STATES = /^(?:AS|B[CS]|C[CHLMS]|DF|DG|G[RT]|HG|JC|M[CNS]|N[ELT]|OC|PL|Q[RT]|S[LPR]|T[CLS]|VZ|YN|ZS)$/;

function isPopulationCode(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += CHARACTERS.indexOf(text[index] as string) * (18 - index);
  return isYearMonthDay(text, 4) && STATES.test(text.slice(11, 13)) && String((10 - (sum % 10)) % 10) === text.at(-1);
}

/** The date follows three letters of a company or four of a person. The check character is not enforced by the tax office. */
function hasDate(text: string): boolean {
  const at = text.length === 12 || text.length === 9 ? 3 : 4;
  return isShortDate(
    Number(text.slice(at, at + 2)),
    Number(text.slice(at + 2, at + 4)),
    Number(text.slice(at + 4, at + 6)),
  );
}

const CLABE_WEIGHTS = [3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7];

function isClabe(text: string): boolean {
  const sum = CLABE_WEIGHTS.reduce((total, weight, index) => total + ((Number(text[index]) * weight) % 10), 0);
  return String((10 - (sum % 10)) % 10) === text[17] && weightedSum(text, [1, 1, 1]) > 0;
}

export const MEXICO: readonly Identifier[] = [
  {
    type: 'mx_curp',
    dataClass: 'personal.identifier.national',
    forms: '18|4 6 8',
    pattern: /^[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/,
    check: isPopulationCode,
    strength: 'strong',
    words: 'curp|clave única de registro|registro de población',
    aliases: 'mx.curp',
  },
  {
    type: 'mx_rfc',
    dataClass: 'personal.identifier.tax',
    forms: '12|13|4 6 3|3 6 3|4-6-3|3-6-3',
    pattern: /^[A-ZÑ&]{3,4}\d{6}[A-Z\d]{2}[\dA]$/,
    check: hasDate,
    strength: 'strong',
    words: 'rfc|registro federal de contribuyentes|contribuyente',
    aliases: 'mx.rfc',
  },
  {
    type: 'mx_rfc',
    dataClass: 'personal.identifier.tax',
    forms: '10|4-6|4 6',
    // Without the three characters that the tax office adds.
    pattern: /^[A-ZÑ&]{4}\d{6}$/,
    check: hasDate,
    strength: 'shape',
    words: 'rfc|registro federal de contribuyentes|contribuyente',
    aliases: 'mx.rfc',
  },
  {
    type: 'mx_clabe',
    dataClass: 'personal.financial.account',
    forms: '18|3 3 11 1',
    pattern: /^\d{18}$/,
    check: isClabe,
    strength: 'medium',
    words: 'clabe|clave bancaria|cuenta clabe|interbancaria',
    aliases: 'mx.clabe',
  },
];
