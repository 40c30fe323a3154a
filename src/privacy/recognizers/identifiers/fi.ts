import { isDayMonthYear } from '../../calendar.ts';
import type { Identifier } from '../../identifier.ts';

const CHARACTERS = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/** The century sign is one of the separators, or since 2023 one of several letters. */
function isIdentityCode(text: string): boolean {
  const serial = text.slice(-4, -1);
  return (
    isDayMonthYear(text) && Number(serial) >= 2 && CHARACTERS[Number(text.slice(0, 6) + serial) % 31] === text.at(-1)
  );
}

export const FINLAND: readonly Identifier[] = [
  {
    type: 'fi_personal_identity_code',
    dataClass: 'personal.identifier.national',
    forms: '6-4|6+4|11',
    pattern: /^\d{6}[+ABCDEFUVWXY]?\d{3}[0-9A-Y]$/,
    check: isIdentityCode,
    strength: 'strong',
    words: 'henkilötunnus|hetu|personbeteckning|personal identity code|finnish id',
    aliases: 'FI_PERSONAL_IDENTITY_CODE fi.hetu',
  },
];
