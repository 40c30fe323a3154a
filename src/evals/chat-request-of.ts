import type { ChatRequest } from '../contracts/chat-request.ts';
import type { SampleInput } from '../contracts/evaluation.ts';

/** A sample's input as a request. The model's name is empty: the pin of the call says who answers. */
export function chatRequestOf({ turns, tools, maxOutputTokens, temperature }: SampleInput): ChatRequest {
  return {
    origin: 'openai',
    model: '',
    stream: true,
    includeUsage: true,
    turns,
    tools,
    toolChoice: null,
    parallelToolCalls: null,
    maxOutputTokens,
    temperature,
    topP: null,
    topK: null,
    stop: [],
    seed: null,
    frequencyPenalty: null,
    presencePenalty: null,
    logitBias: null,
    logprobs: null,
    choices: 1,
    reasoning: null,
    responseFormat: null,
    verbosity: null,
    outputModalities: null,
    audioOutput: null,
    userId: null,
    metadata: null,
    serviceTier: null,
    store: null,
    promptCacheKey: null,
    cache: null,
    unread: [],
  };
}
