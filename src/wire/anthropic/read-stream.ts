import type { Finish } from '../../contracts/chat-answer.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import type { StreamReader } from '../codec.ts';
import { isRecord, type Json, listOf, noteUnread, textOrNull } from '../members.ts';
import { textBetween } from '../plain-text.ts';
import { createToolNames, type ToolNames } from '../tool-names.ts';
import { UnreadAnswer } from '../unread-answer.ts';
import { brokenOff } from './broken-off.ts';
import { TOOL_NAME_RULE } from './build-chat.ts';
import { readCitation } from './read-content.ts';
import { blockMembers } from './read-turns.ts';
import { noteBlocks, noteMessage, noteMessageDelta, noteUsage } from './unread-members.ts';
import { readErrorValue } from './upstream-error.ts';
import { beginUsage, mergeUsage, newUsage, readRefusal, readRegion, readStopReason, toUsage } from './usage.ts';

/** A block of content under way. */
type OpenBlock =
  | { kind: 'text' }
  | { kind: 'thoughts'; block: number }
  | { kind: 'call'; index: number; hasArguments: boolean; input: unknown }
  /** A block that only this dialect knows, told as a whole when it is complete; `json` collects its input. */
  | { kind: 'unknown'; value: Json; json: string };

const TEXT_TAIL = '"}}';

const hasMembers = (value: unknown): boolean => isRecord(value) && Object.keys(value).length > 0;

/**
 * Reads a stream of messages (platform.claude.com/docs/en/build-with-claude/streaming). Deltas are told apart by their
 * own type and not by that of their block, since look-alikes put thoughts into blocks of text.
 */
export class AnthropicStreamReader implements StreamReader {
  region: string | null = null;
  readonly #names: ToolNames;
  readonly #blocks = new Map<number, OpenBlock>();
  readonly #usage = newUsage();
  readonly #unread = new UnreadAnswer();
  #started = false;
  #finished = false;
  /** Something was said behind the reason to stop. */
  #goesOn = false;
  #ended = false;
  #calls = 0;
  #thoughts = 0;
  #texts = 0;
  /** The next text begins a block of its own. */
  #newText = false;
  /** How the vendor writes a piece of text of the block that was begun last, up to the text. */
  #textHead = '';

  constructor(request: ChatRequest) {
    this.#names = createToolNames(request, TOOL_NAME_RULE);
  }

