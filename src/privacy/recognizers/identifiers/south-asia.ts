import type { Identifier } from '../../identifier.ts';

/** Days of the year from 1, women from 501. */
function hasDayOfYear(text: string): boolean {
  const at = text.length === 12 ? 4 : 2;
  const day = Number(text.slice(at, at + 3)) % 500;
  const year = Number(text.slice(0, 4));
  return day >= 1 && day <= 366 && (text.length !== 12 || (year >= 1900 && year <= 2100));
}

export const SOUTH_ASIA: readonly Identifier[] = [
  {
    type: 'pk_cnic',
    dataClass: 'personal.identifier.national',
    forms: '5-7-1',
    // The first digit is the province, the last tells the sex and is never nought.
    pattern: /^[1-8]\d{11}[1-9]$/,
    strength: 'strong',
    words: 'cnic|nadra|شناختی کارڈ|national identity card',
    aliases: 'pk.cnic',
  },
  {
    type: 'pk_cnic',
    dataClass: 'personal.identifier.national',
    forms: '13',
    pattern: /^[1-8]\d{11}[1-9]$/,
    strength: 'shape',
    words: 'cnic|nadra|شناختی کارڈ|national identity card',
  },
  {
    type: 'lk_nic',
    dataClass: 'personal.identifier.national',
    forms: '10|12',
    pattern: /^(?:\d{9}[VX]|\d{12})$/,
    check: hasDayOfYear,
    strength: 'shape',
    words: 'nic|sri lanka|national identity card|identity card',
    aliases: 'lk.nic',
  },
];
