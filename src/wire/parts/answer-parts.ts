import type { AnswerChoice, AnswerPart, ChatAnswer } from '../../contracts/chat-answer.ts';
import type { ReasoningPart, ToolCallPart } from '../../contracts/chat-request.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';

/** So much of a text in one part, UTF-16 units: whoever writes or reads it takes a millisecond. */
const LONG = 64 * 1024;

/** The text in parts of that size, cut between characters; one part where it is short, an empty one too. */
function pieces(text: string): string[] {
  if (text.length <= LONG) return [text];
  const all: string[] = [];
  for (let start = 0; start < text.length; ) {
    const wanted = start + LONG;
    const isWithinPair = wanted < text.length && isFirstHalf(text.charCodeAt(wanted - 1));
    const end = isWithinPair ? wanted - 1 : wanted;
    all.push(text.slice(start, end));
    start = end;
  }
  return all;
}

const isFirstHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

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
    for (const text of pieces(part.text)) parts.push({ type: 'reasoning-delta', choice, block, text });
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
    ...(part.arguments === ''
      ? []
      : pieces(part.arguments).map((text) => ({ type: 'tool-call-delta' as const, choice, index, text }))),
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
      // A signature stands for the whole of its block.
      const [first, ...others] = part.signature === undefined ? pieces(part.text) : [part.text];
      return [
        { type: 'text-delta', choice, text: first as string, ...newBlock, ...signed },
        ...others.map((text) => ({ type: 'text-delta' as const, choice, text })),
        ...cited,
      ];
    }
    case 'reasoning':
      numbers.blocks += 1;
      return reasoningParts(part, choice, numbers.blocks - 1);
    case 'refusal':
      return pieces(part.text).map((text) => ({ type: 'refusal-delta', choice, text }));
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
