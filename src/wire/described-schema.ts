import type { ResponseFormat } from '../contracts/chat-request.ts';
import type { LossReport } from './losses.ts';
import type { Json } from './members.ts';

/** The schema of an answer with the description of the format in it, for dialects whose formats have none. */
export function describedSchema(format: Extract<ResponseFormat, { kind: 'json-schema' }>, losses: LossReport): Json {
  const { schema, description } = format;
  if (description === null || description === '' || description === schema.description) return schema;
  if (schema.description === undefined) return { ...schema, description };
  losses.add('json_schema_description');
  return schema;
}