  get textOpen(): boolean {
    for (const { kind } of this.#blocks.values()) if (kind === 'text') return true;
    return false;
  }

  read(data: string, eventName: string, parts: StreamPart[]): boolean {
    if (this.#ended) return true;
    if (eventName !== 'error' && this.#readPlainText(data, parts)) return true;
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      value = null;
    }
    if (eventName === 'error' || (isRecord(value) && (value.type === 'error' || isBareError(value)))) {
      this.#ended = true;
      parts.push({ type: 'error', ...readErrorValue(200, value) });
      return true;
    }
    return isRecord(value) && this.#readEvent(value, parts);
  }

  close(parts: StreamPart[]): void {
    // A stop reason says that the answer is whole; without message_stop and without it the stream was cut.
    if (!this.#ended && this.#finished && !this.#goesOn) parts.push({ type: 'end' });
    this.#ended = true;
  }

  /** A piece of text in the vendor's own spelling; false: the event is to be parsed. */
  #readPlainText(data: string, parts: StreamPart[]): boolean {
    if (this.#textHead === '' || this.#finished) return false;
    const text = textBetween(data, this.#textHead, TEXT_TAIL);
    if (text === null) return false;
    this.#text(text, parts);
    return true;
  }

  #readEvent(value: Json, parts: StreamPart[]): boolean {
    // Nothing can be said behind the reason to stop, which was none if the stream is cut then.
    if (this.#finished && textOrNull(value.type)?.startsWith('content_block')) {
      this.#goesOn ||= value.type !== 'content_block_stop';
      return false;
    }
    switch (value.type) {
      case 'content_block_delta':
        return isRecord(value.delta) && this.#readDelta(value.index, value.delta, parts);
      case 'content_block_start':
        return isRecord(value.content_block) && this.#startBlock(indexOf(value.index), value.content_block, parts);
      case 'content_block_stop':
        this.#stopBlock(indexOf(value.index), parts);
        return true;
      case 'message_start':
        this.#start(isRecord(value.message) ? value.message : {}, parts);
        return true;
      case 'message_delta':
        this.#readMessageDelta(value, parts);
        return true;
      case 'message_stop':
        this.#stop(parts);
        return true;
      case 'ping':
        parts.push({ type: 'ping' });
        return true;
      default:
        // Events of new types may come at any time and are to be passed over; without any type it is no event.
        return typeof value.type === 'string';
    }
  }

  /** The end says that the answer is whole, also where look-alikes leave out why it stopped. */
  #stop(parts: StreamPart[]): void {
    this.#ended = true;
    const hasContent = this.#calls + this.#thoughts + this.#texts > 0;
    if (!this.#finished && hasContent) {
      const reason = this.#calls > 0 ? 'tool_calls' : 'other';
      this.#finish({ reason, vendorReason: null, stopSequence: null }, parts);
    }
    // Nothing but an end is no answer: another deployment may have one.
    parts.push(this.#finished ? { type: 'end' } : PROTOCOL_ERROR);
  }

  #finish(finish: Finish, parts: StreamPart[]): void {
    for (const index of [...this.#blocks.keys()]) this.#stopBlock(index, parts);
    this.#finished = true;
    parts.push({ type: 'finish', choice: 0, ...finish });
  }

  #start(message: Json, parts: StreamPart[]): void {
    const usage = isRecord(message.usage) ? message.usage : {};
    // A second message_start, as some proxies send it, says nothing but usage.
    if (!this.#started) {
      this.#started = true;
      noteMessage(message, this.#unread);
      parts.push({
        type: 'start',
        id: textOrNull(message.id),
        model: textOrNull(message.model),
        serviceTier: textOrNull(usage.service_tier),
        // No member of Anthropic's own: look-alikes say in it what answers.
        fingerprint: textOrNull(message.system_fingerprint),
      });
      // Content that is there from the start: calls that a program of the vendor has made, whole.
      listOf(message.content).forEach((block, index) => {
        if (!isRecord(block)) return;
        this.#startBlock(-1 - index, block, parts);
        this.#stopBlock(-1 - index, parts);
      });
    }
    this.#readUsage(usage, parts, beginUsage);
  }

  #readUsage(value: unknown, parts: StreamPart[], take = mergeUsage): void {
    take(this.#usage, value);
    this.region = readRegion(value) ?? this.region;
    noteUsage(value, this.#unread);
    this.#unread.tell(parts);
    const usage = toUsage(this.#usage);
    if (usage !== null) parts.push({ type: 'usage', usage });
  }

  #startBlock(index: number, block: Json, parts: StreamPart[]): boolean {
    this.#stopBlock(index, parts);
    this.#noteBlock(block, parts);
    switch (block.type) {
      case 'text':
        this.#blocks.set(index, { kind: 'text' });
        this.#textHead = `{"type":"content_block_delta","index":${index},"delta":{"type":"text_delta","text":"`;
        this.#newText = this.#texts > 0;
        this.#text(block.text, parts);
        for (const citation of listOf(block.citations)) this.#cite(citation, parts);
        return true;
      case 'thinking':
        this.#startThoughts(index, block, parts);
        return true;
      case 'redacted_thinking': {
        const number = this.#openThoughts(index, parts);
        if (typeof block.data !== 'string') return false;
        const signature = { origin: 'anthropic' as const, value: block.data };
        parts.push({ type: 'reasoning-signature', choice: 0, block: number, signature, redacted: true });
        return true;
      }
      case 'tool_use':
        return this.#startCall(index, block, parts);
      default:
        this.#blocks.set(index, { kind: 'unknown', value: block, json: '' });
        return typeof block.type === 'string';
    }
  }

  #noteBlock(block: Json, parts: StreamPart[]): void {
    const known = blockMembers(block);
    if (known === null) return;
    const found = new Set<string>();
    noteUnread(block, known, 'content[]', found);
    noteBlocks(found, this.#unread);
    this.#unread.tell(parts);
  }

  /** Told at once even without text: with `display: "omitted"` nothing else comes before the thoughts are complete. */
  #startThoughts(index: number, block: Json, parts: StreamPart[]): void {
    const number = this.#openThoughts(index, parts);
    const text = textOrNull(block.thinking) ?? '';
    parts.push({ type: 'reasoning-delta', choice: 0, block: number, text });
    this.#sign(index, block.signature, parts);
  }

  #startCall(index: number, block: Json, parts: StreamPart[]): boolean {
    if (typeof block.id !== 'string' || block.id === '' || typeof block.name !== 'string' || block.name === '') {
      this.#lose(parts);
      return true;
    }
    const call = this.#calls;
    this.#calls += 1;
    this.#blocks.set(index, { kind: 'call', index: call, hasArguments: false, input: block.input });
    const name = this.#names.fromUpstream(block.name);
    parts.push({ type: 'tool-call-start', choice: 0, index: call, id: block.id, name });
    return true;
  }

  /** A call that cannot be made, or a piece of one, is lost: an answer without it must not look whole. */
  #lose(parts: StreamPart[]): void {
    this.#ended = true;
    parts.push(PROTOCOL_ERROR);
  }

  #openThoughts(index: number, parts: StreamPart[]): number {
    this.#stopBlock(index, parts);
    const block = this.#thoughts;
    this.#thoughts += 1;
    this.#blocks.set(index, { kind: 'thoughts', block });
    return block;
  }

  #readDelta(at: unknown, delta: Json, parts: StreamPart[]): boolean {
    const index = indexOf(at);
    switch (delta.type) {
      case 'text_delta':
        this.#text(delta.text, parts);
        return typeof delta.text === 'string';
      case 'input_json_delta':
        return this.#input(index, delta.partial_json, parts);
      case 'thinking_delta':
        this.#think(index, delta.thinking, parts);
        return typeof delta.thinking === 'string';
      case 'signature_delta':
        this.#sign(index, delta.signature, parts);
        return typeof delta.signature === 'string';
      case 'citations_delta':
        this.#cite(delta.citation, parts);
        return true;
      default:
        return false;
    }
  }

