import { Buffer } from 'node:buffer';
import type { Usage } from '../../contracts/usage.ts';
import type { FinishReason } from '../../contracts/vocabulary.ts';
import { WrittenStrings, writeJson, writeLongStrings } from '../../lib/json-writer.ts';
import { createSseFramer, type SseEvent, type SseFramer } from '../../lib/sse.ts';
import { parseAnswerInPieces } from '../answer-in-pieces.ts';
import type { AnswerReading, Lane, StreamListener, StreamTransducer, UpstreamErrorReading } from '../dialect.ts';
import { parseExactJson } from '../exact-json.ts';
import { isRecord, type Json } from '../members.ts';
import { AnthropicEvents } from './anthropic-events.ts';
import type { EventRestorer } from './event-restorer.ts';
import { OpenAiEvents } from './openai-events.ts';
import { type RestoreOptions, ValueRestorer } from './restore-values.ts';
import { FirstReading, UNRESOLVED } from './restored-codec.ts';

/** Larger than any event that a relay passes on. */
const MAX_EVENT_BYTES = 20 * 1024 * 1024;

/** Which dialect's answers are restored. */
export interface RelayOptions extends RestoreOptions {
  dialect: 'openai' | 'anthropic';
}

const eventsOf = (options: RelayOptions): EventRestorer =>
  options.dialect === 'openai' ? new OpenAiEvents(options) : new AnthropicEvents(options);

/** null: it holds what must not be handed on, or nests so deeply that it cannot be written again. */
function restoredBody(body: Buffer, options: RelayOptions): Buffer | null {
  try {
    const value = parseExactJson(body.toString('utf8'));
    const restorer = new ValueRestorer(options);
    const next = restorer.value(value, '');
    if (restorer.fault !== null) return null;
    return next === value ? body : Buffer.from(JSON.stringify(next), 'utf8');
  } catch {
    return null;
  }
}

/** The same of a large body: it yields wherever somebody else may have a turn. */
function* restoredInPieces(body: Buffer, options: RelayOptions, holder: string): Generator<void, Buffer | null> {
  const value = yield* parseAnswerInPieces(body, holder, parseExactJson);
  const restorer = new ValueRestorer(options);
  yield* restorer.valueAhead(value, '');
  try {
    const next = restorer.value(value, '');
    if (restorer.fault !== null || typeof next !== 'object' || next === null) return null;
    return next === value ? body : writeJson(next, yield* writeLongStrings(next, new WrittenStrings(holder)));
  } catch {
    // It nests so deeply that it cannot be written again.
    return null;
  }
}

/**
 * A relay lane whose client gets values where the upstream wrote tokens. Events and answers without a token pass as they
 * came, byte for byte; `build` is the lane's own, so its request must hold the tokens already.
 */
export function withRestoredRelay(lane: Lane, options: RelayOptions): Lane {
  let restored: { from: Buffer; to: Buffer } | null = null;
  const first = new FirstReading(options.tokens.counts);
  const readLarge = lane.readAnswerInPieces?.bind(lane);
  function* readInPieces(
    pieces: Generator<void, AnswerReading>,
    body: Buffer,
    holder: string,
  ): Generator<void, AnswerReading> {
    const reading = yield* pieces;
    if (!reading.ok) return reading;
    const to = yield* restoredInPieces(body, options, holder);
    if (to === null) return { ok: false, error: UNRESOLVED, usage: reading.usage };
    restored = { from: body, to };
    return reading;
  }
  const readWhole = (body: Buffer): AnswerReading => {
    const reading = lane.readAnswer(body);
    if (!reading.ok) return reading;
    const to = restoredBody(body, options);
    if (to === null) return { ok: false, error: UNRESOLVED, usage: reading.usage };
    restored = { from: body, to };
    return reading;
  };
  return {
    build: (deployment) => lane.build(deployment),
    stream: (listener, trailer) => {
      first.forget();
      const relay = new RestoredListener(listener, eventsOf(options));
      return relay.over(lane.stream(relay, trailer));
    },
    readAnswer: (body) => first.of(() => readWhole(body)),
    ...(readLarge === undefined
      ? {}
      : { readAnswerInPieces: (body, holder) => readInPieces(readLarge(body, holder), body, holder) }),
    answer: (body, trailer) => {
      const to = restored?.from === body ? restored.to : restoredBody(body, options);
      if (to === null) throw new TypeError('answer was called for a body that readAnswer refused');
      return lane.answer(to, trailer);
    },
    readError: (status, body) => lane.readError(status, body),
    answerLoss: () => lane.answerLoss?.() ?? [],
  };
}

