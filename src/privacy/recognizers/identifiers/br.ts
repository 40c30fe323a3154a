import { digitAt, isOneCharacter } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** Both registers end in two mod 11 digits; weights rise from the right, up to 9 for companies. */
function checkDigit(text: string, length: number, highest: number): number {
  let sum = 0;
  for (let index = length - 1, weight = 2; index >= 0; index -= 1) {
    sum += digitAt(text, index) * weight;
    weight = weight === highest ? 2 : weight + 1;
  }
  return ((11 - (sum % 11)) % 11) % 10;
}

const endsInCheckDigits = (text: string, highest: number): boolean => {
  const first = text.length - 2;
  return (
    !isOneCharacter(text) &&
    checkDigit(text, first, highest) === digitAt(text, first) &&
    checkDigit(text, first + 1, highest) === digitAt(text, first + 1)
  );
};

export const BRAZIL: readonly Identifier[] = [
  {
    type: 'br_cpf',
    dataClass: 'personal.identifier.tax',
    forms: '11|3.3.3-2|9-2|3 3 3 2|3-3-3-2',
    pattern: /^\d{11}$/,
    check: (text) => endsInCheckDigits(text, 11),
    strength: 'strong',
    words: 'cpf|cadastro de pessoas|pessoa física',
    aliases: 'br.cpf',
  },
  {
    type: 'br_cnpj',
    dataClass: 'organisation.identifier',
    forms: '14|2.3.3/4-2|2.3.3-4.2',
    // Letters serve since 2026; they count by their distance from 0 like digits.
    pattern: /^[A-Z\d]{12}\d{2}$/,
    check: (text) => !text.startsWith('000000000000') && endsInCheckDigits(text, 9),
    strength: 'strong',
    words: 'cnpj|pessoa jurídica',
    masked: false,
    aliases: 'br.cnpj',
  },
];
