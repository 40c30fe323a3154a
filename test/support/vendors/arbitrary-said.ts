import fc from 'fast-check';
import type { Said, SaidCall } from './said.ts';

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom(' ', '\n\n', '"', '\\', 'data: [DONE]', '\u2028', '世界 🌍', '```json\n{"a":'),
);
const pieces = fc.array(piece, { maxLength: 4 });

const value = fc.oneof(piece, fc.integer(), fc.boolean(), fc.constant(null), fc.array(piece, { maxLength: 2 }));
const call: fc.Arbitrary<SaidCall> = fc.record({
  id: fc.stringMatching(/^call_[A-Za-z0-9]{4,12}$/),
  name: fc.constantFrom('weather', 'time'),
  arguments: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), value, { maxKeys: 3 }),
});

/** Whatever a model may say: thoughts, words and calls in any number, in pieces of any kind. */
export const arbitrarySaid: fc.Arbitrary<Said> = fc
  .record({
    thoughts: pieces,
    text: pieces,
    calls: fc.uniqueArray(call, { maxLength: 3, selector: ({ id }) => id }),
    signature: fc.uint8Array({ minLength: 3, maxLength: 60 }),
    finish: fc.constantFrom(undefined, 'length' as const),
  })
  .map(({ thoughts, signature, finish, calls, ...said }) => ({
    ...said,
    calls,
    ...(thoughts.length === 0 ? {} : { thoughts }),
    // Only what thinks or calls signs.
    ...(thoughts.length + calls.length === 0 ? {} : { signature: Buffer.from(signature).toString('base64') }),
    ...(finish === undefined ? {} : { finish }),
  }));
