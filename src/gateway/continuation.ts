import type { ChatRequest, Turn } from '../contracts/chat-request.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { ClientDialectName } from '../contracts/gateway-request.ts';
import type { AttemptRecord } from '../contracts/receipt.ts';
import { type WrittenStrings, writeJson } from '../lib/json-writer.ts';
import type { AnswerContext, UpstreamCodec } from '../wire/codec.ts';
import type { Lane } from '../wire/dialect.ts';
import { LossReport } from '../wire/losses.ts';
import type { RestoreOptions } from '../wire/tokens/restore-values.ts';
import { withRestoredAnswers } from '../wire/tokens/restored-codec.ts';
import { summaryOf } from '../wire/translate-lane.ts';
import { TranslateStream } from '../wire/translate-stream.ts';
import { CLIENT_CODECS, UPSTREAM_CODECS } from './codecs.ts';
import { ContinuationReader, withEarlierUsage } from './continuation-stream.ts';
import { DeliveredAnswer } from './delivered-answer.ts';
import { totalUsage } from './receipt-builder.ts';
import { type BegunText, begunInClear, Seam } from './seam.ts';

/** How a deployment is brought to go on: its turn is begun for it, or it is asked to. */
export type Way = 'prefill' | 'turn';

const BYTES_PER_TOKEN = 4;

/** The conversation as deployments see it that get tokens. */
export interface ContinuationTokens {
  isFor(deployment: Deployment): boolean;
  chat: () => ChatRequest;
  restore: RestoreOptions;
  /** What the client has of the answer with tokens of the same map, or why nobody may be shown it. Never rejects. */
  tokenise(delivered: string): Promise<BegunText | AppError>;
}

export interface ContinuationSource {
  client: ClientDialectName;
  /** The conversation. @throws AppError where it cannot be understood */
  chat: () => ChatRequest;
  requestId: string;
  createdS: number;
  estimatedInputTokens: number;
  /** What a model is asked where it takes no prefill, in the conversation's language. */
  prompt: string;
  /** null: nobody gets tokens, or there are none. */
  tokens: ContinuationTokens | null;
  /** Long strings of the conversation that were written ahead. Absent: none. */
  written?: WrittenStrings;
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
  /** What was delivered when tokens were put in it last. */
  #tokenised: { delivered: string; begun: BegunText } | null = null;

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

  /** The client has been sent values: puts tokens in their place, for deployments that may see nothing else. */
  async tokenise(delivered: string): Promise<void> {
    // The caller began the answer itself, perhaps with the first half of a value of which we were told the second.
    if (this.#chat?.turns.at(-1)?.role === 'assistant') return;
    const begun = (await this.#source.tokens?.tokenise(delivered)) ?? null;
    this.#tokenised = begun === null || begun instanceof AppError ? null : { delivered, begun };
  }

  /** Whether what was delivered can be shown to deployments that get tokens. */
  hasTokensFor(delivered: string): boolean {
    return this.#tokenised?.delivered === delivered;
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
    const { client, requestId, createdS, estimatedInputTokens, written } = this.#source;
    const { chat, delivered } = this.#ready();
    const shown = this.#shownTo(deployment, chat, delivered.text);
    let taken = way;
    let request = this.#request(shown.chat, shown.begun.prefix, way);
    const context: AnswerContext = {
      requestId,
      model: deployment.model,
      createdS,
      request: chat,
      estimatedInputTokens,
    };
    const { upstream } = shown;
    const ofAnswer = new LossReport();
    return {
      build: (addressed) => {
        let ofRequest = new LossReport();
        let built = upstream.buildRequest(request, addressed, ofRequest);
        if (ofRequest.has('prefill_refused')) {
          // Declared, and yet the model takes none: left out, it would answer anew behind the half that the client has.
          taken = 'turn';
          this.#tried.set(deployment.id, taken);
          request = this.#request(shown.chat, shown.begun.prefix, taken);
          ofRequest = new LossReport();
          built = upstream.buildRequest(request, addressed, ofRequest);
        }
        const { path, headers, value } = built;
        return { path, headers, body: writeJson(value, written ?? null), loss: ofRequest.entries };
      },
      stream: (listener, trailer) => {
        const builder = withEarlierUsage(
          CLIENT_CODECS[client].createStreamBuilder(context, ofAnswer),
          totalUsage(booked),
        );
        builder.resume(delivered.begun);
        const seam = new Seam(shown.begun, taken === 'turn');
        const reader = new ContinuationReader(upstream.createStreamReader(request), seam, ofAnswer);
        return new TranslateStream(listener, reader, builder, trailer);
      },
      readError: (status, body) => upstream.readError(status, body),
      readAnswer: (body) => summaryOf(upstream.readAnswer(body, request)),
      // Only streams break under way.
      answer: (body) => body,
      answerLoss: () => ofAnswer.entries,
    };
  }

  /** The conversation and its answer as this deployment may see them, and how what it says is read. */
  #shownTo(
    deployment: Deployment,
    chat: ChatRequest,
    delivered: string,
  ): { chat: ChatRequest; begun: BegunText; upstream: UpstreamCodec } {
    const { tokens } = this.#source;
    const upstream = UPSTREAM_CODECS[deployment.endpoint.dialect];
    if (tokens?.isFor(deployment) !== true) return { chat, begun: begunInClear(delivered), upstream };
    const tokenised = this.#tokenised;
    if (tokenised?.delivered !== delivered) throw new AppError('internal', 'Tokens are demanded and were not made.');
    return {
      chat: tokens.chat(),
      begun: tokenised.begun,
      upstream: withRestoredAnswers(upstream, tokens.restore),
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
