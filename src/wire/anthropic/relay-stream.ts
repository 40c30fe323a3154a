import { createSseFramer, type SseEvent, type SseFramer } from '../../lib/sse.ts';
import type { StreamListener, StreamTransducer, UpstreamErrorReading } from '../dialect.ts';
import { isRecord, type Json } from '../members.ts';
import { type PlainEvent, plainTextBytes } from '../plain-event.ts';
import { brokenOff } from './broken-off.ts';
import { plainDeltaOf } from './plain-delta.ts';
import { readErrorValue } from './upstream-error.ts';
import { beginUsage, mergeUsage, newUsage, readRegion, readStopReason, toUsage } from './usage.ts';

/** Larger than any event a vendor sends; beyond it the event is malformed. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;
const STOP = Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n\n');
const BLANK_LINE = Buffer.from('\n\n');

const CLOSING_BRACE = 0x7d;
/** What is around the text of a delta; near enough for the other kinds, since only estimates rest on it. */
const AROUND_TEXT =
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}}\n\n';

/** Where each delta is of another form: after so many nothing more is remembered. */
const MAX_MISSES = 4;

/** Whether the block that starts here is more than an empty text: thoughts, a call, a result of a server tool. */
function startsContent(block: unknown): boolean {
  return isRecord(block) && (block.type !== 'text' || (typeof block.text === 'string' && block.text !== ''));
}

const isThoughts = (block: unknown): boolean =>
  isRecord(block) && (block.type === 'thinking' || block.type === 'redacted_thinking');

const DELTA_TEXTS = ['text', 'thinking', 'partial_json', 'signature'] as const;

function deltaHasContent(delta: unknown): boolean {
  if (!isRecord(delta)) return false;
  return DELTA_TEXTS.some((name) => delta[name] !== undefined && delta[name] !== '') || delta.citation !== undefined;
}

/** Clients of this dialect go by the event's name and skip events without one; some look-alikes leave it out. */
function named(event: SseEvent, type: string): Buffer {
  return event.eventName === '' ? Buffer.concat([Buffer.from(`event: ${type}\n`), event.raw]) : event.raw;
}

/**
 * Anthropic stream to Anthropic client. Each event is parsed and its own bytes are forwarded; a delta that differs by a plain
 * text alone from one that was parsed is whole and says the same. Left out are malformed events and comments.
 *
 * A block of thoughts counts as content from its start: with `display: "omitted"` nothing but pings follows for minutes.
 */
export class AnthropicRelayStream implements StreamTransducer {
  contentEvents = 0;
  contentBytes = 0;
  reasoning = false;
  finished = false;
  #listener: StreamListener;
  #trailer: (() => string) | null;
  #framer: SseFramer;
  #committed = false;
  #stopSeen = false;
  /** The last delta that was a piece of text and nothing else, without its text. */
  #plain: PlainEvent | null = null;
  /** Such deltas in a row that the one before them did not help to read. */
  #misses = 0;
  #usage = newUsage();
  #out: Buffer[] = [];
  /** The last `message_delta`, kept back until the receipt is known; only where the caller asked for one. */
  #held: Buffer | null = null;

  constructor(listener: StreamListener, trailer: (() => string) | null) {
    this.#listener = listener;
    this.#trailer = trailer;
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
    // A last event without its blank line counts when it is whole; half of one is a cut.
    if (rest !== null && !rest.tooLarge && rest.data.trimEnd().endsWith('}')) this.#read(rest, BLANK_LINE);
    this.#flush();
    if (this.finished) return;
    if (this.#stopSeen) this.#complete(STOP);
    else {
      this.finished = true;
      this.#listener.onCut();
    }
  }

  #flush(): void {
    if (this.#out.length === 0) return;
    const bytes = this.#out.length === 1 ? (this.#out[0] as Buffer) : Buffer.concat(this.#out);
    this.#out = [];
    this.#listener.onBytes(bytes);
  }

  #onEvent(event: SseEvent): void {
    if (this.finished || event.isComment) return;
    if (event.tooLarge) this.#listener.onMalformed();
    else if (this.#plain !== null && plainTextBytes(event.raw, this.#plain) > 0) {
      this.#misses = 0;
      this.#count(event.raw);
      this.#out.push(event.raw);
    } else this.#read(event, null);
  }