/** Stands between a relay's transducer and whoever listens: all that is told passes, bytes are restored on the way. */
class RestoredListener implements StreamListener {
  readonly #listener: StreamListener;
  readonly #events: EventRestorer;
  readonly #framer: SseFramer;
  #out: (string | Buffer)[] = [];
  #failed = false;

  constructor(listener: StreamListener, events: EventRestorer) {
    this.#listener = listener;
    this.#events = events;
    this.#framer = createSseFramer((event) => this.#onEvent(event), { maxEventBytes: MAX_EVENT_BYTES });
  }

  /** The transducer as its owner sees it: finished also where a token could not be resolved. */
  over(inner: StreamTransducer): StreamTransducer {
    const hasFailed = (): boolean => this.#failed;
    return {
      push: (chunk) => {
        if (!hasFailed()) inner.push(chunk);
      },
      end: () => {
        if (!hasFailed()) inner.end();
      },
      get contentEvents() {
        return inner.contentEvents;
      },
      get contentBytes() {
        return inner.contentBytes ?? 0;
      },
      get reasoning() {
        return inner.reasoning ?? false;
      },
      get finished() {
        return inner.finished || hasFailed();
      },
    };
  }

  onContent(): void {
    if (!this.#failed) this.#listener.onContent();
  }

  onBytes(bytes: Buffer): void {
    if (this.#failed) return;
    this.#framer.push(bytes);
    this.#send();
  }

  onUsage(usage: Usage): void {
    if (!this.#failed) this.#listener.onUsage(usage);
  }

  onFinish(reason: FinishReason): void {
    if (!this.#failed) this.#listener.onFinish(reason);
  }

  onRegion(region: string): void {
    if (!this.#failed) this.#listener.onRegion?.(region);
  }

  onComplete(): void {
    if (!this.#failed) this.#listener.onComplete();
  }

  onStreamError(error: UpstreamErrorReading): void {
    this.#drop();
    if (!this.#failed) this.#listener.onStreamError(error);
  }

  onCut(): void {
    this.#drop();
    if (!this.#failed) this.#listener.onCut();
  }

  onMalformed(): void {
    if (!this.#failed) this.#listener.onMalformed();
  }

  /** An answer that breaks off: half a token is worth nothing to anybody, and is counted. */
  #drop(): void {
    if (!this.#failed) this.#events.flush();
  }

  #onEvent(event: SseEvent): void {
    if (this.#failed) return;
    if (event.data.trim() === '[DONE]') {
      this.#put(this.#events.flush(), event.raw);
      return;
    }
    if (event.data.trim() === '') {
      this.#out.push(event.raw);
      return;
    }
    const value = parsed(event.data);
    if (value === null) {
      // A relay may pass what it did not parse; a token in it would reach the client.
      this.#listener.onMalformed();
      return;
    }
    let restored: string | null;
    try {
      restored = this.#events.restore(value, event.eventName);
    } catch {
      // Nested so deeply that it cannot be written again, which no answer is.
      this.#listener.onMalformed();
      return;
    }
    if (restored === null) this.#out.push(event.raw);
    else this.#put(restored, null);
  }

  #put(text: string, raw: Buffer | null): void {
    if (this.#events.failed) {
      this.#failed = true;
      this.#send();
      this.#listener.onStreamError(UNRESOLVED);
      return;
    }
    if (text !== '') this.#out.push(text);
    if (raw !== null) this.#out.push(raw);
  }

  #send(): void {
    if (this.#out.length === 0) return;
    const parts = this.#out.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part));
    this.#out = [];
    this.#listener.onBytes(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
  }
}

function parsed(data: string): Json | null {
  try {
    const value = parseExactJson(data);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
