import type { Usage } from '../../contracts/usage.ts';
import type { FinishReason } from '../../contracts/vocabulary.ts';
import { createSseFramer, type SseEvent, type SseFramer } from '../../lib/sse.ts';
import type { StreamListener, StreamOptions, StreamTransducer, UpstreamErrorReading } from '../dialect.ts';
import type { Json } from '../members.ts';
import { mergeUsage } from '../merge-usage.ts';
import { type PlainEvent, plainTextBytes } from '../plain-event.ts';
import { brokenOff, errorEvent } from './broken-off.ts';
import { plainEventOf } from './plain-chunk.ts';
import { readFinishReason, usageOf } from './usage.ts';

/** Larger than any event a vendor sends (an image in a delta stays below); beyond it the event is malformed. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

const DONE = Buffer.from('data: [DONE]\n\n');

interface WireChunk {
  choices?: { index?: unknown; delta?: Record<string, unknown> | null; finish_reason?: unknown }[] | null;
  usage?: unknown;
  x_groq?: unknown;
  error?: unknown;
}

function isWholeData(data: string): boolean {
  const text = data.trim();
  return text === '[DONE]' || (text.startsWith('{') && text.endsWith('}'));
}

const withBlankLine = (event: SseEvent): SseEvent => ({
  raw: Buffer.concat([event.raw, Buffer.from('\n\n')]),
  data: event.data,
  eventName: event.eventName,
  hasData: true,
  isComment: false,
  tooLarge: false,
});

const CONTENT_MEMBERS = [
  'content',
  'reasoning_content',
  'reasoning',
  'refusal',
  'tool_calls',
  'function_call',
  'audio',
] as const;

/** Nothing a model says lies deeper; a hostile nesting would run out of stack. */
const MAX_DEPTH = 64;

/** Bytes of what a model has said in a member: texts, and the arguments of calls. */
function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return 0;
  let size = 0;
  for (const part of Object.values(value)) size += sizeOf(part, depth + 1);
  return size;
}

/** Whether an official client could read it: it walks the choices without looking whether they are a list. */
function isChunk(value: unknown): value is WireChunk {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { choices } = value as WireChunk;
  return choices === undefined || choices === null || Array.isArray(choices);
}

function parseChunk(data: string): WireChunk | null {
  try {
    const value: unknown = JSON.parse(data);
    return isChunk(value) ? value : null;
  } catch {
    return null;
  }
}

