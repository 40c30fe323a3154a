import { mod11And10 } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

const SIGNS = [' ', '-', '.'];
/** People divide the digits by whatever signs, also by different ones. */
const VAT_FORMS = SIGNS.flatMap((a) => SIGNS.flatMap((b) => SIGNS.map((c) => `2${a}3${b}3${c}3`))).join('|');

export const GERMAN_ORGANISATIONS: readonly Identifier[] = [
  {
    type: 'de_vat_id',
    dataClass: 'organisation.identifier',
    forms: `11|2 9|2 3 2 2 2|2-9|2.9|${VAT_FORMS}`,
    pattern: /^DE[1-9]\d{8}$/,
    check: (text) => mod11And10(text.slice(2)),
    strength: 'strong',
    words: 'ust-idnr|ust-id|ustid|umsatzsteuer|umsatzsteuer-identifikationsnummer|vat|vat id|vat number',
    masked: false,
    aliases: 'DE_VAT_ID de.vat',
  },
  {
    type: 'de_tax_number',
    dataClass: 'personal.identifier.tax',
    forms:
      '2/3/5|3/3/5|3/4/4|2/3/4|2/4/4|5/5|10|11|13|3/4/5|3 3 5|2 3 5|3 3 4|3-3-5|3/3/4|4/3/4|3 4 4|3 5 5|5/3/5|3/5/5|2 4/4|3/5',
    // Thirteen digits begin with the number of the state, ten and eleven do not.
    pattern: /^(?:\d{10,11}|(?!00|17)\d{13})$/,
    strength: 'shape',
    words: 'steuernummer|steuer-nr|st.-nr|stnr|st-nr|steuernr|finanzamt',
    aliases: 'DE_TAX_NUMBER de.stnr',
  },
  {
    type: 'de_tax_number',
    dataClass: 'personal.identifier.tax',
    forms: '2/3/4',
    pattern: /^\d{9}$/,
    strength: 'shape',
    words: 'steuernummer|steuer-nr|st.-nr|stnr|st-nr|steuernr|finanzamt',
  },
  {
    type: 'de_trade_register',
    dataClass: 'organisation.identifier',
    forms: '3 1|3 2|3 3|3 4|3 5|3 6|4|5|6|7|8|9',
    pattern: /^HR[AB]\d{1,6}$/,
    strength: 'strong',
    words: 'handelsregister|amtsgericht|registergericht|handelsregisternummer|eingetragen',
    masked: false,
    aliases: 'DE_HANDELSREGISTER',
  },
  {
    type: 'de_licence_plate',
    dataClass: 'personal.identifier.vehicle',
    forms:
      '1 1 1|1 1 2|1 1 3|1 1 4|1 2 1|1 2 2|1 2 3|1 2 4|2 1 1|2 1 2|2 1 3|2 1 4|2 2 1|2 2 2|2 2 3|2 2 4|2 2 5|3 1 1|3 1 2|3 1 3|3 1 4|3 2 1|3 2 2|3 2 3|3 2 4|3 2 5|1 2 5|1-2 4|2-2 4|1-2 3|2-2 3|1-1 4|1-1 3|2-1 4|2-1 3|3-2 3|3-2 4|1-2-1|1-2-2|1-2-3|1-2-4|2-2-1|2-2-2|2-2-3|2-2-4|3-2-3|3-2-4|3-1-3|3-1-4',
    pattern: /^[A-ZÄÖÜ]{2,5}[1-9]\d{0,3}[EH]?$/,
    strength: 'shape',
    words:
      'kennzeichen|kfz|kfz-kennzeichen|nummernschild|autokennzeichen|amtliches kennzeichen|fahrzeug|licence plate|license plate',
    aliases: 'DE_KFZ',
  },
];
