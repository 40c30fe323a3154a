import type { ReasoningPart } from '../../contracts/chat-request.ts';
import type {
  FinishPart,
  ReasoningSignature,
  StartPart,
  StreamPart,
  ToolCallStart,
} from '../../contracts/stream-part.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { AnswerContext, BegunAnswer, StreamBuilder } from '../codec.ts';
import type { LossReport } from '../losses.ts';
import { mergeUsage } from '../merge-usage.ts';
import { type Carried, packToolCallId } from '../tool-call-ids.ts';
import { declareUnread } from '../unread-answer.ts';
import { carriedThoughts, explanationOf, wireAnnotation, wireFinish, wireLogprobs, wireUsage } from './build-answer.ts';
import { reasoningDetail } from './reasoning-details.ts';

/** What is known of one choice so far. */
interface Choice {
  /** Text of the thought block under way: its signature is sent together with all of it. */
  thought: string;
  /** Thoughts that the id of the next call carries. */
  carried: ReasoningPart[];
  hasThoughtText: boolean;
  hasCalls: boolean;
  /** Calls that have had no arguments yet, by index. */
  bare: Set<number>;
  custom: Set<number>;
  hasRefusal: boolean;
}

const newChoice = (): Choice => ({
  thought: '',
  carried: [],
  hasThoughtText: false,
  hasCalls: false,
  bare: new Set(),
  custom: new Set(),
  hasRefusal: false,
});

/**
 * Writes chat completion chunks (platform.openai.com/docs/api-reference/chat-streaming). The text around a delta is made
 * once a stream, so that a token costs one `JSON.stringify` of its own text and one concatenation.
 */
export class OpenAiStreamBuilder implements StreamBuilder {
  readonly #context: AnswerContext;
  readonly #losses: LossReport;
  readonly #choices = new Map<number, Choice>();
  #head = '';
  /** Everything around the text of choice 0. */
  #textHead = '';
  readonly #textTail: string;
  /** What follows a delta without a finish reason. */
  readonly #tail: string;
  #usage: Usage | null = null;
  /** The last finish chunk without its end, until it is known whether `alidade` must go into it. */
  #held = '';

  constructor(context: AnswerContext, losses: LossReport) {
    this.#context = context;
    this.#losses = losses;
    // OpenAI says `usage: null` in every chunk of a stream whose usage was asked for.
    this.#tail = context.request.includeUsage ? '}],"usage":null}\n\n' : '}]}\n\n';
    this.#textTail = `},"logprobs":null,"finish_reason":null${this.#tail}`;
    this.#begin(null);
  }

  build(part: StreamPart): string {
    if (part.type === 'text-delta' && part.choice === 0 && this.#held === '' && part.signature === undefined) {
      if (part.text === '') return '';
      const chunk = this.#textHead + JSON.stringify(part.text) + this.#textTail;
      return this.#choices.has(0) ? chunk : this.#role(0, '""') + chunk;
    }
    // A comment with a single newline: a blank line after it makes some clients dispatch an empty event (wire-quirks 37).
    if (part.type === 'ping') return ': ping\n';
    if (part.type === 'unread') {
      declareUnread(part.members, part.asides, this.#losses);
      return '';
    }
    return this.#release() + this.#other(part);
  }

  end(trailer: string | null): string {
    for (const { carried, hasThoughtText, hasCalls } of this.#choices.values()) {
      // Nothing of them is shown, and no call carries what is to come back: as in a whole answer.
      if (carried.length > 0 && !hasThoughtText && !hasCalls) this.#losses.add('answer_redacted');
    }
    const usage = this.#context.request.includeUsage ? this.#usage : null;
    const member = trailer === null ? '' : `,"alidade":${trailer}`;
    let last = '';
    if (usage !== null) {
      last = `${this.#release()}${this.#head}"choices":[],"usage":${JSON.stringify(wireUsage(usage))}${member}}\n\n`;
    } else if (this.#held !== '') {
      last = `${this.#held}${member}}\n\n`;
      this.#held = '';
    } else if (member !== '') last = `${this.#head}"choices":[]${member}}\n\n`;
    return `${last}data: [DONE]\n\n`;
  }

  resume({ start }: BegunAnswer): void {
    const { requestId, model } = this.#context;
    this.#begin(start, start?.id ?? `chatcmpl-${requestId}`, start?.model ?? model);
    this.#choices.set(0, newChoice());
  }

  #begin(start: StartPart | null, id = `chatcmpl-${this.#context.requestId}`, model = this.#context.model): void {
    const head = JSON.stringify({
      id,
      object: 'chat.completion.chunk',
      created: this.#context.createdS,
      model,
      ...(start?.serviceTier ? { service_tier: start.serviceTier } : {}),
      ...(start?.fingerprint ? { system_fingerprint: start.fingerprint } : {}),
    });
    this.#head = `data: ${head.slice(0, -1)},`;
    this.#textHead = `${this.#head}"choices":[{"index":0,"delta":{"content":`;
  }

  #release(): string {
    if (this.#held === '') return '';
    const chunk = `${this.#held}}\n\n`;
    this.#held = '';
    return chunk;
  }

