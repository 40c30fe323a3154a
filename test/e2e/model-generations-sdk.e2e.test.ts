import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/contracts/vocabulary.ts';
import { anthropicClient, messageOf, openAiClient } from '../support/vendors/clients.ts';
import type { SaidCall } from '../support/vendors/said.ts';
import { GENERATIONS, serveVendors } from '../support/vendors/served-vendors.ts';

// The same wishes to every generation of every vendor, by a client of another dialect: none may refuse them.

const served = serveVendors();
const modelsOf = (...dialects: Dialect[]) =>
  dialects.flatMap((dialect) => GENERATIONS[dialect].map((name) => ({ dialect, name, model: `test/${name}` })));

const CITY = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const BERN: SaidCall = { id: 'call_A1', name: 'weather', arguments: { city: 'Bern' } };
const QUESTION = 'How is the weather?';

describe.each(modelsOf('anthropic', 'gemini'))('the openai package and $name', ({ dialect, model }) => {
  const client = (): OpenAI => openAiClient(served);
  const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: { name: 'weather', parameters: CITY } }];
  const ask = { model, messages: [{ role: 'user' as const, content: QUESTION }] };

  test.each<{ wish: string; params: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> }>([
    { wish: 'nothing more', params: {} },
    { wish: 'sampling', params: { temperature: 0.2, top_p: 0.9, seed: 1, presence_penalty: 1, stop: ['x'] } },
    { wish: 'sampling and reasoning', params: { temperature: 0.2, reasoning_effort: 'high' } },
    { wish: 'no reasoning', params: { reasoning_effort: 'none' } },
    { wish: 'much reasoning in little room', params: { reasoning_effort: 'xhigh', max_completion_tokens: 100 } },
    { wish: 'some reasoning', params: { reasoning_effort: 'medium', max_completion_tokens: 5_000 } },
    { wish: 'tools and reasoning', params: { tools, reasoning_effort: 'high' } },
    { wish: 'a forced tool and reasoning', params: { tools, tool_choice: 'required', reasoning_effort: 'high' } },
    {
      wish: 'one tool and no parallel calls',
      params: {
        tools,
        tool_choice: { type: 'function', function: { name: 'weather' } },
        parallel_tool_calls: false,
      },
    },
    { wish: 'JSON beside tools', params: { tools, response_format: { type: 'json_object' } } },
    {
      wish: 'a schema beside tools',
      params: { tools, response_format: { type: 'json_schema', json_schema: { name: 'a', schema: CITY } } },
    },
    {
      wish: 'a beginning',
      params: { messages: [...ask.messages, { role: 'assistant', content: 'It is' }] },
    },
  ])('$wish', async ({ params }) => {
    served.vendor(dialect).says({ text: ['Wet.'] });
    const completion = await client().chat.completions.create({ ...ask, ...params });
    expect(completion.choices[0]?.message.content).toBe('Wet.');
  });

  test('reasons between calls', async () => {
    served.vendor(dialect).says(
      { thoughts: ['Look.'], calls: [BERN], signature: 'Z2VuZXJhdGlvbg==' },
      { text: ['Dry.'] },
      // A turn that comes from elsewhere has no thoughts.
      { text: ['Dry.'] },
    );
    const params = { ...ask, tools, reasoning_effort: 'high' as const };
    const message = messageOf(await client().chat.completions.create(params));
    const [call] = message.tool_calls ?? [];
    const result = { role: 'tool' as const, tool_call_id: call?.id as string, content: 'dry' };
    const messages = [...ask.messages, message, result];
    expect(messageOf(await client().chat.completions.create({ ...params, messages })).content).toBe('Dry.');
    expect(served.vendor(dialect).seen().signatures).toEqual(['Z2VuZXJhdGlvbg==']);
    const foreign: OpenAI.ChatCompletionMessageParam = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_X', type: 'function', function: { name: 'weather', arguments: '{"city":"Rom"}' } }],
    };
    const moved = [...ask.messages, foreign, { ...result, tool_call_id: 'call_X' }];
    expect(messageOf(await client().chat.completions.create({ ...params, messages: moved })).content).toBe('Dry.');
  });
});

describe.each(modelsOf('openai', 'gemini'))('the @anthropic-ai/sdk package and $name', ({ dialect, model }) => {
  const client = (): Anthropic => anthropicClient(served);
  const tools: Anthropic.Tool[] = [{ name: 'weather', input_schema: CITY }];
  const ask = { model, max_tokens: 4_000, messages: [{ role: 'user' as const, content: QUESTION }] };

  test.each<{ wish: string; params: Partial<Anthropic.MessageCreateParamsNonStreaming> & { temperature?: number } }>([
    { wish: 'nothing more', params: {} },
    { wish: 'sampling', params: { temperature: 0.2, stop_sequences: ['x'] } },
    { wish: 'sampling and thinking', params: { temperature: 1, thinking: { type: 'adaptive' } } },
    { wish: 'a budget', params: { thinking: { type: 'enabled', budget_tokens: 2_000 } } },
    { wish: 'no thinking', params: { thinking: { type: 'disabled' } } },
    { wish: 'effort alone', params: { output_config: { effort: 'max' } } },
    { wish: 'tools and thinking', params: { tools, thinking: { type: 'adaptive' }, output_config: { effort: 'low' } } },
    { wish: 'a forced tool', params: { tools, tool_choice: { type: 'any', disable_parallel_tool_use: true } } },
    {
      wish: 'a schema beside tools',
      params: {
        tools,
        output_config: { format: { type: 'json_schema', schema: { ...CITY, additionalProperties: false } } },
      },
    },
    { wish: 'a beginning', params: { messages: [...ask.messages, { role: 'assistant', content: 'It is' }] } },
  ])('$wish', async ({ params }) => {
    served.vendor(dialect).says({ text: ['Wet.'] });
    const message = await client().messages.create({ ...ask, ...params });
    expect(message.content).toMatchObject([{ type: 'text', text: 'Wet.' }]);
  });

  test('thinks between calls', async () => {
    served
      .vendor(dialect)
      .says({ thoughts: ['Look.'], calls: [BERN], signature: 'Z2VuZXJhdGlvbg==' }, { text: ['Dry.'] });
    const params = { ...ask, tools, thinking: { type: 'adaptive' as const } };
    const { content } = await client().messages.create(params);
    const call = content.find(({ type }) => type === 'tool_use') as Anthropic.ToolUseBlock;
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'dry' };
    const messages: Anthropic.MessageParam[] = [
      ...ask.messages,
      { role: 'assistant', content },
      { role: 'user', content: [result] },
    ];
    const last = await client().messages.create({ ...params, messages });
    expect(last.content).toMatchObject([{ type: 'text', text: 'Dry.' }]);
    if (dialect === 'gemini') expect(served.vendor(dialect).seen().signatures).toEqual(['Z2VuZXJhdGlvbg==']);
  });
});
