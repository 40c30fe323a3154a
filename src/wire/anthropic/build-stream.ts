import type { Finish } from '../../contracts/chat-answer.ts';
import type {
  FinishPart,
  MediaDelta,
  ReasoningSignature,
  StartPart,
  StreamPart,
  TextDelta,
  ToolCallStart,
} from '../../contracts/stream-part.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { AnswerContext, BegunAnswer, StreamBuilder } from '../codec.ts';
import type { LossReport } from '../losses.ts';
import { mergeUsage } from '../merge-usage.ts';
import { declareUnread } from '../unread-answer.ts';
import { BlockWriter, type WrittenBlock } from './block-writer.ts';
import { messageId, stopDetails, tierMember, wireStopReason, wireUsage } from './build-answer.ts';
import { redactedDataFor, signatureFor, textSignatureFor } from './carried-thoughts.ts';
import { AnswerCallIds, clientCallId } from './client-ids.ts';

/** A call under way. */
interface Call {
  block: WrittenBlock;
  custom: boolean;
  /** All of its arguments so far. */
  text: string;
}

const PING = 'event: ping\ndata: {"type":"ping"}\n\n';
const NO_TIER: StartPart = { type: 'start', id: null, model: null, serviceTier: null, fingerprint: null };

function isWholeJson(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes the events of a stream of messages (platform.claude.com/docs/en/build-with-claude/streaming): one
 * `message_start`, blocks one after the other, `message_delta` with the totals, `message_stop`. Every event has its name,
 * since clients pass over events without.
 */
export class AnthropicStreamBuilder implements StreamBuilder {
  readonly #context: AnswerContext;
  readonly #losses: LossReport;
  readonly #blocks = new BlockWriter();
  readonly #calls = new Map<number, Call>();
  readonly #ids: AnswerCallIds;
  /** Kept until the next part, so that usage that comes with it can be told in it; null once it is written. */
  #start: StartPart | null = NO_TIER;
  #usage: Usage | null = null;
  #finish: FinishPart | null = null;
  /** Keys of blocks of text, which have no number of their own. */
  #texts = 0;

  constructor(context: AnswerContext, losses: LossReport) {
    this.#context = context;
    this.#losses = losses;
    this.#ids = new AnswerCallIds(context.request);
  }

  build(part: StreamPart): string {
    if (part.type === 'text-delta' && part.choice === 0 && part.newBlock !== true && part.signature === undefined) {
      const last = this.#blocks.last;
      if (last?.kind === 'text' && part.text !== '') return this.#blocks.text(last, part.text);
    }
    return this.#other(part);
  }

  resume({ texts, lastIsOpen }: BegunAnswer): void {
    this.#start = null;
    for (let i = 0; i < texts.length; i += 1) this.#textBlock(true);
    if (!lastIsOpen) this.#endLast();
  }

  end(trailer: string | null): string {
    let text = this.#begun() + this.#endLast();
    for (const call of this.#calls.values()) if (!call.block.ended) text += this.#endCall(call);
    if (this.#usage === null) this.#losses.add('answer_usage');
    const finish: Omit<Finish, 'vendorReason'> = this.#finish ?? { reason: 'other', stopSequence: null };
    const delta = JSON.stringify({
      stop_reason: wireStopReason(finish, this.#losses),
      stop_sequence: finish.stopSequence,
      ...stopDetails(finish),
    });
    const member = trailer === null ? '' : `,"alidade":${trailer}`;
    const usage = JSON.stringify(wireUsage(this.#usage));
    text += `event: message_delta\ndata: {"type":"message_delta","delta":${delta},"usage":${usage}${member}}\n\n`;
    return `${text}event: message_stop\ndata: {"type":"message_stop"}\n\n`;
  }

  #other(part: StreamPart): string {
    switch (part.type) {
      case 'start':
        if (this.#start !== null) this.#start = part;
        if (part.fingerprint !== null) this.#losses.add('answer_fingerprint');
        return '';
      case 'usage':
        this.#usage = mergeUsage(this.#usage, part.usage);
        return '';
      case 'ping':
        return this.#start === null ? PING : '';
      case 'unread':
        declareUnread(part.members, part.asides, this.#losses);
        return '';
      default:
        if (!('choice' in part)) return '';
        if (part.choice === 0) return this.#begun() + this.#content(part);
        this.#losses.add('answer_choices');
        return '';
    }
  }

  /** `message_start`, once. Usage that is not known yet is our estimate of the input, or 0; the end tells it again. */
  #begun(): string {
    const start = this.#start;
    if (start === null) return '';
    this.#start = null;
    const usage = wireUsage(this.#usage);
    if (this.#usage === null) usage.input_tokens = this.#context.estimatedInputTokens ?? 0;
    const message = JSON.stringify({
      id: messageId(this.#context),
      type: 'message',
      role: 'assistant',
      model: this.#context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...usage, ...tierMember(start.serviceTier, this.#losses) },
    });
    return `event: message_start\ndata: {"type":"message_start","message":${message}}\n\n`;
  }

  #content(part: StreamPart): string {
    switch (part.type) {
      case 'text-delta':
        return this.#text(part);
      case 'refusal-delta':
        this.#losses.add('answer_refusal');
        return this.#text({ type: 'text-delta', choice: 0, text: part.text });
      case 'reasoning-delta':
        return this.#think(part.block, part.text);
      case 'reasoning-signature':
        return this.#sign(part);
      case 'tool-call-start':
        return this.#startCall(part);
      case 'tool-call-delta':
        return this.#arguments(part.index, part.text);
      case 'tool-call-end': {
        const call = this.#calls.get(part.index);
        return call === undefined || call.block.ended ? '' : this.#endCall(call);
      }
      case 'citation': {
        if (part.citation.origin === 'anthropic') return this.#cite(part.citation.value);
        this.#losses.add('answer_citations');
        return '';
      }
      case 'media-delta':
        return this.#media(part);
      case 'unknown':
        if (part.origin === 'anthropic') return this.#whole(JSON.stringify(part.value));
        this.#losses.add('answer_foreign_part', part.name);
        return '';
      case 'logprobs':
        this.#losses.add('answer_logprobs');
        return '';
      case 'finish':
        this.#finish ??= part;
        return '';
      default:
        return '';
    }
  }

  /** Ends the block under way, unless it is a call: its arguments may go on behind what comes now. */
  #endLast(): string {
    const last = this.#blocks.last;
    if (last === null || last.kind === 'call') return '';
    if (last.kind !== 'thoughts' || last.signed) return this.#blocks.end(last);
    last.signed = true;
    return this.#blocks.delta(last, signatureDelta(signatureFor(undefined))) + this.#blocks.end(last);
  }

  #begin(kind: WrittenBlock['kind'], key: number, contentBlock: string): { block: WrittenBlock; text: string } {
    const ended = this.#endLast();
    const { block, text } = this.#blocks.begin(kind, key, contentBlock);
    return { block, text: ended + text };
  }

  #whole(contentBlock: string): string {
    const { block, text } = this.#begin('whole', 0, contentBlock);
    return text + this.#blocks.end(block);
  }

  #textBlock(isNew: boolean): { block: WrittenBlock; text: string } {
    const last = this.#blocks.last;
    if (last?.kind === 'text' && !isNew) return { block: last, text: '' };
    this.#texts += 1;
    return this.#begin('text', this.#texts, '{"type":"text","text":""}');
  }

  #text(part: TextDelta): string {
    let written = '';
    if (part.text !== '') {
      const { block, text } = this.#textBlock(part.newBlock === true);
      written = text + this.#blocks.text(block, part.text);
    }
    if (part.signature === undefined) return written;
    const signature = textSignatureFor(part.signature);
    const { block, text } = this.#begin('thoughts', -1, '{"type":"thinking","thinking":"","signature":""}');
    block.signed = true;
    return written + text + this.#blocks.delta(block, signatureDelta(signature)) + this.#blocks.end(block);
  }

  #cite(value: unknown): string {
    const { block, text } = this.#textBlock(false);
    return text + this.#blocks.delta(block, `{"type":"citations_delta","citation":${JSON.stringify(value)}}`);
  }

  #thoughts(key: number): { block: WrittenBlock; text: string } {
    const last = this.#blocks.last;
    if (last?.kind === 'thoughts' && last.key === key && !last.signed) return { block: last, text: '' };
    return this.#begin('thoughts', key, '{"type":"thinking","thinking":"","signature":""}');
  }

  #think(key: number, words: string): string {
    const { block, text } = this.#thoughts(key);
    if (words === '') return text;
    return text + this.#blocks.delta(block, `{"type":"thinking_delta","thinking":${JSON.stringify(words)}}`);
  }

  #sign(part: ReasoningSignature): string {
    if (part.redacted) {
      return this.#whole(JSON.stringify({ type: 'redacted_thinking', data: redactedDataFor(part.signature) }));
    }
    const { block, text } = this.#thoughts(part.block);
    block.signed = true;
    // In one piece and right before the end of its block: clients keep only the last one.
    return text + this.#blocks.delta(block, signatureDelta(signatureFor(part.signature))) + this.#blocks.end(block);
  }

  #startCall(part: ToolCallStart): string {
    // Dialects that never say that a call is over would hold back every call after the first until the end.
    let ended = '';
    for (const call of this.#calls.values()) {
      if (!call.block.ended && !call.custom && isWholeJson(call.text)) ended += this.#endCall(call);
    }
    const id = clientCallId(this.#ids.distinct(part.id), part.signature);
    const start = JSON.stringify({ type: 'tool_use', id, name: part.name, input: {} });
    const { block, text } = this.#begin('call', part.index, start);
    this.#calls.set(part.index, { block, custom: part.custom === true, text: '' });
    return ended + text;
  }

  #arguments(index: number, piece: string): string {
    const call = this.#calls.get(index);
    if (call === undefined || call.block.ended) return '';
    call.text += piece;
    return call.custom ? '' : this.#blocks.delta(call.block, jsonDelta(piece));
  }

  #endCall(call: Call): string {
    let text = '';
    if (call.custom) text = this.#blocks.delta(call.block, jsonDelta(JSON.stringify({ input: call.text })));
    // Clients parse the joined pieces, and nothing is no JSON (wire-quirks 11).
    else if (call.text.trim() === '') text = this.#blocks.delta(call.block, jsonDelta('{}'));
    return text + this.#blocks.end(call.block);
  }

  #media(part: MediaDelta): string {
    this.#losses.add('answer_media');
    return part.transcript ? this.#text({ type: 'text-delta', choice: 0, text: part.transcript }) : '';
  }
}

const jsonDelta = (text: string): string => `{"type":"input_json_delta","partial_json":${JSON.stringify(text)}}`;
const signatureDelta = (signature: string): string =>
  `{"type":"signature_delta","signature":${JSON.stringify(signature)}}`;
