import { digitAt, isOneCharacter, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** HMRC's manual NIM39110: letters that never begin one, and prefixes that are not used. */
function isInsuranceNumber(text: string): boolean {
  return !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(text);
}

const UTR_WEIGHTS = [6, 7, 8, 9, 10, 5, 4, 3, 2];

/** Five letters of the surname padded with 9, birthday with 50 more in the month for women, initials, check characters. */
function isDrivingLicence(text: string): boolean {
  const month = Number(text.slice(6, 8)) % 50;
  const day = Number(text.slice(8, 10));
  return /^[A-Z]+9*$/.test(text.slice(0, 5)) && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

export const UNITED_KINGDOM: readonly Identifier[] = [
  {
    type: 'uk_nhs',
    dataClass: 'personal.special.health',
    forms: '10|3 3 4|3-3-4',
    pattern: /^\d{10}$/,
    check: (text) =>
      !isOneCharacter(text) && (11 - (weightedSum(text, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === digitAt(text, 9),
    strength: 'medium',
    words: 'nhs|nhs number|national health|national health service|health services authority',
    aliases: 'UK_NHS',
  },
  {
    type: 'uk_nino',
    dataClass: 'personal.identifier.social_security',
    forms: '9|2 2 2 2 1|2 6 1|2-2-2-2-1|2-6-1|2 3 3 1|2 7',
    pattern: /^[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z]\d{6}[A-D]$/,
    check: isInsuranceNumber,
    strength: 'strong',
    words: 'nino|ni number|national insurance|insurance number|national insurance number|nin',
    aliases: 'UK_NINO gb.nino',
  },
  {
    type: 'uk_nino',
    dataClass: 'personal.identifier.social_security',
    forms: '8|2 6',
    // Forms often leave out the last letter.
    pattern: /^[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z]\d{6}$/,
    check: isInsuranceNumber,
    strength: 'shape',
    words: 'nino|ni number|national insurance|insurance number|national insurance number',
    aliases: 'gb.nino',
  },
  {
    type: 'uk_tax_reference',
    dataClass: 'personal.identifier.tax',
    forms: '10|5 5',
    pattern: /^\d{10}$/,
    check: (text) => '21987654321'[weightedSum(text, UTR_WEIGHTS, 1) % 11] === text[0],
    strength: 'medium',
    words: 'utr|unique taxpayer reference|self assessment|taxpayer reference|hmrc',
    aliases: 'gb.utr',
  },
  {
    type: 'uk_driving_licence',
    dataClass: 'personal.identifier.driving_licence',
    forms: '16|5 6 5|5-6-5|5 6 3 2|18|16 2',
    pattern: /^[A-Z9]{5}\d{6}[A-Z][A-Z9]\d[A-Z]{2}$/,
    check: isDrivingLicence,
    strength: 'strong',
    words: "driving licence|driver's licence|dvla|licence number|driving license",
    aliases: 'UK_DRIVING_LICENCE',
  },
  {
    type: 'uk_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9',
    pattern: /^[A-Z]{2}\d{7}$/,
    strength: 'shape',
    words: 'passport|passports|travel document|passport number|hm passport office',
    aliases: 'UK_PASSPORT',
  },
  {
    type: 'uk_vehicle_registration',
    dataClass: 'personal.identifier.vehicle',
    forms: '7|4 3|4-3|6|5|4|1 3|2 3|3 3|3 1|3 2|3 4|3 2',
    // Current, prefix and suffix series; I, O, Q, U and Z stand nowhere or in few places.
    pattern:
      /^(?:[A-HJ-PR-Y][A-HJ-PR-Y](?:0[2-9]|[1256]\d|7[0-9])[A-HJ-PR-Z]{3}|[A-HJ-NPR-TV-Y]\d{1,3}[A-HJ-PR-Y]{3}|[A-HJ-PR-Y]{3}\d{1,3}[A-HJ-NPR-TV-Y])$/,
    strength: 'shape',
    words: 'car reg|registration|vehicle|vehicles|number plate|licence plate|license plate|reg plate|vrm|dvla|plate',
    aliases: 'UK_VEHICLE_REGISTRATION',
  },
];
