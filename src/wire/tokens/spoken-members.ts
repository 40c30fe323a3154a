import type { Json } from '../members.ts';

/**
 * What a part of a request is, as far as replacing texts in it goes. `body`: the top; `dialect`: turns, tools and formats,
 * whose words must stay; `schema`: a JSON Schema; `free`: somebody's own data, of which everything may be replaced;
 * `silent`: nothing is.
 */
export type SpokenContext = 'body' | 'dialect' | 'schema' | 'free' | 'silent';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Read by the gateway and not sent on, or words of the dialect that say nothing of anybody. */
const SILENT_AT_TOP = set(
  'alidade model models provider fallbacks route transforms moment stream stream_options reasoning reasoning_effort ' +
    'thinking service_tier tool_choice function_call modalities audio encoding_format verbosity logit_bias betas ' +
    'cache_control anthropic_version',
);
/** What callers put there is their own. */
const FREE_AT_TOP = set('metadata user safety_identifier extra_body');
/**
 * Names and ids that tie things together, proofs that must come back byte for byte, bytes of images, audio and files
 * (which cannot be searched; policy decides about them), and addresses that are to be fetched.
 */
const SILENT = set(
  'type role id tool_call_id tool_use_id call_id index signature thought_signature thoughtSignature extra_content ' +
    'media_type mime_type mimeType detail cache_control encrypted_content encrypted_index encrypted_stdout ' +
    'image_url input_audio video_url file_id file_data tool_name strict effort',
);
const SCHEMAS = set('parameters input_schema schema');
/** Of a schema, what programs read. */
const SCHEMA_WORDS = set('type format pattern required $ref $schema $id $anchor contentEncoding contentMediaType');
const OPAQUE_TYPES = set('base64 redacted_thinking reasoning.encrypted');
const CALLS = set('tool_use server_tool_use mcp_tool_use');

/** What stands under a name of an object in a context. */
export function contextOf(context: SpokenContext, name: string, owner: Json): SpokenContext {
  switch (context) {
    case 'silent':
    case 'free':
      return context;
    case 'schema':
      return SCHEMA_WORDS.has(name) && !isPropertyMap(owner[name]) ? 'silent' : 'schema';
    case 'body':
      if (SILENT_AT_TOP.has(name)) return 'silent';
      return FREE_AT_TOP.has(name) ? 'free' : 'dialect';
    default:
      return contextInDialect(name, owner);
  }
}

/** A property may be called `type`: then its value is a schema. */
const isPropertyMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function contextInDialect(name: string, owner: Json): SpokenContext {
  const { type, role } = owner;
  if (SILENT.has(name)) return 'silent';
  // A codec of audio, or the shape that an answer shall have.
  if (name === 'format') return typeof owner.format === 'string' ? 'silent' : 'dialect';
  if (name === 'name') return typeof role === 'string' && role !== 'tool' && role !== 'function' ? 'dialect' : 'silent';
  if (SCHEMAS.has(name)) return 'schema';
  if (name === 'input' && typeof type === 'string' && CALLS.has(type)) return 'free';
  if (name === 'data' && typeof type === 'string' && OPAQUE_TYPES.has(type)) return 'silent';
  if (name === 'url' && type === 'url') return 'silent';
  return 'dialect';
}

const WORD = /^[A-Za-z_$][A-Za-z0-9_$-]{0,63}$/;

/** Names of members that somebody made up of data: an address as a key. */
export const isSpokenName = (name: string): boolean => name !== '' && !WORD.test(name);

/** Whole numbers long enough to be somebody's. */
export const isSpokenNumber = (digits: string): boolean => /^-?\d{5,}$/.test(digits);
