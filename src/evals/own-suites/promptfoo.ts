import { parse } from 'yaml';
import { isObject } from '../../checks/json.ts';
import { AppError } from '../../contracts/errors.ts';
import type { Sample, SampleInput, Suite } from '../../contracts/evaluation.ts';
import { questionInput } from '../suites/suite.ts';
import { ownSuite } from './own-suite.ts';
import { inputOf } from './sample-input.ts';

/** promptfoo's assertion -> our scorer and its target. `i` forms ignore case, as our text scorers always do. */
const ASSERTIONS: Readonly<Record<string, { scorer: string; target(value: unknown): unknown }>> = {
  equals: { scorer: 'exact', target: String },
  iequals: { scorer: 'exact', target: String },
  contains: { scorer: 'contains', target: String },
  icontains: { scorer: 'contains', target: String },
  'contains-any': { scorer: 'regex', target: (value) => ({ pattern: anyOf(value) }) },
  'icontains-any': { scorer: 'regex', target: (value) => ({ pattern: anyOf(value), flags: 'i' }) },
  'starts-with': { scorer: 'regex', target: (value) => ({ pattern: `^${anyOf([value])}` }) },
  'contains-all': { scorer: 'contains', target: (value) => [value].flat().map(String) },
  'icontains-all': { scorer: 'contains', target: (value) => [value].flat().map(String) },
  regex: { scorer: 'regex', target: String },
  'is-json': { scorer: 'json_schema', target: (value) => value ?? true },
  'contains-json': { scorer: 'json_schema', target: (value) => value ?? true },
};

const anyOf = (value: unknown): string => {
  const texts = (typeof value === 'string' ? value.split(',').map((text) => text.trim()) : [value].flat()).map(String);
  return `(?:${texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`;
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
  const { prompts, tests, defaults, skipped } = readConfiguration(text);
  const byScorer = new Map<string, Sample[]>();
  for (const [promptIndex, entry] of prompts.entries()) {
    const prompt = promptText(entry);
    if (prompt === null) {
      skipped.push(`Prompt ${promptIndex + 1} is no text in the file.`);
      continue;
    }
    for (const [testIndex, test] of tests.entries()) {
      const place = `test ${testIndex + 1}`;
      const cases = isObject(test) ? readTest(test, defaults, place, skipped) : [];
      for (const [caseIndex, { scorer, target, variables }] of cases.entries()) {
        const open = unfilled(prompt, variables);
        if (open !== undefined) {
          skipped.push(`Prompt ${promptIndex + 1} is not asked for ${place}: nothing here fills ${open}.`);
          continue;
        }
        const part = cases.length === 1 ? '' : `/${caseIndex + 1}`;
        const id = `${promptIndex + 1}/${testIndex + 1}${part}`;
        const sample = toSample(id, inputFrom(prompt, variables), target, cases.length === 1 ? null : place);
        byScorer.set(scorer, [...(byScorer.get(scorer) ?? []), sample]);
      }
    }
  }
  const suites = [...byScorer].map(([scorer, samples]) =>
    ownSuite({ name: `${name}/${scorer}`, version: '1', scorer }, samples),
  );
  return { suites, skipped: [...new Set(skipped)] };
}

interface Configuration {
  prompts: unknown[];
  tests: unknown[];
  defaults: Record<string, unknown>;
  skipped: string[];
}

