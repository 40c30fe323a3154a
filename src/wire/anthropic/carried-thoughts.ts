import type { ReasoningPart, Signature } from '../../contracts/chat-request.ts';
import { type Carried, MARKER, packToolCallId, unpackToolCallId } from '../tool-call-ids.ts';

/**
 * Thoughts of other vendors in a conversation of this dialect. Clients send thinking blocks back as they are and refuse
 * none without a signature, so what another vendor needs again rides in `signature` (or `data`, where the thoughts are
 * redacted) as `alidade__al1_<base64url>`, packed like a tool-call id. Thoughts without any signature say so, because an
 * empty one would be refused as forged when the conversation moves on to Anthropic itself.
 */
const OWNER = 'alidade';
const UNSIGNED = 'alidade-unsigned';

/** `call` inside a thinking block marks the signature of the text before it (Gemini signs texts too). */
const carry = (kind: Carried['kind'], signature: Signature): string => packToolCallId(OWNER, [{ kind, signature }]);

/** Value of `signature` for a thinking block. */
export function signatureFor(signature: Signature | undefined): string {
  if (signature === undefined) return UNSIGNED;
  return signature.origin === 'anthropic' ? signature.value : carry('thought', signature);
}

/** Value of `data` for a redacted thinking block. */
export const redactedDataFor = (redacted: Signature): string =>
  redacted.origin === 'anthropic' ? redacted.value : carry('redacted', redacted);

/** Value of `signature` for an empty thinking block that stands after a signed text. */
export const textSignatureFor = (signature: Signature): string => carry('call', signature);

function unpack(value: string): Carried | null {
  if (!value.startsWith(OWNER + MARKER)) return null;
  return unpackToolCallId(value).carried[0] ?? null;
}

/** What a thinking block says; `textSignature` where it is only the bearer of a text's signature. */
export function readThinking(text: string, value: string): { part: ReasoningPart } | { textSignature: Signature } {
  if (value === '' || value === UNSIGNED) return { part: { type: 'reasoning', text } };
  const carried = unpack(value);
  if (carried === null) return { part: { type: 'reasoning', text, signature: { origin: 'anthropic', value } } };
  if (carried.kind === 'call') return { textSignature: carried.signature };
  return { part: { type: 'reasoning', text, signature: carried.signature } };
}

/** What a redacted thinking block says. */
export function readRedacted(data: string): ReasoningPart {
  const carried = unpack(data);
  const redacted: Signature = carried === null ? { origin: 'anthropic', value: data } : carried.signature;
  return { type: 'reasoning', text: '', redacted };
}

/** Whether a `signature` or `data` is none of Anthropic's. */
export const isOfOthers = (value: unknown): boolean =>
  typeof value === 'string' && (value === UNSIGNED || value.startsWith(OWNER + MARKER));

const NEEDLES = [`"${UNSIGNED}"`, `"${OWNER}${MARKER}`].map((text) => Buffer.from(text));

/** Whether a body may hold thoughts of other vendors: a quick look, so that most bodies are not walked. */
export const mayHoldOthers = (bytes: Buffer): boolean => NEEDLES.some((needle) => bytes.includes(needle));
