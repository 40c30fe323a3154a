import { type Buffer, isUtf8 } from 'node:buffer';

/**
 * Offset of the character at which bytes that are not valid UTF-8 stop being so. Found by halving with the native test,
 * since every prefix of a valid prefix is valid.
 */
export function firstInvalidUtf8(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isUtf8Prefix(bytes, middle)) valid = middle;
    else invalid = middle;
  }
  while (valid > 0 && !isUtf8(bytes.subarray(0, valid))) valid--;
  return valid;
}

function isUtf8Prefix(bytes: Buffer, end: number): boolean {
  // The cut may fall inside a character of up to four bytes.
  for (let cut = end; cut >= 0 && cut > end - 4; cut--) {
    if (isUtf8(bytes.subarray(0, cut))) return true;
  }
  return false;
}
