import { isObject } from '../../checks/json.ts';
import { type ReadCall, readCall } from '../../checks/tool-call.ts';
import { type Scorer, unparsed, verdict } from './scorer.ts';

/** One expected call: for each argument the accepted values; `""` among them means that it may be left out. */
export interface ExpectedCall {
  name: string;
  arguments: Readonly<Record<string, readonly unknown[]>>;
}

/** `calls: []` with `any: false` means that nothing may be called; `any: true` that something must be. */
export interface ToolCallTarget {
  calls: readonly ExpectedCall[];
  any?: boolean;
}

// BFCL's own form of strings: these marks and blanks do not count, nor does case.
const standard = (text: string): string =>
  text
    .replace(/[ ,./\-_*^]/g, '')
    .toLowerCase()
    .replaceAll("'", '"');

/**
 * Whether a value is the accepted one, at any depth: strings in standard form, numbers by value (2 and 2.0 are one number
 * in JSON), objects member by member with accepted lists where the dataset writes them so.
 */
function same(value: unknown, accepted: unknown): boolean {
  if (typeof value === 'string' && typeof accepted === 'string') return standard(value) === standard(accepted);
  if (Array.isArray(value) && Array.isArray(accepted)) {
    return value.length === accepted.length && value.every((item, index) => same(item, accepted[index]));
  }
  if (isObject(value) && isObject(accepted)) return sameMembers(value, accepted);
  return value === accepted;
}

function sameMembers(value: Record<string, unknown>, accepted: Record<string, unknown>): boolean {
  for (const key of Object.keys(value)) if (!Object.hasOwn(accepted, key)) return false;
  return Object.entries(accepted).every(([key, options]) => {
    const list = Array.isArray(options) ? options : [options];
    if (!Object.hasOwn(value, key)) return list.includes('');
    return list.some((option) => same(value[key], option)) || same(value[key], options);
  });
}

/** Why a call is not the expected one; null: it is. */
function mismatch(call: ReadCall, expected: ExpectedCall): string | null {
  // Vendors that forbid dots in names get underscores from whoever sends the tools.
  if (call.name.replaceAll('.', '_') !== expected.name.replaceAll('.', '_'))
    return `calls ${call.name}, not ${expected.name}`;
  for (const name of Object.keys(call.arguments)) {
    if (!Object.hasOwn(expected.arguments, name)) return `${expected.name} has an unexpected ${name}`;
  }
  for (const [name, accepted] of Object.entries(expected.arguments)) {
    if (!Object.hasOwn(call.arguments, name)) {
      // The dataset has arguments without a single accepted value: nothing can be demanded of those.
      if (accepted.length > 0 && !accepted.includes('')) return `${expected.name} lacks ${name}`;
      continue;
    }
    const value = call.arguments[name];
    if (!accepted.some((option) => same(value, option))) return `${expected.name} has another ${name}`;
  }
  return null;
}

/** Calls in any order: every expected call is met by one of its own (augmenting paths, so that order cannot matter). */
function unmatched(calls: readonly ReadCall[], expected: readonly ExpectedCall[]): string | null {
  const takenBy = new Map<number, number>();
  const place = (wanted: number, seen: Set<number>): boolean => {
    for (const [index, call] of calls.entries()) {
      if (seen.has(index) || mismatch(call, expected[wanted] as ExpectedCall) !== null) continue;
      seen.add(index);
      const holder = takenBy.get(index);
      if (holder === undefined || place(holder, seen)) {
        takenBy.set(index, wanted);
        return true;
      }
    }
    return false;
  };
  for (const [index, wanted] of expected.entries()) {
    if (place(index, new Set())) continue;
    const reasons = calls.map((call) => mismatch(call, wanted)).filter((reason) => reason !== null);
    return reasons[0] ?? `${wanted.name} is not called`;
  }
  return null;
}

/** Tool calls compared by structure, as BFCL v4 does it; arguments that cannot be read are wrong, never "no call". */
export const toolCallScorer: Scorer = {
  name: 'tool_calls',
  version: '1',
  // Declining is right where no tool fits.
  readsRefusals: true,
  read({ target }, { toolCalls, refusalSignal, text }) {
    const { calls: expected, any } = target as ToolCallTarget;
    const parsed = toolCalls.map(({ name, arguments: text }) => `${name}(${text})`).join('; ');
    const reads = toolCalls.map(readCall);
    if (reads.includes(null)) return { ...unparsed('The arguments of a call are no JSON object.'), parsed };
    const calls = reads as ReadCall[];
    if (expected.length === 0) {
      const wantsCall = any === true;
      if (!wantsCall && refusalSignal && text.trim() === '') return { state: 'refused', parsed };
      return verdict(calls.length > 0 === wantsCall, parsed, wantsCall ? 'A tool should be called.' : 'No tool fits.');
    }
    if (calls.length === 0)
      return { state: refusalSignal ? 'refused' : 'wrong', parsed: '', explanation: 'No tool is called.' };
    if (calls.length !== expected.length)
      return verdict(false, parsed, `${calls.length} calls, not ${expected.length}`);
    const reason = unmatched(calls, expected);
    return verdict(reason === null, parsed, reason ?? '');
  },
};
