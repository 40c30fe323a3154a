import { dataClassOf } from '../types-of-data.ts';

/**
 * A token: `PII_`, what it stands for in four letters, `_`, twelve characters of the value's keyed hash, one check
 * character. All tokens are equally long, so none is the beginning of another; an underscore between letters means
 * nothing in Markdown, and no character means anything in JSON, HTML or a shell.
 */
export const TOKEN_LENGTH = 22;
export const PREFIX = 'PII_';
/** Base 32 without I, L, O and U, which are misread (D. Crockford, "Base 32"). */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 60 bits: among ten thousand values of a conversation two collide once in twenty billion conversations. */
const HASH_DIGITS = 12;
export const BODY_LENGTH = HASH_DIGITS + 1;

/** Most specific first; a class covers those below it. */
const CODES: readonly (readonly [dataClass: string, code: string])[] = [
  ['personal.name', 'NAME'],
  ['personal.contact.email', 'MAIL'],
  ['personal.contact.phone', 'TELE'],
  ['personal.contact.address', 'ADDR'],
  ['personal.contact', 'CONT'],
  ['personal.birth', 'BORN'],
  ['personal.location', 'AREA'],
  ['personal.network', 'NETW'],
  ['personal.identifier.tax', 'TAXN'],
  ['personal.identifier.passport', 'PASS'],
  ['personal.identifier.vehicle', 'AUTO'],
  ['personal.identifier', 'IDNR'],
  ['personal.financial.card', 'CARD'],
  ['personal.financial.account', 'BANK'],
  ['personal.financial', 'COIN'],
  ['personal', 'PERS'],
  ['credential', 'CRED'],
  ['organisation', 'FIRM'],
];
/** A text of the user's own that looks like a token. */
export const LITERAL_CODE = 'TEXT';
/** What no recognizer of ours knows. */
const OTHER_CODE = 'DATA';

const KNOWN_CODES: ReadonlySet<string> = new Set([...CODES.map(([, code]) => code), LITERAL_CODE, OTHER_CODE]);

export const isTypeCode = (code: string): boolean => KNOWN_CODES.has(code);

/** What stands in a token for a type of finding. */
export function typeCodeOf(type: string): string {
  const dataClass = dataClassOf(type);
  if (dataClass === null) return OTHER_CODE;
  const entry = CODES.find(([name]) => dataClass === name || dataClass.startsWith(`${name}.`));
  return entry === undefined ? OTHER_CODE : entry[1];
}

/** `value * x` in the field of 32 elements, reduced by x^5 + x^2 + 1. */
const timesX = (value: number): number => (value & 16 ? ((value << 1) ^ 0b100101) & 31 : value << 1);

/** Powers of x have different weights in the first 31 places: every single change and every swap of two is noticed. */
function checkCharacter(text: string): string {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = DIGITS.indexOf(text.charAt(index));
    // Letters of type codes that are no digits: their place in the alphabet will do.
    sum = timesX(sum) ^ (digit >= 0 ? digit : text.charCodeAt(index) & 31);
  }
  return DIGITS.charAt(timesX(sum));
}

/** @param mac at least eight bytes */
export function tokenOf(code: string, mac: Uint8Array): string {
  let body = '';
  let bits = 0;
  let held = 0;
  for (let at = 0; body.length < HASH_DIGITS; ) {
    if (bits < 5) {
      held = ((held << 8) | (mac[at] as number)) & 0xffff;
      at += 1;
      bits += 8;
    }
    bits -= 5;
    body += DIGITS.charAt((held >> bits) & 31);
  }
  return `${PREFIX}${code}_${body}${checkCharacter(code + body)}`;
}

/** Whether code and body (hash and check character, in canonical letters) could be a token of somebody's. */
export const isWellFormed = (code: string, body: string): boolean =>
  isTypeCode(code) &&
  body.length === BODY_LENGTH &&
  checkCharacter(code + body.slice(0, HASH_DIGITS)) === body.charAt(HASH_DIGITS);

/**
 * What is written as a token is, as far as its body, which may have been cut short. Markdown may have escaped the
 * underscores. Groups: code and body; everything else is in the two functions below.
 */
export const TOKEN_LIKE = /PII\\{0,2}_([A-Z]{4})\\{0,2}_([0-9A-Z]{0,13})/gi;
/** A shorter body is a word of somebody's program (`PII_NAME_FIELD`). */
const LEAST_BODY = 8;

/** Whether code and body are meant as a token, ours or not. Of the bodies that we make, one in a hundred has no digit. */
export const isMeantAsToken = (code: string, body: string): boolean =>
  isTypeCode(code.toUpperCase()) && body.length >= LEAST_BODY && /\d/.test(body);

/** A letter as whoever copies a token may have meant it, as code unit; 0 for what stands in no token. */
export function canonicalUnit(unit: number): number {
  const upper = unit >= 0x61 && unit <= 0x7a ? unit - 32 : unit;
  if (upper === 0x4f) return 0x30;
  if (upper === 0x49 || upper === 0x4c) return 0x31;
  return (upper >= 0x30 && upper <= 0x39) || (upper >= 0x41 && upper <= 0x5a) ? upper : 0;
}

export function canonicalText(text: string): string {
  let canonical = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = canonicalUnit(text.charCodeAt(index));
    if (unit !== 0) canonical += String.fromCharCode(unit);
  }
  return canonical;
}