function readConfiguration(text: string): Configuration {
  let config: unknown;
  try {
    config = parse(text, { maxAliasCount: 100, logLevel: 'error' });
  } catch (cause) {
    const [line = ''] = cause instanceof Error ? cause.message.split('\n') : [];
    throw new AppError('invalid_request', `This is no YAML: ${line.replace(/:$/, '.')}`, { cause });
  }
  if (!isObject(config)) throw new AppError('invalid_request', 'A promptfoo configuration is a mapping.');
  const { prompts: given, tests, defaultTest, scenarios } = config;
  const prompts = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(prompts) || !Array.isArray(tests)) {
    throw new AppError(
      'invalid_request',
      'Only configurations with lists of "prompts" and "tests" in the file can be read.',
    );
  }
  const defaults = isObject(defaultTest) ? defaultTest : {};
  const skipped = scenarios === undefined ? [] : ['Its "scenarios" are not read.'];
  for (const [place, test] of [
    ['the default test', defaults],
    ...tests.map((each, index) => [`test ${index + 1}`, each]),
  ]) {
    for (const member of ['options', 'threshold', 'assertScoringFunction'])
      if (isObject(test) && test[member] !== undefined)
        skipped.push(`The "${member}" of ${String(place)} is not applied.`);
  }
  return { prompts, tests, defaults, skipped };
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
): ReadTest[] {
  const given = { ...asObject(defaults['vars']), ...asObject(test['vars']) };
  let found: { scorer: string; target(value: unknown): unknown; value: unknown } | null = null;
  for (const assertion of [test['assert'] ?? [], defaults['assert'] ?? []].flat()) {
    const { type, value } = asObject(assertion);
    const known = Object.hasOwn(ASSERTIONS, String(type)) ? ASSERTIONS[String(type)] : undefined;
    const local = typeof value !== 'string' || !value.startsWith('file://');
    if (known === undefined || !local) skipped.push(`An assertion "${String(type)}" of ${place} is not checked.`);
    else if (found !== null)
      skipped.push(`A further assertion "${String(type)}" of ${place} is not checked: a sample has one scorer.`);
    else found = { ...known, value };
  }
  if (found === null) {
    skipped.push(`There is nothing in ${place} that can be checked here.`);
    return [];
  }
  const { scorer, target, value } = found;
  return combinations(given).map((variables) => ({ scorer, target: target(filled(value, variables)), variables }));
}

/** A variable with a list of values stands for one test each, as it does for promptfoo. */
function combinations(variables: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  let all: Record<string, unknown>[] = [{}];
  for (const [name, value] of Object.entries(variables)) {
    const values = Array.isArray(value) ? value : [value];
    if (all.length * values.length > MOST_CASES) {
      throw new AppError('invalid_request', `The lists of one test stand for more than ${MOST_CASES} tests.`);
    }
    all = all.flatMap((each) => values.map((one: unknown) => ({ ...each, [name]: one })));
  }
  return all;
}

const MOST_CASES = 10_000;

/** Variables in texts, and in texts of lists. */
const filled = (value: unknown, variables: Readonly<Record<string, unknown>>): unknown => {
  if (typeof value === 'string') return fill(value, variables);
  return Array.isArray(value) ? value.map((each) => filled(each, variables)) : value;
};

const asObject = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

/** What of a template no variable fills: a name without one, a filter, a block; undefined: nothing. */
const unfilled = (template: string, variables: Readonly<Record<string, unknown>>): string | undefined =>
  /\{\{.*?\}\}|\{%.*?%\}/s.exec(
    fill(template, Object.fromEntries(Object.keys(variables).map((name) => [name, '']))),
  )?.[0];

/** A conversation where the prompt is one in JSON, as promptfoo takes it; else a question. */
function inputFrom(prompt: string, variables: Readonly<Record<string, unknown>>): SampleInput {
  const messages = conversationIn(prompt);
  if (messages === null) return questionInput(fill(prompt, variables));
  const turns = messages.map((message) => ({ ...message, content: filled(message['content'], variables) }));
  return inputOf(turns, undefined, 'A prompt');
}

function conversationIn(prompt: string): Record<string, unknown>[] | null {
  if (!prompt.trimStart().startsWith('[')) return null;
  try {
    const value: unknown = JSON.parse(prompt);
    const isMessage = (each: unknown): each is Record<string, unknown> => isObject(each) && 'role' in each;
    return Array.isArray(value) && value.length > 0 && value.every(isMessage) ? value : null;
  } catch {
    return null;
  }
}

/** `{{ name }}` by its variable; a name without one stays. */
const fill = (template: string, variables: Readonly<Record<string, unknown>>): string =>
  template.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) => {
    if (!Object.hasOwn(variables, name)) return whole;
    const value = variables[name];
    return typeof value === 'string' ? value : JSON.stringify(value);
  });

const toSample = (id: string, input: SampleInput, target: unknown, cluster: string | null): Sample => ({
  id,
  input,
  target,
  metadata: {},
  cluster,
  itemDate: null,
});
