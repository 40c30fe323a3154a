import type { AnswerPart } from '../../contracts/chat-answer.ts';
import type { ChatRequest, ToolCallPart } from '../../contracts/chat-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { StreamReader } from '../codec.ts';
import { parseExactJson } from '../exact-json.ts';
import { isRecord, listOf } from '../members.ts';
import type { ToolNames } from '../tool-names.ts';
import { UnreadAnswer } from '../unread-answer.ts';
import { readCitations } from './citations.ts';
import { isFailure, readBlockReason, readGeminiFinish } from './finish-reason.ts';
import {
  completesCall,
  createPartContext,
  isSigned,
  type PartContext,
  readLogprobs,
  readPart,
  withSignature,
} from './read-parts.ts';
import { noteAnswer, noteCandidate } from './unread-members.ts';
import { readGeminiErrorValue } from './upstream-error.ts';
import { readGeminiUsage } from './usage.ts';
import { type GeminiAnswer, type GeminiCandidate, textOf } from './wire-types.ts';

/** What is known of one answer (`candidates[].index`) so far. */
interface ChoiceState {
  calls: number;
  /** Whether a call of it is signed: the others of the same step are not, and need not be. */
  signed: boolean;
  /** A call whose signature may still come. */
  held: { call: ToolCallPart; index: number } | null;
  block: number;
  inThought: boolean;
  finished: boolean;
  /** It has said something since. */
  open: boolean;
  /** Something was said in an event without a reason to stop: one that comes later is the last word. */
  wentOn: boolean;
  /** Why it stopped, as the last event said that said something as well. */
  pending: string | null;
  /** Sources told so far: an event may repeat those of the events before it. */
  cited: Set<string>;
}

const sameUsage = (left: Usage, right: Usage): boolean =>
  left.input_tokens === right.input_tokens &&
  left.output_tokens === right.output_tokens &&
  left.cached_input_tokens === right.cached_input_tokens &&
  left.reasoning_tokens === right.reasoning_tokens;

/**
 * Reads `streamGenerateContent?alt=sse`. Each event is a piece of the answer in the form of a whole one: text in pieces,
 * calls whole, usage counted up. The stream has no end mark of its own, so it is over when every choice has named its
 * finish reason; a connection that closes before is a cut. Models before version 2 name it in every event: one that
 * comes with the first words counts when the connection ends.
 */
export class GeminiStreamReader implements StreamReader {
  readonly #request: ChatRequest;
  readonly #names: ToolNames;
  readonly #choices = new Map<number, ChoiceState>();
  readonly #unread = new UnreadAnswer();
  #context: PartContext | null = null;
  #usage: Usage | null = null;
  #failed = false;

  constructor(request: ChatRequest, names: ToolNames) {
    this.#request = request;
    this.#names = names;
  }

  read(data: string, _eventName: string, parts: StreamPart[]): boolean {
    let value: unknown;
    try {
      value = parseExactJson(data);
    } catch {
      return false;
    }
    const root = Array.isArray(value) ? value[0] : value;
    if (!isRecord(root)) return false;
    if (root.error !== undefined && root.error !== null) {
      const { code, vendorCode, vendorParam } = readGeminiErrorValue(200, root);
      this.#failed = true;
      parts.push({ type: 'error', code, vendorCode, vendorParam });
      return true;
    }
    return this.#readAnswer(root, parts);
  }

