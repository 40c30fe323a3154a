import { expect, it } from 'vitest';
import { spokenOfBody } from './spoken-body.ts';

const S = 'anna@example.org';

/** The body with every text that may be replaced in capitals. */
function replaced(body: Record<string, unknown>): unknown {
  const bytes = Buffer.from(JSON.stringify(body));
  const spoken = spokenOfBody(bytes, body);
  return JSON.parse(spoken.rewrite(spoken.texts.map(({ text, from }) => text.slice(from).toUpperCase())).toString());
}
const U = S.toUpperCase();

it('replaces what is said and leaves the words that a vendor reads', () => {
  const body = {
    model: S,
    stream: true,
    reasoning_effort: S,
    tool_choice: { type: 'function', function: { name: S } },
    alidade: { session: S },
    messages: [
      {
        role: 'user',
        name: S,
        content: [
          { type: 'text', text: S, cache_control: { type: S } },
          { type: 'image_url', image_url: { url: S } },
        ],
      },
      {
        role: 'assistant',
        content: S,
        reasoning_content: S,
        tool_calls: [{ id: S, type: 'function', function: { name: S, arguments: '{"a":"b"}' } }],
      },
      { role: 'tool', tool_call_id: S, name: S, content: 'no { json' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: S, signature: S },
          { type: 'redacted_thinking', data: S },
          { type: 'tool_use', id: S, name: S, input: { type: S, id: S } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'document', title: S, source: { type: 'text', media_type: S, data: S } },
          { type: 'document', source: { type: 'base64', data: S } },
        ],
      },
    ],
    stop: [S],
    prediction: { type: 'content', content: S },
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: S,
        schema: { type: 'object', title: S, required: [S], properties: { type: { type: 'string', enum: [S] } } },
      },
    },
    output_config: { format: { type: 'json_schema', schema: { description: S } } },
    metadata: { [S]: S },
    somebody_knows: { what: [S] },
  };
  expect(replaced(body)).toEqual({
    ...body,
    messages: [
      {
        role: 'user',
        name: U,
        content: [
          { type: 'text', text: U, cache_control: { type: S } },
          { type: 'image_url', image_url: { url: S } },
        ],
      },
      {
        role: 'assistant',
        content: U,
        reasoning_content: U,
        tool_calls: [{ id: S, type: 'function', function: { name: S, arguments: '{"a":"B"}' } }],
      },
      { role: 'tool', tool_call_id: S, name: S, content: 'NO { JSON' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: U, signature: S },
          { type: 'redacted_thinking', data: S },
          { type: 'tool_use', id: S, name: S, input: { type: U, id: U } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'document', title: U, source: { type: 'text', media_type: S, data: U } },
          { type: 'document', source: { type: 'base64', data: S } },
        ],
      },
    ],
    stop: [U],
    prediction: { type: 'content', content: U },
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: S,
        schema: { type: 'object', title: U, required: [S], properties: { type: { type: 'string', enum: [U] } } },
      },
    },
    output_config: { format: { type: 'json_schema', schema: { description: U } } },
    metadata: { [U]: U },
    somebody_knows: { what: [U] },
  });
});

it('looks into JSON in texts: values under their names, long numbers, names that are data; spacing stays', () => {
  const inner = `{ "phone_home" : "030 1234", "n": 7, "ssn":078051120 }`.replace('078051120', '78051120');
  const body = { messages: [{ role: 'tool', content: inner }] };
  const bytes = Buffer.from(JSON.stringify(body));
  const spoken = spokenOfBody(bytes, body);
  expect(spoken.texts).toEqual([
    { text: 'phone home: 030 1234', from: 12 },
    { text: 'ssn: 78051120', from: 5 },
  ]);
  const out = JSON.parse(spoken.rewrite(['A"B', 'TOKEN']).toString());
  expect(out.messages[0].content).toBe('{ "phone_home" : "A\\"B", "n": 7, "ssn":"TOKEN" }');
});

it('gives back the very bytes where no text changes', () => {
  const text =
    '{ "messages" : [ {"role":"user","content":"\\u0041 \\/ {\\"a\\":[1e5,\\"x\\"]}"} ], "k":[[],{},"",null,true,-1.5e3] }';
  const bytes = Buffer.from(text);
  const spoken = spokenOfBody(bytes, JSON.parse(text) as Record<string, unknown>);
  expect(spoken.rewrite(spoken.texts.map((one) => one.text.slice(one.from)))).toBe(bytes);
});

it('takes JSON in a text for text where it nests deeper than anybody writes', () => {
  const content = `${'['.repeat(200_000)}"anna"${']'.repeat(200_000)}`;
  const body = { messages: [{ role: 'user', content }] };
  const bytes = Buffer.from(JSON.stringify(body));
  const spoken = spokenOfBody(bytes, body);
  expect(spoken.texts).toEqual([{ text: content, from: 0 }]);
});
