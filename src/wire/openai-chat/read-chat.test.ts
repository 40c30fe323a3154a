import { describe, expect, test } from 'vitest';
import type { ChatRequest, Turn } from '../../contracts/chat-request.ts';
import type { AppError } from '../../contracts/errors.ts';
import { packToolCallId } from '../tool-call-ids.ts';
import { readOpenAiChat } from './read-chat.ts';

const USER = { role: 'user', content: 'Hello' };

const read = (body: Record<string, unknown>): ChatRequest => readOpenAiChat({ model: 'm', messages: [USER], ...body });
const turns = (...messages: unknown[]): readonly Turn[] => read({ messages }).turns;
const parts = (content: unknown) => {
  const [turn] = turns({ role: 'user', content });
  return turn?.role === 'user' ? turn.parts : [];
};
const call = (id: string, more: object = {}) => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: '{}' },
  ...more,
});

function refusal(body: Record<string, unknown>): AppError {
  try {
    read(body);
  } catch (error) {
    return error as AppError;
  }
  throw new Error('was accepted');
}

describe('turns', () => {
  test('quirk 1: keep system and developer prompts where they stand, block by block, with their marks', () => {
    expect(
      turns({ role: 'developer', content: 'Be brief.' }, USER, {
        role: 'system',
        content: [
          { type: 'text', text: 'One.', cache_control: { type: 'ephemeral', ttl: '1h' } },
          { type: 'text', text: 'Two.' },
        ],
      }),
    ).toEqual([
      { role: 'developer', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
      {
        role: 'system',
        parts: [
          { type: 'text', text: 'One.', cache: { ttl: '1h' } },
          { type: 'text', text: 'Two.' },
        ],
      },
    ]);
  });

  test('quirk 8: of tools that follow each other are one, in the order in which they came', () => {
    const list = turns(
      USER,
      { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'b', content: 'second' },
      { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'first' }] },
    );
    expect(list.at(-1)).toEqual({
      role: 'tool',
      results: [
        { type: 'tool-result', id: 'b', parts: [{ type: 'text', text: 'second' }] },
        { type: 'tool-result', id: 'a', parts: [{ type: 'text', text: 'first' }] },
      ],
    });
  });

  test('of the assistant hold thoughts, text, refusal and calls', () => {
    expect(
      turns({
        role: 'assistant',
        reasoning_content: 'hm',
        content: [{ type: 'text', text: 'Well.' }],
        refusal: 'No.',
        tool_calls: [call('a', { function: { name: 'f', arguments: '{"cut":"of' } })],
      })[0],
    ).toEqual({
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'hm' },
        { type: 'text', text: 'Well.' },
        { type: 'refusal', text: 'No.' },
        { type: 'tool-call', id: 'a', name: 'f', arguments: '{"cut":"of' },
      ],
    });
  });

  test('in the words of 2023 are understood', () => {
    const {
      turns: list,
      tools,
      toolChoice,
    } = read({
      functions: [{ name: 'f', parameters: { type: 'object' } }],
      function_call: { name: 'f' },
      messages: [
        USER,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
        { role: 'function', name: 'f', content: 'done' },
      ],
    });
    expect(list.slice(1)).toEqual([
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'function_f', name: 'f', arguments: '{"a":1}' }] },
      {
        role: 'tool',
        results: [{ type: 'tool-result', id: 'function_f', name: 'f', parts: [{ type: 'text', text: 'done' }] }],
      },
    ]);
    expect(tools).toMatchObject([{ kind: 'function', name: 'f' }]);
    expect(toolChoice).toEqual({ mode: 'tool', name: 'f' });
  });
});

