import { findJson } from '../checks/json.ts';
import { schemaProblems, UnsupportedSchema } from '../checks/json-schema.ts';
import { parseNumber } from '../checks/number.ts';
import { callProblems } from '../checks/tool-call.ts';
import type { Verifier, VerifierFinding } from '../contracts/ensemble.ts';

const finding = (problems: readonly string[]): VerifierFinding => ({
  passed: problems.length === 0,
  why: problems.length === 0 ? 'fits' : (problems[0] as string),
});

/** The schema that the caller asked for, or that it is JSON at all. */
const schema: Verifier = {
  name: 'schema',
  verify: ({ text, toolCalls }, { responseFormat }) => {
    if (toolCalls.length > 0 || responseFormat === null || responseFormat.kind === 'text') return null;
    const value = findJson(text);
    if (value === undefined) return { passed: false, why: 'no JSON' };
    if (responseFormat.kind === 'json-object') return finding([]);
    try {
      return finding(schemaProblems(value, responseFormat.schema).slice(0, 1));
    } catch (error) {
      // A schema that cannot be judged judges nobody.
      if (error instanceof UnsupportedSchema) return null;
      throw error;
    }
  },
};

/** Calls name a tool that was offered and fit its schema. A call that was demanded has to be there. */
const toolCall: Verifier = {
  name: 'tool_call',
  verify: ({ toolCalls }, { tools, toolChoice }) => {
    if (toolCalls.length === 0) {
      const demanded = toolChoice?.mode === 'required' || toolChoice?.mode === 'tool';
      return demanded ? { passed: false, why: 'a call was demanded' } : null;
    }
    const functions = toolCalls.filter(({ custom }) => custom !== true);
    if (functions.length === 0) return null;
    try {
      return finding(functions.flatMap((call) => callProblems({ type: 'tool-call', ...call }, tools)).slice(0, 1));
    } catch (error) {
      if (error instanceof UnsupportedSchema) return null;
      throw error;
    }
  },
};

const NUMBER = String.raw`[-\u2212]?[$\u20ac£]?\d[\d,]*(?:\.\d+)?`;
const EQUATION = new RegExp(
  String.raw`(?<![\w.)])(?<![+\-\u2212*×·/÷^=]\s*)(${NUMBER})\s*([+\-\u2212*×x·/÷])\s*(${NUMBER})\s*=\s*(${NUMBER})(?!\s*[\w^*/+×÷(=])(?!\d|[.,]\d|\s*[-\u2212]\s*\d)`,
  'gu',
);
/** What people round away: half a unit of the last digit that is written. */
const roundingOf = (text: string): number => 0.5 * 10 ** -(/\.(\d+)/.exec(text)?.[1]?.length ?? 0);

const RESULTS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};
const SIGNS: Readonly<Record<string, string>> = { '−': '-', '×': '*', x: '*', '·': '*', '÷': '/' };

/** Every `a op b = c` of two numbers that the text works out is worked out again. */
const arithmetic: Verifier = {
  name: 'arithmetic',
  verify: ({ text }) => {
    if (!text.includes('=')) return null;
    let checked = 0;
    for (const [, left = '', sign = '', right = '', result = ''] of text.matchAll(EQUATION)) {
      const [a, b, c] = [left, right, result].map((number) => parseNumber(number.replace('−', '-')));
      const operation = RESULTS[SIGNS[sign] ?? sign];
      if (a == null || b == null || c == null || operation === undefined) continue;
      checked += 1;
      const off = Math.abs(operation(a, b) - c);
      // Not the equation itself: it may hold somebody's figures.
      if (!(off <= roundingOf(result) + 1e-9)) return { passed: false, why: `calculation ${checked} is wrong` };
    }
    return checked === 0 ? null : { passed: true, why: `${checked} calculations hold` };
  },
};

/** What needs nothing but the answer and the request. Running code is a verifier that whoever builds the run adds. */
export const BUILT_IN_VERIFIERS: readonly Verifier[] = [schema, toolCall, arithmetic];

export interface Checked {
  /** By name; those that had nothing to check are left out. */
  checks: Record<string, boolean>;
  /** null: nobody had anything to check. */
  passed: boolean | null;
}

/** A verifier that hears of no end must not keep the request from ending. */
async function untilEnded(finding: ReturnType<Verifier['verify']>, signal: AbortSignal): Promise<VerifierFinding> {
  if (!(finding instanceof Promise)) return finding;
  const ended = Promise.withResolvers<null>();
  const end = (): void => ended.resolve(null);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await Promise.race([finding, ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** What all verifiers say of one answer. One that fails itself has said nothing. */
export async function verifyAnswer(
  verifiers: readonly Verifier[],
  ...[answer, request, signal]: Parameters<Verifier['verify']>
): Promise<Checked> {
  const checks: Record<string, boolean> = {};
  for (const verifier of verifiers) {
    try {
      const found = await untilEnded(verifier.verify(answer, request, signal), signal);
      if (found !== null) checks[verifier.name] = found.passed;
    } catch {
      // What cannot check has nothing to say; the answer is weighed without it.
    }
  }
  const said = Object.values(checks);
  return { checks, passed: said.length === 0 ? null : said.every((passed) => passed) };
}
