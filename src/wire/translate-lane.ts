import { Buffer } from 'node:buffer';
import type { ChatAnswer } from '../contracts/chat-answer.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import { WrittenStrings, writeJson, writeLongStrings } from '../lib/json-writer.ts';
import { parseAnswerInPieces } from './answer-in-pieces.ts';
import type { AnswerContext, ChatAnswerReading, ClientCodec, UpstreamCodec } from './codec.ts';
import type { AnswerReading, Lane } from './dialect.ts';
import { LossReport } from './losses.ts';
import { TranslateStream } from './translate-stream.ts';
import { withTrailer } from './with-trailer.ts';

export interface TranslateLaneOptions {
  /** What the client speaks. */
  from: ClientCodec;
  /** What the upstream speaks. */
  to: UpstreamCodec;
  request: ChatRequest;
  /** Our id of the request; answers are named after it. */
  requestId: string;
  /** Seconds since the epoch, for answers that say when they were made. */
  createdS: number;
  /** Our own count of the input, for dialects that tell usage before the upstream does. */
  estimatedInputTokens?: number;
  /** The client asked for betas of its own vendor. */
  betas?: boolean;
  /** Long strings of the request that were written ahead. Absent: none. */
  written?: WrittenStrings;
}

interface LastRead {
  body: Buffer;
  answer: ChatAnswer;
  /** Long strings of it, where it is large. */
  written: WrittenStrings | null;
  /** For the client, where that could be made ahead. */
  built: Buffer | null;
}

function saidBytes({ choices }: ChatAnswer): number {
  let size = 0;
  for (const { parts } of choices) {
    for (const part of parts) {
      if (part.type === 'tool-call') size += Buffer.byteLength(part.name + part.arguments);
      else if ('text' in part) size += Buffer.byteLength(part.text);
    }
  }
  return size;
}

/** What whoever passes an answer on has to know of it. */
export function summaryOf(reading: ChatAnswerReading): AnswerReading {
  if (!reading.ok) return reading;
  const { answer, regionEcho } = reading;
  const { usage } = answer;
  const known = { ok: true, usage, finish: answer.choices[0]?.finish.reason ?? null, regionEcho } as const;
  return usage?.output_tokens ? known : { ...known, contentBytes: saidBytes(answer) };
}

/**
 * A client of one dialect and an upstream of another, by way of the contracts. `build` says what of the request could not
 * be kept, `answerLoss` what of the answer. `build` comes first: it names the model that the answer will show.
 */
export function createTranslateLane(options: TranslateLaneOptions): Lane {
  const { from, to, request, requestId, createdS, estimatedInputTokens } = options;
  const counted = estimatedInputTokens === undefined ? {} : { estimatedInputTokens };
  let context: AnswerContext = { requestId, model: request.model, createdS, request, ...counted };
  let answerLosses = new LossReport();
  let lastRead: LastRead | null = null;

  const read = (body: Buffer): ChatAnswerReading => {
    const reading = to.readAnswer(body, request);
    lastRead = reading.ok ? { body, answer: reading.answer, written: null, built: null } : null;
    return reading;
  };

  const { parsedAnswer } = to;
  function* readInPieces(
    parsed: NonNullable<UpstreamCodec['parsedAnswer']>,
    body: Buffer,
    holder: string,
  ): Generator<void, AnswerReading> {
    const read = parsed.read(yield* parseAnswerInPieces(body, holder, parsed.parse), request);
    const reading = parsed.finish === undefined ? read : yield* parsed.finish(read);
    lastRead = null;
    if (reading.ok) {
      const { answer } = reading;
      yield;
      const built = from.buildInPieces === undefined ? null : yield* from.buildInPieces(answer);
      const written = built === null ? yield* writeLongStrings(answer, new WrittenStrings(holder)) : null;
      lastRead = { body, answer, written, built };
    }
    return summaryOf(reading);
  }

  const write = (answer: ChatAnswer, written: WrittenStrings | null, trailer: string | null): Buffer => {
    if (written !== null && from.answerValue !== undefined) {
      return withTrailer(writeJson(from.answerValue(answer, context, answerLosses), written), trailer);
    }
    return Buffer.from(from.buildAnswer(answer, context, answerLosses, trailer), 'utf8');
  };

  return {
    build: (deployment) => {
      context = { ...context, model: deployment.model };
      answerLosses = new LossReport();
      const losses = new LossReport();
      if (options.betas === true) losses.add('betas_untranslated');
      const { path, headers, value } = to.buildRequest(request, deployment, losses);
      return { path, headers, body: writeJson(value, options.written ?? null), loss: losses.entries };
    },
    stream: (listener, trailer) => {
      const builder = from.createStreamBuilder(context, answerLosses);
      return new TranslateStream(listener, to.createStreamReader(request), builder, trailer);
    },
    readAnswer: (body) => summaryOf(read(body)),
    ...(parsedAnswer === undefined
      ? {}
      : { readAnswerInPieces: (body: Buffer, holder: string) => readInPieces(parsedAnswer, body, holder) }),
    answer: (body, trailer) => {
      if (lastRead?.body !== body) read(body);
      if (lastRead === null) throw new TypeError('answer was called for a body that readAnswer refused');
      return lastRead.built ?? write(lastRead.answer, lastRead.written, trailer);
    },
    readError: (status, body) => to.readError(status, body),
    answerLoss: () => answerLosses.entries,
  };
}
