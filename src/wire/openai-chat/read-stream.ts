import type { ChatRequest, Signature } from '../../contracts/chat-request.ts';
import type { StreamPart, TextDelta } from '../../contracts/stream-part.ts';
import type { StreamReader } from '../codec.ts';
import { isRecord, type Json, listOf, numberOrNull, textOrNull } from '../members.ts';
import { textBetween } from '../plain-text.ts';
import { createToolNames, type ToolNames } from '../tool-names.ts';
import { UnreadAnswer } from '../unread-answer.ts';
import { brokenOff, errorEvent } from './broken-off.ts';
import { TOOL_NAME_RULE } from './build-chat.ts';
import { type PlainChunk, plainChunkOf } from './plain-chunk.ts';
import { finishOf, readAnnotation, readAnswerContent, readAnswerImage, readLogprobs } from './read-answer.ts';
import { originOfFormat } from './reasoning-details.ts';
import { synthesisedCallId } from './synthesised-call-id.ts';
import { noteAnswerMembers, noteCallMembers, noteChoiceMembers, noteMessageMembers } from './unread-members.ts';
import { usageOf } from './usage.ts';

/** A call that is being streamed. */
interface OpenCall {
  /** Counts calls of the choice in order of their starts; null until its name is known. */
  index: number | null;
  id: string | null;
  name: string | null;
  custom: boolean;
  /** Arguments that came before the name. */
  held: string;
  signature: Signature | null;
}

/** What is known of one choice so far. */
interface Choice {
  /** By the upstream's own index, which some count otherwise than from 0. */
  calls: Map<number, OpenCall>;
  started: number;
  lastKey: number;
  hasRefusal: boolean;
  hasContent: boolean;
  finished: boolean;
  /** It has said something since it told why it stops, or has not told yet. */
  open: boolean;
  thoughtBlock: number;
  thoughtText: boolean;
}

/** Some vendors pad each chunk with letters of its own: after so many nothing more is remembered. */
const MAX_MISSES = 4;

const newChoice = (): Choice => ({
  calls: new Map(),
  started: 0,
  lastKey: 0,
  hasRefusal: false,
  hasContent: false,
  finished: false,
  open: false,
  thoughtBlock: 0,
  thoughtText: false,
});

/**
 * Reads a stream of chat completion chunks (platform.openai.com/docs/api-reference/chat-streaming), and what look-alikes
 * make of it: calls without index or id, whole calls in one chunk, thoughts under three names, usage in every chunk.
 */
export class OpenAiStreamReader implements StreamReader {
  readonly #names: ToolNames;
  readonly #choices = new Map<number, Choice>();
  readonly #callSignatures = new Map<string, Signature>();
  readonly #unread = new UnreadAnswer();
  #seed = '';
  #started = false;
  #finishSeen = false;
  /** The last chunk that was a piece of text and nothing else: its choice, and what stood around the text. */
  #plain: ({ choice: number } & PlainChunk) | null = null;
  /** Such chunks in a row that the one before them did not help to read. */
  #misses = 0;

  constructor(request: ChatRequest) {
    this.#names = createToolNames(request, TOOL_NAME_RULE);
  }

  read(data: string, eventName: string, parts: StreamPart[]): boolean {
    if (data.charCodeAt(0) !== 0x7b && data.trim() === '[DONE]') {
      this.#end(parts);
      return true;
    }
    if (this.#readPlainText(data, parts)) return true;
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      return false;
    }
    if (!isRecord(chunk)) return false;
    const before = parts.length;
    const isRead = this.#readChunk(chunk, eventName, parts);
    const only = parts.length === before + 1 ? parts[before] : undefined;
    if (only?.type === 'text-delta' && this.#misses < MAX_MISSES) this.#remember(data, only);
    return isRead;
  }

  /** A chunk that differs from an earlier one by its text alone says the same as that one; false: it is to be parsed. */
  #readPlainText(data: string, parts: StreamPart[]): boolean {
    if (this.#plain === null) return false;
    const { choice, head, tail } = this.#plain;
    const text = textBetween(data, head, tail);
    if (text === null || text === '') return false;
    this.#misses = 0;
    parts.push({ type: 'text-delta', choice, text });
    return true;
  }

  #remember(data: string, { choice, text }: TextDelta): void {
    this.#misses += 1;
    const chunk = plainChunkOf(data, text);
    this.#plain = chunk === null ? null : { choice, ...chunk };
  }

