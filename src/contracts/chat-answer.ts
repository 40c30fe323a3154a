import type {
  AudioPart,
  FilePart,
  ImagePart,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCallPart,
  UnknownPart,
} from './chat-request.ts';
import type { Usage } from './usage.ts';
import type { FinishReason } from './vocabulary.ts';

/** A complete answer, whatever dialect said it. Additive only. */
export interface ChatAnswer {
  /** The vendor's own id, or null. */
  id: string | null;
  /** The model that the vendor says answered, or null. */
  model: string | null;
  /** In the vendor's order; at least one. */
  choices: readonly AnswerChoice[];
  /** null: the vendor did not say. */
  usage: Usage | null;
  /** Tier that the vendor says it served with, or null. */
  serviceTier: string | null;
  /** What the vendor says of its own configuration (OpenAI `system_fingerprint`), or null. */
  fingerprint: string | null;
  /** Members that nobody reads, as paths like those of ChatRequest.unread. Absent: none. */
  unread?: readonly string[];
  /** What the vendor tells of the answer that no client has a member for. Absent: nothing. */
  asides?: readonly AnswerAside[];
}

/** Kinds of what is told beside an answer: finer counts and prices of usage; ratings of harm. */
export type AnswerAside = 'usage' | 'safety';

export interface AnswerChoice {
  index: number;
  /** In the order in which the model said them. May be empty: an answer without content is an answer. */
  parts: readonly AnswerPart[];
  finish: Finish;
  /** Log probabilities of the text's tokens, or null. */
  logprobs: readonly TokenLogprob[] | null;
}

export type AnswerPart =
  | TextPart
  | ReasoningPart
  | RefusalPart
  | ToolCallPart
  | ImagePart
  | AudioPart
  | FilePart
  | UnknownPart;

/** Why the model stopped. */
export interface Finish {
  reason: FinishReason;
  /** The vendor's own word, for receipts and for its own dialect; null where it said none. */
  vendorReason: string | null;
  /** The text of `stop` that ended it, where the vendor says so. */
  stopSequence: string | null;
  /** What the vendor says of a refusal of its own, beside what the model said. Absent: nothing. */
  refusal?: RefusalDetails;
}

export interface RefusalDetails {
  /** The vendor's name of the policy, or null. */
  category: string | null;
  /** For the user to read, or null. */
  explanation: string | null;
}

export interface TokenLogprob {
  token: string;
  logprob: number;
  /** UTF-8 bytes of the token, where the vendor says them. */
  bytes: readonly number[] | null;
  /** Most likely tokens at this place. */
  top: readonly { token: string; logprob: number; bytes: readonly number[] | null }[];
}
