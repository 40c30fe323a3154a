import { isDate } from '../../calendar.ts';
import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** The seventh digit holds sex and century: 9 and 0 are the 1800s, odd is male. */
function hasBirthday(text: string): boolean {
  const mark = digitAt(text, 6);
  const century = mark === 9 || mark === 0 ? 1800 : [1, 2, 5, 6].includes(mark) ? 1900 : 2000;
  // Of those born in the 1800s only the last decades are in the register.
  if (century === 1800 && Number(text.slice(0, 2)) < 80) return false;
  return isDate(century + Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4, 6)));
}

const sumOf = (text: string): number => weightedSum(text, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);

/**
 * Numbers issued since October 2020 have random digits without a check, so that a failing check proves nothing; only
 * the region code of older numbers, which ends at 96, bounds them.
 */
const hasRegion = (text: string): boolean => Number(text.slice(7, 9)) <= 96;

const ofResident = (text: string): boolean => (11 - (sumOf(text) % 11)) % 10 === digitAt(text, 12);
const ofForeigner = (text: string): boolean => (13 - (sumOf(text) % 11)) % 10 === digitAt(text, 12);

const BRN_WEIGHTS = [1, 3, 7, 1, 3, 7, 1, 3, 5];

function isBusiness(text: string): boolean {
  const sum = weightedSum(text, BRN_WEIGHTS) + Math.floor((digitAt(text, 8) * 5) / 10);
  return (10 - (sum % 10)) % 10 === digitAt(text, 9);
}

export const KOREA: readonly Identifier[] = [
  {
    type: 'kr_rrn',
    dataClass: 'personal.identifier.national',
    forms: '6-7',
    pattern: /^\d{6}[1-4]\d{6}$/,
    check: (text) => hasBirthday(text) && hasRegion(text),
    strength: 'strong',
    words: '주민등록번호|주민번호|resident registration|rrn|korean rrn',
    aliases: 'KR_RRN kr.rrn',
  },
  {
    type: 'kr_rrn',
    dataClass: 'personal.identifier.national',
    forms: '13|6 7',
    pattern: /^\d{6}[1-49]\d{6}$/,
    check: (text) => hasBirthday(text) && hasRegion(text) && (digitAt(text, 6) !== 9 || ofResident(text)),
    strength: 'medium',
    words: '주민등록번호|주민번호|resident registration|rrn|korean rrn',
    aliases: 'kr.rrn',
  },
  {
    type: 'kr_rrn',
    dataClass: 'personal.identifier.national',
    forms: '6-7',
    pattern: /^\d{6}[90]\d{6}$/,
    check: (text) => hasBirthday(text) && hasRegion(text) && ofResident(text),
    strength: 'strong',
    words: '주민등록번호|주민번호|resident registration|rrn|korean rrn',
    aliases: 'kr.rrn',
  },
  {
    type: 'kr_frn',
    dataClass: 'personal.identifier.national',
    forms: '6-7',
    pattern: /^\d{6}[5-8]\d{6}$/,
    check: hasBirthday,
    strength: 'strong',
    words: '외국인등록번호|외국인|foreigner registration|frn|korean frn|alien registration',
    aliases: 'KR_FRN',
  },
  {
    type: 'kr_frn',
    dataClass: 'personal.identifier.national',
    forms: '13|6 7',
    pattern: /^\d{6}[5-8]\d{6}$/,
    check: (text) => hasBirthday(text) && (ofForeigner(text) || hasRegion(text)),
    strength: 'medium',
    words: '외국인등록번호|외국인|foreigner registration|frn|korean frn|alien registration',
    aliases: 'kr.rrn',
  },
  {
    type: 'kr_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9',
    pattern: /^[MSRODG](?:\d{8}|\d{3}[A-Z]\d{4})$/,
    strength: 'shape',
    words: '여권|여권번호|passport|korean passport',
    aliases: 'KR_PASSPORT',
  },
  {
    type: 'kr_driver_license',
    dataClass: 'personal.identifier.driving_licence',
    forms: '2-2-6-2|2 2 6 2|12',
    pattern: /^(?:1[1-9]|2[0-68])\d{10}$/,
    strength: 'shape',
    words: "운전면허|면허번호|운전면허번호|driver's license|korean driver|driver license|license",
    aliases: 'KR_DRIVER_LICENSE',
  },
  {
    type: 'kr_brn',
    dataClass: 'organisation.identifier',
    forms: '3-2-5|10',
    pattern: /^[1-9]\d{9}$/,
    check: isBusiness,
    strength: 'medium',
    words: '사업자등록번호|사업자번호|business registration|brn',
    masked: false,
    aliases: 'KR_BRN kr.brn',
  },
];
