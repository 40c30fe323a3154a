import { AppError } from '../../contracts/errors.ts';
import { bfclV4 } from './bfcl-v4.ts';
import { gsm8k } from './gsm8k.ts';
import { humanevalPlus } from './humaneval-plus.ts';
import { ifeval } from './ifeval.ts';
import { math500 } from './math-500.ts';
import { cmmlu, longbenchV2, mmlu, mmluPro } from './multiple-choice.ts';
import type { SuiteSource } from './suite.ts';
import { xstest } from './xstest.ts';

/** Every suite that can be loaded by name. */
export const SUITES: readonly SuiteSource[] = [
  humanevalPlus,
  gsm8k,
  math500,
  ifeval,
  bfclV4,
  xstest,
  mmluPro,
  longbenchV2,
  cmmlu,
  mmlu,
];

/** The suite of a name. Throws AppError not_found, naming all there are. */
export function suiteSource(name: string): SuiteSource {
  const found = SUITES.find((suite) => suite.name === name);
  if (found !== undefined) return found;
  throw new AppError(
    'not_found',
    `There is no suite ${name}. There are: ${SUITES.map((suite) => suite.name).join(', ')}.`,
  );
}
