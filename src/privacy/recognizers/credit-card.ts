import { isOneCharacter, luhn } from '../checksums.ts';
import type { Identifier } from '../identifier.ts';

/** Issuer ranges of ISO/IEC 7812 that are in use, by network, with the lengths that each issues. */
const RANGES: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:30[0-5]|3095|36|3[89])/, [14, 16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65|60|6[2457]|81)/, [16, 17, 18, 19]],
  [/^(?:35|2131|1800)/, [15, 16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6[0-9])/, [12, 13, 14, 15, 16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
  [/^1/, [15]],
];

const isIssued = (digits: string): boolean =>
  !isOneCharacter(digits) &&
  RANGES.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits)) &&
  luhn(digits);

const WORDS =
  'credit card|card number|card|cc|visa|mastercard|amex|american express|debit card|maestro|discover|cardholder|pan|kreditkarte|kartennummer|carte bancaire|carte de crédit|tarjeta|tarjeta de crédito|carta di credito|信用卡|卡号|银行卡|クレジットカード|カード番号|신용카드|카드번호|payment card|card no';

const BASE = { type: 'credit_card', dataClass: 'personal.financial.card', words: WORDS, check: isIssued } as const;

/** Payment cards: Luhn and an issuer's range, 2 % of random numbers of sixteen digits. */
export const CREDIT_CARD: readonly Identifier[] = [
  {
    ...BASE,
    forms:
      '16|15|19|4 4 4 4|4-4-4-4|4 6 5|4-6-5|4.4.4.4|4 4 4 4 3|4-4-4-4-3|4 6 4|4-6-4|6 13|8 8|4 4 4 1|4-4-4-1|17|18',
    pattern: /^(?:[2-6]\d{14,18}|8\d{15,18}|(?:1800|2131)\d{11})$/,
    strength: 'strong',
    aliases: 'CREDIT_CARD',
  },
  // Short numbers, and those of air travel plans, share their shape with much else: a tenth of such numbers pass.
  {
    ...BASE,
    forms: '12|13|14|15|4 4 4|4-4-4|4 4 4 2|4 6 4|4-6-4',
    pattern: /^(?:[3-6]\d{11,13}|1\d{14})$/,
    strength: 'medium',
  },
];
