import type Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { arbitrarySaid } from '../support/vendors/arbitrary-said.ts';
import { anthropicClient, openAiClient } from '../support/vendors/clients.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// Whatever a model says, its stream must come to the same for the vendors' own packages as its whole answer.

const served = serveVendors();
const RUNS = 15;
const slice = fc.constantFrom(null, 5, 64);

const saidOf = ({ choices, usage }: OpenAI.ChatCompletion) => ({
  content: choices[0]?.message.content ?? '',
  calls: (choices[0]?.message.tool_calls ?? []).map((call) =>
    call.type === 'function'
      ? { id: call.id, name: call.function.name, arguments: JSON.parse(call.function.arguments) as unknown }
      : call,
  ),
  finish: choices[0]?.finish_reason,
  usage: [usage?.prompt_tokens, usage?.completion_tokens, usage?.prompt_tokens_details?.cached_tokens],
});

const messageSaid = ({ content, stop_reason: stop, usage }: Anthropic.Message) => ({
  content,
  stop,
  usage: [usage.input_tokens, usage.output_tokens, usage.cache_read_input_tokens],
});

describe.each(DIALECTS)('what %s says', (dialect) => {
  const vendor = () => served.vendor(dialect);

  test('comes to the same in the openai package', async () => {
    const client = openAiClient(served);
    const ask = { model: MODELS[dialect], messages: [{ role: 'user' as const, content: 'Hello' }] };
    await fc.assert(
      fc.asyncProperty(arbitrarySaid, slice, async (said, bytes) => {
        vendor().forget();
        if (bytes !== null) vendor().slices(bytes);
        vendor().says(said, said);
        const whole = saidOf(await client.chat.completions.create(ask));
        // The helper of the package refuses answers that were cut; their pieces are put together here.
        const streamed = { content: '', calls: [] as { id: string; name: string; text: string }[] };
        const last: { finish?: string; usage?: unknown[] } = {};
        const stream = await client.chat.completions.create({
          ...ask,
          stream: true,
          stream_options: { include_usage: true },
        });
        for await (const { choices, usage } of stream) {
          const [choice] = choices;
          streamed.content += choice?.delta.content ?? '';
          for (const { index, id, function: called } of choice?.delta.tool_calls ?? []) {
            streamed.calls[index] ??= { id: id ?? '', name: called?.name ?? '', text: '' };
            (streamed.calls[index] as { text: string }).text += called?.arguments ?? '';
          }
          if (choice?.finish_reason) last.finish = choice.finish_reason;
          if (usage) last.usage = saidOf({ choices: [], usage } as unknown as OpenAI.ChatCompletion).usage;
        }
        const calls = streamed.calls.map(({ id, name, text }) => ({
          id,
          name,
          arguments: JSON.parse(text) as unknown,
        }));
        expect({ content: streamed.content, calls, ...last }).toEqual(whole);
        expect(whole.content).toBe((said.text ?? []).join(''));
        expect(whole.calls.length).toBe(said.calls?.length);
      }),
      { numRuns: RUNS },
    );
  });

  test('comes to the same in the @anthropic-ai/sdk package', async () => {
    const client = anthropicClient(served);
    const ask = { model: MODELS[dialect], max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello' }] };
    await fc.assert(
      fc.asyncProperty(arbitrarySaid, slice, async (said, bytes) => {
        vendor().forget();
        if (bytes !== null) vendor().slices(bytes);
        vendor().says(said, said);
        const whole = messageSaid(await client.messages.create(ask));
        expect(messageSaid(await client.messages.stream(ask).finalMessage())).toEqual(whole);
        const text = whole.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
        const thoughts = whole.content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('');
        expect([text, thoughts]).toEqual([(said.text ?? []).join(''), (said.thoughts ?? []).join('')]);
        expect(whole.content.filter(({ type }) => type === 'tool_use').length).toBe(said.calls?.length);
      }),
      { numRuns: RUNS },
    );
  });
});
