// Check-digit arithmetic that several recognizers need; what only one of them needs stands in its own file.

/** The digit at an index of a text of ASCII digits; nonsense elsewhere, so patterns are tested first. */
export const digitAt = (text: string, index: number): number => text.charCodeAt(index) - 48;

/** Sum of digit times weight, over as many digits as there are weights. */
export function weightedSum(text: string, weights: readonly number[], from = 0): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index += 1) {
    sum += digitAt(text, from + index) * (weights[index] as number);
  }
  return sum;
}

/** ISO/IEC 7812-1 annex B, over all digits including the check digit. */
export function luhn(text: string): boolean {
  let sum = 0;
  let double = false;
  for (let index = text.length - 1; index >= 0; index -= 1) {
    let digit = digitAt(text, index);
    if (double) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
    double = !double;
  }
  return sum % 10 === 0;
}

/** Value of a digit or letter where letters count from ten: A is 10, Z is 35. */
export function alphanumericValue(code: number): number {
  if (code <= 57) return code - 48;
  return (code & 0xdf) - 55;
}

/** Remainder by 97 of digits and letters (A is 10): ISO/IEC 7064 MOD 97-10, which leaves 1 for a valid text. */
export function mod97(text: string): number {
  let remainder = 0;
  for (let index = 0; index < text.length; index += 1) {
    const value = alphanumericValue(text.charCodeAt(index));
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}

/** ISO/IEC 7064 MOD 11,10 over digits with the check digit last. */
export function mod11And10(text: string): boolean {
  let check = 5;
  for (let index = 0; index < text.length; index += 1) {
    check = (((check === 0 ? 10 : check) * 2) % 11) + digitAt(text, index);
    check %= 10;
  }
  return check === 1;
}

/** ISO/IEC 7064 MOD 11-2: digits with a check character last, which may be X. */
export function mod11And2(text: string): boolean {
  let check = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index) & 0xdf;
    check = (check * 2 + (code === 0x58 ? 10 : digitAt(text, index))) % 11;
  }
  return check === 1;
}

const VERHOEFF_PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const VERHOEFF_PERMUTATION = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Verhoeff's scheme over digits with the check digit last. */
export function verhoeff(text: string): boolean {
  let check = 0;
  for (let index = text.length - 1, place = 0; index >= 0; index -= 1, place += 1) {
    const permuted = digitAt(VERHOEFF_PERMUTATION[place % 8] as string, digitAt(text, index));
    check = digitAt(VERHOEFF_PRODUCT[check] as string, permuted);
  }
  return check === 0;
}

/** Whether one character fills the whole text: such numbers pass many checks and are nobody's. */
export function isOneCharacter(text: string): boolean {
  for (let index = 1; index < text.length; index += 1) {
    if (text.charCodeAt(index) !== text.charCodeAt(0)) return false;
  }
  return true;
}