  #readChunk(chunk: Json, eventName: string, parts: StreamPart[]): boolean {
    const error = errorEvent(chunk, eventName);
    if (error !== null) {
      parts.push({ type: 'error', ...error });
      return true;
    }
    // What is told of the whole answer comes with the first chunk, or with the last ones beside usage.
    if (!this.#started || chunk.usage != null) noteAnswerMembers(chunk, this.#unread);
    if (!this.#started) this.#start(chunk, parts);
    const choices = listOf(chunk.choices);
    const broken = brokenOff(choices);
    for (let i = 0; broken === null && i < choices.length; i += 1) {
      const choice = choices[i];
      if (isRecord(choice)) this.#readChoice(choice, numberOrNull(choice.index) ?? 0, parts);
    }
    const usage = usageOf(chunk);
    if (usage !== null) parts.push({ type: 'usage', usage });
    if (broken !== null) parts.push({ type: 'error', ...broken });
    this.#unread.tell(parts);
    return true;
  }

  close(parts: StreamPart[]): void {
    // Some servers leave out [DONE]; a finish reason says as well that the answer is whole, unless more was said behind it.
    const goesOn = this.#choices.values().some(({ open }) => open);
    if (this.#finishSeen && !goesOn) this.#end(parts);
  }

  #start(chunk: Json, parts: StreamPart[]): void {
    this.#started = true;
    const id = textOrNull(chunk.id);
    this.#seed = id ?? '';
    parts.push({
      type: 'start',
      id,
      model: textOrNull(chunk.model),
      serviceTier: textOrNull(chunk.service_tier),
      fingerprint: textOrNull(chunk.system_fingerprint),
    });
  }

  #readChoice(value: Json, index: number, parts: StreamPart[]): void {
    let state = this.#choices.get(index);
    if (state === undefined) {
      state = newChoice();
      this.#choices.set(index, state);
    }
    // Some send a whole message where a delta belongs, in the only chunk of a "stream".
    const delta = isRecord(value.delta) ? value.delta : value.message;
    const before = parts.length;
    if (isRecord(delta)) this.#readDelta(delta, state, index, parts);
    // What stands beside the deltas is the same from chunk to chunk, so the first ones and the last tell it.
    if (!state.hasContent || value.finish_reason != null || value.logprobs != null) {
      noteChoiceMembers(value, this.#unread);
    }
    if (parts.length > before) state.hasContent = state.open = true;
    if (value.logprobs !== undefined && value.logprobs !== null) {
      const entries = readLogprobs(value.logprobs);
      if (entries !== null) parts.push({ type: 'logprobs', choice: index, entries });
    }
    if (typeof value.finish_reason !== 'string' || value.finish_reason === '') return;
    state.open = false;
    // What is like it opens the choice again.
    this.#plain = null;
    if (!state.finished) {
      if (!this.#endCalls(state, index, parts)) parts.push(PROTOCOL_ERROR);
      state.finished = true;
      this.#finishSeen = true;
      parts.push({
        type: 'finish',
        choice: index,
        ...finishOf(value, state.started > 0, state.hasRefusal),
      });
    }
  }

  #readDelta(delta: Json, state: Choice, choice: number, parts: StreamPart[]): void {
    const content = delta.content;
    noteMessageMembers(delta, this.#unread);
    this.#readThoughts(delta, state, choice, parts);
    if (typeof content === 'string') {
      if (content !== '') parts.push({ type: 'text-delta', choice, text: content });
    } else if (Array.isArray(content)) {
      const { text, thoughts } = readAnswerContent(content);
      if (thoughts !== '') this.#thought(thoughts, state, choice, parts);
      if (text !== '') parts.push({ type: 'text-delta', choice, text });
    }
    if (typeof delta.refusal === 'string' && delta.refusal !== '') {
      state.hasRefusal = true;
      parts.push({ type: 'refusal-delta', choice, text: delta.refusal });
    }
    const calls = delta.tool_calls;
    if (Array.isArray(calls)) for (const call of calls) if (isRecord(call)) this.#readCall(call, state, choice, parts);
    if (isRecord(delta.function_call)) this.#readCall({ function: delta.function_call }, state, choice, parts);
    if (delta.annotations !== undefined || delta.images !== undefined || delta.audio !== undefined) {
      readExtras(delta, choice, parts);
    }
  }

  #thought(text: string, state: Choice, choice: number, parts: StreamPart[]): void {
    state.thoughtText = true;
    parts.push({ type: 'reasoning-delta', choice, block: state.thoughtBlock, text });
  }

  /** Thoughts as text; the signatures of OpenRouter's `reasoning_details`, whose texts are copies of it. */
  #readThoughts(delta: Json, state: Choice, choice: number, parts: StreamPart[]): void {
    const text = typeof delta.reasoning_content === 'string' ? delta.reasoning_content : delta.reasoning;
    const hasText = typeof text === 'string' && text !== '';
    if (hasText) this.#thought(text, state, choice, parts);
    if (delta.reasoning_details === undefined) return;
    for (const detail of listOf(delta.reasoning_details)) {
      if (!isRecord(detail)) continue;
      const copy = textOrNull(detail.text) ?? textOrNull(detail.summary) ?? '';
      if (!hasText && copy !== '') this.#thought(copy, state, choice, parts);
      const origin = originOfFormat(detail.format) ?? 'openai';
      const isWhole = detail.type === 'reasoning.encrypted';
      const value = textOrNull(isWhole ? detail.data : detail.signature);
      if (value === null || value === '') continue;
      if (isWhole && origin === 'gemini' && typeof detail.id === 'string') {
        // The signature of a call; it comes before or with the call it names.
        this.#callSignatures.set(detail.id, { origin, value });
        continue;
      }
      if (isWhole && state.thoughtText) this.#nextBlock(state);
      parts.push({
        type: 'reasoning-signature',
        choice,
        block: state.thoughtBlock,
        signature: { origin, value },
        redacted: isWhole,
      });
      this.#nextBlock(state);
    }
  }

