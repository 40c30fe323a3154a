import type { AnswerChoice, AnswerPart, ChatAnswer } from '../../contracts/chat-answer.ts';
import type { ReasoningPart, ToolCallPart } from '../../contracts/chat-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';

/** Counters of one choice: blocks of thought and tool calls have numbers in a stream. */
interface Numbers {
  blocks: number;
  calls: number;
  /** Text has come: the next text is a block of its own. */
  hasText: boolean;
}

function reasoningParts(part: ReasoningPart, choice: number, block: number): StreamPart[] {
  const parts: StreamPart[] = [];
  if (part.redacted !== undefined) {
    return [{ type: 'reasoning-signature', choice, block, signature: part.redacted, redacted: true }];
  }
  if (part.text !== '' || part.signature === undefined) {
    parts.push({ type: 'reasoning-delta', choice, block, text: part.text });
  }
  if (part.signature !== undefined) {
    parts.push({ type: 'reasoning-signature', choice, block, signature: part.signature, redacted: false });
  }
  return parts;
}

function callParts(part: ToolCallPart, choice: number, index: number): StreamPart[] {
  const { id, name, signature, custom } = part;
  return [
    {
      type: 'tool-call-start',
      choice,
      index,
      id,
      name,
      ...(signature === undefined ? {} : { signature }),
      ...(custom === undefined ? {} : { custom }),
    },
    ...(part.arguments === '' ? [] : [{ type: 'tool-call-delta' as const, choice, index, text: part.arguments }]),
    { type: 'tool-call-end', choice, index },
  ];
}

function partsOf(part: AnswerPart, choice: number, numbers: Numbers): StreamPart[] {
  switch (part.type) {
    case 'text': {
      const newBlock = numbers.hasText ? { newBlock: true } : {};
      numbers.hasText = true;
      const signed = part.signature === undefined ? {} : { signature: part.signature };
      const cited = (part.citations ?? []).map((citation) => ({ type: 'citation' as const, choice, citation }));
      return [{ type: 'text-delta', choice, text: part.text, ...newBlock, ...signed }, ...cited];
    }
    case 'reasoning':
      numbers.blocks += 1;
      return reasoningParts(part, choice, numbers.blocks - 1);
    case 'refusal':
      return [{ type: 'refusal-delta', choice, text: part.text }];
    case 'tool-call':
      numbers.calls += 1;
      return callParts(part, choice, numbers.calls - 1);
    case 'image':
    case 'file':
      return [{ type: 'media-delta', choice, kind: part.type, source: part.source }];
    case 'audio': {
      const said = part.transcript === undefined ? {} : { transcript: part.transcript };
      return [{ type: 'media-delta', choice, kind: 'audio', source: part.source, ...said }];
    }
    case 'unknown':
      return [{ type: 'unknown', choice, origin: part.origin, name: part.name, value: part.value }];
  }
}

function choiceParts({ index, parts, finish, logprobs }: AnswerChoice): StreamPart[] {
  const numbers: Numbers = { blocks: 0, calls: 0, hasText: false };
  const { reason, vendorReason, stopSequence } = finish;
  return [
    ...parts.flatMap((part) => partsOf(part, index, numbers)),
    ...(logprobs === null ? [] : [{ type: 'logprobs' as const, choice: index, entries: logprobs }]),
    { type: 'finish', choice: index, reason, vendorReason, stopSequence },
  ];
}

/** A complete answer as the stream that would have said the same. */
export function partsOfAnswer(answer: ChatAnswer): StreamPart[] {
  const { id, model, serviceTier, fingerprint, choices, usage } = answer;
  return [
    { type: 'start', id, model, serviceTier, fingerprint },
    ...choices.flatMap(choiceParts),
    ...(usage === null ? [] : [{ type: 'usage' as const, usage }]),
    { type: 'end' },
  ];
}