describe('what ids carry', () => {
  const thought = { kind: 'thought', signature: { origin: 'anthropic', value: 'c2ln' } } as const;
  const own = { kind: 'call', signature: { origin: 'gemini', value: 'Z2Vt' } } as const;

  test('quirk 28: comes back as signatures where the client dropped everything else', () => {
    const list = turns(
      { role: 'assistant', content: null, tool_calls: [call(packToolCallId('a', [thought, own]))] },
      { role: 'tool', tool_call_id: packToolCallId('a', [thought, own]), content: '1' },
    );
    expect(list).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: '', signature: thought.signature },
          { type: 'tool-call', id: 'a', name: 'f', arguments: '{}', signature: own.signature },
        ],
      },
      { role: 'tool', results: [{ type: 'tool-result', id: 'a', parts: [{ type: 'text', text: '1' }] }] },
    ]);
  });

  test('gets its text back where the client kept that', () => {
    const [turn] = turns({
      role: 'assistant',
      reasoning_content: 'hm',
      content: null,
      tool_calls: [call(packToolCallId('a', [thought]))],
    });
    expect(turn).toMatchObject({
      parts: [{ type: 'reasoning', text: 'hm', signature: thought.signature }, { id: 'a' }],
    });
  });

  test('is not read twice where the client kept the details', () => {
    const [turn] = turns({
      role: 'assistant',
      content: 'x',
      reasoning_content: 'hm',
      reasoning_details: [{ type: 'reasoning.text', text: 'hm', signature: 'c2ln', format: 'anthropic-claude-v1' }],
      tool_calls: [call(packToolCallId('a', [thought]))],
    });
    expect(turn).toMatchObject({ parts: [{ type: 'reasoning', text: 'hm' }, { type: 'text' }, { type: 'tool-call' }] });
  });
});

describe('parts', () => {
  test('quirk 23: are text, images, audio and files', () => {
    expect(
      parts([
        { type: 'text', text: 'Look:' },
        { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'high' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,CCCC' } },
        { type: 'file', file: { file_id: 'file-1' } },
      ]),
    ).toEqual([
      { type: 'text', text: 'Look:' },
      { type: 'image', source: { kind: 'url', url: 'https://example.org/a.png', mediaType: null }, detail: 'high' },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } },
      { type: 'audio', source: { kind: 'base64', mediaType: 'audio/mpeg', data: 'BBBB' } },
      { type: 'file', source: { kind: 'base64', mediaType: 'application/pdf', data: 'CCCC' }, filename: 'a.pdf' },
      { type: 'file', source: { kind: 'file-id', id: 'file-1', origin: 'openai' } },
    ]);
  });

  test('quirk 42: of an unknown type are kept whole', () => {
    const video = { type: 'video_url', video_url: { url: 'https://example.org/a.mp4' } };
    expect(parts([video])).toEqual([{ type: 'unknown', origin: 'openai', name: 'video_url', value: video }]);
  });

  test.each([[''], [null], [undefined], [[]], [[{ type: 'text', text: '' }]]])('are none in %j', (content) => {
    expect(parts(content)).toEqual([]);
  });
});

