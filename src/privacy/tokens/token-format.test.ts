import { expect, it } from 'vitest';
import { TYPES } from '../types-of-data.ts';
import { canonicalText, isTypeCode, isWellFormed, TOKEN_LENGTH, tokenOf, typeCodeOf } from './token-format.ts';

const mac = (seed: number): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + seed * 101) & 255);
const parts = (token: string): [code: string, body: string] => [token.slice(4, 8), token.slice(9)];

it('makes every token equally long, of capitals, digits and underscores, whatever the type', () => {
  for (const type of [...TYPES.keys(), 'something_of_a_plug_in']) {
    const code = typeCodeOf(type);
    expect(isTypeCode(code)).toBe(true);
    const token = tokenOf(code, mac(3));
    expect(token).toMatch(/^[A-Z0-9_]+$/);
    expect(token).toHaveLength(TOKEN_LENGTH);
    expect(isWellFormed(...parts(token))).toBe(true);
  }
});

it('notices every single changed character and every swap of two different ones in type, hash and check', () => {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  for (let seed = 0; seed < 20; seed += 1) {
    const [code, body] = parts(tokenOf('NAME', mac(seed)));
    for (let at = 0; at < body.length; at += 1) {
      for (const other of digits) {
        if (other === body.charAt(at)) continue;
        expect(isWellFormed(code, body.slice(0, at) + other + body.slice(at + 1))).toBe(false);
      }
      const swapped = body.slice(0, at) + body.charAt(at + 1) + body.charAt(at) + body.slice(at + 2);
      if (at + 1 < body.length && swapped !== body) expect(isWellFormed(code, swapped)).toBe(false);
    }
    expect(isWellFormed('MAIL', body)).toBe(false);
  }
});

it('reads misread letters as the digits they were', () => {
  expect(canonicalText('pii_mAiL 0o1Il-Z')).toBe('P11MA1100111Z');
});
