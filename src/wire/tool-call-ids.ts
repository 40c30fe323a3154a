import { Buffer } from 'node:buffer';
import type { Signature } from '../contracts/chat-request.ts';
import { DIALECTS } from '../contracts/vocabulary.ts';
import { sha256Hex } from '../lib/hash.ts';

/**
 * What a tool-call id carries for clients that drop members they do not know but echo ids: the signature of the call
 * itself (Gemini), of a thought block before it, or a thought block that only the vendor can read (both Anthropic).
 */
export interface Carried {
  kind: 'call' | 'thought' | 'redacted';
  signature: Signature;
}

/** What an upstream takes as the id of a tool call. */
export interface ToolCallIdRule {
  /** Ids that fit it pass unchanged. */
  pattern: RegExp;
  /** Beginning of those that are made. */
  prefix: string;
  /** Length of those that are made, prefix included. */
  length: number;
}

/** Letters, digits, `_` and `-` only: Anthropic's clients and servers take nothing else in an id. */
export const MARKER = '__al1_';
const KINDS = ['call', 'thought', 'redacted'] as const;
/** In place of a kind: the bytes are the id itself, for ids that hold the marker (another Alidade behind this one). */
const WHOLE_ID = 255;
const HEAD_BYTES = 7;

function entry(kind: number, origin: number, value: string): Buffer {
  const asBase64 = Buffer.from(value, 'base64');
  const isBase64 = value !== '' && asBase64.toString('base64') === value;
  const bytes = isBase64 ? asBase64 : Buffer.from(value, 'utf8');
  const packed = Buffer.allocUnsafe(HEAD_BYTES + bytes.length);
  packed[0] = kind;
  packed[1] = origin;
  packed[2] = isBase64 ? 1 : 0;
  packed.writeUInt32BE(bytes.length, 3);
  bytes.copy(packed, HEAD_BYTES);
  return packed;
}

/**
 * The id with what it carries, `<id>__al1_<base64url>`: reversible byte for byte by `unpackToolCallId`. An id that
 * carries nothing is unchanged.
 */
export function packToolCallId(id: string, carried: readonly Carried[]): string {
  const nested = id.includes(MARKER);
  if (carried.length === 0 && !nested) return id;
  const entries = carried.map(({ kind, signature }) =>
    entry(KINDS.indexOf(kind), DIALECTS.indexOf(signature.origin), signature.value),
  );
  if (nested) entries.push(entry(WHOLE_ID, 0, id));
  const visible = nested ? id.slice(0, id.indexOf(MARKER)) : id;
  return `${visible}${MARKER}${Buffer.concat(entries).toString('base64url')}`;
}

/** The upstream's own id and what was carried. An id that `packToolCallId` did not make is returned as it is. */
export function unpackToolCallId(packed: string): { id: string; carried: readonly Carried[] } {
  const at = packed.indexOf(MARKER);
  if (at === -1) return { id: packed, carried: [] };
  const asItIs = { id: packed, carried: [] };
  const text = packed.slice(at + MARKER.length);
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== text) return asItIs;
  const carried: Carried[] = [];
  let id = packed.slice(0, at);
  let pos = 0;
  while (pos < bytes.length) {
    if (pos + HEAD_BYTES > bytes.length) return asItIs;
    const end = pos + HEAD_BYTES + bytes.readUInt32BE(pos + 3);
    if (end > bytes.length) return asItIs;
    const value = bytes.toString(bytes[pos + 2] === 1 ? 'base64' : 'utf8', pos + HEAD_BYTES, end);
    const kind = KINDS[bytes[pos] as number];
    const origin = DIALECTS[bytes[pos + 1] as number];
    if (bytes[pos] === WHOLE_ID) id = value;
    else if (kind === undefined || origin === undefined) return asItIs;
    else carried.push({ kind, signature: { origin, value } });
    pos = end;
  }
  return { id, carried };
}

/** The id where the upstream takes it, else one made from it: always the same for the same id. */
export function fitToolCallId(id: string, rule: ToolCallIdRule): string {
  if (rule.pattern.test(id)) return id;
  return `${rule.prefix}${sha256Hex(id)}`.slice(0, rule.length);
}
