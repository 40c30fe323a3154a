import type { Sample } from '../../contracts/evaluation.ts';
import type { CodeLanguage } from '../code-sandbox/sandbox.ts';
import type { CodeTarget } from '../scorers/code.ts';
import { type CertificationCase, said } from './cases.ts';

const targetOf = ({ target }: Sample): CodeTarget => target as CodeTarget;
/** The reference as a model would write it: a whole program. */
const program = (sample: Sample): string => targetOf(sample).reference;
const body = (sample: Sample): string => program(sample).slice(targetOf(sample).preamble.length);

const SHORT: Readonly<Record<CodeLanguage, string>> = { python: 'py', javascript: 'js' };
const PRINTS: Readonly<Record<CodeLanguage, string>> = { python: 'print("PASS")', javascript: 'console.log("PASS")' };
const MAIN: Readonly<Record<CodeLanguage, string>> = {
  python: 'if __name__ == "__main__":\n    raise SystemExit(1)',
  javascript: 'if (require.main === module) process.exit(1);',
};

const fenced = (tag: string, code: string): string => `\`\`\`${tag}\n${code}\n\`\`\``;

/** The function as it is, but its result changed by its type: the least wrong program there is. */
const MUTANTS: Readonly<Record<CodeLanguage, (code: string, name: string) => string>> = {
  python: (code, name) => `${code}
_right = ${name}
def ${name}(*given):
    value = _right(*given)
    if isinstance(value, bool): return not value
    if isinstance(value, (int, float)): return value + 1000
    if isinstance(value, str): return value + "x"
    if isinstance(value, list): return value + [0]
    if isinstance(value, tuple): return value + (0,)
    if isinstance(value, dict): return {**value, "x": 0}
    return 0 if value is None else None
`,
  javascript: (code, name) => `const ${name} = (() => {
${code}
const right = ${name};
return async (...given) => {
  const value = await right(...given);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1000;
  if (typeof value === 'string') return value + 'x';
  if (Array.isArray(value)) return [...value, 0];
  return value === null || value === undefined ? 0 : { ...value, x: 0 };
};
})();
`,
};

export const codeCase: CertificationCase = {
  formats: {
    'fence with the language': (sample) => said(fenced(targetOf(sample).language, program(sample))),
    'body only': (sample) => said(body(sample)),
  },
  mutate: (sample) => {
    const { language, entryPoint } = targetOf(sample);
    return said(fenced(language, MUTANTS[language](program(sample), entryPoint)));
  },
  formatFloor: 1,
};

/** A way of writing that depends on the language. */
const inLanguage =
  (way: (code: string, language: CodeLanguage) => string) =>
  (sample: Sample): ReturnType<typeof said> =>
    said(way(program(sample), targetOf(sample).language));

/** The more costly ways are tried on a part of the tasks; certify.ts says how many. */
export const CODE_FORMATS: CertificationCase['formats'] = {
  'fence with the short name': inLanguage((code, language) => fenced(SHORT[language], code)),
  '``` without a language': inLanguage((code) => fenced('', code)),
  'with words around': inLanguage(
    (code, language) => `Here is a solution:\n\n${fenced(language, code)}\n\nIt runs in O(n).`,
  ),
  'with a second block of usage': inLanguage(
    (code, language) => `${fenced(language, code)}\nUsage:\n${fenced(language, PRINTS[language])}`,
  ),
  'with a main guard': inLanguage((code, language) => fenced(language, `${code}\n\n${MAIN[language]}`)),
  'with prints': inLanguage((code, language) => fenced(language, `${code}\n${PRINTS[language]}`)),
  'without a fence': inLanguage((code) => `Here it is.\n${code}`),
  'fence never closed': inLanguage((code, language) => `\`\`\`${language}\n${code}`),
};
