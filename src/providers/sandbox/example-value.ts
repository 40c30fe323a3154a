import { isObject } from './chat-request.ts';

/** Deeper than this a schema repeats itself. */
const MAX_DEPTH = 8;

/**
 * A value that fits a JSON Schema, filled from the prompt as far as a fixed program can: enumerated values and numbers
 * that the prompt mentions, quoted or capitalised words for strings. Covers what tool and answer schemas use
 * (type, enum, const, properties, required, items, anyOf, minItems); `text` fills strings that nothing else fits.
 */
export function exampleValue(schema: unknown, prompt: string, text: string, depth = 0): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return null;
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return mentionedOf(schema.enum, prompt);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) return exampleValue(alternatives[0], prompt, text, depth + 1);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  // Google's subset of OpenAPI writes types in capitals.
  switch (typeof type === 'string' ? type.toLowerCase() : type) {
    case 'object':
      return exampleObject(schema, prompt, text, depth);
    case 'array': {
      const count = Math.min(typeof schema.minItems === 'number' ? Math.max(schema.minItems, 1) : 1, 10);
      return Array.from({ length: count }, () => exampleValue(schema.items, prompt, text, depth + 1));
    }
    case 'integer':
      return Math.trunc(numberIn(prompt));
    case 'number':
      return numberIn(prompt);
    case 'boolean':
      return !/\b(no|not|never|without)\b/i.test(prompt);
    case 'null':
      return null;
    case 'string':
      return text;
    default:
      return isObject(schema.properties) ? exampleObject(schema, prompt, text, depth) : text;
  }
}

function exampleObject(
  schema: Readonly<Record<string, unknown>>,
  prompt: string,
  text: string,
  depth: number,
): Record<string, unknown> {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const entries = Object.entries(properties).map(([name, property]) => [
    name,
    exampleValue(property, prompt, text, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

function mentionedOf(values: readonly unknown[], prompt: string): unknown {
  const lower = prompt.toLowerCase();
  return values.find((value) => typeof value === 'string' && lower.includes(value.toLowerCase())) ?? values[0];
}

function numberIn(prompt: string): number {
  return Number(/-?\d+(?:\.\d+)?/.exec(prompt)?.[0] ?? 0);
}

/** What a string argument most likely means: something quoted, else a name after a preposition, else the prompt's head. */
export function subjectOf(prompt: string): string {
  const quoted = /["“'«]([^"”'»]{1,100})["”'»]/.exec(prompt)?.[1];
  if (quoted !== undefined) return quoted;
  const named = /\b(?:in|for|of|to|at|about)\s+((?:\p{Lu}[\p{L}-]*)(?:\s+\p{Lu}[\p{L}-]*){0,3})/u.exec(prompt)?.[1];
  return named ?? prompt.trim().slice(0, 80);
}
