import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { EnsembleResult } from '../../contracts/ensemble.ts';
import type { EnsembleRecord } from '../../contracts/ensemble-record.ts';
import { AppError } from '../../contracts/errors.ts';
import type { GatewayRequest } from '../../contracts/gateway-request.ts';
import type { Loss } from '../../contracts/receipt.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import type { Usage } from '../../contracts/usage.ts';
import type { AnswerContext } from '../../wire/codec.ts';
import { LossReport } from '../../wire/losses.ts';
import { answerOfParts } from '../../wire/parts/collect-answer.ts';
import { CLIENT_CODECS } from '../codecs.ts';

export type Answered = Extract<EnsembleResult, { ok: true }>;

/** `legal_review; used=1/2; arbiter=none`: how many answers there were of how many asked for, and who judged. */
export function ensembleHeader({ name, members, arbiter }: EnsembleRecord): string {
  const used = members.filter(({ dropped }) => dropped === null).length;
  return `${name}; used=${used}/${members.length}; arbiter=${arbiter?.model ?? 'none'}`;
}

/** JSON text of member `alidade`, for callers that asked for their receipt inside the answer. */
export function ensembleTrailer({ requestId }: GatewayRequest, { record, calls, model, deployment }: Answered): string {
  return JSON.stringify({
    request_id: requestId,
    model,
    deployment,
    ensemble: {
      name: record.name,
      ensemble: record.ensemble,
      models_used: record.models_used,
      members_failed: record.members_failed,
      decided_by: record.decided_by,
      arbiter: record.arbiter?.model ?? null,
    },
    usage: calls.usage,
    cost_usd: calls.costUsd,
    sandbox: calls.sandbox,
  });
}

/** What is billed is what all of them used: usage of the one that was chosen would be a part of it only. */
function withUsage(parts: readonly StreamPart[], usage: Usage): StreamPart[] {
  const own = parts.filter(({ type }) => type !== 'usage' && type !== 'ping');
  const total: StreamPart = { type: 'usage', usage };
  const start = own.findIndex(({ type }) => type === 'start');
  return [...own.slice(0, start + 1), total, ...own.slice(start + 1)];
}

export interface ClientBytes {
  bytes: Buffer;
  loss: readonly Loss[];
}

/** To write so many takes a few milliseconds. */
const PARTS_AT_ONCE = 1_000;

/**
 * The answer in the client's dialect, as a whole stream or as one body, written piece by piece: it may have come in a
 * hundred thousand parts. @throws AppError internal
 */
export function* clientBytes(
  request: GatewayRequest,
  chat: ChatRequest,
  result: Answered,
  estimatedInputTokens: number,
  trailer: string | null,
): Generator<void, ClientBytes> {
  const codec = CLIENT_CODECS[request.dialect];
  const losses = new LossReport();
  const context: AnswerContext = {
    requestId: request.requestId,
    model: result.model ?? chat.model,
    createdS: Math.floor(request.receivedAtMs / 1000),
    request: chat,
    estimatedInputTokens,
  };
  const parts = withUsage(result.parts, result.calls.usage);
  let text = '';
  if (chat.stream) {
    const builder = codec.createStreamBuilder(context, losses);
    for (const [index, part] of parts.entries()) {
      if (part.type !== 'end') text += builder.build(part);
      if (index % PARTS_AT_ONCE === PARTS_AT_ONCE - 1) yield;
    }
    text += builder.end(trailer);
  } else {
    const answer = answerOfParts(parts);
    if (answer === null) throw new AppError('internal', 'The chosen answer is not whole.');
    text = codec.buildAnswer(answer, context, losses, trailer);
  }
  return { bytes: Buffer.from(text, 'utf8'), loss: [...result.loss, ...losses.entries] };
}
