import { digitAt, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

function isTaxNumber(text: string): boolean {
  if (text.length === 10) return (weightedSum(text, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === digitAt(text, 9);
  return (
    (weightedSum(text, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === digitAt(text, 10) &&
    (weightedSum(text, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === digitAt(text, 11)
  );
}

/** Insurance numbers above 001-001-998 have a check of two digits. */
const isInsuranceNumber = (text: string): boolean =>
  Number(text.slice(0, 9)) > 1_001_998 &&
  (weightedSum(text, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === Number(text.slice(9));

export const RUSSIA_UKRAINE: readonly Identifier[] = [
  {
    type: 'ru_inn',
    dataClass: 'personal.identifier.tax',
    forms: '12|10',
    pattern: /^(?:\d{10}|\d{12})$/,
    check: isTaxNumber,
    strength: 'medium',
    words: 'инн|inn|налогоплательщика',
    aliases: 'ru.inn',
  },
  {
    type: 'ru_snils',
    dataClass: 'personal.identifier.social_security',
    forms: '11|3-3-3 2|3-3-3-2',
    pattern: /^\d{11}$/,
    check: isInsuranceNumber,
    strength: 'strong',
    words: 'снилс|snils|страховой номер',
  },
  {
    type: 'ru_passport',
    dataClass: 'personal.identifier.passport',
    forms: '4 6|2 2 6|10',
    pattern: /^\d{10}$/,
    strength: 'shape',
    words: 'паспорт|серия|паспорта|паспортные|russian passport',
  },
  {
    type: 'ua_tax_number',
    dataClass: 'personal.identifier.tax',
    forms: '10',
    pattern: /^\d{10}$/,
    check: (text) => {
      const sum = weightedSum(text, [-1, 5, 7, 9, 4, 6, 10, 5, 7]);
      return (((sum % 11) + 11) % 11) % 10 === digitAt(text, 9);
    },
    strength: 'medium',
    words: 'ідентифікаційний|рнокпп|іпн|облікової картки платника|rntrc',
    aliases: 'ua.rntrc',
  },
];