  #remember(event: SseEvent): void {
    if (this.#misses >= MAX_MISSES) return;
    this.#misses += 1;
    // A text with escapes tells nothing; the next one may be like those before it.
    this.#plain = plainDeltaOf(event) ?? this.#plain;
  }

  #read(event: SseEvent, missing: Buffer | null): void {
    if (event.data.trim() === '') return;
    let value: unknown;
    try {
      value = JSON.parse(event.data);
    } catch {
      value = null;
    }
    if (event.eventName === 'error' || (isRecord(value) && (value.type === 'error' || isBareError(value)))) {
      this.#fail(readErrorValue(200, value));
      return;
    }
    const type = isRecord(value) && typeof value.type === 'string' ? value.type : null;
    if (!isRecord(value) || type === null) {
      this.#listener.onMalformed();
      return;
    }
    if (type === 'content_block_delta') {
      // The official client asks a delta for its type without looking whether there is one.
      if (!isRecord(value.delta)) {
        this.#listener.onMalformed();
        return;
      }
      if (deltaHasContent(value.delta)) this.#remember(event);
    }
    const bytes = named(event, type);
    this.#pass(type, value, missing === null ? bytes : Buffer.concat([bytes, missing]));
  }

  #pass(type: string, value: Json, bytes: Buffer): void {
    switch (type) {
      case 'message_start':
        this.#readUsage(isRecord(value.message) ? value.message.usage : null, beginUsage);
        break;
      case 'content_block_start':
        this.reasoning = isThoughts(value.content_block);
        if (startsContent(value.content_block)) this.#commit();
        break;
      case 'content_block_delta':
        this.#count(bytes);
        if (!deltaHasContent(value.delta)) break;
        this.#commit();
        this.#stopSeen = false;
        break;
      case 'message_delta':
        this.#readMessageDelta(value);
        if (this.finished) return;
        if (this.#trailer === null) break;
        if (this.#held !== null) this.#out.push(this.#held);
        this.#held = Buffer.from(bytes);
        return;
      case 'message_stop':
        this.#readStop(bytes);
        return;
      default:
    }
    this.#out.push(bytes);
  }

  #count(delta: Buffer): void {
    this.contentEvents += 1;
    this.contentBytes += Math.max(0, delta.length - AROUND_TEXT.length);
  }

  #readUsage(value: unknown, take = mergeUsage): void {
    take(this.#usage, value);
    const region = readRegion(value);
    if (region !== null) this.#listener.onRegion?.(region);
    const usage = toUsage(this.#usage);
    if (usage !== null) this.#listener.onUsage(usage);
  }

  #readMessageDelta(value: Json): void {
    this.#readUsage(value.usage);
    const said = isRecord(value.delta) ? value.delta.stop_reason : null;
    const broken = brokenOff(value, said);
    if (broken !== null) {
      this.#fail(broken);
      return;
    }
    const reason = readStopReason(said);
    if (reason === null) return;
    // A stop without any content before it (a refusal, an empty answer) is an answer too.
    this.#commit();
    this.#stopSeen = true;
    // A delta behind it says that it was not the end.
    this.#plain = null;
    this.#listener.onFinish(reason);
  }

  #readStop(bytes: Buffer): void {
    if (this.#committed) this.#complete(bytes);
    else this.#fail({ code: 'upstream_protocol', vendorCode: null, vendorParam: null });
  }

  #fail(error: UpstreamErrorReading): void {
    this.#flush();
    this.finished = true;
    this.#listener.onStreamError(error);
  }

  #commit(): void {
    if (this.#committed) return;
    this.#flush();
    this.#committed = true;
    this.#listener.onContent();
  }

  #complete(terminal: Buffer): void {
    if (this.#held !== null && this.#trailer !== null) {
      const end = this.#held.lastIndexOf(CLOSING_BRACE);
      const member = Buffer.from(`,"alidade":${this.#trailer()}`);
      this.#out.push(this.#held.subarray(0, end), member, this.#held.subarray(end));
      this.#held = null;
    }
    this.#out.push(terminal);
    this.#flush();
    this.finished = true;
    this.#listener.onComplete();
  }
}

/** `{"error":{...}}` without a type: how OpenAI's look-alikes put it, some of which speak both dialects. */
const isBareError = (value: Json): boolean => value.type === undefined && isRecord(value.error);
