import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { CLIENT_KEY, type ServedVendors } from './served-vendors.ts';

/** Without retries, so that each call is one request. */
export const openAiClient = ({ origin }: ServedVendors): OpenAI =>
  new OpenAI({ apiKey: CLIENT_KEY, baseURL: `${origin}/v1`, maxRetries: 0 });

/** Without retries, so that each call is one request. */
export const anthropicClient = ({ origin }: ServedVendors): Anthropic =>
  new Anthropic({ apiKey: CLIENT_KEY, baseURL: origin, maxRetries: 0 });

/** The message of the first choice. What the package itself adds to a streamed one is not meant to be sent back. */
export function messageOf({ choices }: OpenAI.ChatCompletion): OpenAI.ChatCompletionMessage {
  const [choice] = choices;
  if (choice === undefined) throw new Error('The answer has no choice.');
  const { parsed: _, ...message } = choice.message as OpenAI.ChatCompletionMessage & { parsed?: unknown };
  return message;
}

/** The error that a call is expected to end with. */
export async function failureOf<Failure>(promise: PromiseLike<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    return error as Failure;
  }
  throw new Error('The call was expected to fail.');
}

/** Reads to the end. */
export async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) {
    // Only the end matters.
  }
}
