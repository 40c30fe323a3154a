import { isRecord, type Json } from '../members.ts';

/** A schema as structured outputs take it. `degraded`: it holds less, or holds more back, than the caller's. */
export interface OutputSchema {
  schema: Json;
  degraded: boolean;
}

/**
 * Keywords that the grammar knows (build-with-claude/structured-outputs, "JSON Schema limitations", and what the vendor's
 * own SDK leaves in: lib/transform-json-schema of @anthropic-ai/sdk 1.12.0, read 2026-11-22).
 */
const KNOWN = new Set([
  '$defs',
  '$ref',
  'additionalProperties',
  'allOf',
  'anyOf',
  'const',
  'default',
  'definitions',
  'description',
  'enum',
  'format',
  'items',
  'minItems',
  'pattern',
  'properties',
  'required',
  'title',
  'type',
]);

/** Demand nothing of an instance, so that leaving them out changes nothing. */
const ANNOTATIONS = new Set(['$schema', '$id', '$comment', 'deprecated', 'examples', 'readOnly', 'writeOnly']);

const FORMATS = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '));
const MAPS = new Set(['properties', '$defs', 'definitions']);
const LISTS = new Set(['anyOf', 'allOf']);

/** Deeper than any schema that a person wrote; what is below is sent as it is. */
const MAX_DEPTH = 64;

const isKept = (name: string, value: unknown): boolean => {
  if (name === 'format') return typeof value === 'string' && FORMATS.has(value);
  if (name === 'minItems') return value === 0 || value === 1;
  return KNOWN.has(name);
};

const typesOf = (schema: Json): readonly unknown[] => (Array.isArray(schema.type) ? schema.type : [schema.type]);

class Rewriter {
  degraded = false;

  rewrite(schema: unknown, depth: number): unknown {
    if (!isRecord(schema) || depth > MAX_DEPTH) return schema;
    const out: Record<string, unknown> = {};
    const unsaid: string[] = [];
    for (const [given, value] of Object.entries(schema)) {
      if (ANNOTATIONS.has(given)) continue;
      // Which of several may hold is not told apart by the grammar.
      const name = given === 'oneOf' ? 'anyOf' : given;
      if (given === 'oneOf') this.degraded = true;
      if (isKept(name, value)) out[name] = this.#child(name, value, depth);
      else unsaid.push(`${given}: ${JSON.stringify(value)}`);
    }
    this.#close(schema, out);
    if (unsaid.length > 0) {
      // The model can still read what the grammar cannot hold it to.
      this.degraded = true;
      const before = typeof out.description === 'string' ? `${out.description} ` : '';
      out.description = `${before}{${unsaid.join(', ')}}`;
    }
    return out;
  }

  #child(name: string, value: unknown, depth: number): unknown {
    if (MAPS.has(name) && isRecord(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, this.rewrite(child, depth + 1)]));
    }
    if (LISTS.has(name) && Array.isArray(value)) return value.map((child) => this.rewrite(child, depth + 1));
    return name === 'items' ? this.rewrite(value, depth + 1) : value;
  }

  /** Every object must be closed. */
  #close(schema: Json, out: Record<string, unknown>): void {
    if (!typesOf(schema).includes('object') && schema.properties === undefined) return;
    if (schema.additionalProperties !== false) this.degraded = true;
    out.additionalProperties = false;
  }
}

function* referencesIn(value: unknown): Iterable<string> {
  if (Array.isArray(value)) for (const child of value) yield* referencesIn(child);
  if (!isRecord(value)) return;
  for (const [name, child] of Object.entries(value)) {
    if (name === '$ref' && typeof child === 'string') yield child;
    else if (name !== '$defs' && name !== 'definitions') yield* referencesIn(child);
  }
}

/** Whether a schema refers to itself, which no grammar of this vendor can say. References to elsewhere count too. */
function isRecursive(schema: Json): boolean {
  const definitions: Record<string, unknown> = {};
  for (const place of ['$defs', 'definitions'] as const) {
    const held = schema[place];
    if (!isRecord(held)) continue;
    for (const [name, definition] of Object.entries(held)) definitions[`#/${place}/${name}`] = definition;
  }
  const done = new Set<string>();
  const reaches = (value: unknown, above: ReadonlySet<string>): boolean => {
    for (const reference of referencesIn(value)) {
      if (above.has(reference) || definitions[reference] === undefined) return true;
      if (done.has(reference)) continue;
      if (reaches(definitions[reference], new Set([...above, reference]))) return true;
      done.add(reference);
    }
    return false;
  };
  return reaches(schema, new Set(['#']));
}

/** The schema as `output_config.format` and strict tools take it, or null where it cannot be said at all. */
export function outputSchemaOf(schema: Json): OutputSchema | null {
  if (isRecursive(schema)) return null;
  const rewriter = new Rewriter();
  const rewritten = rewriter.rewrite(schema, 0) as Json;
  return { schema: rewritten, degraded: rewriter.degraded };
}
