import type { AnswerAside, RefusalDetails, TokenLogprob } from './chat-answer.ts';
import type { Citation, MediaSource, Signature } from './chat-request.ts';
import type { ErrorCode } from './errors.ts';
import type { Usage } from './usage.ts';
import type { Dialect, FinishReason } from './vocabulary.ts';

/**
 * One piece of a streamed answer, whatever dialect sent it. In order: `start` once; deltas; `finish` once a choice; `end`
 * once, or `error`, or neither where the connection was cut. `usage` may come anywhere between `start` and `end`.
 * `choice` is the index of the answer (`n`), 0 where a dialect has only one. Additive only.
 */
export type StreamPart =
  | StartPart
  | TextDelta
  | ReasoningDelta
  | ReasoningSignature
  | RefusalDelta
  | ToolCallStart
  | ToolCallDelta
  | ToolCallEnd
  | MediaDelta
  | CitationPart
  | LogprobsPart
  | UnknownDelta
  | UnreadPart
  | UsagePart
  | PingPart
  | FinishPart
  | ErrorPart
  | EndPart;

/** The vendor has begun to answer. */
export interface StartPart {
  type: 'start';
  /** The vendor's own id and model name, or null. */
  id: string | null;
  model: string | null;
  /** As in ChatAnswer, where the first event says them. */
  serviceTier: string | null;
  fingerprint: string | null;
}

export interface TextDelta {
  type: 'text-delta';
  choice: number;
  text: string;
  /** Begins a block of its own: text must not be joined with the text before it (Anthropic). */
  newBlock?: boolean;
  /** As in TextPart; may come with empty text, at the end of a stream (Gemini). */
  signature?: Signature;
}

export interface ReasoningDelta {
  type: 'reasoning-delta';
  choice: number;
  /** Index of the thought block: a new number ends the block before. Starts at 0 in each choice. */
  block: number;
  text: string;
}

/** Completes the thought block with this number: its signature, or the whole of it where only the vendor can read it. */
export interface ReasoningSignature {
  type: 'reasoning-signature';
  choice: number;
  block: number;
  signature: Signature;
  /** true: `signature.value` is the block itself (Anthropic `redacted_thinking`), which has no deltas. */
  redacted: boolean;
}

export interface RefusalDelta {
  type: 'refusal-delta';
  choice: number;
  text: string;
}

/** A tool call begins. Calls may be interleaved: `index` says which one a delta belongs to. */
export interface ToolCallStart {
  type: 'tool-call-start';
  choice: number;
  /** Counts tool calls only, from 0 in each choice, in the order of their starts. */
  index: number;
  id: string;
  name: string;
  signature?: Signature;
  /** As in ToolCallPart. */
  custom?: boolean;
}

export interface ToolCallDelta {
  type: 'tool-call-delta';
  choice: number;
  index: number;
  /** The next piece of the arguments' JSON text, never empty. */
  text: string;
}

/**
 * The call is over. Arguments that never came are `{}` to whoever builds from it; arguments that are cut off stay as
 * they are. Every started call is ended before the `finish` of its choice.
 */
export interface ToolCallEnd {
  type: 'tool-call-end';
  choice: number;
  index: number;
}

/** An image, a piece of audio or a file in the answer. */
export interface MediaDelta {
  type: 'media-delta';
  choice: number;
  kind: 'image' | 'audio' | 'file';
  /** null: only a piece of the transcript. */
  source: MediaSource | null;
  /** The next piece of what is said in the audio. */
  transcript?: string;
  signature?: Signature;
}

/** Where the text so far comes from. */
export interface CitationPart {
  type: 'citation';
  choice: number;
  citation: Citation;
}

export interface LogprobsPart {
  type: 'logprobs';
  choice: number;
  entries: readonly TokenLogprob[];
}

/** A whole part that only its own dialect knows. */
export interface UnknownDelta {
  type: 'unknown';
  choice: number;
  origin: Dialect;
  name: string;
  value: unknown;
}

/** Of an event: members that nobody reads, as paths, and what no client has a member for. Never empty. */
export interface UnreadPart {
  type: 'unread';
  members: readonly string[];
  asides: readonly AnswerAside[];
}

/** Usage so far: always cumulative, so that the last one counts. Members that the vendor left out keep what they were. */
export interface UsagePart {
  type: 'usage';
  usage: Usage;
}

/** The vendor says that it is still there. Whoever builds from it keeps the client's connection open likewise. */
export interface PingPart {
  type: 'ping';
}

export interface FinishPart {
  type: 'finish';
  choice: number;
  reason: FinishReason;
  vendorReason: string | null;
  stopSequence: string | null;
  /** As in Finish. */
  refusal?: RefusalDetails;
}

/** The vendor reported an error under way. Nothing follows. */
export interface ErrorPart {
  type: 'error';
  code: ErrorCode;
  /** The vendor's own code and parameter where they are plain identifiers; never its text. */
  vendorCode: string | null;
  vendorParam: string | null;
}

/** The stream ended as its dialect says it must. Never sent after an abnormal end. */
export interface EndPart {
  type: 'end';
}
