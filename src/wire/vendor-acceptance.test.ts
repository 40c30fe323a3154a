import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleDeployment } from '../../test/support/deployments.ts';
import { acceptedAnthropicRequest, acceptedOpenAiRequest } from '../../test/support/vendors/accepted-requests.ts';
import { anthropicComplaints } from '../../test/support/vendors/anthropic-rules.ts';
import type { Members } from '../../test/support/vendors/complaints.ts';
import { geminiComplaints } from '../../test/support/vendors/gemini-rules.ts';
import { openAiComplaints } from '../../test/support/vendors/openai-rules.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import { AppError } from '../contracts/errors.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { anthropicUpstream } from './anthropic/codec.ts';
import { readAnthropicChat } from './anthropic/read-chat.ts';
import { readAnthropicRequest } from './anthropic/read-request-members.ts';
import type { UpstreamCodec } from './codec.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { LossReport } from './losses.ts';
import { openAiUpstream } from './openai-chat/codec.ts';
import { readOpenAiChat } from './openai-chat/read-chat.ts';
import { readOpenAiRequest } from './openai-chat/read-request.ts';

const RUNS = 300;

/** A signature that the clients of this test bring for Anthropic. */
const ISSUED: ReadonlySet<string> = new Set(['c2ln']);

const VENDORS: Readonly<Record<Dialect, { codec: UpstreamCodec; complaints(model: string, body: Members): string[] }>> =
  {
    openai: { codec: openAiUpstream, complaints: (_, body) => openAiComplaints(body) },
    anthropic: { codec: anthropicUpstream, complaints: (_, body) => anthropicComplaints(body, ISSUED, false) },
    gemini: { codec: geminiUpstream, complaints: (model, body) => geminiComplaints(model, body, ISSUED) },
  };

/** The request as it is read; null where callers are told that it is invalid. */
function accepted(read: () => ChatRequest): ChatRequest | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function complaintsOf(dialect: Dialect, model: string, request: ChatRequest): string[] {
  const { codec, complaints } = VENDORS[dialect];
  const deployment = sampleDeployment({ dialect, upstreamModel: model, without: ['prefill'] });
  const { body } = codec.buildRequest(request, deployment, new LossReport());
  return complaints(model, JSON.parse(body) as Members);
}

describe('whatever a client of chat completions sends', () => {
  test.each([
    ['anthropic', 'claude-sonnet-4-6'],
    ['anthropic', 'claude-sonnet-4-5'],
    ['anthropic', 'claude-opus-5-5'],
    ['gemini', 'gemini-2.5-pro'],
    ['gemini', 'gemini-3.5-flash'],
    ['gemini', 'gemini-3.8-flash'],
  ] as const)('is nothing that %s refuses: %s', (dialect, model) => {
    fc.assert(
      fc.property(acceptedOpenAiRequest, (body) => {
        const request = accepted(() => {
          readOpenAiRequest('chat', body);
          return readOpenAiChat(body);
        });
        if (request !== null) expect(complaintsOf(dialect, model, request)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('whatever a client of messages sends', () => {
  test.each([
    ['openai', 'gpt-4o'],
    ['openai', 'gpt-5.1'],
    ['openai', 'gpt-5.6'],
    ['gemini', 'gemini-2.5-pro'],
    ['gemini', 'gemini-3.5-flash'],
    ['gemini', 'gemini-3.8-flash'],
  ] as const)('is nothing that %s refuses: %s', (dialect, model) => {
    fc.assert(
      fc.property(acceptedAnthropicRequest, (body) => {
        const request = accepted(() => {
          readAnthropicRequest('messages', body);
          return readAnthropicChat(body);
        });
        if (request !== null) expect(complaintsOf(dialect, model, request)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
