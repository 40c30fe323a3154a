import { isObject, jsonDifferences } from './json.ts';

type Check = (value: unknown, argument: never, context: Context) => string[];

interface Context {
  root: unknown;
  schema: Record<string, unknown>;
  path: string;
  depth: number;
}

/** A schema that this validator cannot judge: whoever wrote it must know, since a skipped rule would pass everything. */
export class UnsupportedSchema extends Error {
  constructor(keyword: string) {
    super(`The schema uses ${keyword}, which is not supported.`);
    this.name = 'UnsupportedSchema';
  }
}

/** Said, not checked: they describe. `format` is an annotation by default in JSON Schema since 2019. */
const ANNOTATIONS = new Set(
  '$schema $id $comment $defs definitions title description default examples format readOnly writeOnly deprecated then else'.split(
    ' ',
  ),
);
// Deep enough for any real schema, shallow enough to end one that refers to itself.
const MAX_DEPTH = 64;

/**
 * What is wrong with a value, one sentence each, by JSON Schema (draft-07 to 2020-12: types, enum, const, bounds, pattern,
 * properties, items, combinations, local $ref). Empty: it fits.
 * @throws UnsupportedSchema where a keyword is unknown, so that nothing passes unchecked
 */
export function schemaProblems(value: unknown, schema: unknown): string[] {
  return validate(value, schema, schema, '', 0);
}

function validate(value: unknown, schema: unknown, root: unknown, path: string, depth: number): string[] {
  if (schema === true) return [];
  if (schema === false) return [`${path || '/'} must not be there`];
  if (!isObject(schema)) throw new UnsupportedSchema('a schema that is no object');
  if (depth > MAX_DEPTH) throw new UnsupportedSchema(`more than ${MAX_DEPTH} nested schemas`);
  const context: Context = { root, schema, path, depth };
  return Object.entries(schema).flatMap(([keyword, argument]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    const check = Object.hasOwn(CHECKS, keyword) ? CHECKS[keyword] : undefined;
    if (check === undefined) throw new UnsupportedSchema(keyword);
    return check(value, argument as never, context);
  });
}

const say = (holds: boolean, { path }: Context, rule: string): string[] => (holds ? [] : [`${path || '/'} ${rule}`]);
const sub = (value: unknown, schema: unknown, { root, path, depth }: Context, step = ''): string[] =>
  validate(value, schema, root, path + step, depth + 1);
const equal = (left: unknown, right: unknown): boolean => jsonDifferences(left, right).length === 0;

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      throw new UnsupportedSchema(`type ${type}`);
  }
}

const TYPES = new Set(['null', 'array', 'object', 'integer', 'number', 'string', 'boolean']);
const MAPS_OF_SCHEMAS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const SCHEMAS = new Set(
  'items prefixItems additionalItems additionalProperties contains propertyNames not if then else anyOf oneOf allOf'.split(
    ' ',
  ),
);

/** What of a schema this validator cannot judge, before there is any value; null: nothing. References are not followed. */
export function unsupportedIn(schema: unknown): string | null {
  if (typeof schema === 'boolean') return null;
  if (!isObject(schema)) return 'a schema that is no object';
  for (const [keyword, argument] of Object.entries(schema)) {
    if (!ANNOTATIONS.has(keyword) && !Object.hasOwn(CHECKS, keyword)) return keyword;
    const type = keyword === 'type' ? [argument].flat().find((name) => !TYPES.has(String(name))) : undefined;
    if (type !== undefined) return `type ${String(type)}`;
    const inner = MAPS_OF_SCHEMAS.has(keyword) && isObject(argument) ? Object.values(argument) : [];
    for (const part of SCHEMAS.has(keyword) ? [argument].flat() : inner) {
      const found = unsupportedIn(part);
      if (found !== null) return found;
    }
  }
  return null;
}

function resolveReference(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) throw new UnsupportedSchema('$ref to another document');
  let found: unknown = root;
  for (const step of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  if (found === undefined) throw new UnsupportedSchema(`$ref ${reference}, which leads nowhere`);
  return found;
}

function additional(value: unknown, rule: unknown, context: Context): string[] {
  if (!isObject(value)) return [];
  const { properties = {}, patternProperties = {} } = context.schema as Record<string, Record<string, unknown>>;
  const patterns = Object.keys(patternProperties).map((pattern) => new RegExp(pattern, 'u'));
  return Object.keys(value)
    .filter((key) => !Object.hasOwn(properties, key) && !patterns.some((pattern) => pattern.test(key)))
    .flatMap((key) => sub(value[key], rule, context, `/${key}`));
}

function items(value: unknown, rule: unknown, context: Context): string[] {
  if (!Array.isArray(value)) return [];
  // Draft-07 writes tuples as a list in `items`, 2020-12 as `prefixItems`.
  if (Array.isArray(rule)) {
    return value.flatMap((item, index) => (index < rule.length ? sub(item, rule[index], context, `/${index}`) : []));
  }
  const skipped = Array.isArray(context.schema['prefixItems']) ? context.schema['prefixItems'].length : 0;
  return value.flatMap((item, index) => (index < skipped ? [] : sub(item, rule, context, `/${index}`)));
}

