import { alphanumericValue, digitAt, isOneCharacter, luhn, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Numbers that advertisements printed and that the administration therefore voided. */
const PUBLISHED = new Set(
  (
    '042103580 062360749 078051120 095073645 123456789 128036045 135016629 141186941 165167999 165187999 165207999 ' +
    '165227999 165247999 189092294 212097694 212099999 219099999 306302348 308125070 457555462 468288779 549241889'
  ).split(' '),
);

/** Area 000, 666 and 9xx, group 00 and serial 0000 are never issued (SSA, POMS RM 10201.035). */
const isSocialSecurity = (text: string): boolean =>
  !/^(?:000|666|9)/.test(text) &&
  text.slice(3, 5) !== '00' &&
  !text.endsWith('0000') &&
  !PUBLISHED.has(text) &&
  !isOneCharacter(text);

/** The National Provider Identifier is a card number without its prefix 80840. */
const isProvider = (text: string): boolean => !isOneCharacter(text.slice(0, 9)) && luhn(`80840${text}`);

const isRouting = (text: string): boolean =>
  Number(text) > 0 && weightedSum(text, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;

/** Drug Enforcement Administration: the sum of odd places plus twice that of even ones ends in the last digit. */
function isPrescriber(text: string): boolean {
  const [odd, even] = [weightedSum(text, [1, 0, 1, 0, 1, 0], 2), weightedSum(text, [0, 1, 0, 1, 0, 1], 2)];
  return (odd + 2 * even) % 10 === digitAt(text, 8);
}

const hasLetter = (text: string): boolean => alphanumericValue(text.charCodeAt(0)) > 9;

const SSN_WORDS =
  'ssn|ssns|ss#|ssid|social security|social security number|social|sozialversicherungsnummer us|sin or ssn';
const SSN_BASE = {
  type: 'us_ssn',
  dataClass: 'personal.identifier.social_security',
  pattern: /^\d{9}$/,
  check: isSocialSecurity,
  words: SSN_WORDS,
} as const;
const ITIN_BASE = {
  type: 'us_itin',
  dataClass: 'personal.identifier.tax',
  // The middle digits of the series 50 to 65, 70 to 88, 90 to 92 and 94 to 99 (IRS).
  pattern: /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])\d{4}$/,
  words: 'itin|taxpayer|tax id|individual taxpayer|tin',
} as const;

export const UNITED_STATES: readonly Identifier[] = [
  { ...SSN_BASE, forms: '3-2-4', strength: 'strong', aliases: 'US_SSN us.ssn' },
  // Nine bare digits of which 89 % pass: only a label tells.
  { ...SSN_BASE, forms: '3 2 4|3.2.4', strength: 'medium' },
  { ...SSN_BASE, forms: '9|3-6|5-4', strength: 'shape' },
  { ...ITIN_BASE, forms: '3-2-4|3 2 4', strength: 'strong', aliases: 'US_ITIN' },
  { ...ITIN_BASE, forms: '9|3-6|5-4', strength: 'shape' },
  {
    type: 'us_ein',
    dataClass: 'organisation.identifier',
    forms: '2-7',
    pattern: /^(?:0[1-6]|1[0-6]|2[0-7]|3[0-9]|4[0-8]|5[0-9]|6[0-8]|7[1-7]|8[0-8]|9[0-589])\d{7}$/,
    strength: 'shape',
    words: 'ein|employer identification|federal tax id|fein|tax id',
    masked: false,
  },
  {
    type: 'us_npi',
    dataClass: 'personal.identifier.professional',
    forms: '10|4-3-3|4 3 3|4-6',
    pattern: /^[12]\d{9}$/,
    check: isProvider,
    strength: 'medium',
    words: 'npi|provider identifier|national provider|provider',
    aliases: 'US_NPI',
  },
  {
    type: 'us_mbi',
    dataClass: 'personal.special.health',
    forms: '11|4-3-4|4 3 4',
    // Letters without S, L, O, I, B and Z (CMS).
    pattern: /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/,
    strength: 'strong',
    words: 'mbi|medicare|medicare id|beneficiary',
    aliases: 'US_MBI',
  },
  {
    type: 'us_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9',
    pattern: /^[A-Z\d]\d{8}$/,
    strength: 'shape',
    words: 'passport|passport number|us passport|travel document|travel passport|travel',
    aliases: 'US_PASSPORT',
  },
  {
    type: 'us_driver_license',
    dataClass: 'personal.identifier.driving_licence',
    forms: '6|7|8|9|10|11|12|13|14|15|3-3-3|4-4-4|1-3-3-3|3-2-4|3-3-4|4-5-5|1 3 3 3|1 3 3 2 3|4-4-5|2-2-4|3 3 3|2-3-4',
    pattern: /^(?:[A-Z]{0,2}\d{6,14}|[A-Z]{3}\d{6}|[A-Z]{1,2}\d{2,3}[A-Z]{1,2}\d{2,5}|[A-Z]{3,5}[A-Z\d*]{7,9})[A-Z]?$/,
    check: (text) => /\d{2}/.test(text),
    strength: 'shape',
    words:
      "driver's license|drivers license|driver license|driver's licence|drivers licence|driver licence|driver's lic|driving license|dl|dl number|dmv|license number|driver's permit|driver’s license|license|licence number",
    aliases: 'US_DRIVER_LICENSE',
  },
  {
    type: 'medical_license',
    dataClass: 'personal.identifier.professional',
    forms: '9',
    pattern: /^[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}$/,
    check: (text) => hasLetter(text) && isPrescriber(text),
    strength: 'medium',
    words: 'dea|certificate|medical license|prescriber|dea number|certificate number',
    aliases: 'MEDICAL_LICENSE',
  },
  {
    type: 'aba_routing_number',
    dataClass: 'organisation.identifier',
    forms: '9|4-4-1',
    // Ranges of the Federal Reserve's districts.
    pattern: /^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/,
    check: isRouting,
    strength: 'medium',
    words: 'aba|routing|routing number|routing transit|bank routing|rtn|abarouting',
    masked: false,
    aliases: 'ABA_ROUTING_NUMBER',
  },
  {
    type: 'us_bank_number',
    dataClass: 'personal.financial.account',
    forms: '8|9|10|11|12|13|14|15|16|17',
    pattern: /^\d{8,17}$/,
    strength: 'shape',
    words:
      'bank account|account number|account no|checking account|savings account|acct|bank acct|account#|acct number',
    aliases: 'US_BANK_NUMBER',
  },
];
