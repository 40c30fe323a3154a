import { digitAt } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

function isRut(text: string): boolean {
  let sum = 0;
  for (let index = text.length - 2, weight = 2; index >= 0; index -= 1) {
    sum += digitAt(text, index) * weight;
    weight = weight === 7 ? 2 : weight + 1;
  }
  return '0123456789K'[(11 - (sum % 11)) % 11] === text.at(-1);
}

export const CHILE: readonly Identifier[] = [
  {
    type: 'cl_rut',
    dataClass: 'personal.identifier.national',
    forms: '8-1|2.3.3-1|1.3.3-1|7-1|9|8|2 8 1|2 8-1|10|11',
    pattern: /^(?:CL)?\d{7,8}[\dK]$/,
    check: (text) => isRut(text.replace('CL', '')),
    strength: 'medium',
    words: 'rut|run|rol único|rol unico tributario|cédula de identidad',
    aliases: 'cl.rut',
  },
];
