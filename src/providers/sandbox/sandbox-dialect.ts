import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxAnswer } from './answer.ts';
import type { Json, SandboxChatRequest } from './chat-request.ts';
import type { SandboxProfile } from './profiles.ts';

/** An HTTP call as far as it says what is wanted. */
export interface HttpCall {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** What a call wants. */
export interface Asked {
  kind: 'chat' | 'count' | 'embeddings' | 'models';
  /** The model where the path names it; null where the body does. */
  model: string | null;
  /** How the answer is framed where the path says it; null where the body does. */
  framing: 'whole' | 'events' | 'array' | null;
}

/** Something that goes wrong, in words that each dialect puts its own way. */
export interface Problem {
  status: number;
  message: string;
  /** In OpenAI's vocabulary, e.g. `context_length_exceeded`; dialects without codes leave it out. */
  code?: string;
  param?: string;
  /** Seconds after which to try again. */
  retryAfterS?: string;
}

export const invalid = (message: string, param?: string): Problem => ({
  status: 400,
  message,
  ...(param === undefined ? {} : { param }),
});

export const isProblem = (value: object): value is Problem => 'status' in value && 'message' in value;

/** What all events and the whole answer have in common. */
export interface AnswerIdentity {
  /** The same for the same request; each dialect puts its own prefix before it. */
  id: string;
  model: string;
  /** Unix seconds. */
  created: number;
}

export interface StreamEvent {
  text: string;
  /** Whether it carries text, thoughts or a call: faults count these. */
  isContent: boolean;
}

/** How the programs are spoken to in one dialect. The programs themselves are the same in all of them. */
export interface SandboxDialect {
  /** null where the path is none of this dialect's. */
  asked(call: HttpCall): Asked | null;
  readChat(body: Json, asked: Asked, headers: IncomingHttpHeaders): SandboxChatRequest | Problem;
  whole(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer, asked: Asked): string;
  events(identity: AnswerIdentity, request: SandboxChatRequest, answer: SandboxAnswer): StreamEvent[];
  /** The answer to whoever asks only how long a prompt is; null where the dialect has no such question. */
  count(request: SandboxChatRequest): string | null;
  embeddings(body: Json, model: string): string | Problem;
  models(profiles: readonly SandboxProfile[], created: number): string;
  /** `asked` is null where not even that was understood. */
  errorBody(problem: Problem, asked: Asked | null): string;
  /** An error inside a stream that began with 200. */
  errorEvent(message: string): string;
  malformedEvent: string;
}
