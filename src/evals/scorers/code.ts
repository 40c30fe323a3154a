import { type CodeTask, type Expected, expectedOf, runTests } from '../code-sandbox/run-tests.ts';
import type { CodeSandbox } from '../code-sandbox/sandbox.ts';
import { type Reading, type Scorer, unparsed } from './scorer.ts';

export interface CodeTarget extends CodeTask {
  /** Stands before the answer's code: imports and helpers that the prompt gave. */
  preamble: string;
}

const LANGUAGES: Readonly<Record<string, RegExp>> = {
  python: /^(?:python3?|py)?$/i,
  javascript: /^(?:javascript|js|typescript|ts)?$/i,
};

/** Indented from its first line on that is not blank. */
const BODY = /^(?:[ \t]*\n)*[ \t]+\S/;

/**
 * The program in an answer: the last fenced block of the language that names the entry point, else the last such block,
 * else the text itself where it looks like code. null where there is none.
 */
export function codeOf(text: string, { language, entryPoint, preamble }: CodeTarget): string | null {
  const fits = LANGUAGES[language] as RegExp;
  const blocks = [...text.matchAll(/```([\w+-]*)[^\n]*\n([\s\S]*?)(?:```|$)/g)]
    .filter(([, tag]) => fits.test(tag ?? ''))
    .map(([, , code]) => code ?? '');
  const defines = new RegExp(`(?:def|function|const|let|var|class)\\s+${entryPoint}\\b`);
  const chosen =
    blocks.findLast((code) => defines.test(code)) ??
    blocks.at(-1) ??
    (text.includes('```') ? null : bareCode(text, defines));
  if (chosen === null) return null;
  // A body alone continues the prompt, whose last line is the head of the function.
  if (!defines.test(chosen) && BODY.test(chosen)) return `${preamble}\n${chosen}`;
  return `${preamble}\n\n${chosen}`;
}

function bareCode(text: string, defines: RegExp): string | null {
  if (defines.test(text))
    return text.slice(Math.max(0, text.search(/^(?:from |import |def |class |function |const |async |@)/m)));
  return BODY.test(text) ? text : null;
}

/**
 * Code by running it on the task's inputs. What the reference gives is found once for each task; a task whose reference
 * fails is a harness error for every answer, and so is a sandbox that fails.
 */
export function createCodeScorer(sandbox: CodeSandbox): Scorer {
  const expected = new Map<string, Promise<Expected | null>>();
  return {
    name: 'code',
    version: '2',
    async read({ id, target }, { text }): Promise<Reading> {
      const task = target as CodeTarget;
      const code = codeOf(text, task);
      if (code === null) return unparsed('There is no code in the answer.');
      const known = expected.get(id) ?? expectedOf(task, sandbox);
      expected.set(id, known);
      const gold = await known;
      if (gold === null) return { state: 'harness_error', explanation: 'The reference solution fails here.' };
      const { outcome, share, explanation } = await runTests(code, task, gold, sandbox);
      if (outcome === 'sandbox_error') return { state: 'harness_error', explanation };
      return {
        state: outcome === 'pass' ? 'correct' : 'wrong',
        value: share,
        explanation: `${outcome}${explanation === '' ? '' : `: ${explanation}`}`,
      };
    },
  };
}
