import type { ChatAnswer } from '../../contracts/chat-answer.ts';
import type { Citation, TextPart } from '../../contracts/chat-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import type { RestoreMode, TokenCounts, TokenRestorer } from '../../contracts/tokens.ts';
import type { ChatAnswerReading, StreamReader, UpstreamCodec } from '../codec.ts';
import type { UpstreamErrorReading } from '../dialect.ts';
import { MOST_LANES, type RestoreOptions, ValueRestorer } from './restore-values.ts';

/** What the vendor answered cannot be carried out: a token in it means nothing, or stands where no value can. */
export const UNRESOLVED: UpstreamErrorReading = Object.freeze({
  code: 'upstream_token_unresolved',
  vendorCode: null,
  vendorParam: null,
});

/**
 * An upstream whose answers come with their values restored, for translation: whoever speaks with the client, and in
 * what, never sees a token. The request that `buildRequest` gets must hold the tokens already.
 */
export function withRestoredAnswers(codec: UpstreamCodec, options: RestoreOptions): UpstreamCodec {
  const { parsedAnswer } = codec;
  const first = new FirstReading(options.tokens.counts);
  return {
    dialect: codec.dialect,
    buildRequest: codec.buildRequest,
    readError: codec.readError,
    answerEvents: codec.answerEvents,
    readAnswer: (body, request) =>
      first.of(() => restored(codec.readAnswer(body, request), options, new ValueRestorer(options))),
    ...(parsedAnswer === undefined
      ? {}
      : { parsedAnswer: { ...parsedAnswer, finish: (reading) => restoredInPieces(reading, options) } }),
    createStreamReader: (request) => {
      first.forget();
      return new RestoredStreamReader(codec.createStreamReader(request), options);
    },
  };
}

/** Of an answer that came whole and is passed on as a stream, which restores it again: each token counts once. */
export class FirstReading {
  readonly #counts: TokenCounts;
  #before: TokenCounts | null = null;

  constructor(counts: TokenCounts) {
    this.#counts = counts;
  }

