import { z } from 'zod';
import { configurationSchema } from '../contracts/configuration.ts';
import type { ConfigurationPath } from '../contracts/configuration-problem.ts';

/** A JSON Schema (draft-07) as zod writes it, as far as this program reads it. */
export interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  properties?: Readonly<Record<string, SchemaNode>>;
  additionalProperties?: boolean | SchemaNode;
  required?: readonly string[];
  items?: SchemaNode;
  anyOf?: readonly SchemaNode[];
}

/** JSON Schema, draft-07, of what may be written in `alidade.yaml`: defaults are optional in it. */
export function configurationJsonSchema(): SchemaNode {
  return {
    title: 'Configuration of Alidade',
    ...z.toJSONSchema(configurationSchema, { target: 'draft-7', io: 'input', override: withoutSafeIntegerBounds }),
  } as SchemaNode;
}

/** zod states the range of exact integers on every integer; a reader learns nothing from it. */
function withoutSafeIntegerBounds({ jsonSchema }: { jsonSchema: { maximum?: number; minimum?: number } }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}

/** Names of the members that an object at `path` may have; empty where it is no object of fixed members. */
export function memberNames(schema: SchemaNode, path: ConfigurationPath): string[] {
  let nodes: readonly SchemaNode[] = alternatives(schema);
  for (const step of path) nodes = nodes.flatMap((node) => child(node, step)).flatMap(alternatives);
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** A schema and everything it may be instead. */
export function alternatives(node: SchemaNode): SchemaNode[] {
  return node.anyOf === undefined ? [node] : node.anyOf.flatMap(alternatives);
}

function child(node: SchemaNode, step: string | number): SchemaNode[] {
  if (typeof step === 'number') return node.items === undefined ? [] : [node.items];
  const property = node.properties?.[step];
  if (property !== undefined) return [property];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}
