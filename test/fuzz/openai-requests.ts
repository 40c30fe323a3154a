import { packToolCallId } from '../../src/wire/tool-call-ids.ts';

const packed = packToolCallId('call_1', [
  { kind: 'thought', signature: { origin: 'anthropic', value: 'c2lnbmVk' } },
  { kind: 'call', signature: { origin: 'gemini', value: 'Z2VtaW5p' } },
]);

/** Requests that use everything the dialect has, to be mutated. */
export const openAiRequests: readonly unknown[] = [
  { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] },
  {
    model: 'auto',
    stream: true,
    stream_options: { include_usage: true },
    max_completion_tokens: 400,
    temperature: 0.2,
    top_p: 0.9,
    top_k: 5,
    stop: ['##'],
    seed: 7,
    frequency_penalty: 0.1,
    presence_penalty: 0.1,
    logit_bias: { 50256: -100 },
    logprobs: true,
    top_logprobs: 2,
    n: 2,
    reasoning_effort: 'high',
    verbosity: 'low',
    user: 'u-1',
    metadata: { team: 'a' },
    service_tier: 'flex',
    store: true,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'answer',
        strict: true,
        schema: {
          type: 'object',
          properties: { a: { $ref: '#/$defs/b' } },
          $defs: { b: { type: ['string', 'null'] } },
        },
      },
    },
    messages: [
      { role: 'developer', content: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] },
      {
        role: 'user',
        name: 'anna',
        content: [
          { type: 'text', text: 'Look:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
          { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
        ],
      },
    ],
  },
  {
    model: 'auto',
    parallel_tool_calls: false,
    tool_choice: { type: 'function', function: { name: 'get_weather' } },
    tools: [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: 'Weather',
          parameters: { type: 'object', properties: { place: { type: 'string' } } },
          strict: true,
        },
      },
      { type: 'custom', custom: { name: 'sql' } },
    ],
    messages: [
      { role: 'system', content: 'One.' },
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'Look it up.',
        reasoning_details: [
          {
            type: 'reasoning.text',
            text: 'Look it up.',
            signature: 'c2lnbmVk',
            format: 'anthropic-claude-v1',
            index: 0,
          },
        ],
        tool_calls: [
          { id: packed, type: 'function', function: { name: 'get_weather', arguments: '{"place":"Genève"}' } },
          { id: 'call_2', type: 'function', function: { name: 'get_weather', arguments: '{"pl' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: '{"$ref":"#/x"}' }] },
      { role: 'tool', tool_call_id: packed, content: 'sunny' },
      { role: 'system', content: 'Two.' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      { role: 'user', content: '' },
      { role: 'assistant', content: 'It is' },
    ],
  },
];