  /** @param content JSON of the empty content: OpenAI says null before a call and "" before text */
  #role(choice: number, content: string): string {
    this.#choices.set(choice, newChoice());
    return this.#chunk(choice, `{"role":"assistant","content":${content},"refusal":null}`);
  }

  #chunk(choice: number, delta: string, logprobs = 'null'): string {
    return `${this.#head}"choices":[{"index":${choice},"delta":${delta},"logprobs":${logprobs},"finish_reason":null${this.#tail}`;
  }

  /** A chunk of this choice, after its first one with the role where there was none yet. */
  #delta(choice: number, delta: string, emptyContent = '""'): string {
    const role = this.#choices.has(choice) ? '' : this.#role(choice, emptyContent);
    return role + this.#chunk(choice, delta);
  }

  #state(choice: number): Choice {
    return this.#choices.get(choice) as Choice;
  }

  #other(part: StreamPart): string {
    switch (part.type) {
      case 'start':
        this.#begin(part);
        return '';
      case 'text-delta':
        if (part.signature !== undefined) this.#losses.add('answer_signature');
        return part.text === '' ? '' : this.#delta(part.choice, `{"content":${JSON.stringify(part.text)}}`);
      case 'reasoning-delta': {
        const chunk = this.#delta(part.choice, `{"reasoning_content":${JSON.stringify(part.text)}}`);
        const state = this.#state(part.choice);
        state.thought += part.text;
        if (part.text !== '') state.hasThoughtText = true;
        return chunk;
      }
      case 'reasoning-signature':
        return this.#signature(part);
      case 'refusal-delta': {
        const chunk = this.#delta(part.choice, `{"refusal":${JSON.stringify(part.text)}}`);
        this.#state(part.choice).hasRefusal = true;
        return chunk;
      }
      case 'tool-call-start':
        return this.#startCall(part);
      case 'tool-call-delta':
        return this.#arguments(part.choice, part.index, part.text);
      case 'tool-call-end': {
        // A call without arguments streams none; clients parse the text, and '' is no JSON.
        const isBare = this.#choices.get(part.choice)?.bare.has(part.index) === true;
        return isBare ? this.#arguments(part.choice, part.index, '{}') : '';
      }
      case 'usage':
        this.#usage = mergeUsage(this.#usage, part.usage);
        return '';
      case 'finish':
        return this.#finish(part);
      default:
        return this.#extra(part);
    }
  }

  #signature(part: ReasoningSignature): string {
    if (!this.#choices.has(part.choice)) return this.#role(part.choice, '""') + this.#signature(part);
    const state = this.#state(part.choice);
    const thought: ReasoningPart = part.redacted
      ? { type: 'reasoning', text: '', redacted: part.signature }
      : { type: 'reasoning', text: state.thought, signature: part.signature };
    state.thought = '';
    state.carried.push(thought);
    const detail = JSON.stringify(reasoningDetail(thought, part.block));
    return this.#chunk(part.choice, `{"reasoning_details":[${detail}]}`);
  }

  #startCall(part: ToolCallStart): string {
    const role = this.#choices.has(part.choice) ? '' : this.#role(part.choice, 'null');
    const state = this.#state(part.choice);
    state.hasCalls = true;
    const own: Carried[] = part.signature === undefined ? [] : [{ kind: 'call', signature: part.signature }];
    // Thoughts ride in the first call only: one copy is enough to give them back.
    const id = packToolCallId(part.id, [...carriedThoughts(state.carried), ...own]);
    state.carried = [];
    const isCustom = part.custom === true;
    if (isCustom) state.custom.add(part.index);
    else state.bare.add(part.index);
    const body = isCustom
      ? { type: 'custom', custom: { name: part.name, input: '' } }
      : { type: 'function', function: { name: part.name, arguments: '' } };
    const call = JSON.stringify({ index: part.index, id, ...body });
    return role + this.#chunk(part.choice, `{"tool_calls":[${call}]}`);
  }

  #arguments(choice: number, index: number, text: string): string {
    const state = this.#state(choice);
    if (state.bare.size > 0 && text.trim() !== '') state.bare.delete(index);
    const member = state.custom.has(index) ? '"custom":{"input":' : '"function":{"arguments":';
    return this.#chunk(choice, `{"tool_calls":[{"index":${index},${member}${JSON.stringify(text)}}}]}`);
  }

  #finish(part: FinishPart): string {
    if (part.stopSequence !== null) this.#losses.add('answer_stop_sequence');
    let role = this.#choices.has(part.choice) ? '' : this.#role(part.choice, '""');
    const state = this.#state(part.choice);
    const explanation = explanationOf(part, this.#losses);
    if (explanation !== null && !state.hasRefusal) {
      role += this.#chunk(part.choice, `{"refusal":${JSON.stringify(explanation)}}`);
      state.hasRefusal = true;
    }
    const reason = wireFinish(part, state.hasRefusal, this.#losses);
    const usage = this.#context.request.includeUsage ? ',"usage":null' : '';
    this.#held = `${this.#head}"choices":[{"index":${part.choice},"delta":{},"logprobs":null,"finish_reason":"${reason}"}]${usage}`;
    return role;
  }

  /** What few streams have. */
  #extra(part: StreamPart): string {
    switch (part.type) {
      case 'logprobs': {
        const role = this.#choices.has(part.choice) ? '' : this.#role(part.choice, '""');
        return role + this.#chunk(part.choice, '{}', JSON.stringify(wireLogprobs(part.entries)));
      }
      case 'citation': {
        const annotation = wireAnnotation(part.citation);
        if (annotation !== null) return this.#delta(part.choice, `{"annotations":[${JSON.stringify(annotation)}]}`);
        this.#losses.add('answer_citations');
        return '';
      }
      case 'media-delta': {
        const { source } = part;
        const isImage = part.kind === 'image' && source !== null;
        if (isImage && (source.kind === 'base64' || source.kind === 'url')) {
          const url = source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
          const image = JSON.stringify({ type: 'image_url', image_url: { url } });
          return this.#delta(part.choice, `{"images":[${image}]}`);
        }
        this.#losses.add('answer_media');
        return '';
      }
      case 'unknown':
        this.#losses.add('answer_foreign_part', part.name);
        return '';
      default:
        return '';
    }
  }
}