/** Bytes of content in a chunk; 0 for one that only sets the role, finishes or reports. */
function contentSize(chunk: WireChunk): number {
  let size = 0;
  for (const choice of chunk.choices ?? []) {
    const delta = choice?.delta;
    if (delta === undefined || delta === null) continue;
    for (const name of CONTENT_MEMBERS) {
      const value = delta[name];
      if (value === undefined || value === null || value === '') continue;
      // A call announces itself before it has a name or arguments to count.
      size += Math.max(sizeOf(value), Array.isArray(value) && value.length > 0 ? 1 : 0);
    }
  }
  return size;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Whether a chunk with content holds nothing but thoughts, under either name. */
function isThought(chunk: WireChunk): boolean {
  const delta = chunk.choices?.[0]?.delta;
  if (delta === undefined || delta === null || isText(delta.content) || delta.tool_calls !== undefined) return false;
  return isText(delta.reasoning_content) || isText(delta.reasoning);
}

const refuses = (chunk: WireChunk): boolean =>
  (chunk.choices ?? []).some((choice) => typeof choice?.delta?.refusal === 'string' && choice.delta.refusal !== '');

/** Some vendors pad each chunk with letters of its own: after so many nothing more is remembered. */
const MAX_MISSES = 4;

/** Text of the only answer, where a chunk holds nothing else that is looked at; null where it does. */
function onlyText(chunk: WireChunk): string | null {
  const [choice, ...others] = chunk.choices ?? [];
  const delta = choice?.delta;
  if (others.length > 0 || delta === undefined || delta === null || !isText(delta.content)) return null;
  const isAlone = CONTENT_MEMBERS.every((name) => name === 'content' || !(name in delta));
  return isAlone ? (delta.content as string) : null;
}

/** Joins neighbours that lie side by side in one buffer, so that a chunk of many events is one write. */
function joinRuns(parts: readonly Buffer[]): Buffer {
  const first = parts[0] as Buffer;
  if (parts.length === 1) return first;
  let end = first.byteOffset + first.length;
  for (let i = 1; i < parts.length; i += 1) {
    const part = parts[i] as Buffer;
    if (part.buffer !== first.buffer || part.byteOffset !== end) return Buffer.concat(parts);
    end += part.length;
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset);
}

/**
 * OpenAI chat stream to OpenAI chat client. Each event is parsed and its own bytes are forwarded: a cheaper look at its
 * ends let broken JSON through, on which the official client fails. One that differs by a plain text alone from one that
 * was parsed is whole and says the same. Left out are malformed events, comments, and the usage chunk when the client did
 * not ask for it.
 */
export class OpenAiRelayStream implements StreamTransducer {
  contentEvents = 0;
  contentBytes = 0;
  reasoning = false;
  finished = false;
  #listener: StreamListener;
  #options: StreamOptions;
  #framer: SseFramer;
  #committed = false;
  /** Choices that have told why they stopped; the stream is complete when all have. null: none, as long as it runs. */
  #finishedChoices: Set<unknown> | null = null;
  /** Choices that have said something since. */
  #openChoices: Set<unknown> | null = null;
  #refused = false;
  #usage: Usage | null = null;
  /** The last chunk that was a piece of text and nothing else, without its text. */
  #plain: PlainEvent | null = null;
  /** Such chunks in a row that the one before them did not help to read. */
  #misses = 0;
  #out: Buffer[] = [];
  /** The last chunk, kept back until its receipt is known; only where the caller asked for one. */
  #held: Buffer | null = null;

  constructor(listener: StreamListener, options: StreamOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#framer = createSseFramer((event) => this.#onEvent(event), { maxEventBytes: MAX_EVENT_BYTES });
  }

  push(chunk: Buffer): void {
    if (this.finished) return;
    this.#framer.push(chunk);
    this.#flush();
  }

  end(): void {
    if (this.finished) return;
    const rest = this.#framer.end();
    // Some servers leave out the blank line after their last event; a whole one is taken, half a one is a cut.
    if (rest !== null && !rest.tooLarge && isWholeData(rest.data)) this.#onEvent(withBlankLine(rest));
    this.#flush();
    if (this.finished) return;
    const isFinished = (this.#finishedChoices?.size ?? 0) >= this.#options.choices;
    if (isFinished && (this.#openChoices?.size ?? 0) === 0) this.#complete(DONE);
    else {
      this.finished = true;
      this.#listener.onCut();
    }
  }

  #flush(): void {
    if (this.#out.length === 0) return;
    const bytes = joinRuns(this.#out);
    this.#out = [];
    this.#listener.onBytes(bytes);
  }

  #onEvent(event: SseEvent): void {
    if (this.finished || event.isComment) return;
    if (event.tooLarge) {
      this.#listener.onMalformed();
      return;
    }
    if (this.#plain === null || !this.#passPlain(event.raw, this.#plain)) this.#read(event);
  }

  /** A chunk that differs from an earlier one by its text alone; false: it is to be parsed. */
  #passPlain(raw: Buffer, plain: PlainEvent): boolean {
    const bytes = plainTextBytes(raw, plain);
    if (bytes === 0) return false;
    this.#misses = 0;
    this.contentEvents += 1;
    this.contentBytes += bytes;
    this.reasoning = false;
    this.#out.push(raw);
    return true;
  }

  #remember(event: SseEvent, chunk: WireChunk): void {
    const text = onlyText(chunk);
    if (text === null || this.#misses >= MAX_MISSES) return;
    this.#misses += 1;
    this.#plain = plainEventOf(event.raw, event.data, text);
  }

  #read(event: SseEvent): void {
    const data = event.data;
    if (data.trim() === '') return;
    if (data.trim() === '[DONE]') {
      if (this.#committed) this.#complete(event.raw);
      else this.#fail({ code: 'upstream_protocol', vendorCode: null, vendorParam: null });
      return;
    }
    const chunk = parseChunk(data);
    if (chunk === null) {
      this.#listener.onMalformed();
      return;
    }
    const error = errorEvent(chunk as Json, event.eventName);
    if (error !== null) {
      this.#flush();
      this.#fail(error);
      return;
    }
    this.#readChunk(chunk, event);
  }

  #readChunk(chunk: WireChunk, event: SseEvent): void {
    const size = contentSize(chunk);
    if (size > 0) {
      this.contentEvents += 1;
      this.contentBytes += size;
      this.reasoning = isThought(chunk);
    }
    const usage = usageOf(chunk);
    if (usage !== null) {
      this.#usage = mergeUsage(this.#usage, usage);
      this.#listener.onUsage(this.#usage);
    }
    if (refuses(chunk)) this.#refused = true;
    const broken = brokenOff(chunk.choices ?? []);
    if (broken !== null) {
      this.#flush();
      this.#fail(broken);
      return;
    }
    const finish = this.#readFinish(chunk, size);
    // A finish reason without any content before it (an empty or filtered answer) is an answer too.
    if (!this.#committed && (size > 0 || finish !== null)) this.#commit();
    if (finish !== null) this.#listener.onFinish(finish);
    const onlyUsage = usage !== null && size === 0 && finish === null && (chunk.choices ?? []).length === 0;
    if (onlyUsage && this.#options.swallowUsage) return;
    if (this.#options.trailer !== null && (finish !== null || usage !== null)) this.#hold(event.raw);
    else this.#out.push(event.raw);
    if (size > 0 && usage === null && finish === null) this.#remember(event, chunk);
  }

  #readFinish(chunk: WireChunk, size: number): FinishReason | null {
    let finish: FinishReason | null = null;
    const choices = chunk.choices ?? [];
    for (const choice of choices) {
      const reason = readFinishReason(choice?.finish_reason);
      if (reason === null) {
        const says = size > 0 && (choices.length === 1 || contentSize({ choices: [choice] }) > 0);
        if (!says) continue;
        this.#openChoices ??= new Set();
        this.#openChoices.add(choice?.index ?? 0);
        continue;
      }
      this.#finishedChoices ??= new Set();
      this.#finishedChoices.add(choice.index ?? 0);
      this.#openChoices?.delete(choice.index ?? 0);
      // What is like it opens the choice again.
      this.#plain = null;
      // The dialect says `stop` for a refusal; what was said tells them apart.
      finish = reason === 'stop' && this.#refused ? 'refusal' : reason;
    }
    return finish;
  }

  #fail(error: UpstreamErrorReading): void {
    this.finished = true;
    this.#listener.onStreamError(error);
  }

  #commit(): void {
    this.#flush();
    this.#committed = true;
    this.#listener.onContent();
  }

  #hold(raw: Buffer): void {
    if (this.#held !== null) this.#out.push(this.#held);
    this.#held = Buffer.from(raw);
  }

  #complete(terminal: Buffer): void {
    const trailer = this.#options.trailer;
    if (this.#held !== null && trailer !== null) {
      const end = this.#held.lastIndexOf(0x7d);
      this.#out.push(this.#held.subarray(0, end), Buffer.from(`,"alidade":${trailer()}`), this.#held.subarray(end));
      this.#held = null;
    }
    this.#out.push(terminal);
    this.#flush();
    this.finished = true;
    this.#listener.onComplete();
  }
}