  close(parts: StreamPart[]): void {
    if (this.#failed) return;
    for (const [choice, state] of this.#choices) {
      this.#release(choice, state, parts);
      if (state.pending !== null) this.#finish(state.pending, choice, state, parts);
    }
    if (this.#failed) return;
    const states = [...this.#choices.values()];
    if (states.length > 0 && states.every(({ finished, open }) => finished && !open)) parts.push({ type: 'end' });
  }

  #readAnswer(answer: GeminiAnswer, parts: StreamPart[]): boolean {
    // What is told beside the answer comes with the first event and, counted up, with the last.
    if (this.#context === null || isLast(answer)) noteAnswer(answer, this.#unread);
    const context = this.#start(answer, parts);
    const usage = readGeminiUsage(answer.usageMetadata);
    if (usage !== null && (this.#usage === null || !sameUsage(usage, this.#usage))) {
      this.#usage = usage;
      parts.push({ type: 'usage', usage });
    }
    let whole = true;
    for (const [place, candidate] of listOf(answer.candidates).entries()) {
      if (isRecord(candidate) && !this.#failed) whole = this.#readCandidate(candidate, place, context, parts) && whole;
    }
    const blockReason = readBlockReason(answer.promptFeedback);
    if (blockReason !== null && this.#choices.size === 0) {
      this.#choice(0).finished = true;
      parts.push({
        type: 'finish',
        choice: 0,
        reason: 'content_filter',
        vendorReason: blockReason,
        stopSequence: null,
      });
    }
    this.#unread.tell(parts);
    return whole;
  }

  #start(answer: GeminiAnswer, parts: StreamPart[]): PartContext {
    if (this.#context === null) {
      const id = textOf(answer.responseId);
      const usage = answer.usageMetadata;
      this.#context = createPartContext(this.#request, this.#names, id);
      parts.push({
        type: 'start',
        id,
        model: textOf(answer.modelVersion),
        serviceTier: isRecord(usage) ? textOf(usage.serviceTier) : null,
        fingerprint: textOf(answer.systemFingerprint),
      });
    }
    return this.#context;
  }

  #choice(index: number): ChoiceState {
    let state = this.#choices.get(index);
    if (state === undefined) {
      state = {
        ...{ calls: 0, signed: false, held: null, block: 0, inThought: false, finished: false, open: false },
        ...{ wentOn: false, pending: null, cited: new Set() },
      };
      this.#choices.set(index, state);
    }
    return state;
  }

  #readCandidate(candidate: GeminiCandidate, place: number, context: PartContext, parts: StreamPart[]): boolean {
    const choice = typeof candidate.index === 'number' ? candidate.index : place;
    const state = this.#choice(choice);
    noteCandidate(candidate, this.#unread);
    let whole = true;
    let says = false;
    for (const value of listOf(candidate.content?.parts)) {
      const part = readPart(value, choice, state.calls, context);
      if (part === null) continue;
      says = true;
      // Whatever comes after the finish reason has no place any more.
      if (state.finished) whole = false;
      else this.#take(part, choice, state, parts);
    }
    if (candidate.citationMetadata !== undefined) cite(candidate, choice, state, parts);
    const entries = readLogprobs(candidate.logprobsResult);
    if (entries !== null && !state.finished) parts.push({ type: 'logprobs', choice, entries });
    const vendorReason = reasonOf(candidate);
    state.open = vendorReason === null && (state.open || says);
    if (state.finished) return whole;
    if (vendorReason === null) state.wentOn ||= says;
    else if (says && !state.wentOn && !isFailure(vendorReason)) state.pending = vendorReason;
    else this.#finish(vendorReason, choice, state, parts);
    return whole;
  }

  #finish(vendorReason: string, choice: number, state: ChoiceState, parts: StreamPart[]): void {
    this.#release(choice, state, parts);
    state.finished = true;
    state.pending = null;
    if (isFailure(vendorReason) && this.#choices.size === 1) {
      this.#failed = true;
      parts.push({ type: 'error', code: 'upstream_error', vendorCode: vendorReason, vendorParam: null });
      return;
    }
    const reason = readGeminiFinish(vendorReason, state.calls > 0);
    parts.push({ type: 'finish', choice, reason, vendorReason, stopSequence: null });
  }

  #take(part: AnswerPart, choice: number, state: ChoiceState, parts: StreamPart[]): void {
    const { held } = state;
    if (held !== null) {
      if (completesCall(held.call, part)) {
        held.call = withSignature(held.call, part.signature);
        if (isSigned(held.call)) this.#release(choice, state, parts);
        return;
      }
      this.#release(choice, state, parts);
    }
    if (part.type === 'tool-call') {
      state.held = { call: part, index: state.calls };
      state.calls += 1;
      state.inThought = false;
      if (state.signed || isSigned(part)) this.#release(choice, state, parts);
      return;
    }
    if (part.type === 'reasoning') {
      if (part.text !== '') parts.push({ type: 'reasoning-delta', choice, block: state.block, text: part.text });
      state.inThought = true;
      if (part.signature === undefined) return;
      parts.push({
        type: 'reasoning-signature',
        choice,
        block: state.block,
        signature: part.signature,
        redacted: false,
      });
      state.block += 1;
      state.inThought = false;
      return;
    }
    this.#leaveThought(state);
    pushPart(part, choice, parts);
  }

  #leaveThought(state: ChoiceState): void {
    if (!state.inThought) return;
    state.inThought = false;
    state.block += 1;
  }

  /** Passes the held call on: nothing more of its signature can come. */
  #release(choice: number, state: ChoiceState, parts: StreamPart[]): void {
    if (state.held === null) return;
    const { call, index } = state.held;
    state.held = null;
    state.signed ||= call.signature !== undefined;
    const { id, name, signature } = call;
    parts.push({
      type: 'tool-call-start',
      choice,
      index,
      id,
      name,
      ...(signature === undefined ? {} : { signature }),
    });
    parts.push({ type: 'tool-call-delta', choice, index, text: call.arguments });
    parts.push({ type: 'tool-call-end', choice, index });
  }
}

/** The default of the enumeration, which some write out where nothing is set, says nothing. */
const reasonOf = ({ finishReason }: GeminiCandidate): string | null => {
  const reason = textOf(finishReason);
  return reason === 'FINISH_REASON_UNSPECIFIED' ? null : reason;
};

const isLast = ({ candidates }: GeminiAnswer): boolean =>
  listOf(candidates).some((candidate) => isRecord(candidate) && reasonOf(candidate) !== null);

function cite(candidate: GeminiCandidate, choice: number, state: ChoiceState, parts: StreamPart[]): void {
  for (const citation of state.finished ? [] : readCitations(candidate)) {
    const source = JSON.stringify(citation.value);
    if (!state.cited.has(source)) parts.push({ type: 'citation', choice, citation });
    state.cited.add(source);
  }
}

function pushPart(part: AnswerPart, choice: number, parts: StreamPart[]): void {
  switch (part.type) {
    case 'text':
      parts.push({
        type: 'text-delta',
        choice,
        text: part.text,
        ...(part.signature === undefined ? {} : { signature: part.signature }),
      });
      return;
    case 'image':
      parts.push({
        type: 'media-delta',
        choice,
        kind: 'image',
        source: part.source,
        ...(part.signature === undefined ? {} : { signature: part.signature }),
      });
      return;
    case 'audio':
    case 'file':
      parts.push({ type: 'media-delta', choice, kind: part.type, source: part.source });
      return;
    case 'unknown':
      parts.push({ type: 'unknown', choice, origin: part.origin, name: part.name, value: part.value });
      return;
    default:
      // Refusals, reasoning and calls never come here: the first this dialect does not have, the others have been taken.
      return;
  }
}
