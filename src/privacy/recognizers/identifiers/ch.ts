import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

export const SWITZERLAND: readonly Identifier[] = [
  {
    type: 'ch_ahv',
    dataClass: 'personal.identifier.social_security',
    forms: '13|3.4.4.2|3 4 4 2|3-4-4-2',
    pattern: /^756\d{10}$/,
    check: (text) => (10 - (weightedSum(text, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === digitAt(text, 12),
    strength: 'strong',
    words: 'ahv|avs|ahv-nummer|ahvn13|sozialversicherungsnummer|numéro avs|numero avs',
    aliases: 'ch.ssn',
  },
];
