import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DIALECTS, type Dialect } from '../../../src/contracts/vocabulary.ts';
import { anthropicComplaints } from './anthropic-rules.ts';
import { geminiComplaints } from './gemini-rules.ts';
import { VENDOR_KEY } from './kinds.ts';
import { openAiComplaints } from './openai-rules.ts';
import { createVendor, type Vendor } from './vendor.ts';

const NOTHING: ReadonlySet<string> = new Set();
type Body = Record<string, unknown>;

const RULES: Readonly<Record<Dialect, (body: Body) => string[]>> = {
  openai: openAiComplaints,
  anthropic: (body) => anthropicComplaints(body, new Set(['c2ln']), false),
  gemini: ({ model = 'gemini-3.5-flash', ...body }) => geminiComplaints(String(model), body, new Set(['c2ln'])),
};

const user = { role: 'user', content: 'Hello' };
const openAiCall = {
  role: 'assistant',
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
};
const anthropicCall = { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] };
const result = (id: string) => ({ role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'r' }] });
const turn = (role: string, ...parts: unknown[]) => ({ role, parts });
const functionCall = { functionCall: { id: 'c', name: 'f', args: {} } };
const response = (id: string) => ({ functionResponse: { id, name: 'f', response: { output: 'r' } } });

const GOOD: Readonly<Record<Dialect, Body>> = {
  openai: { model: 'gpt-5.1', messages: [user, openAiCall, { role: 'tool', tool_call_id: 'c', content: 'r' }] },
  anthropic: {
    model: 'm',
    max_tokens: 5,
    messages: [user, anthropicCall, result('c')],
    tools: [{ name: 'f', input_schema: { type: 'object' } }],
  },
  gemini: {
    contents: [
      turn('user', { text: 'Hello' }),
      turn('model', { ...functionCall, thoughtSignature: 'c2ln' }),
      turn('user', response('c')),
    ],
  },
};

/** What each vendor must refuse: the good request, changed. */
const BAD: readonly { dialect: Dialect; change: Body; complaint: string }[] = [
  { dialect: 'openai', change: { top_k: 5 }, complaint: 'body: unknown member top_k' },
  { dialect: 'openai', change: { max_tokens: 5 }, complaint: 'max_tokens: use max_completion_tokens' },
  { dialect: 'openai', change: { messages: [] }, complaint: 'messages: must not be empty' },
  {
    dialect: 'openai',
    change: { messages: [user, openAiCall] },
    complaint: 'messages: tool calls at the end have no answer',
  },
  {
    dialect: 'openai',
    change: { messages: [user, { role: 'tool', tool_call_id: 'c', content: 'r' }] },
    complaint: 'messages[1]: tool_call_id answers no call before it',
  },
  {
    dialect: 'openai',
    change: { messages: [{ ...user, content: [] }] },
    complaint: 'messages[0]: content is empty',
  },
  {
    dialect: 'openai',
    change: { messages: [user, { role: 'assistant', content: 'x', reasoning_content: 'y' }] },
    complaint: 'messages[1]: unknown member reasoning_content',
  },
  {
    dialect: 'openai',
    change: { tool_choice: 'auto' },
    complaint: 'tool_choice: only allowed when tools are specified',
  },
  {
    dialect: 'openai',
    change: { model: 'gpt-4o', reasoning_effort: 'low' },
    complaint: 'reasoning_effort: unrecognized request argument',
  },
  {
    dialect: 'openai',
    change: { temperature: 0.5, reasoning_effort: 'low' },
    complaint: 'temperature: not supported with this model',
  },
  {
    dialect: 'openai',
    change: { model: 'gpt-5.6', tools: [{ type: 'function', function: { name: 'f' } }] },
    complaint: 'function tools with reasoning_effort are not supported in chat completions',
  },
  {
    dialect: 'anthropic',
    change: { model: 'claude-opus-5-5', temperature: 1 },
    complaint: 'temperature: not with this model',
  },
  {
    dialect: 'anthropic',
    change: { model: 'claude-sonnet-4-5', thinking: { type: 'adaptive' } },
    complaint: 'thinking.type adaptive: not with this model',
  },
  {
    dialect: 'gemini',
    change: { generationConfig: { thinkingConfig: { thinkingBudget: 5 } } },
    complaint: 'thinking_config: level only',
  },
  {
    dialect: 'gemini',
    change: { model: 'gemini-2.5-pro', tools: [], generationConfig: { responseMimeType: 'application/json' } },
    complaint: 'function calling with a response mime type is unsupported',
  },
  { dialect: 'anthropic', change: { max_tokens: undefined }, complaint: 'max_tokens: required' },
  { dialect: 'anthropic', change: { tools: undefined }, complaint: 'tools: required by tool_use' },
  { dialect: 'anthropic', change: { seed: 5 }, complaint: 'body: unknown member seed' },
  { dialect: 'anthropic', change: { messages: [user, user] }, complaint: 'messages.1: roles must alternate' },
  {
    dialect: 'anthropic',
    change: { messages: [user, anthropicCall, result('d')] },
    complaint: 'messages.2: tool_use ids c and tool_result ids d differ',
  },
  {
    dialect: 'anthropic',
    change: { messages: [user, anthropicCall, user] },
    complaint: 'messages.2: tool_use ids c and tool_result ids  differ',
  },
  {
    dialect: 'anthropic',
    change: { messages: [{ role: 'user', content: [{ type: 'text', text: ' ' }] }] },
    complaint: 'messages.0.content.0: text content blocks must be non-empty',
  },
  {
    dialect: 'anthropic',
    change: {
      messages: [
        user,
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature: 'forged' }] },
        user,
      ],
    },
    complaint: 'messages.1.content.0: invalid signature in thinking block',
  },
  {
    dialect: 'anthropic',
    change: { max_tokens: 2_048, thinking: { type: 'enabled', budget_tokens: 1_024 } },
    complaint: 'messages: expected thinking, but found tool_use',
  },
  {
    dialect: 'anthropic',
    change: { messages: [user, { role: 'assistant', content: 'So' }] },
    complaint: 'messages: this model does not support assistant message prefill',
  },
  { dialect: 'gemini', change: { contents: [] }, complaint: 'contents is not specified' },
  {
    dialect: 'gemini',
    change: { contents: [turn('user', { text: 'a' }), turn('user', { text: 'b' })] },
    complaint: 'contents[1]: roles must alternate',
  },
  { dialect: 'gemini', change: { seed: 5 }, complaint: 'body: unknown member seed' },
  {
    dialect: 'gemini',
    change: { contents: [turn('user', { text: 'a' }), turn('model', functionCall), turn('user', response('c'))] },
    complaint: 'contents[1]: function call is missing a thought_signature',
  },
  {
    dialect: 'gemini',
    change: {
      contents: [
        turn('user', { text: 'a' }),
        turn('model', { ...functionCall, thoughtSignature: 'c2ln' }),
        turn('user', response('d')),
      ],
    },
    complaint: 'contents[2]: function_response.id',
  },
  {
    dialect: 'gemini',
    change: {
      contents: [
        turn('user', { text: 'a' }),
        turn('model', { ...functionCall, thoughtSignature: 'forged' }),
        turn('user', response('c')),
      ],
    },
    complaint: 'contents[1].parts[0]: thought signature is not valid',
  },
  {
    dialect: 'gemini',
    change: { contents: [turn('user', {})] },
    complaint: "contents[0].parts[0]: required oneof field 'data' must have one initialized field",
  },
];

