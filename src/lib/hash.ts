import { Buffer } from 'node:buffer';
import { createHash, hash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** SHA-256 of bytes, or of a text's UTF-8, as 64 lower-case hexadecimal digits. */
export function sha256Hex(input: string | Uint8Array): string {
  return hash('sha256', input, 'hex');
}

/** Hashed at once: a few milliseconds. */
const HASH_PIECE_BYTES = 1024 * 1024;

/** `sha256Hex` of many megabytes: it yields wherever somebody else may have a turn. */
export function* sha256InPieces(bytes: Buffer): Generator<void, string> {
  if (bytes.length <= HASH_PIECE_BYTES) return sha256Hex(bytes);
  const digest = createHash('sha256');
  for (let at = 0; at < bytes.length; at += HASH_PIECE_BYTES) {
    digest.update(bytes.subarray(at, at + HASH_PIECE_BYTES));
    yield;
  }
  return digest.digest('hex');
}

/** SHA-256 as 43 characters of base64url without padding. */
export function sha256Base64Url(input: string | Uint8Array): string {
  return hash('sha256', input, 'base64url');
}

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, for many short texts: two one-shot hashes take a tenth of what a keyed hash
 * object of node:crypto takes to be made.
 * @param key at most 64 bytes
 */
export function createHmacSha256(key: Uint8Array): (text: string) => Uint8Array {
  if (key.length > BLOCK_BYTES) throw new RangeError('The key is longer than a block.');
  const inner = Buffer.alloc(BLOCK_BYTES, 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES + 32, 0x5c);
  for (const [index, byte] of key.entries()) {
    inner[index] = (inner[index] as number) ^ byte;
    outer[index] = (outer[index] as number) ^ byte;
  }
  return (text) => {
    const message = Buffer.allocUnsafe(BLOCK_BYTES + Buffer.byteLength(text));
    inner.copy(message);
    message.write(text, BLOCK_BYTES);
    hash('sha256', message, 'buffer').copy(outer, BLOCK_BYTES);
    return hash('sha256', outer, 'buffer');
  };
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
