import { chatCompletionBody, chatEvents, type ReplyUsage } from '../upstream/openai-replies.ts';
import { SAID_USAGE, type Said, type SaidUsage, type VendorError, type VendorFailure } from './said.ts';

const usageOf = ({ input, cached, output, thoughts }: SaidUsage): ReplyUsage => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: thoughts },
});

const callsOf = ({ calls = [] }: Said) =>
  calls.map(({ id, name, arguments: value }) => ({ id, name, arguments: JSON.stringify(value) }));

const finishOf = ({ finish }: Said): { finishReason?: string } =>
  finish === undefined ? {} : { finishReason: finish === 'filtered' ? 'content_filter' : finish };

/** A chat completion. */
export function openAiBody(said: Said, model: string): unknown {
  const { text, thoughts, usage = SAID_USAGE } = said;
  return chatCompletionBody({
    model,
    usage: usageOf(usage),
    toolCalls: callsOf(said),
    ...(text === undefined ? {} : { content: text.join('') }),
    ...(thoughts === undefined ? {} : { reasoning: thoughts.join('') }),
    ...finishOf(said),
  });
}

/** The events of a streamed chat completion; usage where it was asked for. */
export function openAiEvents(said: Said, model: string, includeUsage: boolean): string[] {
  const { text, thoughts, usage = SAID_USAGE } = said;
  return chatEvents({
    model,
    usage: includeUsage ? 'chunk' : 'none',
    usageValue: usageOf(usage),
    toolCalls: callsOf(said),
    ...(text === undefined ? {} : { deltas: text }),
    ...(thoughts === undefined ? {} : { reasoning: thoughts }),
    ...finishOf(said),
  });
}

const error = (status: number, type: string, code: string | null, message: string): VendorError => ({
  status,
  body: { error: { message, type, param: null, code } },
});

/** platform.openai.com/docs/guides/error-codes, read 2026-11-21. */
export const OPENAI_FAILURES: Readonly<Record<VendorFailure, VendorError>> = {
  invalid: error(400, 'invalid_request_error', null, 'Invalid value: something you said.'),
  too_long: error(400, 'invalid_request_error', 'context_length_exceeded', 'Your input exceeds the context window.'),
  key: error(401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'),
  model: error(404, 'invalid_request_error', 'model_not_found', 'The model does not exist.'),
  credit: error(429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota.'),
  rate: { ...error(429, 'requests', 'rate_limit_exceeded', 'Rate limit reached.'), headers: { 'retry-after': '7' } },
  server: error(500, 'server_error', null, 'The server had an error while processing your request.'),
  overloaded: error(503, 'server_error', null, 'The engine is currently overloaded, please try again later.'),
};