describe('a vendor of the tests', () => {
  test.each(DIALECTS)('takes a good request: %s', (dialect) => {
    expect(RULES[dialect](GOOD[dialect])).toEqual([]);
  });

  test.each(BAD)('refuses as $dialect: $complaint', ({ dialect, change, complaint }) => {
    expect(RULES[dialect]({ ...GOOD[dialect], ...change })).toContain(complaint);
  });

  test('knows the signatures that it has given out, and no others', () => {
    const messages = [
      user,
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature: 's' }] },
      user,
    ];
    const body = { model: 'm', max_tokens: 5, messages };
    expect(anthropicComplaints(body, NOTHING, false)).toHaveLength(1);
    expect(anthropicComplaints(body, new Set(['s']), false)).toEqual([]);
  });
});

describe('the package of the vendor itself can talk with it', () => {
  const opened: Vendor[] = [];
  const open = async (dialect: Dialect): Promise<Vendor> => {
    const vendor = await createVendor(dialect);
    opened.push(vendor);
    return vendor;
  };
  beforeEach(() => {
    opened.length = 0;
  });
  afterEach(() => Promise.all(opened.map((vendor) => vendor.close())));
  const call = { id: 'call_1', name: 'f', arguments: { a: 1 } };

  test('openai', async () => {
    const vendor = await open('openai');
    vendor.says({ text: ['Well.'], calls: [call] }, { text: ['Done.'] });
    const client = new OpenAI({ apiKey: VENDOR_KEY, baseURL: vendor.baseUrl, maxRetries: 0 });
    const ask = {
      model: 'gpt-5.1',
      tools: [{ type: 'function' as const, function: { name: 'f', parameters: { type: 'object', properties: {} } } }],
    };
    const question = { role: 'user' as const, content: 'Hello' };
    const first = await client.chat.completions.stream({ ...ask, messages: [question] }).finalChatCompletion();
    const message = first.choices[0]?.message as OpenAI.ChatCompletionMessage;
    expect(message).toMatchObject({ content: 'Well.', tool_calls: [{ function: { arguments: '{"a":1}' } }] });
    const { role, content, tool_calls: calls } = message;
    const last = await client.chat.completions.create({
      ...ask,
      messages: [
        question,
        {
          role,
          content,
          tool_calls:
            calls?.map((each) =>
              each.type === 'function'
                ? {
                    id: each.id,
                    type: each.type,
                    function: { name: each.function.name, arguments: each.function.arguments },
                  }
                : each,
            ) ?? [],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'r' },
      ],
    });
    expect(last.choices[0]?.message.content).toBe('Done.');
    expect(vendor.complaints).toEqual([]);
  });

  test('@anthropic-ai/sdk', async () => {
    const vendor = await open('anthropic');
    vendor.says({ thoughts: ['Hm.'], text: ['Well.'], calls: [call], signature: 'c2ln' }, { text: ['Done.'] });
    const client = new Anthropic({ apiKey: VENDOR_KEY, baseURL: vendor.baseUrl, maxRetries: 0 });
    const ask = {
      model: 'claude-sonnet-4-6',
      max_tokens: 2_000,
      thinking: { type: 'enabled' as const, budget_tokens: 1_024 },
      tools: [{ name: 'f', input_schema: { type: 'object' as const } }],
    };
    const question = { role: 'user' as const, content: 'Hello' };
    const first = await client.messages.stream({ ...ask, messages: [question] }).finalMessage();
    expect(first.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'text', text: 'Well.' },
      { type: 'tool_use', id: 'call_1', input: { a: 1 } },
    ]);
    const last = await client.messages.create({
      ...ask,
      messages: [
        question,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'r' }] },
      ],
    });
    expect(last.content).toMatchObject([{ type: 'text', text: 'Done.' }]);
    expect(vendor.complaints).toEqual([]);
  });
});
