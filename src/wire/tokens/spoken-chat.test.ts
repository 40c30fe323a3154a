import { expect, it } from 'vitest';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import { spokenOfChat } from './spoken-chat.ts';

const SECRET = 'anna@example.org';
const schema = {
  type: 'object',
  properties: { to: { type: 'string', default: SECRET, pattern: SECRET } },
  required: ['to'],
};

const request: ChatRequest = chatRequest({
  turns: [
    { role: 'system', parts: [{ type: 'text', text: `for ${SECRET}`, cache: { ttl: null } }] },
    {
      role: 'user',
      name: SECRET,
      parts: [
        { type: 'text', text: SECRET },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: SECRET } },
        {
          type: 'file',
          filename: SECRET,
          title: SECRET,
          context: SECRET,
          source: { kind: 'text', text: SECRET, mediaType: 'text/plain' },
        },
        { type: 'unknown', origin: 'anthropic', name: 'x', value: { type: SECRET, said: [SECRET] } },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: SECRET, signature: { origin: 'anthropic', value: SECRET } },
        { type: 'refusal', text: SECRET },
        { type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: SECRET }, transcript: SECRET },
        { type: 'tool-call', id: SECRET, name: 'send', arguments: JSON.stringify({ to: SECRET, n: 1 }) },
        { type: 'tool-call', id: 'b', name: 'cut', arguments: `{"to":"${SECRET}` },
        { type: 'tool-call', id: 'c', name: 'free', arguments: `to ${SECRET}`, custom: true },
      ],
    },
    {
      role: 'tool',
      results: [
        { type: 'tool-result', id: SECRET, parts: [{ type: 'text', text: JSON.stringify([{ [SECRET]: SECRET }]) }] },
      ],
    },
  ],
  tools: [
    { kind: 'function', name: 'send', description: SECRET, parameters: schema, strict: null },
    { kind: 'server', origin: 'openai', name: 'search', value: { type: 'search', user_location: { city: SECRET } } },
  ],
  stop: [SECRET],
  responseFormat: { kind: 'json-schema', name: 'x', description: SECRET, schema, strict: null },
  userId: SECRET,
  promptCacheKey: SECRET,
  metadata: { who: SECRET },
});

const said = (replace: (text: string) => string): ChatRequest => {
  const spoken = spokenOfChat(request);
  return spoken.rewrite(spoken.texts.map(({ text, from }) => replace(text.slice(from))));
};

it('says again what was said where nothing is replaced', () => {
  expect(said((text) => text)).toEqual(request);
});

it('replaces every text of a conversation, and no id, signature, bytes, pattern or word of the dialect', () => {
  const text = JSON.stringify(said((one) => one.replaceAll(SECRET, 'TOKEN')));
  const kept = text.split(SECRET).length - 1;
  // Image, audio, signature, id of the call and of its result, pattern in two schemas, type of the unknown part.
  expect(kept).toBe(8);
  const expected = JSON.stringify(request)
    .replaceAll(SECRET, 'TOKEN')
    .replace('"mediaType":"image/png","data":"TOKEN"', `"mediaType":"image/png","data":"${SECRET}"`)
    .replace('"mediaType":"audio/wav","data":"TOKEN"', `"mediaType":"audio/wav","data":"${SECRET}"`)
    .replace('"origin":"anthropic","value":"TOKEN"', `"origin":"anthropic","value":"${SECRET}"`)
    .replace('"type":"tool-call","id":"TOKEN"', `"type":"tool-call","id":"${SECRET}"`)
    .replace('"type":"tool-result","id":"TOKEN"', `"type":"tool-result","id":"${SECRET}"`)
    .replaceAll('"pattern":"TOKEN"', `"pattern":"${SECRET}"`)
    .replace('{"type":"TOKEN","said"', `{"type":"${SECRET}","said"`);
  expect(JSON.parse(text)).toEqual(JSON.parse(expected));
});
