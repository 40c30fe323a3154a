/**
 * The JSON value of an answer: the whole text, else the last fenced block that parses, else the longest balanced object or
 * list in it. `undefined` where there is none: `null` is a value.
 */
export function findJson(text: string): unknown {
  const whole = parse(text.trim());
  if (whole !== undefined) return whole;
  const fenced = [...text.matchAll(/```(?:json|JSON)?[ \t]*\n([\s\S]*?)```/g)];
  for (const [, block] of fenced.reverse()) {
    const value = parse((block ?? '').trim());
    if (value !== undefined) return value;
  }
  let best = '';
  for (let start = 0; start < text.length; start++) {
    if (text[start] !== '{' && text[start] !== '[') continue;
    const end = balancedEnd(text, start);
    if (end === -1) continue;
    const candidate = text.slice(start, end + 1);
    if (candidate.length > best.length && parse(candidate) !== undefined) best = candidate;
    start = end;
  }
  return best === '' ? undefined : parse(best);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON is an expected answer here.
    return undefined;
  }
}

/** Index of the bracket that closes the one at `start`; strings are skipped; -1 where it stays open. */
function balancedEnd(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return -1;
}

/** One difference between two JSON values; `path` as in JSON Pointer. */
export interface JsonDifference {
  path: string;
  kind: 'missing' | 'unexpected' | 'different';
}

/** Every place where two values differ; numbers are equal within `tolerance`, object members have no order. */
export function jsonDifferences(actual: unknown, expected: unknown, tolerance = 0, path = ''): JsonDifference[] {
  if (typeof actual === 'number' && typeof expected === 'number') {
    return Math.abs(actual - expected) <= tolerance ? [] : [{ path, kind: 'different' }];
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    const length = Math.max(actual.length, expected.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) => {
      const place = `${path}/${index}`;
      if (index >= actual.length) return [{ path: place, kind: 'missing' as const }];
      if (index >= expected.length) return [{ path: place, kind: 'unexpected' as const }];
      return jsonDifferences(actual[index], expected[index], tolerance, place);
    });
  }
  if (isObject(actual) && isObject(expected)) {
    return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) => {
      const place = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (!Object.hasOwn(actual, key)) return [{ path: place, kind: 'missing' as const }];
      if (!Object.hasOwn(expected, key)) return [{ path: place, kind: 'unexpected' as const }];
      return jsonDifferences(actual[key], expected[key], tolerance, place);
    });
  }
  return actual === expected ? [] : [{ path, kind: 'different' }];
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