const passes = (value: unknown, schema: unknown, context: Context): boolean => sub(value, schema, context).length === 0;
const ifNumber = (value: unknown, holds: (n: number) => boolean): boolean => typeof value !== 'number' || holds(value);
const ifText = (value: unknown, holds: (text: string) => boolean): boolean => typeof value !== 'string' || holds(value);
const ifList = (value: unknown, holds: (list: unknown[]) => boolean): boolean => !Array.isArray(value) || holds(value);
const length = (text: string): number => [...text].length;

const CHECKS: Readonly<Record<string, Check>> = {
  type: (value, types: string | string[], context) =>
    say(
      [types].flat().some((type) => isOfType(value, type)),
      context,
      `must be ${[types].flat().join(' or ')}`,
    ),
  enum: (value, values: unknown[], context) =>
    say(
      values.some((allowed) => equal(value, allowed)),
      context,
      'must be one of the listed values',
    ),
  const: (value, wanted: unknown, context) => say(equal(value, wanted), context, 'must be the given value'),
  minimum: (value, bound: number, context) =>
    say(
      ifNumber(value, (n) => n >= bound),
      context,
      `must be at least ${bound}`,
    ),
  maximum: (value, bound: number, context) =>
    say(
      ifNumber(value, (n) => n <= bound),
      context,
      `must be at most ${bound}`,
    ),
  exclusiveMinimum: (value, bound: number, context) =>
    say(
      ifNumber(value, (n) => n > bound),
      context,
      `must be above ${bound}`,
    ),
  exclusiveMaximum: (value, bound: number, context) =>
    say(
      ifNumber(value, (n) => n < bound),
      context,
      `must be below ${bound}`,
    ),
  multipleOf: (value, step: number, context) =>
    say(
      ifNumber(value, (n) => Math.abs(n / step - Math.round(n / step)) < 1e-9),
      context,
      `must be a multiple of ${step}`,
    ),
  minLength: (value, bound: number, context) =>
    say(
      ifText(value, (t) => length(t) >= bound),
      context,
      `must have ${bound} characters or more`,
    ),
  maxLength: (value, bound: number, context) =>
    say(
      ifText(value, (t) => length(t) <= bound),
      context,
      `must have ${bound} characters or fewer`,
    ),
  pattern: (value, pattern: string, context) =>
    say(
      ifText(value, (t) => new RegExp(pattern, 'u').test(t)),
      context,
      `must match ${pattern}`,
    ),
  minItems: (value, bound: number, context) =>
    say(
      ifList(value, (l) => l.length >= bound),
      context,
      `must have ${bound} items or more`,
    ),
  maxItems: (value, bound: number, context) =>
    say(
      ifList(value, (l) => l.length <= bound),
      context,
      `must have ${bound} items or fewer`,
    ),
  uniqueItems: (value, unique: boolean, context) =>
    say(
      ifList(value, (l) => !unique || l.every((item, i) => l.slice(0, i).every((other) => !equal(item, other)))),
      context,
      'must not repeat items',
    ),
  contains: (value, rule: unknown, context) =>
    say(
      ifList(value, (l) => l.some((item) => passes(item, rule, context))),
      context,
      'must contain a fitting item',
    ),
  required: (value, keys: string[], context) =>
    isObject(value) ? keys.flatMap((key) => say(Object.hasOwn(value, key), context, `must have ${key}`)) : [],
  minProperties: (value, bound: number, context) =>
    say(!isObject(value) || Object.keys(value).length >= bound, context, `must have ${bound} members or more`),
  maxProperties: (value, bound: number, context) =>
    say(!isObject(value) || Object.keys(value).length <= bound, context, `must have ${bound} members or fewer`),
  properties: (value, rules: Record<string, unknown>, context) =>
    isObject(value)
      ? Object.entries(rules).flatMap(([key, rule]) =>
          Object.hasOwn(value, key) ? sub(value[key], rule, context, `/${key}`) : [],
        )
      : [],
  patternProperties: (value, rules: Record<string, unknown>, context) =>
    isObject(value)
      ? Object.entries(rules).flatMap(([pattern, rule]) =>
          Object.keys(value)
            .filter((key) => new RegExp(pattern, 'u').test(key))
            .flatMap((key) => sub(value[key], rule, context, `/${key}`)),
        )
      : [],
  propertyNames: (value, rule: unknown, context) =>
    isObject(value) ? Object.keys(value).flatMap((key) => sub(key, rule, context, `/${key}`)) : [],
  additionalProperties: additional,
  items,
  prefixItems: (value, rules: unknown[], context) =>
    Array.isArray(value)
      ? value.flatMap((item, i) => (i < rules.length ? sub(item, rules[i], context, `/${i}`) : []))
      : [],
  allOf: (value, rules: unknown[], context) => rules.flatMap((rule) => sub(value, rule, context)),
  anyOf: (value, rules: unknown[], context) =>
    say(
      rules.some((rule) => passes(value, rule, context)),
      context,
      'must fit one of the alternatives',
    ),
  oneOf: (value, rules: unknown[], context) =>
    say(
      rules.filter((rule) => passes(value, rule, context)).length === 1,
      context,
      'must fit exactly one of the alternatives',
    ),
  not: (value, rule: unknown, context) => say(!passes(value, rule, context), context, 'must not fit what is excluded'),
  if: (value, rule: unknown, context) =>
    sub(value, context.schema[passes(value, rule, context) ? 'then' : 'else'] ?? true, context),
  $ref: (value, reference: string, context) => sub(value, resolveReference(reference, context.root), context),
};
