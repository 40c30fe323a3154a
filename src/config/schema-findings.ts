import type { z } from 'zod';
import type { ConfigurationFinding, ConfigurationPath } from '../contracts/configuration-problem.ts';
import { nearestNames } from '../lib/edit-distance.ts';
import { memberNames, type SchemaNode } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** A schema's complaints as sentences that say what would be right; `member` is set where a member's name is at fault. */
export interface SchemaFinding extends ConfigurationFinding {
  atName: boolean;
}

/** Turns the issues of a failed parse of `value` into findings. Never quotes a value, which may be a secret. */
export function schemaFindings(issues: readonly Issue[], value: unknown, schema: SchemaNode): SchemaFinding[] {
  return issues.flatMap((issue) => toFindings(issue, [], value, schema));
}

function toFindings(issue: Issue, base: ConfigurationPath, value: unknown, schema: SchemaNode): SchemaFinding[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  if (issue.code === 'invalid_union') return unionFindings(issue.errors, path, value, schema);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownMember(key, path, schema));
  if (issue.code === 'invalid_key') {
    const rule = issue.issues.map((inner) => inner.message).join('; ');
    return [finding(path, `This name is not allowed: ${rule}.`, null, true)];
  }
  const missing = issue.code === 'invalid_type' && valueAt(value, path) === undefined;
  if (missing) return [missingMember(path, issue)];
  return [finding(path, sentence(issue, valueAt(value, path)), null)];
}

function unknownMember(key: string, path: ConfigurationPath, schema: SchemaNode): SchemaFinding {
  const names = memberNames(schema, path);
  const near = nearestNames(key, names, 1)[0];
  const hint = near === undefined ? `Members here: ${names.join(', ')}.` : `Did you mean ${near}?`;
  return finding([...path, key], 'There is no such member.', hint, true);
}

function missingMember(path: ConfigurationPath, issue: Issue & { code: 'invalid_type' }): SchemaFinding {
  const name = path[path.length - 1];
  return finding(path.slice(0, -1), `${name} is missing: ${article(issue.expected)}.`, null, true);
}

/** The alternative that got furthest is the one that was meant. */
function unionFindings(
  branches: readonly (readonly Issue[])[],
  path: ConfigurationPath,
  value: unknown,
  schema: SchemaNode,
): SchemaFinding[] {
  const found = valueAt(value, path);
  if (found === undefined && path.length > 0) {
    return [finding(path.slice(0, -1), `${path[path.length - 1]} is missing.`, null, true)];
  }
  const fitting = branches.filter(
    (branch) => !branch.some((issue) => issue.code === 'invalid_type' && issue.path.length === 0),
  );
  if (fitting.length === 0) {
    const expected = branches.flatMap((branch) =>
      branch.map((issue) => ('expected' in issue ? article(issue.expected) : '')),
    );
    return [
      finding(path, `Expected ${[...new Set(expected.filter(Boolean))].join(' or ')}, found ${kindOf(found)}.`, null),
    ];
  }
  const best = [...fitting].sort((a, b) => a.length - b.length)[0] as readonly Issue[];
  return best.flatMap((issue) => toFindings(issue, path, value, schema));
}

function sentence(issue: Issue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${article(issue.expected)}, found ${kindOf(found)}.`;
    case 'invalid_value':
      return `Expected ${list(issue.values.map(String))}.`;
    case 'too_small':
      return issue.origin === 'array'
        ? `At least ${issue.minimum} is needed here.`
        : `Expected ${unitOf(issue.origin)} ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}${charactersOf(issue.origin)}.`;
    case 'too_big':
      return `Expected ${unitOf(issue.origin)} ${issue.inclusive === false ? 'below' : 'of at most'} ${issue.maximum}${charactersOf(issue.origin)}.`;
    case 'invalid_format':
      return `Expected ${formatOf(issue)}.`;
    default:
      return `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`;
  }
}

function formatOf(issue: Issue & { code: 'invalid_format' }): string {
  if (issue.format === 'url') return 'a URL';
  return issue.message;
}

function unitOf(origin: string): string {
  return origin === 'string' ? 'text' : 'a number';
}

function charactersOf(origin: string): string {
  return origin === 'string' ? ' characters' : '';
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of members',
  record: 'a map of members',
  array: 'a list',
};

function article(expected: string): string {
  return ARTICLES[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  return (
    { string: 'text', boolean: 'true or false', object: 'a map of members', undefined: 'nothing' }[
      typeof value as string
    ] ?? typeof value
  );
}

function list(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values[values.length - 1]}`;
}

function valueAt(value: unknown, path: ConfigurationPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

function finding(path: ConfigurationPath, message: string, hint: string | null, atName = false): SchemaFinding {
  return { severity: 'error', path, message, hint, atName };
}
