import { type ChatRequest, NOTHING_SAID } from '../contracts/chat-request.ts';
import type { SampleInput } from '../contracts/evaluation.ts';

/** A sample's input as a request. The model's name is empty: the pin of the call says who answers. */
export function chatRequestOf({ turns, tools, maxOutputTokens, temperature }: SampleInput): ChatRequest {
  return {
    ...NOTHING_SAID,
    ...{ origin: 'openai', model: '', stream: true, includeUsage: true },
    ...{ turns, tools, maxOutputTokens, temperature },
  };
}
