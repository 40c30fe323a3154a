import { digitAt, isOneCharacter, luhn } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const BHN_WEIGHTS = [2, 4, 8, 5, 10, 9, 7, 3];

function isHealthNumber(text: string): boolean {
  const sum = BHN_WEIGHTS.reduce((total, weight, index) => total + ((digitAt(text, index + 1) * weight) % 11), 0);
  return (11 - (sum % 11)) % 11 === digitAt(text, 9);
}

export const CANADA: readonly Identifier[] = [
  {
    type: 'ca_sin',
    dataClass: 'personal.identifier.social_security',
    forms: '9|3 3 3|3-3-3',
    // 0 is for tax numbers of others, 8 for businesses.
    pattern: /^[1-79]\d{8}$/,
    check: (text) => !isOneCharacter(text) && luhn(text),
    strength: 'medium',
    words: "sin|social insurance|social insurance number|nas|numéro d'assurance sociale|assurance sociale",
    aliases: 'CA_SIN ca.sin',
  },
  {
    type: 'ca_bc_health',
    dataClass: 'personal.special.health',
    forms: '10|4 3 3|4-3-3',
    pattern: /^9\d{9}$/,
    check: isHealthNumber,
    strength: 'medium',
    words: 'bhn|phn|personal health number|bc services card|care card|health number',
    aliases: 'ca.bc_bhn',
  },
];
