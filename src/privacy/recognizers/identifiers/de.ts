import { isDate } from '../../calendar.ts';
import { alphanumericValue, digitAt, mod11And10, weightedSum } from '../../checksums.ts';
import type { Identifier } from '../../identifier.ts';

/** In the first ten digits exactly one digit stands two or three times (Identifikationsnummerverordnung), not adjacent thrice. */
function hasOneRepeatedDigit(text: string): boolean {
  const counts = new Array<number>(10).fill(0);
  for (let index = 0; index < 10; index += 1) counts[digitAt(text, index)] = (counts[digitAt(text, index)] ?? 0) + 1;
  const repeated = counts.filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] as number) <= 3;
}

const crossSum = (value: number): number => Math.floor(value / 10) + (value % 10);

/** Letters count as two digits (A is 01), products are replaced by their digit sums. */
function crossSums(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + crossSum(digitAt(digits, index) * weight), 0);
}

const letterDigits = (text: string, at: number): string => String(text.charCodeAt(at) - 64).padStart(2, '0');

function isPensionNumber(text: string): boolean {
  const day = Number(text.slice(2, 4));
  const month = Number(text.slice(4, 6));
  // Days run on from 50 where two people share all else; 00 stands for unknown.
  if (day > 99 || month > 12 || !isDate(2000, month === 0 ? 1 : month, day % 50 === 0 ? 1 : day % 50)) return false;
  const digits = text.slice(0, 8) + letterDigits(text, 8) + text.slice(9, 11);
  return crossSums(digits, [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 === digitAt(text, 11);
}

function isHealthNumber(text: string): boolean {
  const digits = letterDigits(text, 0) + text.slice(1, 9);
  return crossSums(digits, [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 === digitAt(text, 9);
}

/** ICAO 9303: weights 7, 3, 1 over digits and letters, the check digit last. */
function endsInTravelDocumentDigit(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < text.length - 1; index += 1) {
    sum += alphanumericValue(text.charCodeAt(index)) * ([7, 3, 1][index % 3] as number);
  }
  return sum % 10 === digitAt(text, text.length - 1);
}

function isDoctorNumber(text: string): boolean {
  return (10 - (weightedSum(text, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === digitAt(text, 6);
}

export const GERMANY: readonly Identifier[] = [
  {
    type: 'de_tax_id',
    dataClass: 'personal.identifier.tax',
    forms: '11|2 3 3 3|2-3-3-3|2.3.3.3|2 3 6',
    pattern: /^[1-9]\d{10}$/,
    check: (text) => hasOneRepeatedDigit(text) && mod11And10(text),
    strength: 'strong',
    words:
      'steueridentifikationsnummer|steuer-id|steuerid|steuer-identifikationsnummer|idnr|identifikationsnummer|steuerliche identifikationsnummer|german tax id|tax id|tin',
    aliases: 'DE_TAX_ID de.idnr',
  },
  {
    type: 'de_social_security',
    dataClass: 'personal.identifier.social_security',
    forms: '12|2 6 1 3|2 6 1 2 1|8 1 3|2 6 4',
    pattern: /^\d{8}[A-Z]\d{3}$/,
    check: isPensionNumber,
    strength: 'strong',
    words:
      'rentenversicherungsnummer|rentenversicherung|sozialversicherungsnummer|rvnr|svnr|sv-nummer|versicherungsnummer|sozialversicherung',
    aliases: 'DE_SOCIAL_SECURITY de.svnr',
  },
  {
    type: 'de_health_insurance',
    dataClass: 'personal.special.health',
    forms: '10|1 9|1 3 3 3',
    pattern: /^[A-Z]\d{9}$/,
    check: isHealthNumber,
    strength: 'medium',
    words:
      'krankenversichertennummer|kvnr|krankenkasse|versichertennummer|krankenversicherungsnummer|gesundheitskarte|egk|egk-nummer|krankenversicherung',
    aliases: 'DE_HEALTH_INSURANCE',
  },
  {
    type: 'de_passport',
    dataClass: 'personal.identifier.passport',
    forms: '9|10|11|10 1',
    pattern: /^[CFGHJK](?=.*\d)[CFGHJKLMNPRTVWXYZ\d]{8}(?:\dD?)?$/,
    check: (text) => (text.length >= 10 ? endsInTravelDocumentDigit(text.slice(0, 10)) : true),
    strength: 'shape',
    words:
      'reisepass|passnummer|reisepassnummer|pass-nr|passnr|reisepass-nr|reisepass-nummer|pass nr|ausweisnummer|passport',
    aliases: 'DE_PASSPORT de.passport',
  },
  {
    type: 'de_id_card',
    dataClass: 'personal.identifier.national',
    forms: '9|10',
    // Passports begin with the letters before L.
    pattern: /^[LMNPRTVWXY](?=.*\d)[CFGHJKLMNPRTVWXYZ\d]{8}\d?$/,
    check: (text) => (text.length === 10 ? endsInTravelDocumentDigit(text) : true),
    strength: 'shape',
    words: 'personalausweis|personalausweisnummer|ausweisnummer|ausweis|ausweis-nr|personalausweis-nr|perso|npa',
    aliases: 'DE_ID_CARD',
  },
  {
    type: 'de_driving_licence',
    dataClass: 'personal.identifier.driving_licence',
    forms: '11',
    pattern: /^[A-Z][A-Z\d]\d{2}[A-Z\d]{6}[A-Z\d]$/,
    check: (text) => /^[A-Z]{2}\d{8}[A-Z\d]$/.test(text),
    strength: 'shape',
    words: 'führerschein|führerscheinnummer|fahrerlaubnis|fahrerlaubnisnummer|fuehrerschein|führerschein-nr',
    aliases: 'DE_FUEHRERSCHEIN',
  },
  {
    type: 'de_doctor_number',
    dataClass: 'personal.identifier.professional',
    forms: '9|7 2',
    pattern: /^\d{9}$/,
    check: (text) => Number(text) > 0 && isDoctorNumber(text),
    strength: 'medium',
    words: 'lanr|arztnummer|arzt-nr|lebenslange arztnummer|vertragsarzt',
    aliases: 'DE_LANR',
  },
];
