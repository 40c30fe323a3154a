import { isRecord, type Json } from '../members.ts';
import { type Circles, findCircles, placeOf, ROOT, referencesIn } from './schema-cycles.ts';

/** A schema as Google takes it. `degraded`: something that it demanded is not said any more. */
export interface GeminiSchema {
  schema: unknown;
  degraded: boolean;
}

/**
 * What is looked at in `responseJsonSchema` and `parametersJsonSchema`
 * (https://ai.google.dev/api/generate-content#GenerationConfig); other keywords are passed over by the model's grammar.
 */
const ENFORCED = new Set([
  '$id',
  '$defs',
  '$ref',
  '$anchor',
  'type',
  'format',
  'title',
  'description',
  'enum',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'anyOf',
  'oneOf',
  'properties',
  'additionalProperties',
  'required',
  'propertyOrdering',
]);

/** Keywords that demand nothing of an instance. */
const ANNOTATIONS = new Set([
  '$schema',
  '$comment',
  '$vocabulary',
  'default',
  'deprecated',
  'example',
  'examples',
  'readOnly',
  'writeOnly',
  'definitions',
  'nullable',
]);

const SCHEMA_MAPS = new Set(['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']);
const SCHEMA_LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const SCHEMAS = new Set(['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']);

/** Deeper than any schema that a person wrote; what is below is sent as it is. */
const MAX_DEPTH = 64;

interface Walk {
  degraded: boolean;
  /** The place whose schema is being rewritten. */
  place: string;
  circles: Circles;
}

function mapValues(value: Json, change: (schema: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, change(schema)]));
}

function child(name: string, value: unknown, walk: Walk, depth: number): unknown {
  const change = (schema: unknown): unknown => rewrite(schema, walk, depth + 1);
  if (SCHEMA_MAPS.has(name) && isRecord(value)) return mapValues(value, change);
  if (SCHEMA_LISTS.has(name) && Array.isArray(value)) return value.map(change);
  if (SCHEMAS.has(name)) return Array.isArray(value) ? value.map(change) : change(value);
  return value;
}

/** Beside `$ref` only members beginning with $ are taken. */
function withReferenceAlone(schema: Record<string, unknown>): Record<string, unknown> {
  const reference = schema.$ref;
  if (typeof reference !== 'string') return schema;
  const target = { $ref: placeOf(reference) === ROOT ? ROOT : `#/$defs/${placeOf(reference)}` };
  const { $ref: _, ...beside } = schema;
  return Object.keys(beside).length === 0 ? target : { anyOf: [target], ...beside };
}

/**
 * A schema that holds itself is taken only where it may be left out, and `null` in its place does not count
 * (GenerationConfig.responseJsonSchema): such a property is required no longer.
 */
function withoutRequiredCycles(schema: Record<string, unknown>, walk: Walk): void {
  const { properties, required } = schema;
  if (!isRecord(properties) || !Array.isArray(required)) return;
  const endless = (name: unknown): boolean => {
    if (typeof name !== 'string') return false;
    for (const place of referencesIn(properties[name])) {
      if (walk.circles.get(place) === walk.circles.get(walk.place)) return true;
    }
    return false;
  };
  const kept = required.filter((name) => !endless(name));
  if (kept.length === required.length) return;
  schema.required = kept;
  walk.degraded = true;
}

function rewrite(schema: unknown, walk: Walk, depth: number): unknown {
  if (!isRecord(schema) || depth > MAX_DEPTH) return schema;
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'const') {
      // `const` is not known; an enum of one value says the same, for texts and numbers only.
      if (typeof value === 'string' || typeof value === 'number') out.enum = [value];
      else walk.degraded = true;
      continue;
    }
    if (!ENFORCED.has(name) && !ANNOTATIONS.has(name)) walk.degraded = true;
    out[name] = child(name, value, walk, depth);
  }
  withoutRequiredCycles(out, walk);
  return withReferenceAlone(out);
}

interface Scan {
  /** Whether anything must be said otherwise. */
  rewrite: boolean;
  degraded: boolean;
}

/** Most schemas pass as they are: one look tells, and costs a fifth of writing them anew. */
function scan(schema: unknown, found: Scan, depth: number): void {
  if (!isRecord(schema) || depth > MAX_DEPTH) return;
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'const' || name === '$ref' || name === 'definitions') found.rewrite = true;
    else if (SCHEMA_MAPS.has(name)) {
      if (isRecord(value)) for (const inner of Object.values(value)) scan(inner, found, depth + 1);
    } else if (Array.isArray(value)) {
      if (SCHEMA_LISTS.has(name) || SCHEMAS.has(name)) for (const entry of value) scan(entry, found, depth + 1);
    } else if (SCHEMAS.has(name)) scan(value, found, depth + 1);
    if (!ENFORCED.has(name) && !ANNOTATIONS.has(name)) found.degraded = true;
  }
}

/**
 * For models that take JSON Schema: `const` becomes `enum`, `definitions` becomes `$defs`, a `$ref` stands alone, and
 * what leads back to itself need not be there.
 */
export function toJsonSchemaSubset(schema: Json): GeminiSchema {
  const found: Scan = { rewrite: false, degraded: false };
  scan(schema, found, 0);
  if (!found.rewrite) return { schema, degraded: found.degraded };
  const { $defs, definitions, ...root } = schema;
  const named: Json = { ...(isRecord(definitions) ? definitions : {}), ...(isRecord($defs) ? $defs : {}) };
  const walk: Walk = { degraded: false, place: ROOT, circles: findCircles(root, named) };
  const rewritten = rewrite(root, walk, 0) as Record<string, unknown>;
  if (Object.keys(named).length === 0) return { schema: rewritten, degraded: walk.degraded };
  const rewrittenNamed: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(named)) {
    walk.place = name;
    rewrittenNamed[name] = rewrite(definition, walk, 0);
  }
  return { schema: { ...rewritten, $defs: rewrittenNamed }, degraded: walk.degraded };
}

/** Whether a function takes no arguments: its declaration then goes without a schema, an empty object is refused. */
export function takesNoArguments(schema: Json): boolean {
  const { properties, additionalProperties } = schema;
  const hasProperties = isRecord(properties) && Object.keys(properties).length > 0;
  const isOpen = additionalProperties === true || isRecord(additionalProperties);
  const composed = ['$ref', 'anyOf', 'oneOf', 'allOf', 'patternProperties'].some((name) => schema[name] !== undefined);
  return !hasProperties && !isOpen && !composed;
}
