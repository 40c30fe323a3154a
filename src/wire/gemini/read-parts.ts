import type { AnswerPart, TokenLogprob } from '../../contracts/chat-answer.ts';
import type { ChatRequest, Signature, ToolCallPart } from '../../contracts/chat-request.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { isRecord, listOf } from '../members.ts';
import { fitToolCallId, type ToolCallIdRule } from '../tool-call-ids.ts';
import type { ToolNames } from '../tool-names.ts';
import { type GeminiAnswerPart, textOf } from './wire-types.ts';

/** Characters and length that every client's dialect takes. */
const ID_RULE: ToolCallIdRule = { pattern: /^[A-Za-z0-9_-]{1,64}$/, prefix: 'call_', length: 29 };

/** What reading the parts of one answer needs to know of it. */
export interface PartContext {
  names: ToolNames;
  /** Id of a call: the vendor's, or one made of the answer's id and the call's place. */
  callId(vendorId: string | null, choice: number, place: number): string;
}

/**
 * Gemini before version 3 gives calls no ids, clients need them: made from the answer's own id, the length of the
 * conversation and the place of the call, they are stable and do not repeat from turn to turn.
 */
export function createPartContext(request: ChatRequest, names: ToolNames, responseId: string | null): PartContext {
  return {
    names,
    callId: (vendorId, choice, place) => {
      if (vendorId !== null) return fitToolCallId(vendorId, ID_RULE);
      const seed = `${responseId ?? ''} ${request.turns.length} ${choice} ${place}`;
      return `call_${sha256Hex(seed).slice(0, ID_RULE.length - 5)}`;
    },
  };
}

function signatureOf(part: GeminiAnswerPart): Signature | undefined {
  const value = textOf(part.thoughtSignature);
  return value === null ? undefined : { origin: 'gemini', value };
}

function readCall(part: GeminiAnswerPart, choice: number, place: number, context: PartContext): ToolCallPart | null {
  const call = part.functionCall;
  const name = textOf(call?.name);
  if (call === null || call === undefined || name === null) return null;
  const signature = signatureOf(part);
  return {
    type: 'tool-call',
    id: context.callId(textOf(call.id), choice, place),
    name: context.names.fromUpstream(name),
    arguments: JSON.stringify(call.args ?? {}),
    ...(signature === undefined ? {} : { signature }),
  };
}

function mediaKind(mediaType: string): 'image' | 'audio' | 'file' {
  if (mediaType.startsWith('image/')) return 'image';
  return mediaType.startsWith('audio/') ? 'audio' : 'file';
}

function readMedia(part: GeminiAnswerPart): AnswerPart | null {
  const inline = part.inlineData;
  const signature = signatureOf(part);
  const signed = signature === undefined ? {} : { signature };
  const inlineType = textOf(inline?.mimeType);
  if (inlineType !== null && typeof inline?.data === 'string') {
    const source = { kind: 'base64', mediaType: inlineType, data: inline.data } as const;
    const kind = mediaKind(inlineType);
    return kind === 'image' ? { type: 'image', source, ...signed } : { type: kind, source };
  }
  const url = textOf(part.fileData?.fileUri);
  if (url === null) return null;
  const mediaType = textOf(part.fileData?.mimeType);
  const source = { kind: 'url', url, mediaType } as const;
  const kind = mediaKind(mediaType ?? '');
  return kind === 'image' ? { type: 'image', source, ...signed } : { type: kind, source };
}

/** The first member that is not about the part as a whole names what it is, e.g. `executableCode`. */
function nameOf(part: Readonly<Record<string, unknown>>): string {
  const about = new Set(['thought', 'thoughtSignature', 'partMetadata', 'mediaResolution', 'videoMetadata']);
  return Object.keys(part).find((name) => !about.has(name)) ?? 'part';
}

/**
 * One part of an answer; null where it says nothing. `place` counts the calls before it in its choice. A text that is
 * empty but signed is kept: the signature goes back with the next request.
 */
export function readPart(value: unknown, choice: number, place: number, context: PartContext): AnswerPart | null {
  if (!isRecord(value)) return null;
  const part: GeminiAnswerPart = value;
  if (part.functionCall !== undefined && part.functionCall !== null) {
    const call = readCall(part, choice, place, context);
    if (call !== null) return call;
  }
  const media = readMedia(part);
  if (media !== null) return media;
  const signature = signatureOf(part);
  const signed = signature === undefined ? {} : { signature };
  if (typeof part.text === 'string' || (part.text === undefined && Object.keys(value).every(isSignatureMember))) {
    const text = typeof part.text === 'string' ? part.text : '';
    if (text === '' && signature === undefined) return null;
    return part.thought === true
      ? { type: 'reasoning', text, summary: true, ...signed }
      : { type: 'text', text, ...signed };
  }
  return { type: 'unknown', origin: 'gemini', name: nameOf(value), value };
}

const isSignatureMember = (name: string): boolean => name === 'thoughtSignature' || name === 'thought';

/**
 * Whether `part` brings the signature of the call before it, or the rest of it: a large one may come in pieces, each in
 * a part of its own (https://github.com/vertesia/llumiverse/pull/470). Base64 that is whole has a length divisible by 4.
 */
export function completesCall(call: ToolCallPart, part: AnswerPart): part is AnswerPart & { signature: Signature } {
  const isBare = (part.type === 'text' || part.type === 'reasoning') && part.text === '';
  return isBare && part.signature !== undefined && !isSigned(call);
}

/** Whether a call has a signature, all of it. */
export const isSigned = (call: ToolCallPart): boolean =>
  call.signature !== undefined && call.signature.value.length % 4 === 0;

export const withSignature = (call: ToolCallPart, piece: Signature): ToolCallPart => ({
  ...call,
  signature: { origin: 'gemini', value: (call.signature?.value ?? '') + piece.value },
});

const readToken = (value: unknown): { token: string; logprob: number; bytes: null } | null =>
  isRecord(value) && typeof value.token === 'string' && typeof value.logProbability === 'number'
    ? { token: value.token, logprob: value.logProbability, bytes: null }
    : null;

/** `logprobsResult` of a candidate; null where it has none. */
export function readLogprobs(value: unknown): TokenLogprob[] | null {
  if (!isRecord(value)) return null;
  const alternatives = listOf(value.topCandidates);
  const entries: TokenLogprob[] = [];
  for (const [place, chosen] of listOf(value.chosenCandidates).entries()) {
    const token = readToken(chosen);
    if (token === null) continue;
    const there = alternatives[place];
    const top = isRecord(there) ? listOf(there.candidates).flatMap((entry) => readToken(entry) ?? []) : [];
    entries.push({ ...token, top });
  }
  return entries.length === 0 ? null : entries;
}