  of<T extends { ok: boolean }>(read: () => T): T {
    const before = { ...this.#counts };
    const reading = read();
    this.#before = reading.ok ? before : null;
    return reading;
  }

  /** Takes back what it has counted. No other reading of the request may stand between. */
  forget(): void {
    if (this.#before !== null) Object.assign(this.#counts, this.#before);
    this.#before = null;
  }
}

function restored(reading: ChatAnswerReading, options: RestoreOptions, restorer: ValueRestorer): ChatAnswerReading {
  if (!reading.ok) return reading;
  const { answer, fault } = restoredAnswer(reading.answer, options, restorer);
  return fault === null ? { ...reading, answer } : { ok: false, error: UNRESOLVED, usage: reading.answer.usage };
}

/** Long texts first, in turns; then the answer, in which they have been restored already. */
function* restoredInPieces(reading: ChatAnswerReading, options: RestoreOptions): Generator<void, ChatAnswerReading> {
  const restorer = new ValueRestorer(options);
  for (const part of reading.ok ? reading.answer.choices.flatMap(({ parts }) => parts) : []) {
    if (part.type === 'text') yield* restorer.textAhead(part.text, options.jsonContent ? 'json' : 'text');
    else if (part.type === 'reasoning' || part.type === 'refusal') yield* restorer.textAhead(part.text, 'text');
    else if (part.type === 'tool-call')
      yield* restorer.textAhead(part.arguments, part.custom === true ? 'text' : 'arguments');
  }
  return restored(reading, options, restorer);
}

function restoredAnswer(answer: ChatAnswer, options: RestoreOptions, restorer: ValueRestorer) {
  const textMode = options.jsonContent ? 'json' : 'text';
  const choices = answer.choices.map((choice) => {
    const { stopSequence } = choice.finish;
    const parts = choice.parts.map((part) => {
      switch (part.type) {
        case 'text':
          return { ...part, text: restorer.text(part.text, textMode), ...restoredCitations(part, restorer) };
        case 'reasoning':
        case 'refusal':
          return { ...part, text: restorer.text(part.text, 'text') };
        case 'tool-call':
          return { ...part, arguments: restorer.text(part.arguments, part.custom === true ? 'text' : 'arguments') };
        case 'audio':
          return part.transcript === undefined ? part : { ...part, transcript: restorer.text(part.transcript, 'text') };
        case 'unknown':
          return { ...part, value: restorer.value(part.value, '') };
        default:
          return part;
      }
    });
    const finish =
      stopSequence === null ? choice.finish : { ...choice.finish, stopSequence: restorer.text(stopSequence, 'text') };
    return { ...choice, parts, finish };
  });
  return { answer: { ...answer, choices }, fault: restorer.fault };
}

const restoredCitations = ({ citations }: TextPart, restorer: ValueRestorer): Pick<TextPart, 'citations'> =>
  citations === undefined ? {} : { citations: restorer.value(citations, 'citations') as readonly Citation[] };

/** One text of an answer while it comes. */
interface Lane {
  restorer: TokenRestorer;
  choice: number;
  /** What of a choice is said in one go: whatever follows of another kind ends it. */
  kind: 'text' | 'call';
  part(text: string): StreamPart;
}

/** Parts in, parts out: one restorer for every text of the answer, ended where the text ends. */
class RestoredStreamReader implements StreamReader {
  readonly #reader: StreamReader;
  readonly #options: RestoreOptions;
  readonly #parts: StreamPart[] = [];
  readonly #lanes = new Map<string, Lane>();
  /** Calls whose arguments are free text. */
  readonly #custom = new Set<string>();
  #failed = false;

  constructor(reader: StreamReader, options: RestoreOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  get region(): string | null {
    return this.#reader.region ?? null;
  }

  get textOpen(): boolean {
    return this.#reader.textOpen ?? false;
  }

  read(data: string, eventName: string, parts: StreamPart[]): boolean {
    this.#parts.length = 0;
    const isRead = this.#reader.read(data, eventName, this.#parts);
    this.#passAll(parts);
    return isRead;
  }

  close(parts: StreamPart[]): void {
    this.#parts.length = 0;
    this.#reader.close(this.#parts);
    this.#passAll(parts);
    // After a clean end there is no lane left. Of a stream that was cut, half a token is worth nothing: it is counted.
    for (const lane of this.#lanes.values()) lane.restorer.end();
    this.#lanes.clear();
  }

  #passAll(parts: StreamPart[]): void {
    for (const part of this.#parts) if (!this.#failed) this.#pass(part, parts);
  }

  #pass(part: StreamPart, parts: StreamPart[]): void {
    switch (part.type) {
      case 'text-delta': {
        if (part.newBlock === true) this.#endLane(`text ${part.choice}`, parts);
        // What comes with a delta comes once, and stays where it came.
        const lane = this.#lane(`text ${part.choice}`, part.choice, this.#options.jsonContent ? 'json' : 'text', {
          type: 'text-delta',
          choice: part.choice,
          text: '',
        });
        this.#push(`text ${part.choice}`, lane, part, parts);
        break;
      }
      case 'reasoning-delta': {
        const key = `reasoning ${part.choice} ${part.block}`;
        this.#push(key, this.#lane(key, part.choice, 'text', { ...part, text: '' }), part, parts);
        break;
      }
      case 'refusal-delta': {
        const key = `refusal ${part.choice}`;
        this.#push(key, this.#lane(key, part.choice, 'text', { ...part, text: '' }), part, parts);
        break;
      }
      case 'tool-call-start':
        this.#endTexts(part.choice, null, parts);
        if (part.custom === true) this.#custom.add(`call ${part.choice} ${part.index}`);
        parts.push(part);
        break;
      case 'tool-call-delta': {
        const key = `call ${part.choice} ${part.index}`;
        const mode = this.#custom.has(key) ? 'text' : 'arguments';
        this.#push(key, this.#lane(key, part.choice, mode, { ...part, text: '' }), part, parts);
        break;
      }
      case 'tool-call-end':
        this.#endLane(`call ${part.choice} ${part.index}`, parts);
        this.#put(part, parts);
        break;
      default:
        this.#passOther(part, parts);
    }
  }

  #passOther(part: StreamPart, parts: StreamPart[]): void {
    switch (part.type) {
      case 'reasoning-signature':
        this.#endTexts(part.choice, null, parts);
        parts.push(part);
        break;
      case 'media-delta':
        this.#passMedia(part, parts);
        break;
      case 'citation':
      case 'unknown':
        this.#endTexts(part.choice, null, parts);
        parts.push(new ValueRestorer(this.#options).value(part, 'part') as StreamPart);
        break;
      case 'finish':
        this.#endChoice(part.choice, parts);
        this.#put(this.#withStopSequence(part), parts);
        break;
      case 'end':
        for (const key of [...this.#lanes.keys()]) this.#endLane(key, parts);
        this.#put(part, parts);
        break;
      default:
        parts.push(part);
    }
  }

  #passMedia(part: Extract<StreamPart, { type: 'media-delta' }>, parts: StreamPart[]): void {
    if (part.transcript === undefined) {
      parts.push(part);
      return;
    }
    const key = `transcript ${part.choice}`;
    const known = this.#lanes.get(key);
    const lane = known ?? {
      restorer: this.#options.tokens.restorer('text'),
      choice: part.choice,
      kind: 'text' as const,
      part: (text) => ({ type: 'media-delta', choice: part.choice, kind: 'audio', source: null, transcript: text }),
    };
    this.#lanes.set(key, lane);
    parts.push({ ...part, transcript: lane.restorer.push(part.transcript) });
  }

  #withStopSequence(part: Extract<StreamPart, { type: 'finish' }>): StreamPart {
    if (part.stopSequence === null) return part;
    const stopSequence = new ValueRestorer(this.#options).text(part.stopSequence, 'text');
    return { ...part, stopSequence };
  }

  #lane(key: string, choice: number, mode: RestoreMode, empty: StreamPart & { text: string }): Lane {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane: Lane = {
      restorer: this.#options.tokens.restorer(mode),
      choice,
      kind: empty.type === 'tool-call-delta' ? 'call' : 'text',
      part: (text) => ({ ...empty, text }) as StreamPart,
    };
    this.#lanes.set(key, lane);
    return lane;
  }

  #push(key: string, lane: Lane, part: StreamPart & { text: string }, parts: StreamPart[]): void {
    // Arguments of several calls may come by turns; texts do not.
    this.#endTexts(lane.choice, key, parts);
    const text = lane.restorer.push(part.text);
    if (this.#hasFailed(lane, parts)) return;
    const says = part.type === 'text-delta' && (part.signature !== undefined || part.newBlock === true);
    if (text === part.text) parts.push(part);
    else if (text !== '' || says) parts.push({ ...part, text } as StreamPart);
  }

  #endTexts(choice: number, except: string | null, parts: StreamPart[]): void {
    for (const [key, lane] of this.#lanes) {
      if (lane.choice === choice && lane.kind === 'text' && key !== except) this.#endLane(key, parts);
    }
  }

  #endChoice(choice: number, parts: StreamPart[]): void {
    for (const [key, lane] of this.#lanes) if (lane.choice === choice) this.#endLane(key, parts);
  }

  #endLane(key: string, parts: StreamPart[]): void {
    const lane = this.#lanes.get(key);
    if (lane === undefined || this.#failed) return;
    this.#lanes.delete(key);
    const rest = lane.restorer.end();
    if (!this.#hasFailed(lane, parts) && rest !== '') parts.push(lane.part(rest));
  }

  #put(part: StreamPart, parts: StreamPart[]): void {
    if (!this.#failed) parts.push(part);
  }

  #hasFailed(lane: Lane, parts: StreamPart[]): boolean {
    if (lane.restorer.fault === null && this.#lanes.size <= MOST_LANES) return false;
    this.#failed = true;
    this.#lanes.clear();
    parts.push({ type: 'error', ...UNRESOLVED });
    return true;
  }
}