  #nextBlock(state: Choice): void {
    state.thoughtBlock += 1;
    state.thoughtText = false;
  }

  /**
   * Finds the call that a delta belongs to. Some leave the index out or send 0 for every call: then a new id with a name
   * begins a new call.
   */
  #openCall(call: Json, name: string | null, state: Choice): OpenCall {
    const id = textOrNull(call.id) || null;
    const index = numberOrNull(call.index);
    let key = index ?? (id === null && name === null ? state.lastKey : state.calls.size);
    let open = state.calls.get(key);
    if (open !== undefined && id !== null && open.id !== null && id !== open.id && name !== null) {
      key = Math.max(...state.calls.keys()) + 1;
      open = undefined;
    }
    if (open === undefined && index === null && id !== null) {
      for (const [knownKey, known] of state.calls) {
        if (known.id !== id) continue;
        key = knownKey;
        open = known;
      }
    }
    state.lastKey = key;
    if (open !== undefined) return open;
    const opened = { index: null, id: null, name: null, custom: false, held: '', signature: null };
    state.calls.set(key, opened);
    return opened;
  }

  #readCall(call: Json, state: Choice, choice: number, parts: StreamPart[]): void {
    noteCallMembers(call, this.#unread);
    const isCustom = isRecord(call.custom);
    const body: Json = isCustom ? (call.custom as Json) : isRecord(call.function) ? call.function : {};
    const name = textOrNull(body.name) || null;
    const open = this.#openCall(call, name, state);
    open.id ??= textOrNull(call.id) || null;
    open.name ??= name;
    if (isCustom) open.custom = true;
    const given = isCustom ? body.input : body.arguments;
    const text = typeof given === 'string' ? given : isRecord(given) ? JSON.stringify(given) : '';
    if (open.index === null) {
      open.held += text;
      if (open.name !== null) this.#startCall(open, state, choice, parts);
    } else if (text !== '') parts.push({ type: 'tool-call-delta', choice, index: open.index, text });
  }

  #startCall(open: OpenCall, state: Choice, choice: number, parts: StreamPart[]): void {
    open.index = state.started;
    state.started += 1;
    const id = open.id ?? synthesisedCallId(`${this.#seed}:${choice}`, open.index);
    const signature = this.#callSignatures.get(id);
    parts.push({
      type: 'tool-call-start',
      choice,
      index: open.index,
      id,
      name: this.#names.fromUpstream(open.name as string),
      ...(signature === undefined ? {} : { signature }),
      ...(open.custom ? { custom: true } : {}),
    });
    if (open.held !== '') parts.push({ type: 'tool-call-delta', choice, index: open.index, text: open.held });
    open.held = '';
  }

  /**
   * Calls are never said to be over in this dialect, and may be interleaved: they end with their choice.
   * @returns false when arguments came for a call that never got a name
   */
  #endCalls(state: Choice, choice: number, parts: StreamPart[]): boolean {
    let isWhole = true;
    for (const { index, held } of state.calls.values()) {
      if (index !== null) parts.push({ type: 'tool-call-end', choice, index });
      else if (held !== '') isWhole = false;
    }
    state.calls.clear();
    return isWhole;
  }

  #end(parts: StreamPart[]): void {
    let isWhole = true;
    for (const [choice, state] of this.#choices) {
      if (!this.#endCalls(state, choice, parts)) isWhole = false;
      if (state.finished || !state.hasContent) continue;
      // The stream ends well without saying why: after whole calls it stopped to have them run.
      parts.push({ type: 'finish', choice, ...finishOf(null, state.started > 0, state.hasRefusal) });
      this.#finishSeen = true;
    }
    // Nothing but an end is no answer: another deployment may have one.
    parts.push(this.#finishSeen && isWhole ? { type: 'end' } : PROTOCOL_ERROR);
  }
}

const PROTOCOL_ERROR: StreamPart = {
  type: 'error',
  code: 'upstream_protocol',
  vendorCode: null,
  vendorParam: null,
};

/** Sources, images and audio: rare, so they are kept out of the way of text. */
function readExtras(delta: Json, choice: number, parts: StreamPart[]): void {
  for (const value of listOf(delta.annotations)) {
    const citation = readAnnotation(value);
    if (citation !== null) parts.push({ type: 'citation', choice, citation });
    else parts.push({ type: 'unknown', choice, origin: 'openai', name: 'annotation', value });
  }
  for (const value of listOf(delta.images)) {
    const source = readAnswerImage(value);
    if (source !== null) parts.push({ type: 'media-delta', choice, kind: 'image', source });
    else parts.push({ type: 'unknown', choice, origin: 'openai', name: 'image', value });
  }
  if (!isRecord(delta.audio)) return;
  const { data, transcript } = delta.audio;
  if (typeof data !== 'string' && typeof transcript !== 'string') return;
  parts.push({
    type: 'media-delta',
    choice,
    kind: 'audio',
    source: typeof data === 'string' ? { kind: 'base64', mediaType: 'audio/*', data } : null,
    ...(typeof transcript === 'string' ? { transcript } : {}),
  });
}
