import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../contracts/vocabulary.ts';
import { type Carried, fitToolCallId, packToolCallId, unpackToolCallId } from './tool-call-ids.ts';

const carried: fc.Arbitrary<Carried[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('call' as const, 'thought' as const, 'redacted' as const),
    signature: fc.record({
      origin: fc.constantFrom(...DIALECTS),
      value: fc.oneof(fc.string({ unit: 'grapheme' }), fc.base64String()),
    }),
  }),
  { maxLength: 4 },
);
const id = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/),
  fc.constant('toolu_1__al1_AAAA'),
  fc.constant('__al1___al1_'),
);

describe('a tool-call id', () => {
  test('gives back what it carries, byte for byte, and the id itself', () => {
    fc.assert(
      fc.property(id, carried, (given, load) => {
        expect(unpackToolCallId(packToolCallId(given, load))).toEqual({ id: given, carried: load });
      }),
    );
  });

  test('survives a second gateway behind the first', () => {
    fc.assert(
      fc.property(id, carried, carried, (given, inner, outer) => {
        const seenByOuter = unpackToolCallId(packToolCallId(packToolCallId(given, inner), outer));
        expect(seenByOuter.carried).toEqual(outer);
        expect(unpackToolCallId(seenByOuter.id)).toEqual({ id: given, carried: inner });
      }),
    );
  });

  test('holds only what Anthropic takes in an id', () => {
    const packed = packToolCallId('call_1', [{ kind: 'call', signature: { origin: 'gemini', value: 'a+/=é"' } }]);
    expect(packed).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('that carries nothing is unchanged', () => {
    expect(packToolCallId('call_1', [])).toBe('call_1');
  });

  test('that only looks as if it carried something is left alone', () => {
    for (const odd of [
      'a__al1_',
      'a__al1_!!!!',
      'a__al1_AAAA',
      `a__al1_${Buffer.from([9, 9, 0, 0, 0, 0, 0]).toString('base64url')}`,
    ]) {
      expect(unpackToolCallId(odd)).toEqual({ id: odd, carried: [] });
    }
  });
});

describe('an id that the upstream refuses', () => {
  const mistral = { pattern: /^[A-Za-z0-9]{9}$/, prefix: '', length: 9 };

  test('is replaced by one that it takes, the same for the call and its result', () => {
    const fitted = fitToolCallId('functions.get_weather:0', mistral);
    expect(fitted).toMatch(mistral.pattern);
    expect(fitToolCallId('functions.get_weather:0', mistral)).toBe(fitted);
    expect(fitToolCallId('functions.get_weather:1', mistral)).not.toBe(fitted);
  });

  test('is kept where it fits', () => {
    expect(fitToolCallId('abcdefgh1', mistral)).toBe('abcdefgh1');
  });
});
