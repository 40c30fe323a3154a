import { isDayMonthYear, isYearMonthDay } from '../../calendar.ts';
import { luhn, verhoeff } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Mauritius: surname's letter, birthday, six characters, check character by falling weights modulo 17. */
function isMauritian(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < 13; index += 1) sum += CHARACTERS.indexOf(text[index] as string) * (14 - index);
  return isDayMonthYear(text, 1) && CHARACTERS[(17 - (sum % 17)) % 17] === text[13];
}

export const AFRICA: readonly Identifier[] = [
  {
    type: 'za_id_number',
    dataClass: 'personal.identifier.national',
    forms: '13|6 4 2 1|6 4 3|6-4-2-1|6 7',
    // The eleventh digit is the citizenship: citizen, permanent resident or refugee.
    pattern: /^\d{10}[0-2]\d{2}$/,
    check: (text) => isYearMonthDay(text) && luhn(text),
    strength: 'strong',
    words: 'south african id|rsa id|sa id|id number|permanent resident|refugee id|identity number|id nommer',
    aliases: 'ZA_ID_NUMBER za.idnr',
  },
  {
    type: 'ng_nin',
    dataClass: 'personal.identifier.national',
    forms: '11',
    pattern: /^\d{11}$/,
    check: verhoeff,
    strength: 'medium',
    words: 'nin|national identification number|nimc|nigeria|nigerian',
    aliases: 'NG_NIN',
  },
  {
    type: 'ng_vehicle_registration',
    dataClass: 'personal.identifier.vehicle',
    forms: '3-5|3 5|8',
    pattern: /^[A-Z]{3}\d{3}[A-Z]{2}$/,
    strength: 'shape',
    words: 'plate|plates|plate number|vehicle|registration|frsc',
    aliases: 'NG_VEHICLE_REGISTRATION',
  },
  {
    type: 'mu_nid',
    dataClass: 'personal.identifier.national',
    forms: '14',
    pattern: /^[A-Z]\d{12}[A-Z\d]$/,
    check: isMauritian,
    strength: 'strong',
    words: 'mauritius|national identity|nic|nid',
    aliases: 'mu.nid',
  },
];
