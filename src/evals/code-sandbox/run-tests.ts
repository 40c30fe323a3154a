import { sameValue } from './compare-values.ts';
import type { Encoded, ProgramOutcome } from './report.ts';
import type { CodeLanguage, CodeSandbox } from './sandbox.ts';

/** The tests of one task; the reference never leaves this process together with what it is compared with. */
export interface CodeTask {
  language: CodeLanguage;
  entryPoint: string;
  /** JSON text of the list of argument lists. */
  inputs: string;
  /** The whole reference program. */
  reference: string;
  absoluteTolerance: number;
  /** Replaces comparison where many results are right. */
  oracle?: 'root_of_polynomial';
}

/** What the reference gives on this machine. */
export interface Expected {
  values: readonly Encoded[];
  ms: number;
}

export type CodeOutcome = 'pass' | 'wrong' | Exclude<ProgramOutcome, 'done'>;

export interface CodeVerdict {
  outcome: CodeOutcome;
  /** Share of the inputs that were right before the first failure. */
  share: number;
  explanation: string;
}

const GOLD_WALL_MS = 120_000;
// EvalPlus's rule: 4 seconds or four times the reference, measured on the same machine, whichever is longer.
const LEAST_WALL_MS = 4_000;

/**
 * The gold preflight: what the reference gives. null where it fails by itself: then the task can judge nobody and is put
 * aside.
 */
export async function expectedOf(task: CodeTask, sandbox: CodeSandbox): Promise<Expected | null> {
  const { language, reference: code, entryPoint, inputs } = task;
  const { outcome, values, ms } = await sandbox.run({ language, code, entryPoint, inputs, wallMs: GOLD_WALL_MS });
  return outcome === 'done' && values.every(([kind]) => kind !== 'x') ? { values, ms } : null;
}

/** Runs code on the task's inputs and compares what comes out. */
export async function runTests(
  code: string,
  task: CodeTask,
  expected: Expected,
  sandbox: CodeSandbox,
): Promise<CodeVerdict> {
  const { language, entryPoint, inputs } = task;
  const wallMs = Math.max(LEAST_WALL_MS, 4 * expected.ms);
  const { outcome, values, error } = await sandbox.run({ language, code, entryPoint, inputs, wallMs });
  const wrong = firstWrong(values, task, expected);
  const share =
    (wrong === -1 ? Math.min(values.length, expected.values.length) : wrong) / Math.max(1, expected.values.length);
  if (outcome === 'sandbox_error') return { outcome, share: 0, explanation: 'The sandbox itself failed.' };
  if (wrong !== -1)
    return {
      outcome: 'wrong',
      share,
      explanation: `Test ${wrong + 1} of ${expected.values.length} gives another value.`,
    };
  if (outcome !== 'done')
    return { outcome, share, explanation: error === null ? `It ended with ${outcome}.` : `It raised ${error}.` };
  // One value for each test, neither more nor fewer: a program that ends early has not passed.
  if (values.length !== expected.values.length)
    return { outcome: 'wrong', share, explanation: 'It did not answer every test once.' };
  return { outcome: 'pass', share: 1, explanation: '' };
}

function firstWrong(values: readonly Encoded[], task: CodeTask, expected: Expected): number {
  if (task.oracle === 'root_of_polynomial') {
    const inputs = JSON.parse(task.inputs) as [number[]][];
    return values.findIndex((value, index) => !isRoot(value, inputs[index]?.[0], task.absoluteTolerance));
  }
  return values.findIndex((value, index) => {
    const wanted = expected.values[index];
    return wanted === undefined || !sameValue(value, wanted, task.absoluteTolerance);
  });
}

/** HumanEval/32 asks for any zero: the value is put into the polynomial instead of being compared with one of them. */
function isRoot(value: Encoded, coefficients: readonly number[] | undefined, absolute: number): boolean {
  if (coefficients === undefined || (value[0] !== 'f' && value[0] !== 'i')) return false;
  const x = Number(value[1]);
  const at = coefficients.reduce((sum, coefficient, power) => sum + coefficient * x ** power, 0);
  return Math.abs(at) <= (absolute === 0 ? 1e-4 : absolute);
}
