/** A run of digits long enough to be a number that a double cannot hold exactly. */
const LONG_NUMBER = /\d{16}/;

interface RawJson {
  rawJSON(text: string): unknown;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

const WHOLE_NUMBER = /^-?\d+$/;

const keepDigits: Reviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const { source } = context;
  return source !== undefined && WHOLE_NUMBER.test(source) ? (JSON as unknown as RawJson).rawJSON(source) : value;
};

/**
 * Like JSON.parse, but whole numbers too large for a double keep their digits when the value is written by
 * JSON.stringify again. Such a number is then an opaque object, so read only from the outside of tool arguments.
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepDigits as (this: unknown, key: string, value: unknown) => unknown);
}