  #text(text: unknown, parts: StreamPart[]): void {
    if (typeof text !== 'string' || text === '') return;
    this.#texts += 1;
    if (this.#newText) parts.push({ type: 'text-delta', choice: 0, text, newBlock: true });
    else parts.push({ type: 'text-delta', choice: 0, text });
    this.#newText = false;
  }

  #thoughtsAt(index: number, parts: StreamPart[]): number {
    const open = this.#blocks.get(index);
    return open?.kind === 'thoughts' ? open.block : this.#openThoughts(index, parts);
  }

  #think(index: number, text: unknown, parts: StreamPart[]): void {
    if (typeof text !== 'string' || text === '') return;
    parts.push({ type: 'reasoning-delta', choice: 0, block: this.#thoughtsAt(index, parts), text });
  }

  #sign(index: number, value: unknown, parts: StreamPart[]): void {
    if (typeof value !== 'string' || value === '') return;
    const signature = { origin: 'anthropic' as const, value };
    parts.push({
      type: 'reasoning-signature',
      choice: 0,
      block: this.#thoughtsAt(index, parts),
      signature,
      redacted: false,
    });
  }

  #input(index: number, text: unknown, parts: StreamPart[]): boolean {
    const open = this.#blocks.get(index);
    if (typeof text !== 'string') return false;
    if (open === undefined) {
      if (text.trim() !== '') this.#lose(parts);
      return text.trim() !== '';
    }
    if (open.kind === 'unknown') open.json += text;
    if (open.kind !== 'call' || text === '') return open.kind === 'call' || open.kind === 'unknown';
    open.hasArguments = true;
    parts.push({ type: 'tool-call-delta', choice: 0, index: open.index, text });
    return true;
  }

  #cite(value: unknown, parts: StreamPart[]): void {
    parts.push({ type: 'citation', choice: 0, citation: readCitation(value) });
  }

  #stopBlock(index: number, parts: StreamPart[]): void {
    const open = this.#blocks.get(index);
    if (open === undefined) return;
    this.#blocks.delete(index);
    if (open.kind === 'call') {
      // Some send the whole input with the start and no deltas.
      if (!open.hasArguments && hasMembers(open.input)) {
        parts.push({ type: 'tool-call-delta', choice: 0, index: open.index, text: JSON.stringify(open.input) });
      }
      parts.push({ type: 'tool-call-end', choice: 0, index: open.index });
    } else if (open.kind === 'unknown') {
      const value = open.json === '' ? open.value : { ...open.value, input: parseOr(open.json) };
      parts.push({
        type: 'unknown',
        choice: 0,
        origin: 'anthropic',
        name: textOrNull(open.value.type) ?? 'unknown',
        value,
      });
    }
  }

  #readMessageDelta(value: Json, parts: StreamPart[]): void {
    const delta = isRecord(value.delta) ? value.delta : {};
    noteMessageDelta(value, delta, this.#unread);
    this.#readUsage(value.usage, parts);
    const broken = brokenOff(value, delta.stop_reason);
    if (broken !== null) {
      this.#ended = true;
      parts.push({ type: 'error', ...broken });
      return;
    }
    const reason = readStopReason(delta.stop_reason);
    if (reason === null || this.#finished) return;
    const vendorReason = textOrNull(delta.stop_reason);
    const stopSequence = textOrNull(delta.stop_sequence);
    this.#finish({ reason, vendorReason, stopSequence, ...readRefusal(delta.stop_details) }, parts);
  }
}

const PROTOCOL_ERROR: StreamPart = {
  type: 'error',
  code: 'upstream_protocol',
  vendorCode: null,
  vendorParam: null,
};

const indexOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

const isBareError = (value: Json): boolean => value.type === undefined && isRecord(value.error);

/** Input of a block that nobody calls: its text where it was cut off. */
function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
