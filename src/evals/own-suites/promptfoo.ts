import { parse } from 'yaml';
import { isObject } from '../../checks/json.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Sample, Suite } from '../../contracts/evaluation.ts';
import { questionInput } from '../suites/suite.ts';
import { ownSuite } from './own-suite.ts';

/** promptfoo's assertion -> our scorer and its target. `i` forms ignore case, as our text scorers always do. */
const ASSERTIONS: Readonly<Record<string, { scorer: string; target(value: unknown): unknown }>> = {
  equals: { scorer: 'exact', target: String },
  iequals: { scorer: 'exact', target: String },
  contains: { scorer: 'contains', target: String },
  icontains: { scorer: 'contains', target: String },
  'contains-all': { scorer: 'contains', target: (value) => [value].flat().map(String) },
  'icontains-all': { scorer: 'contains', target: (value) => [value].flat().map(String) },
  regex: { scorer: 'regex', target: String },
  'is-json': { scorer: 'json_schema', target: (value) => value ?? true },
  'contains-json': { scorer: 'json_schema', target: (value) => value ?? true },
};

export interface PromptfooImport {
  /** One for each scorer that the file uses: a suite is one instrument. */
  suites: readonly Suite[];
  /** What was not taken over, one sentence each: nobody shall believe that it is checked. */
  skipped: readonly string[];
}

/**
 * `promptfooconfig.yaml`: every prompt with every test's variables becomes a sample, in the scorer of its first assertion
 * that we have. Files, functions and model-graded assertions are named in `skipped`.
 * @throws AppError invalid_request where prompts or tests are missing
 */
export function suitesFromPromptfoo(text: string, name: string): PromptfooImport {
  const config: unknown = parse(text, { maxAliasCount: 100 });
  if (!isObject(config)) throw new AppError('invalid_request', 'A promptfoo configuration is a mapping.');
  const { prompts, tests, defaultTest } = config;
  if (!Array.isArray(prompts) || !Array.isArray(tests)) {
    throw new AppError(
      'invalid_request',
      'Only configurations with lists of "prompts" and "tests" in the file can be read.',
    );
  }
  const skipped: string[] = [];
  const byScorer = new Map<string, Sample[]>();
  const defaults = isObject(defaultTest) ? defaultTest : {};
  for (const [promptIndex, entry] of prompts.entries()) {
    const prompt = promptText(entry);
    if (prompt === null) {
      skipped.push(`Prompt ${promptIndex + 1} is no text in the file.`);
      continue;
    }
    for (const [testIndex, test] of tests.entries()) {
      const place = `test ${testIndex + 1}`;
      const read = isObject(test) ? readTest(test, defaults, place, skipped) : null;
      if (read === null) continue;
      const sample = toSample(`${promptIndex + 1}/${testIndex + 1}`, fill(prompt, read.variables), read.target);
      byScorer.set(read.scorer, [...(byScorer.get(read.scorer) ?? []), sample]);
    }
  }
  const suites = [...byScorer].map(([scorer, samples]) =>
    ownSuite({ name: `${name}/${scorer}`, version: '1', scorer }, samples),
  );
  return { suites, skipped: [...new Set(skipped)] };
}

function promptText(entry: unknown): string | null {
  const text = isObject(entry) ? (entry['raw'] ?? entry['prompt']) : entry;
  return typeof text === 'string' && !/^(?:file|exec|https?):\/\//.test(text) ? text : null;
}

interface ReadTest {
  scorer: string;
  target: unknown;
  variables: Record<string, unknown>;
}

function readTest(
  test: Record<string, unknown>,
  defaults: Record<string, unknown>,
  place: string,
  skipped: string[],
): ReadTest | null {
  const variables = { ...asObject(defaults['vars']), ...asObject(test['vars']) };
  let found: Omit<ReadTest, 'variables'> | null = null;
  for (const assertion of [test['assert'] ?? [], defaults['assert'] ?? []].flat()) {
    const { type, value } = asObject(assertion);
    const known = Object.hasOwn(ASSERTIONS, String(type)) ? ASSERTIONS[String(type)] : undefined;
    const local = typeof value !== 'string' || !value.startsWith('file://');
    if (known === undefined || !local) skipped.push(`An assertion "${String(type)}" of ${place} is not checked.`);
    else if (found !== null)
      skipped.push(`A further assertion "${String(type)}" of ${place} is not checked: a sample has one scorer.`);
    else
      found = {
        scorer: known.scorer,
        target: known.target(typeof value === 'string' ? fill(value, variables) : value),
      };
  }
  if (found === null) skipped.push(`There is nothing in ${place} that can be checked here.`);
  return found === null ? null : { ...found, variables };
}

const asObject = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

/** `{{ name }}` by its variable; a name without one stays, so that it is seen. */
const fill = (template: string, variables: Readonly<Record<string, unknown>>): string =>
  template.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) => {
    if (!Object.hasOwn(variables, name)) return whole;
    const value = variables[name];
    return typeof value === 'string' ? value : JSON.stringify(value);
  });

const toSample = (id: string, text: string, target: unknown): Sample => ({
  id,
  input: questionInput(text),
  target,
  metadata: {},
  cluster: null,
  itemDate: null,
});
