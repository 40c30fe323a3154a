import type { FinishReason } from '../../contracts/vocabulary.ts';
import { createSseFramer, type SseEvent, type SseFramer } from '../../lib/sse.ts';
import type { StreamListener, StreamOptions, StreamTransducer, UpstreamErrorReading } from '../dialect.ts';
import { readUpstreamErrorValue } from './upstream-error.ts';
import { readFinishReason, readUsage } from './usage.ts';

/** Larger than any event a vendor sends (an image in a delta stays below); beyond it the event is malformed. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

const DONE = Buffer.from('data: [DONE]\n\n');

interface WireChunk {
  choices?: { delta?: Record<string, unknown> | null; finish_reason?: unknown }[] | null;
  usage?: unknown;
  error?: unknown;
}

/** True when `"name"` occurs followed by anything but null: such an event must be parsed. */
function saysMoreThanNull(text: string, quotedName: string): boolean {
  let at = text.indexOf(quotedName);
  while (at !== -1) {
    let next = at + quotedName.length;
    while (text.charCodeAt(next) === 0x20) next += 1;
    if (text.charCodeAt(next) === 0x3a) {
      next += 1;
      while (text.charCodeAt(next) === 0x20) next += 1;
      if (text.charCodeAt(next) !== 0x6e) return true;
    }
    at = text.indexOf(quotedName, next);
  }
  return false;
}

/**
 * Whether an event must be parsed after the commit. A quoted name cannot be text of the model: there its quotes are
 * escaped, so `"usage"` never occurs inside a JSON string followed by its closing quote.
 */
function mustBeParsed(text: string): boolean {
  return (
    saysMoreThanNull(text, '"finish_reason"') || saysMoreThanNull(text, '"usage"') || saysMoreThanNull(text, '"error"')
  );
}

/** A data event whose payload begins with { and ends with }: what can be checked without parsing. */
function looksWhole(text: string): boolean {
  let end = text.length - 1;
  while (end >= 0 && text.charCodeAt(end) <= 0x20) end -= 1;
  if (text.charCodeAt(end) !== 0x7d) return false;
  let start = text.startsWith('data:') ? 5 : text.indexOf('data:') + 5;
  while (text.charCodeAt(start) === 0x20) start += 1;
  return text.charCodeAt(start) === 0x7b;
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

function hasContent(chunk: WireChunk): boolean {
  for (const choice of chunk.choices ?? []) {
    const delta = choice?.delta;
    if (delta === undefined || delta === null) continue;
    for (const name of CONTENT_MEMBERS) {
      const value = delta[name];
      if (value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) {
        return true;
      }
    }
  }
  return false;
}

/** Joins neighbours that lie side by side in one buffer, so that a chunk of many events is one write. */
function joinRuns(parts: readonly Buffer[]): Buffer {
  const first = parts[0] as Buffer;
  let end = first.byteOffset + first.length;
  for (let i = 1; i < parts.length; i += 1) {
    const part = parts[i] as Buffer;
    if (part.buffer !== first.buffer || part.byteOffset !== end) return Buffer.concat(parts);
    end += part.length;
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset);
}

/**
 * OpenAI chat stream to OpenAI chat client. Each event's own bytes are forwarded; parsed are only those before the
 * first content and those that carry a finish reason, usage or an error. Left out are malformed events, comments, and
 * the usage chunk when the client did not ask for it.
 */
export class OpenAiRelayStream implements StreamTransducer {
  contentEvents = 0;
  finished = false;
  #listener: StreamListener;
  #options: StreamOptions;
  #framer: SseFramer;
  #committed = false;
  #finishSeen = false;
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
    if (this.#finishSeen) this.#complete(DONE);
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
    const text = event.raw.toString('latin1');
    if (this.#committed && looksWhole(text) && !mustBeParsed(text)) {
      this.contentEvents += 1;
      this.#out.push(event.raw);
      return;
    }
    this.#read(event);
  }

  #read(event: SseEvent): void {
    const data = event.data;
    if (data.trim() === '') return;
    if (data.trim() === '[DONE]') {
      if (this.#committed) this.#complete(event.raw);
      else this.#fail({ code: 'upstream_protocol', vendorCode: null, vendorParam: null });
      return;
    }
    let chunk: WireChunk;
    try {
      chunk = JSON.parse(data) as WireChunk;
    } catch {
      this.#listener.onMalformed();
      return;
    }
    if (typeof chunk !== 'object' || chunk === null) {
      this.#listener.onMalformed();
      return;
    }
    if (chunk.error !== undefined && chunk.error !== null) {
      this.#flush();
      this.#fail(readUpstreamErrorValue(200, chunk));
      return;
    }
    this.#readChunk(chunk, event.raw);
  }

  #readChunk(chunk: WireChunk, raw: Buffer): void {
    const content = hasContent(chunk);
    if (content) this.contentEvents += 1;
    const usage = readUsage(chunk.usage);
    if (usage !== null) this.#listener.onUsage(usage);
    let finish: FinishReason | null = null;
    for (const choice of chunk.choices ?? []) finish = readFinishReason(choice?.finish_reason) ?? finish;
    // A finish reason without any content before it (an empty or filtered answer) is an answer too.
    if (!this.#committed && (content || finish !== null)) this.#commit();
    if (finish !== null) {
      this.#finishSeen = true;
      this.#listener.onFinish(finish);
    }
    const onlyUsage = usage !== null && !content && finish === null && (chunk.choices ?? []).length === 0;
    if (onlyUsage && this.#options.swallowUsage) return;
    if (this.#options.trailer !== null && (finish !== null || usage !== null)) this.#hold(raw);
    else this.#out.push(raw);
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
