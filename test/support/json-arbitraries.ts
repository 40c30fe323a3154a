import fc from 'fast-check';

const whitespace = fc.constantFrom('', '', '', ' ', '\n', '\t\r\n  ');

const stringPiece = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }).map(escapeRaw),
  fc.string({ unit: 'binary', maxLength: 6 }).map(escapeRaw),
  fc.constantFrom(
    '\\"',
    '\\\\',
    '\\/',
    '\\b',
    '\\n',
    '\\u0041',
    '\\u00e9',
    '\\ud83d\\ude00',
    '\\ud800',
    '{',
    '}',
    '[',
    ',',
    ':',
  ),
  fc.nat(200).map((length) => 'x'.repeat(length)),
);

const stringText = fc.array(stringPiece, { maxLength: 6 }).map((pieces) => `"${pieces.join('')}"`);

const scalarText = fc.oneof(
  fc.constantFrom('true', 'false', 'null', '0', '-0', '1e5', '-1.25E-7', '12345678901234567890', '1.10', '{}', '[]'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  stringText,
);

/**
 * Keys as JSON string texts, plain and escaped in odd ways, but for those that a scan forbids, and those that end in a
 * backslash: V8 13.6 remembers the key `\\` of an earlier object and takes a later `"` (written `"\\""`) for it.
 */
export function arbitraryKey(): fc.Arbitrary<string> {
  const key = fc.oneof(
    fc.constantFrom('"model"', '"messages"', '"\\u006dodel"', '""', '"0"', '"a"', '"constructor_"', '"toString"'),
    stringText,
  );
  return key.filter((text) => {
    const name = JSON.parse(text) as string;
    return !['__proto__', 'constructor', 'prototype'].includes(name) && !name.endsWith('\\');
  });
}

/** JSON texts of objects with odd whitespace, numbers, escapes and nesting, without keys that come twice. */
export function arbitraryJsonObject(): fc.Arbitrary<string> {
  const { object } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
    value: fc.oneof({ maxDepth: 4, depthIdentifier: 'json' }, scalarText, tie('object'), tie('array')),
    array: fc
      .array(padded(tie('value')), { maxLength: 5, depthIdentifier: 'json' })
      .chain((values) => whitespace.map((inner) => `[${values.length > 0 ? values.join(',') : inner}]`)),
    object: fc
      .uniqueArray(fc.tuple(arbitraryKey(), tie('value'), whitespace, whitespace, whitespace, whitespace), {
        maxLength: 8,
        depthIdentifier: 'json',
        selector: ([key]) => JSON.parse(key) as string,
      })
      .chain((members) =>
        whitespace.map((inner) => {
          const texts = members.map(([key, value, a, b, c, d]) => `${a}${key}${b}:${c}${value}${d}`);
          return `{${texts.length > 0 ? texts.join(',') : inner}}`;
        }),
      ),
  }));
  return padded(object);
}

/** A JSON value's text. */
export function arbitraryJsonValue(): fc.Arbitrary<string> {
  return fc.oneof(scalarText, arbitraryJsonObject());
}

/** Bytes from none to many that look more or less like JSON. */
export function arbitraryGarbage(): fc.Arbitrary<Uint8Array> {
  const byte = fc.oneof(fc.constantFrom(...Buffer.from('{}[]",:\\ 1et\n')), fc.integer({ min: 0, max: 255 }));
  const bytes = fc.array(byte, { maxLength: 200 }).map((values) => Uint8Array.from(values));
  return fc.oneof(
    bytes,
    bytes.map((tail) => Buffer.concat([Buffer.from('{"a":'), tail])),
    fc
      .tuple(arbitraryJsonObject(), fc.nat())
      .map(([text, cut]) => Buffer.from(text).subarray(0, cut % (text.length + 1))),
  );
}

function padded(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(whitespace, text, whitespace).map((parts) => parts.join(''));
}

/** Escapes what must be escaped and leaves everything else, beyond ASCII too, as it is. */
function escapeRaw(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
