import type { AnswerChoice, AnswerPart, ChatAnswer, TokenLogprob } from '../../contracts/chat-answer.ts';
import type { AudioPart, Citation, ReasoningPart, TextPart, ToolCallPart } from '../../contracts/chat-request.ts';
import type { MediaDelta, StreamPart } from '../../contracts/stream-part.ts';
import type { Usage } from '../../contracts/usage.ts';
import { mergeUsage } from '../merge-usage.ts';

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/** One choice while it arrives. */
class ChoiceCollector {
  readonly index: number;
  readonly parts: AnswerPart[] = [];
  finish: AnswerChoice['finish'] | null = null;
  #logprobs: TokenLogprob[] | null = null;
  #text: Growing<TextPart> | null = null;
  #citations: Citation[] = [];
  readonly #thoughts = new Map<number, Growing<ReasoningPart>>();
  readonly #calls = new Map<number, Growing<ToolCallPart>>();

  constructor(index: number) {
    this.index = index;
  }

  /** What a whole answer says; null while nothing tells why it ended. */
  get choice(): AnswerChoice | null {
    if (this.finish === null) return null;
    return { index: this.index, parts: this.parts, finish: this.finish, logprobs: this.#logprobs };
  }

  take(part: StreamPart): void {
    if (part.type !== 'text-delta' && part.type !== 'citation') this.#closeTextFor(part);
    switch (part.type) {
      case 'text-delta':
        return this.#takeText(part.text, part.newBlock === true, part.signature);
      case 'citation':
        this.#citations.push(part.citation);
        if (this.#text !== null) this.#text.citations = [...this.#citations];
        return;
      case 'reasoning-delta':
        this.#thought(part.block).text += part.text;
        return;
      case 'reasoning-signature':
        this.#thought(part.block)[part.redacted ? 'redacted' : 'signature'] = part.signature;
        return;
      case 'refusal-delta':
        return this.#takeRefusal(part.text);
      case 'tool-call-start':
        return this.#startCall(part);
      case 'tool-call-delta': {
        const call = this.#calls.get(part.index);
        if (call !== undefined) call.arguments += part.text;
        return;
      }
      case 'media-delta':
        return this.#takeMedia(part);
      case 'logprobs':
        this.#logprobs ??= [];
        this.#logprobs.push(...part.entries);
        return;
      case 'unknown': {
        const { origin, name, value } = part;
        this.parts.push({ type: 'unknown', origin, name, value });
        return;
      }
      case 'finish': {
        const { reason, vendorReason, stopSequence } = part;
        this.finish = { reason, vendorReason, stopSequence };
        return;
      }
      default:
      // start, usage, ping, error and end belong to no choice; the end of a call says nothing that its start did not.
    }
  }

  /** Text after a thought or a call is a text of its own; log probabilities and the finish come between none. */
  #closeTextFor(part: StreamPart): void {
    if (part.type === 'logprobs' || part.type === 'finish') return;
    this.#text = null;
    this.#citations = [];
  }

  #takeText(text: string, newBlock: boolean, signature: TextPart['signature']): void {
    if (this.#text === null || newBlock) {
      this.#text = { type: 'text', text: '' };
      this.#citations = [];
      this.parts.push(this.#text);
    }
    this.#text.text += text;
    if (signature !== undefined) this.#text.signature = signature;
  }

  #thought(block: number): Growing<ReasoningPart> {
    let thought = this.#thoughts.get(block);
    if (thought === undefined) {
      thought = { type: 'reasoning', text: '' };
      this.#thoughts.set(block, thought);
      this.parts.push(thought);
    }
    return thought;
  }

  #takeRefusal(text: string): void {
    const last = this.parts.at(-1);
    if (last?.type === 'refusal') this.parts[this.parts.length - 1] = { ...last, text: last.text + text };
    else this.parts.push({ type: 'refusal', text });
  }

  #startCall({ index, id, name, signature, custom }: Extract<StreamPart, { type: 'tool-call-start' }>): void {
    const call: Growing<ToolCallPart> = {
      type: 'tool-call',
      id,
      name,
      arguments: '',
      ...(signature === undefined ? {} : { signature }),
      ...(custom === undefined ? {} : { custom }),
    };
    this.#calls.set(index, call);
    this.parts.push(call);
  }

  #takeMedia({ kind, source, transcript }: MediaDelta): void {
    const last = this.parts.at(-1);
    if (kind === 'audio' && last?.type === 'audio') {
      this.parts[this.parts.length - 1] = joinedAudio(last, source, transcript);
    } else if (source !== null || kind === 'audio') {
      const empty = { kind: 'base64' as const, mediaType: 'audio/wav', data: '' };
      const said = transcript === undefined ? {} : { transcript };
      this.parts.push({ type: kind, source: source ?? empty, ...said });
    }
  }
}

/** Pieces of speech follow one another: base64 of whole bytes can be joined where each piece is padded by itself. */
function joinedAudio(before: AudioPart, source: MediaDelta['source'], transcript: string | undefined): AudioPart {
  const said = (before.transcript ?? '') + (transcript ?? '');
  const spoken = said === '' ? {} : { transcript: said };
  if (source?.kind !== 'base64' || before.source.kind !== 'base64') return { ...before, ...spoken };
  const data = Buffer.concat([Buffer.from(before.source.data, 'base64'), Buffer.from(source.data, 'base64')]);
  const { mediaType } = before.source.data === '' ? source : before.source;
  return { ...before, source: { kind: 'base64', mediaType, data: data.toString('base64') }, ...spoken };
}

/** A stream's parts as the complete answer that says the same; null where the stream did not end as it should. */
export function answerOfParts(parts: Iterable<StreamPart>): ChatAnswer | null {
  let start: Pick<ChatAnswer, 'id' | 'model' | 'serviceTier' | 'fingerprint'> | null = null;
  let usage: Usage | null = null;
  let ended = false;
  const collectors = new Map<number, ChoiceCollector>();
  for (const part of parts) {
    if (part.type === 'start') {
      const { id, model, serviceTier, fingerprint } = part;
      start = { id, model, serviceTier, fingerprint };
    } else if (part.type === 'usage') usage = mergeUsage(usage, part.usage);
    else if (part.type === 'end') ended = true;
    else if ('choice' in part) {
      const collector = collectors.get(part.choice) ?? new ChoiceCollector(part.choice);
      collectors.set(part.choice, collector);
      collector.take(part);
    }
  }
  const choices = [...collectors.values()].sort((a, b) => a.index - b.index).map(({ choice }) => choice);
  const whole = choices.filter((choice) => choice !== null);
  if (!ended || whole.length === 0 || whole.length < choices.length) return null;
  const unnamed = { id: null, model: null, serviceTier: null, fingerprint: null };
  return { ...(start ?? unnamed), choices: whole, usage };
}
