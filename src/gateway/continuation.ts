import type { ChatRequest, Turn } from '../contracts/chat-request.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { ClientDialectName } from '../contracts/gateway-request.ts';
import type { AttemptRecord } from '../contracts/receipt.ts';
import type { AnswerContext } from '../wire/codec.ts';
import type { Lane } from '../wire/dialect.ts';
import { LossReport } from '../wire/losses.ts';
import { TranslateStream } from '../wire/translate-stream.ts';
import { CLIENT_CODECS, UPSTREAM_CODECS } from './codecs.ts';
import { ContinuationReader, withEarlierUsage } from './continuation-stream.ts';
import { DeliveredAnswer } from './delivered-answer.ts';
import { totalUsage } from './receipt-builder.ts';
import { Seam } from './seam.ts';

/** How a deployment is brought to go on: its turn is begun for it, or it is asked to. */
export type Way = 'prefill' | 'turn';

const BYTES_PER_TOKEN = 4;

export interface ContinuationSource {
  client: ClientDialectName;
  /** The conversation. @throws AppError where it cannot be understood */
  chat: () => ChatRequest;
  requestId: string;
  createdS: number;
  estimatedInputTokens: number;
  /** What a model is asked where it takes no prefill, in the conversation's language. */
  prompt: string;
}

/** Only what is text alone can be taken up by another model: half a call or half a JSON value cannot. */
function asksForTextAlone(chat: ChatRequest): boolean {
  const { tools, toolChoice, responseFormat, outputModalities, choices, logprobs } = chat;
  const hasTools = tools.length > 0 && toolChoice?.mode !== 'none';
  const isPlain = responseFormat === null || responseFormat.kind === 'text';
  const isText = outputModalities === null || outputModalities.every((modality) => modality === 'text');
  return !hasTools && isPlain && isText && choices === 1 && logprobs === null;
}

const declaresPrefill = ({ capabilities, assumedCapabilities }: Deployment): boolean =>
  capabilities.has('prefill') && assumedCapabilities?.has('prefill') !== true;

function withText(turns: readonly Turn[], text: string): Turn[] {
  const last = turns.at(-1);
  // The caller had begun the answer itself: what was delivered goes on from there.
  if (last?.role === 'assistant') {
    return [...turns.slice(0, -1), { ...last, parts: [...last.parts, { type: 'text', text }] }];
  }
  return [...turns, { role: 'assistant', parts: [{ type: 'text', text }] }];
}

/**
 * What it takes to let another deployment go on with an answer whose stream broke: the exact text that the client has,
 * read from the bytes it was sent, and a lane that asks for the rest and writes it into the same message.
 */
export class Continuation {
  readonly #source: ContinuationSource;
  #chat: ChatRequest | null = null;
  #delivered: DeliveredAnswer | null = null;
  #isOut = false;
  #tried = new Map<string, Way>();

  constructor(source: ContinuationSource) {
    this.#source = source;
  }

  /** Every byte of the answer, in order. */
  onDelivered(bytes: Buffer): void {
    if (this.#isOut) return;
    this.#delivered ??= this.#begin();
    this.#delivered?.push(bytes);
    if (this.#delivered?.isText === false) this.#isOut = true;
  }

  get possible(): boolean {
    const delivered = this.#delivered;
    return !this.#isOut && delivered !== null && !delivered.hasFinished && delivered.text.trim() !== '';
  }

  /** What the client has. */
  get text(): string {
    return this.#delivered?.text ?? '';
  }

  firstWay(deployment: Deployment): Way {
    return declaresPrefill(deployment) ? 'prefill' : 'turn';
  }

  /** What is left to try with a deployment that refused the first way; null: nothing. */
  otherWay(deployment: Deployment): Way | null {
    return this.#tried.get(deployment.id) === 'prefill' ? 'turn' : null;
  }

  /** @param booked attempts so far, whose usage the client is told together with that of the rest */
  lane(deployment: Deployment, way: Way, booked: readonly AttemptRecord[]): Lane {
    this.#tried.set(deployment.id, way);
    const { client, requestId, createdS, estimatedInputTokens } = this.#source;
    const { chat, delivered } = this.#ready();
    const seam = new Seam(delivered.text, way === 'turn');
    const request = this.#request(chat, seam.prefix, way);
    const context: AnswerContext = {
      requestId,
      model: deployment.model,
      createdS,
      request: chat,
      estimatedInputTokens,
    };
    const upstream = UPSTREAM_CODECS[deployment.endpoint.dialect];
    const ofAnswer = new LossReport();
    return {
      build: (addressed) => {
        const ofRequest = new LossReport();
        const { path, headers, body } = upstream.buildRequest(request, addressed, ofRequest);
        return { path, headers, body: Buffer.from(body, 'utf8'), loss: ofRequest.entries };
      },
      stream: (listener, trailer) => {
        const builder = withEarlierUsage(
          CLIENT_CODECS[client].createStreamBuilder(context, ofAnswer),
          totalUsage(booked),
        );
        builder.resume(delivered.begun);
        const reader = new ContinuationReader(upstream.createStreamReader(request), seam, ofAnswer);
        return new TranslateStream(listener, reader, builder, trailer);
      },
      readError: (status, body) => upstream.readError(status, body),
      // Only streams break under way.
      readAnswer: () => ({ ok: false, error: { code: 'upstream_protocol', vendorCode: null, vendorParam: null } }),
      answer: (body) => body,
      answerLoss: () => ofAnswer.entries,
    };
  }

  #request(chat: ChatRequest, prefix: string, way: Way): ChatRequest {
    const turns = withText(chat.turns, prefix);
    if (way === 'turn') turns.push({ role: 'user', parts: [{ type: 'text', text: this.#source.prompt }] });
    const spent = Math.ceil(Buffer.byteLength(prefix) / BYTES_PER_TOKEN);
    const left = chat.maxOutputTokens === null ? null : Math.max(1, chat.maxOutputTokens - spent);
    return { ...chat, turns, maxOutputTokens: left };
  }

  #ready(): { chat: ChatRequest; delivered: DeliveredAnswer } {
    const chat = this.#chat;
    const delivered = this.#delivered;
    if (chat === null || delivered === null) throw new TypeError('nothing was delivered that could go on');
    return { chat, delivered };
  }

  #begin(): DeliveredAnswer | null {
    try {
      const chat = this.#source.chat();
      if (asksForTextAlone(chat)) {
        this.#chat = chat;
        return new DeliveredAnswer(UPSTREAM_CODECS[this.#source.client].createStreamReader(chat));
      }
    } catch (error) {
      // What cannot be read well enough to be translated cannot be continued either: the stream ends as without.
      if (!(error instanceof AppError)) throw error;
    }
    this.#isOut = true;
    return null;
  }
}
