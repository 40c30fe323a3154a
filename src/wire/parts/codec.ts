import { Buffer } from 'node:buffer';
import type { AppError } from '../../contracts/errors.ts';
import type { ErrorPart, StreamPart } from '../../contracts/stream-part.ts';
import type { ClientCodec, StreamBuilder } from '../codec.ts';
import type { ClientDialect } from '../dialect.ts';
import { partsOfAnswer } from './answer-parts.ts';

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
  #rest = '';
  readonly #decoder = new TextDecoder();

  /** The parts that are complete with these bytes. */
  push(bytes: Buffer): StreamPart[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf('\n');
    this.#rest = text.slice(end + 1);
    if (end === -1) return [];
    return text
      .slice(0, end)
      .split('\n')
      .map((part) => JSON.parse(part) as StreamPart);
  }
}
