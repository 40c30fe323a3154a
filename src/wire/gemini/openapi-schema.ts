import { isRecord, type Json } from '../members.ts';
import type { GeminiSchema } from './schema.ts';

/**
 * The Schema object of models before Gemini 2 (https://ai.google.dev/api/caching#Schema), a subset of OpenAPI 3.0: a
 * member that is not in it, anywhere, refuses the whole request.
 */
const KEPT = new Set([
  'title',
  'description',
  'required',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'pattern',
  'propertyOrdering',
]);

const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'default',
  'examples',
  'deprecated',
]);
const MAX_DEPTH = 32;
/** References are put in place, so a small schema can stand for a huge one; beyond this any object is taken. */
const MAX_SCHEMAS = 10_000;

interface Walk {
  degraded: boolean;
  definitions: Json;
  /** Names of definitions that are being resolved: a second time would never end. */
  resolving: readonly string[];
  /** Schemas that may still be written, over all of the walk. */
  budget: { left: number };
}

const isNullType = (schema: unknown): boolean => isRecord(schema) && schema.type === 'null';

function resolve(reference: string, walk: Walk, depth: number): Record<string, unknown> {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const target = walk.definitions[name];
  if (!isRecord(target) || walk.resolving.includes(name) || depth > MAX_DEPTH || walk.budget.left <= 0) {
    // A schema that holds itself cannot be said: any object is taken there.
    walk.degraded = true;
    return { type: 'object' };
  }
  const inner: Walk = { ...walk, resolving: [...walk.resolving, name] };
  const resolved = convert(target, inner, depth + 1);
  walk.degraded ||= inner.degraded;
  return resolved;
}

function applyType(value: unknown, out: Record<string, unknown>, walk: Walk): void {
  if (!Array.isArray(value)) {
    out.type = value;
    return;
  }
  const types = value.filter((type) => type !== 'null');
  if (types.length < value.length) out.nullable = true;
  if (types.length === 1) out.type = types[0];
  else {
    out.anyOf = types.map((type) => ({ type }));
    walk.degraded ||= types.length === 0;
  }
}

function applyAnyOf(branches: readonly unknown[], out: Record<string, unknown>, walk: Walk, depth: number): void {
  const real = branches.filter((branch) => !isNullType(branch));
  if (real.length < branches.length) out.nullable = true;
  const converted = real.map((branch) => convert(branch, walk, depth + 1));
  if (converted.length === 1) Object.assign(out, { ...converted[0], ...out });
  else if (converted.length > 1) out.anyOf = converted;
}

function applyEnum(values: readonly unknown[], out: Record<string, unknown>, walk: Walk): void {
  if (values.every((value) => typeof value === 'string')) {
    out.enum = values;
    out.type ??= 'string';
    out.format = 'enum';
  } else {
    // Only texts can be listed.
    walk.degraded = true;
  }
}

function applyKeyword(name: string, value: unknown, out: Record<string, unknown>, walk: Walk, depth: number): void {
  if (KEPT.has(name)) out[name] = value;
  else if (name === 'type') applyType(value, out, walk);
  else if (name === 'properties' && isRecord(value)) {
    out.properties = Object.fromEntries(
      Object.entries(value).map(([property, schema]) => [property, convert(schema, walk, depth + 1)]),
    );
  } else if (name === 'items') out.items = convert(Array.isArray(value) ? value[0] : value, walk, depth + 1);
  else if ((name === 'anyOf' || name === 'oneOf') && Array.isArray(value)) applyAnyOf(value, out, walk, depth);
  else if (name === 'enum' && Array.isArray(value)) applyEnum(value, out, walk);
  else if (name === 'const') applyEnum([value], out, walk);
  else if (name === 'nullable' && typeof value === 'boolean') out.nullable = value;
  else if (name === 'allOf' && Array.isArray(value)) {
    for (const branch of value) Object.assign(out, convert(branch, walk, depth + 1));
    walk.degraded ||= value.length > 1;
  } else if (name === 'format' && (value === 'date-time' || value === 'enum')) out.format = value;
  else if (!ANNOTATIONS.has(name)) walk.degraded = true;
}

function convert(schema: unknown, walk: Walk, depth: number): Record<string, unknown> {
  if (!isRecord(schema)) {
    walk.degraded ||= schema === false;
    return {};
  }
  walk.budget.left -= 1;
  const { $ref, ...rest } = schema;
  const out: Record<string, unknown> = typeof $ref === 'string' ? resolve($ref, walk, depth) : {};
  for (const [name, value] of Object.entries(rest)) applyKeyword(name, value, out, walk, depth);
  return out;
}

/** A JSON Schema as the OpenAPI subset: references are put in place, null becomes `nullable`, the rest is left out. */
export function toOpenApiSchema(schema: Json): GeminiSchema {
  const definitions = { ...(isRecord(schema.definitions) ? schema.definitions : {}) };
  if (isRecord(schema.$defs)) Object.assign(definitions, schema.$defs);
  const walk: Walk = { degraded: false, definitions, resolving: [], budget: { left: MAX_SCHEMAS } };
  return { schema: convert(schema, walk, 0), degraded: walk.degraded };
}
