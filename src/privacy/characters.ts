// Classes of UTF-16 units for the one scan over a text, and their lower case. Tables, because the scan asks once a unit.

const OTHER = 0;
export const DIGIT = 1;
export const LOWER = 2;
export const UPPER = 3;
/** A letter of a script without case: Arabic, Hebrew, Devanagari, and marks that belong to a letter. */
export const CASELESS = 4;
/** A letter of a script that writes without blanks between words, or glues particles to them: Han, kana, Hangul, Thai. */
export const DENSE = 5;
/** A sign at which some recognizer may begin. */
export const ANCHOR = 6;
/** A sign that programs are full of and writers are not. */
const OPERATOR = 7;

/** The class of each unit. Every unit of a word lies below 0x2000. */
export const CLASSES = new Uint8Array(0x10000);
/** The lower case of the units below 0x2000. */
const LOWER_CASE = new Uint16Array(0x2000);
/** Bits of a unit of a word, and thus of its lower case. */
export const WORD_UNIT_BITS = 13;
/** The class of each unit above the lower case of those below 0x2000, so that the scan asks one table once a unit. */
export const CLASS_AND_LOWER = new Uint16Array(0x10000);

function fill(from: number, to: number, value: number): void {
  CLASSES.fill(value, from, to + 1);
  CLASS_AND_LOWER.fill(value << WORD_UNIT_BITS, from, to + 1);
}

function buildTables(): void {
  for (let code = 0; code < LOWER_CASE.length; code += 1) LOWER_CASE[code] = code;
  const cased: readonly (readonly [number, number])[] = [
    [0x41, 0x5a],
    [0x61, 0x7a],
    [0xc0, 0x24f],
    [0x370, 0x556],
    [0x1e00, 0x1fff],
  ];
  for (const [from, to] of cased) {
    for (let code = from; code <= to; code += 1) {
      const letter = String.fromCharCode(code);
      const lower = letter.toLowerCase();
      if (lower === letter && letter.toUpperCase() === letter && code !== 0xdf) {
        CLASSES[code] = code > 0xff && /\p{L}/u.test(letter) ? CASELESS : OTHER;
        continue;
      }
      CLASSES[code] = lower === letter ? LOWER : UPPER;
      if (lower.length === 1) LOWER_CASE[code] = lower.charCodeAt(0);
    }
  }
  fill(0x30, 0x39, DIGIT);
  fill(0x300, 0x36f, CASELESS);
  fill(0x5d0, 0x5ea, CASELESS);
  fill(0x620, 0x65f, CASELESS);
  fill(0x66e, 0x6d3, CASELESS);
  fill(0x900, 0xdff, CASELESS);
  fill(0xe01, 0xe4e, DENSE);
  fill(0x3005, 0x3007, DENSE);
  fill(0x3041, 0x30ff, DENSE);
  fill(0x3400, 0x4dbf, DENSE);
  fill(0x4e00, 0x9fff, DENSE);
  fill(0xac00, 0xd7a3, DENSE);
  fill(0xf900, 0xfaff, DENSE);
  for (const sign of '@:+(-') CLASSES[sign.charCodeAt(0)] = ANCHOR;
  for (const sign of '{}=<>$\\|/') CLASSES[sign.charCodeAt(0)] = OPERATOR;
  // Above them `fill` has written what there is to write.
  for (let code = 0; code < LOWER_CASE.length; code += 1)
    CLASS_AND_LOWER[code] = ((CLASSES[code] as number) << WORD_UNIT_BITS) | (LOWER_CASE[code] as number);
}

buildTables();

export const classOf = (code: number): number => CLASSES[code] as number;

export const lowerCode = (code: number): number => (code < 0x2000 ? (LOWER_CASE[code] as number) : code);

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Digit or letter of whatever script that is written with blanks; NaN, which stands for the text's ends, is none. */
export function isWordCode(code: number): boolean {
  const kind = CLASSES[code];
  return kind !== undefined && kind >= DIGIT && kind <= CASELESS;
}

export const isHexDigit = (code: number): boolean => isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 102);
