import { Buffer } from 'node:buffer';
import type { AppError } from '../../contracts/errors.ts';
import type { ErrorPart, StreamPart } from '../../contracts/stream-part.ts';
import { joinInPieces } from '../../lib/join-buffers.ts';
import type { ClientCodec, StreamBuilder } from '../codec.ts';
import type { ClientDialect } from '../dialect.ts';
import { partsOfAnswer } from './answer-parts.ts';

const NEWLINE = 0x0a;
/** From here on reading takes a tenth of a millisecond and more. */
const LONG_LINE_BYTES = 32 * 1024;

const line = (part: StreamPart): string => `${JSON.stringify(part)}\n`;

/** What broke on our side or an upstream's, as the part that a caller in this process gets. */
const errorPart = (error: AppError): ErrorPart => ({
  type: 'error',
  code: error.code,
  vendorCode: null,
  vendorParam: null,
});

const builder: StreamBuilder = {
  build: line,
  resume: () => undefined,
  end: () => line({ type: 'end' }),
};

/**
 * Callers inside this process, which read stream parts: one JSON text a line. Written out, because an attempt's bytes are
 * held back and thrown away with it, whatever they say; nothing is ever lost on this way.
 */
export const partsClient: ClientCodec = {
  dialect: 'parts',
  buildAnswer: (answer) => partsOfAnswer(answer).map(line).join(''),
  *buildInPieces(answer) {
    const lines: Buffer[] = [];
    for (const part of partsOfAnswer(answer)) {
      const bytes = Buffer.from(line(part));
      lines.push(bytes);
      if (bytes.length > LONG_LINE_BYTES) yield;
    }
    return yield* joinInPieces(lines);
  },
  createStreamBuilder: () => builder,
};

/** Errors and pings of the same callers. */
export const partsClientDialect: ClientDialect = {
  name: 'parts',
  errorBody: (error) => line(errorPart(error)),
  errorEvent: (error) => Buffer.from(line(errorPart(error))),
  ping: Buffer.from(line({ type: 'ping' })),
  requestIdHeader: null,
};

/** Reads what the codec writes. Lines may come in pieces. */
export class PartsReader {
  #rest: Buffer | null = null;

  /** The parts that are complete with these bytes; long ones are read when they are asked for. */
  push(bytes: Buffer): ReadPart[] {
    const whole = this.#rest === null ? bytes : Buffer.concat([this.#rest, bytes]);
    const parts: ReadPart[] = [];
    let start = 0;
    for (let end = whole.indexOf(NEWLINE); end !== -1; end = whole.indexOf(NEWLINE, start)) {
      const text = whole.subarray(start, end);
      parts.push(text.length > LONG_LINE_BYTES ? () => readLine(text) : readLine(text));
      start = end + 1;
    }
    this.#rest = start === whole.length ? null : whole.subarray(start);
    return parts;
  }
}

/** A part, or what reads it. */
export type ReadPart = StreamPart | (() => StreamPart);

const readLine = (text: Buffer): StreamPart => JSON.parse(text.toString('utf8')) as StreamPart;
