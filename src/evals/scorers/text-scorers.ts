import { findJson, jsonDifferences } from '../../checks/json.ts';
import { schemaProblems } from '../../checks/json-schema.ts';
import { chosenLabel, chosenLetter } from '../../checks/label.ts';
import { looseForm, normaliseText } from '../../checks/normalise.ts';
import { finalNumber, parseNumber, withinTolerance } from '../../checks/number.ts';
import { type Scorer, unparsed, verdict } from './scorer.ts';

const texts = (target: unknown): string[] => [target].flat().map(String);

/** The answer is one of the target texts; case, marks and punctuation at the ends do not count. */
export const exactScorer: Scorer = {
  name: 'exact',
  version: '1',
  read({ target }, { text }) {
    const said = looseForm(text);
    return verdict(
      texts(target).some((wanted) => looseForm(wanted) === said),
      said,
    );
  },
};

/** The answer contains every target text, as whole words where they begin or end with a letter or digit. */
export const containsScorer: Scorer = {
  name: 'contains',
  version: '1',
  read({ target }, { text }) {
    const said = normaliseText(text).toLowerCase();
    const missing = texts(target).filter((wanted) => !containsWords(said, normaliseText(wanted).toLowerCase()));
    return verdict(missing.length === 0, null, missing.length === 0 ? '' : `Missing: ${missing.join(', ')}`);
  },
};

function containsWords(text: string, wanted: string): boolean {
  if (wanted === '') throw new RangeError('An empty text is contained in everything');
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // Letters of scripts without blanks between words have no word ends.
  const edge = (character: string): boolean =>
    /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]/u.test(character);
  const before = edge(wanted.charAt(0)) ? '(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}])' : '';
  const after = edge(wanted.charAt(wanted.length - 1))
    ? '(?![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}])'
    : '';
  return new RegExp(before + escaped + after, 'u').test(text);
}

// An expression of a suite runs on a model's text: this bounds what a slow one can cost.
const REGEX_INPUT = 20_000;

/** The target is a regular expression, or `{ pattern, flags }`; `u` is always set. */
export const regexScorer: Scorer = {
  name: 'regex',
  version: '1',
  read({ target }, { text }) {
    const { pattern, flags = '' } =
      typeof target === 'string' ? { pattern: target } : (target as { pattern: string; flags?: string });
    const found = new RegExp(pattern, `${flags.replace(/[guy]/g, '')}u`).exec(text.slice(0, REGEX_INPUT));
    return verdict(found !== null, found?.[0] ?? null);
  },
};

/** The target is a JSON Schema; the answer's JSON must fit it. */
export const jsonSchemaScorer: Scorer = {
  name: 'json_schema',
  version: '1',
  read({ target }, { text }) {
    const value = findJson(text);
    if (value === undefined) return unparsed('There is no JSON in the answer.');
    const problems = schemaProblems(value, target);
    return verdict(problems.length === 0, JSON.stringify(value), problems.slice(0, 5).join('; '));
  },
};

/** The answer's JSON equals the target; `value` is the share of the target's places that agree. */
export const jsonDiffScorer: Scorer = {
  name: 'json_diff',
  version: '1',
  read({ target }, { text }) {
    const value = findJson(text);
    if (value === undefined) return unparsed('There is no JSON in the answer.');
    const differences = jsonDifferences(value, target, 1e-9);
    const share = 1 - differences.length / Math.max(leaves(target), differences.length, 1);
    const places = differences.slice(0, 5).map(({ path, kind }) => `${path || '/'} ${kind}`);
    return { ...verdict(differences.length === 0, JSON.stringify(value), places.join('; ')), value: share };
  },
};

function leaves(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + leaves(member), 0);
}

interface NumericTarget {
  value: number;
  absolute?: number;
  relative?: number;
}

/** The number that the answer concludes with; the target is a number or `{ value, absolute, relative }`. */
export const numericScorer: Scorer = {
  name: 'numeric',
  version: '2',
  read({ target }, { text }) {
    const wanted = numericTarget(target);
    const found = finalNumber(text);
    if (found === null) return unparsed('There is no number in the answer.');
    const holds = withinTolerance(found.value, wanted.value, wanted.absolute ?? 1e-9, wanted.relative ?? 1e-9);
    return verdict(holds, String(found.value));
  },
};

function numericTarget(target: unknown): NumericTarget {
  if (typeof target === 'object' && target !== null) return target as NumericTarget;
  const value = typeof target === 'number' ? target : parseNumber(String(target));
  if (value === null) throw new RangeError(`The target ${String(target)} is no number`);
  return { value };
}

/** A letter among options; the target is `{ letter, options }` with the number of options. Nothing is ever guessed. */
export const choiceScorer: Scorer = {
  name: 'choice',
  version: '1',
  read({ target }, { text }) {
    const { letter, options } = target as { letter: string; options: number };
    const chosen = chosenLetter(text, options);
    return chosen === null ? unparsed('No choice could be read.') : verdict(chosen === letter, chosen);
  },
};

/** One of some labels; the target is `{ label, labels }`. */
export const labelScorer: Scorer = {
  name: 'label',
  version: '1',
  read({ target }, { text }) {
    const { label, labels } = target as { label: string; labels: string[] };
    const chosen = chosenLabel(text, labels);
    return chosen === null ? unparsed('Not exactly one label was named.') : verdict(chosen === label, chosen);
  },
};
