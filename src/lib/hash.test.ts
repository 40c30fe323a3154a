import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { checksum6, constantTimeEqual, createHmacSha256, sha256Base64Url, sha256Hex } from './hash.ts';

describe('SHA-256', () => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of %j is the published one (FIPS 180-4 examples)', (text, expected) => {
    expect(sha256Hex(text)).toBe(expected);
    expect(sha256Hex(Buffer.from(text))).toBe(expected);
    expect(sha256Base64Url(text)).toBe(Buffer.from(expected, 'hex').toString('base64url'));
  });

  test('of a text is that of its UTF-8', () => {
    expect(sha256Hex('größe 😀')).toBe(sha256Hex(Buffer.from('größe 😀', 'utf8')));
  });
});

describe('constantTimeEqual', () => {
  test('is equality of bytes, for texts and bytes in any combination', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 4 }),
        fc.string({ unit: 'binary', maxLength: 4 }),
        (left, right) => {
          expect(constantTimeEqual(left, left)).toBe(true);
          expect(constantTimeEqual(left, Buffer.from(left))).toBe(true);
          expect(constantTimeEqual(left, right)).toBe(left === right);
          expect(constantTimeEqual(new TextEncoder().encode(left), right)).toBe(left === right);
        },
      ),
    );
  });

  test('is false for different lengths without throwing', () => {
    expect(constantTimeEqual('abc', 'abcd')).toBe(false);
    expect(constantTimeEqual('', 'a')).toBe(false);
  });
});

describe('checksum6', () => {
  test('is CRC-32 in six base62 digits', () => {
    // CRC-32 of "123456789" is 0xcbf43926 = 3421780262 (the catalogued check value), of "" it is 0.
    expect(checksum6('123456789')).toBe('3jZRME');
    expect(checksum6('')).toBe('000000');
  });

  test('stands for a number below 2^32 and fits for every text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(checksum6(text)).toMatch(/^[0-4][0-9A-Za-z]{5}$/);
      }),
    );
  });

  test('changes with any single character', () => {
    const token = 'ald_0123456789abcdefghijklmnopqrstuvwxyz';
    for (let index = 0; index < token.length; index++) {
      expect(checksum6(`${token.slice(0, index)}#${token.slice(index + 1)}`)).not.toBe(checksum6(token));
    }
  });
});

it('makes the same keyed hash as node:crypto, for any key up to a block and any text', () => {
  for (const length of [0, 1, 32, 64]) {
    const key = Buffer.alloc(length, 0xa5);
    const mac = createHmacSha256(key);
    for (const text of ['', 'a', 'Grüezi 王 😀', 'x'.repeat(1_000)]) {
      expect(Buffer.from(mac(text)).toString('hex')).toBe(createHmac('sha256', key).update(text).digest('hex'));
    }
  }
  expect(() => createHmacSha256(Buffer.alloc(65))).toThrow(RangeError);
});
