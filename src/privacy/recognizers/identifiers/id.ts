import { isDayMonthYear } from '../../calendar.ts';
import { luhn } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Women have 40 more in the day. */
function hasBirthday(text: string): boolean {
  const day = Number(text.slice(6, 8));
  return isDayMonthYear(String(day > 40 ? day - 40 : day).padStart(2, '0') + text.slice(8, 12));
}

export const INDONESIA: readonly Identifier[] = [
  {
    type: 'id_nik',
    dataClass: 'personal.identifier.national',
    forms: '16',
    pattern: /^[1-9]\d{15}$/,
    check: hasBirthday,
    strength: 'shape',
    words: 'nik|ktp|nomor induk kependudukan|kartu tanda penduduk',
  },
  {
    type: 'id_npwp',
    dataClass: 'personal.identifier.tax',
    forms: '15|2.3.3.1-3.3',
    pattern: /^\d{15}$/,
    check: (text) => luhn(text.slice(0, 9)),
    strength: 'medium',
    words: 'npwp|nomor pokok wajib pajak',
    aliases: 'id.npwp',
  },
];
