import { isRecord, type Json } from '../members.ts';

/**
 * What a schema may hold where `strict` is true (platform.openai.com/docs/guides/structured-outputs, "Supported
 * schemas"), as far as every version and look-alike agrees; anything else answers 400.
 */
const KEYWORDS = new Set([
  '$defs',
  '$ref',
  'additionalProperties',
  'anyOf',
  'const',
  'description',
  'enum',
  'items',
  'properties',
  'required',
  'title',
  'type',
]);

/** Azure's limits, the narrower ones (learn.microsoft.com/azure/ai-foundry/openai/how-to/structured-outputs). */
const MAX_DEPTH = 5;
const MAX_PROPERTIES = 100;

const isObject = ({ type, properties }: Json): boolean =>
  properties !== undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));

/** Closed, and without a member that may be left out. */
function isClosed({ properties, required, additionalProperties }: Json): boolean {
  if (additionalProperties !== false || !isRecord(properties)) return false;
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.keys(properties).every((name) => needed.has(name));
}

class Check {
  #properties = 0;

  /** @param depth objects and lists around this schema */
  holds(schema: unknown, depth: number): boolean {
    if (!isRecord(schema) || depth > MAX_DEPTH) return false;
    const names = Object.keys(schema);
    if (!names.every((name) => KEYWORDS.has(name))) return false;
    // A reference takes nothing beside itself.
    if (schema.$ref !== undefined) return names.length === 1 && /^#(?:$|\/\$defs\/)/.test(String(schema.$ref));
    if (isObject(schema) && !isClosed(schema)) return false;
    return this.#childrenHold(schema, depth);
  }

  #childrenHold({ properties, $defs, anyOf, items }: Json, depth: number): boolean {
    const inner = isRecord(properties) ? Object.values(properties) : [];
    this.#properties += inner.length;
    if (this.#properties > MAX_PROPERTIES) return false;
    if (!inner.every((child) => this.holds(child, depth + 1))) return false;
    if (items !== undefined && !this.holds(items, depth + 1)) return false;
    const beside = [...(isRecord($defs) ? Object.values($defs) : []), ...(Array.isArray(anyOf) ? anyOf : [])];
    return beside.every((child) => this.holds(child, depth));
  }
}

/** Whether OpenAI takes the schema with `strict: true`. The outermost must be an object and no union. */
export const isStrictSchema = (schema: Json): boolean =>
  schema.type === 'object' && schema.anyOf === undefined && new Check().holds(schema, 0);
