import { Buffer } from 'node:buffer';
import { hash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** SHA-256 of bytes, or of a text's UTF-8, as 64 lower-case hexadecimal digits. */
export function sha256Hex(input: string | Uint8Array): string {
  return hash('sha256', input, 'hex');
}

/** SHA-256 as 43 characters of base64url without padding. */
export function sha256Base64Url(input: string | Uint8Array): string {
  return hash('sha256', input, 'base64url');
}

/**
 * Whether two secrets are equal, in a time that does not tell where they differ. It does tell whether their lengths
 * differ, so compare hashes or tokens of one fixed length. Texts are compared as UTF-8.
 */
export function constantTimeEqual(left: string | Uint8Array, right: string | Uint8Array): boolean {
  const leftBytes = typeof left === 'string' ? Buffer.from(left) : left;
  const rightBytes = typeof right === 'string' ? Buffer.from(right) : right;
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM_LENGTH = 6;

/**
 * Six check characters for a token: CRC-32 in base62, as at the end of GitHub's tokens. A mistyped or cut token is
 * known without a look-up, and secret scanners tell a real one from a look-alike. No protection against forgery.
 */
export function checksum6(text: string): string {
  let rest = crc32(text);
  let characters = '';
  for (let index = 0; index < CHECKSUM_LENGTH; index++) {
    characters = BASE62.charAt(rest % 62) + characters;
    rest = Math.floor(rest / 62);
  }
  return characters;
}