describe('options', () => {
  test('quirk 42: nobody wrote are null, also where null was written', () => {
    const silent = read({});
    expect(read({ temperature: null, tools: null, stop: null, response_format: null, user: null })).toEqual(silent);
    expect(silent).toMatchObject({ temperature: null, maxOutputTokens: null, reasoning: null, choices: 1, unread: [] });
  });

  test('quirk 2: are read under both names of the limit, the newer first', () => {
    expect(read({ max_tokens: 5 }).maxOutputTokens).toBe(5);
    expect(read({ max_tokens: 5, max_completion_tokens: 6 }).maxOutputTokens).toBe(6);
  });

  test.each([
    ['none', { mode: 'none' }],
    ['auto', { mode: 'auto', tools: null }],
    ['required', { mode: 'required', tools: null }],
    [
      { type: 'function', function: { name: 'f' } },
      { mode: 'tool', name: 'f' },
    ],
    [
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
      { mode: 'required', tools: ['f'] },
    ],
  ])('choose tools: %j', (given, expected) => {
    expect(read({ tool_choice: given }).toolChoice).toEqual(expected);
  });

  test.each([
    [{ reasoning_effort: 'high' }, { mode: 'on', effort: 'high', budgetTokens: null, display: null }],
    [{ reasoning_effort: 'none' }, { mode: 'off', effort: null, budgetTokens: null, display: null }],
    [
      { reasoning: { max_tokens: 2000, exclude: true } },
      { mode: 'on', effort: null, budgetTokens: 2000, display: 'omitted' },
    ],
    [{ reasoning: { effort: 'low' } }, { mode: 'on', effort: 'low', budgetTokens: null, display: null }],
    [{ thinking: { type: 'disabled' } }, { mode: 'off', effort: null, budgetTokens: null, display: null }],
    [{ thinking: { type: 'enabled' } }, { mode: 'on', effort: null, budgetTokens: null, display: null }],
  ])('ask for reasoning: %j', (given, expected) => {
    expect(read(given).reasoning).toEqual(expected);
  });

  test('that nobody knows are listed, wherever they stand, each once', () => {
    const { unread } = read({
      min_p: 0.1,
      prediction: { type: 'content', content: 'x' },
      web_search_options: null,
      alidade: { task: 'creative' },
      stream_options: { include_usage: true, novelty: 1 },
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'a', novelty: 1 }] },
        { role: 'user', content: [{ type: 'text', text: 'b', novelty: 1 }] },
        { role: 'assistant', content: 'c', audio: { id: 'audio_1' } },
      ],
      tools: [{ type: 'function', function: { name: 'f', novelty: true } }],
    });
    expect(new Set(unread)).toEqual(
      new Set([
        'min_p',
        'prediction',
        'stream_options.novelty',
        'messages[].content[].novelty',
        'messages[].audio',
        'tools[].function.novelty',
      ]),
    );
  });

  test('with values that nobody knows are listed too', () => {
    expect(read({ reasoning_effort: 'ultra' })).toMatchObject({ reasoning: null, unread: ['reasoning_effort'] });
    expect(read({ tool_choice: { type: 'novel' } })).toMatchObject({ toolChoice: null, unread: ['tool_choice'] });
    expect(read({ response_format: { type: 'grammar' } })).toMatchObject({
      responseFormat: null,
      unread: ['response_format'],
    });
  });

  test.each([
    [{ parallel_tool_calls: 'no' }, 'parallel_tool_calls'],
    [{ top_k: '5' }, 'top_k'],
    [{ logprobs: 'yes' }, 'logprobs'],
    [{ verbosity: 3 }, 'verbosity'],
    [{ modalities: 'text' }, 'modalities'],
    [{ modalities: ['text', 'smell'] }, 'modalities'],
    [{ audio: 'alloy' }, 'audio'],
    [{ reasoning: 'high' }, 'reasoning'],
    [{ thinking: true }, 'thinking'],
    [{ service_tier: 1 }, 'service_tier'],
    [{ store: 'yes' }, 'store'],
    [{ prompt_cache_key: 7 }, 'prompt_cache_key'],
    [{ logit_bias: { 50: 1, 51: 'much' } }, 'logit_bias'],
    [{ metadata: { a: 'b', c: 1 } }, 'metadata'],
    [{ tools: [{ type: 'function', function: { name: 'f', strict: 'yes' } }] }, 'tools[].function.strict'],
    [{ tools: [{ type: 'function', function: { name: 'f', description: 5 } }] }, 'tools[].function.description'],
  ])('of another type than they should be are listed: %j', (given, path) => {
    expect(read(given).unread).toEqual([path]);
  });

  test('of tools that the vendor runs are kept whole', () => {
    const tool = { type: 'custom', custom: { name: 'sql', format: { type: 'text' } } };
    expect(read({ tools: [tool] }).tools).toEqual([{ kind: 'server', origin: 'openai', name: 'custom', value: tool }]);
  });
});

test.each([
  [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
  [{ messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'messages[0].content[0]'],
  [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'messages[0].content[0].image_url.url'],
  [{ messages: [USER, { role: 'tool', content: 'x' }] }, 'messages[1].tool_call_id'],
  [{ messages: [{ role: 'assistant', tool_calls: [{ type: 'function' }] }] }, 'messages[0].tool_calls[0]'],
  [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
  [{ tools: ['x'] }, 'tools[0]'],
  [{ tools: [{}] }, 'tools[0].type'],
  [{ tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }] }, 'tools[0].function.parameters'],
  [{ messages: [{ role: 'assistant', tool_calls: 'x' }] }, 'messages[0].tool_calls'],
  [{ stop: ['a', 5] }, 'stop[1]'],
  [{ response_format: { type: 'json_schema', json_schema: {} } }, 'response_format.json_schema.schema'],
])('what cannot be understood is refused with its place: %j', (body, param) => {
  expect(refusal(body)).toMatchObject({ code: 'invalid_request', param });
});
