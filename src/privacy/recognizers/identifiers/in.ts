import { luhn, verhoeff } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

function isPalindrome(text: string): boolean {
  for (let at = 0; at < text.length >> 1; at += 1)
    if (text.charCodeAt(at) !== text.charCodeAt(text.length - 1 - at)) return false;
  return true;
}

const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Luhn over base 36. */
function isGoodsAndServices(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < 14; index += 1) {
    const product = CHARACTERS.indexOf(text[index] as string) * (index % 2 === 0 ? 1 : 2);
    sum += Math.floor(product / 36) + (product % 36);
  }
  return CHARACTERS[(36 - (sum % 36)) % 36] === text[14];
}

const isVoter = (text: string): boolean => luhn(text.slice(3));

export const INDIA: readonly Identifier[] = [
  {
    type: 'in_aadhaar',
    dataClass: 'personal.identifier.national',
    forms: '12|4 4 4|4-4-4|4:4:4',
    pattern: /^[2-9]\d{11}$/,
    check: (text) => !isPalindrome(text) && verhoeff(text),
    strength: 'medium',
    words: 'aadhaar|aadhar|uidai|आधार|uid number',
    aliases: 'IN_AADHAAR in.aadhaar',
  },
  {
    type: 'in_virtual_id',
    dataClass: 'personal.identifier.national',
    forms: '16|4 4 4 4|4-4-4-4',
    pattern: /^[2-9]\d{15}$/,
    check: (text) => !isPalindrome(text) && verhoeff(text),
    strength: 'medium',
    words: 'vid|virtual id|aadhaar vid',
    aliases: 'in.vid',
  },
  {
    type: 'in_pan',
    dataClass: 'personal.identifier.tax',
    forms: '10',
    // The fourth letter is the kind of holder.
    pattern: /^[A-Z]{3}[ABCFGHJLPT][A-Z](?!0000)\d{4}[A-Z]$/,
    strength: 'strong',
    words: 'pan|permanent account number|pan card|income tax',
    aliases: 'IN_PAN in.pan',
  },
  {
    type: 'in_voter',
    dataClass: 'personal.identifier.national',
    forms: '10|3 7',
    pattern: /^[A-Z]{3}\d{7}$/,
    check: isVoter,
    strength: 'medium',
    words: 'voter|epic|elector|voter id|electoral',
    aliases: 'in.epic IN_VOTER',
  },
  {
    type: 'in_passport',
    dataClass: 'personal.identifier.passport',
    forms: '8',
    pattern: /^[A-Z][1-9]\d{6}$/,
    strength: 'shape',
    words: 'passport|indian passport|passport number|travel document',
    aliases: 'IN_PASSPORT',
  },
  {
    type: 'in_gstin',
    dataClass: 'organisation.identifier',
    forms: '15',
    // Codes of the states, then the holder's PAN.
    pattern: /^(?:0[1-9]|[12]\d|3[0-8]|97)[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[\dA-Z]$/,
    check: isGoodsAndServices,
    rareShape: true,
    strength: 'strong',
    words: 'gstin|gst|goods and services tax',
    masked: false,
    aliases: 'IN_GSTIN in.gstin',
  },
  {
    type: 'in_vehicle_registration',
    dataClass: 'personal.identifier.vehicle',
    forms: '8|9|10|2 2 2 4|2-2-2-4|2 2 1 4',
    pattern:
      /^(?:A[NPRS]|BR|C[GH]|D[DLN]|G[AJ]|H[PR]|J[HK]|K[AL]|L[AD]|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[GNRS]|U[KP]|WB)\d{1,2}[A-Z]{1,3}\d{4}$/,
    strength: 'shape',
    words: 'vehicle|registration|registration number|car|bike|number plate|rto',
    aliases: 'IN_VEHICLE_REGISTRATION',
  },
];
