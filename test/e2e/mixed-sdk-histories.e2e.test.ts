import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { DIALECTS, type Dialect } from '../../src/contracts/vocabulary.ts';
import { anthropicClient, messageOf, openAiClient } from '../support/vendors/clients.ts';
import type { Said, SaidCall } from '../support/vendors/said.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// Conversations that move from vendor to vendor: each vendor checks that nothing reaches it that it would refuse.

const served = serveVendors();
const PAIRS = DIALECTS.flatMap((first) => DIALECTS.map((second) => ({ first, second })));

const CITY = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const BERN: SaidCall = { id: 'call_A1', name: 'weather', arguments: { city: 'Bern' } };
const OSLO: SaidCall = { id: 'call_B2', name: 'weather', arguments: { city: 'Oslo' } };
const QUESTION = 'How is the weather?';

/** Two steps of one vendor: thoughts, words and calls, all signed. */
const STEPS: readonly Said[] = [
  { thoughts: ['Look.'], text: ['Let me see.'], calls: [BERN, OSLO], signature: 'Zmlyc3Q=' },
  { thoughts: ['Once more.'], calls: [{ ...BERN, id: 'call_C3' }], signature: 'c2Vjb25k' },
];

/** The same call once more: some vendors count their ids anew in each answer, Anthropic never gives one twice. */
const again = (dialect: Dialect): SaidCall => (dialect === 'anthropic' ? { ...OSLO, id: 'call_D4' } : OSLO);

describe.each(PAIRS)('begun by $first and ended by $second', ({ first, second }) => {
  test.each([false, true])('through the openai package (stream: %s)', async (stream) => {
    const client = openAiClient(served);
    const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'weather', parameters: CITY } }];
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: QUESTION }];
    const step = async (model: string): Promise<OpenAI.ChatCompletionMessage> => {
      const ask = { model, messages, tools, max_completion_tokens: 4_000, reasoning_effort: 'low' as const };
      const completion = stream
        ? await client.chat.completions.stream(ask).finalChatCompletion()
        : await client.chat.completions.create(ask);
      const message = messageOf(completion);
      messages.push(message);
      for (const call of message.tool_calls ?? []) {
        messages.push({ role: 'tool', tool_call_id: call.id, content: 'dry' });
      }
      return message;
    };
    served.vendor(first).says(...STEPS);
    for (const _ of STEPS) await step(MODELS[first]);
    served.vendor(second).says({ calls: [again(second)], signature: 'dGhpcmQ=' }, { text: ['Dry.'] });
    await step(MODELS[second]);
    expect((await step(MODELS[second])).content).toBe('Dry.');
    expect(served.vendor(second).seen()).toMatchObject({
      said: [`user: ${QUESTION}`, 'assistant: Let me see.'],
      calls: [BERN, OSLO, BERN, OSLO].map(({ name, arguments: value }) => ({ name, arguments: value })),
      results: ['dry', 'dry', 'dry', 'dry'],
    });
    // And back: the first vendor gets what it has signed and nothing of the other.
    served.vendor(first).says({ text: ['Still dry.'] });
    messages.push({ role: 'user', content: 'Sure?' });
    expect((await step(MODELS[first])).content).toBe('Still dry.');
  });

  test.each([false, true])('through the @anthropic-ai/sdk package (stream: %s)', async (stream) => {
    const client = anthropicClient(served);
    const tools: Anthropic.Tool[] = [{ name: 'weather', input_schema: CITY }];
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: QUESTION }];
    const step = async (model: string): Promise<Anthropic.Message> => {
      const ask = { model, messages, tools, max_tokens: 4_000, thinking: { type: 'adaptive' as const } };
      const message = stream ? await client.messages.stream(ask).finalMessage() : await client.messages.create(ask);
      messages.push({ role: 'assistant', content: message.content });
      const results = message.content.flatMap((block) =>
        block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'dry' }] : [],
      );
      if (results.length > 0) messages.push({ role: 'user', content: results });
      return message;
    };
    served.vendor(first).says(...STEPS);
    for (const _ of STEPS) await step(MODELS[first]);
    served.vendor(second).says({ calls: [again(second)], signature: 'dGhpcmQ=' }, { text: ['Dry.'] });
    await step(MODELS[second]);
    expect((await step(MODELS[second])).content.at(-1)).toMatchObject({ type: 'text', text: 'Dry.' });
    expect(served.vendor(second).seen()).toMatchObject({
      said: [`user: ${QUESTION}`, 'assistant: Let me see.'],
      calls: [BERN, OSLO, BERN, OSLO].map(({ name, arguments: value }) => ({ name, arguments: value })),
      results: ['dry', 'dry', 'dry', 'dry'],
    });
    served.vendor(first).says({ text: ['Still dry.'] });
    messages.push({ role: 'user', content: 'Sure?' });
    expect((await step(MODELS[first])).content.at(-1)).toMatchObject({ type: 'text', text: 'Still dry.' });
  });
});
