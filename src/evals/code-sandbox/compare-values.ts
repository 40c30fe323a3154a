import type { Encoded } from './report.ts';

const NUMBERS = 'ifb';
const ORDERED = 'lt';

/** `inf`, `-inf` and `nan` are Python's names. */
function toNumber([, text]: Encoded): number {
  const written = String(text);
  return Number(written.replace(/^(-?)inf$/, '$1Infinity').replace('nan', 'NaN'));
}

/**
 * Whether a value is the expected one, by the rules of the language's own `==`: numbers by value, lists and tuples of one
 * kind and in order. Where a fraction is expected the tolerance is `absolute` + 1e-7 of it, as EvalPlus has it. A value
 * without a plain form, such as an object that says it equals everything, equals nothing.
 */
export function sameValue(value: Encoded, expected: Encoded, absolute: number): boolean {
  const [kind, wanted] = [value[0], expected[0]];
  if (NUMBERS.includes(kind) && NUMBERS.includes(wanted)) return sameNumber(value, expected, absolute);
  if (kind !== wanted) return false;
  if (kind === 'x' || kind === undefined) return false;
  if (ORDERED.includes(kind)) return sameList(value[1], expected[1], absolute);
  if (kind === 'd') return sameEntries(value[1], expected[1], absolute);
  return JSON.stringify(value) === JSON.stringify(expected);
}

function sameNumber(value: Encoded, expected: Encoded, absolute: number): boolean {
  if (value[0] !== 'f' && expected[0] !== 'f') return String(value[1]) === String(expected[1]);
  const [a, b] = [toNumber(value), toNumber(expected)];
  if (Object.is(a, b) || a === b) return true;
  if (expected[0] !== 'f' || !Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= (absolute === 0 ? 1e-6 : absolute) + 1e-7 * Math.abs(b);
}

const isList = (value: unknown): value is readonly Encoded[] => Array.isArray(value);

function sameList(value: unknown, expected: unknown, absolute: number): boolean {
  if (!isList(value) || !isList(expected) || value.length !== expected.length) return false;
  return value.every((item, index) => Array.isArray(item) && sameValue(item, expected[index] as Encoded, absolute));
}

function sameEntries(value: unknown, expected: unknown, absolute: number): boolean {
  if (!isList(value) || !isList(expected) || value.length !== expected.length) return false;
  return value.every((entry, index) => sameList(entry, expected[index], absolute));
}
