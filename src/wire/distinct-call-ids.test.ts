import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { sampleDeployment } from '../../test/support/deployments.ts';
import type { Turn } from '../contracts/chat-request.ts';
import { anthropicUpstream } from './anthropic/codec.ts';
import { distinctCallIds } from './distinct-call-ids.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { LossReport } from './losses.ts';
import { readOpenAiChat } from './openai-chat/read-chat.ts';

const user: Turn = { role: 'user', parts: [{ type: 'text', text: 'Go on.' }] };
const calls = (...ids: string[]): Turn => ({
  role: 'assistant',
  parts: ids.map((id) => ({ type: 'tool-call', id, name: 'f', arguments: '{}' })),
});
const results = (...given: [id: string, text: string][]): Turn => ({
  role: 'tool',
  results: given.map(([id, text]) => ({ type: 'tool-result', id, parts: [{ type: 'text', text }] })),
});

test('ids that differ stay as they are', () => {
  const turns = [user, calls('a', 'b'), results(['b', '1'], ['a', '2'])];
  expect(distinctCallIds(turns)).toBe(turns);
});

test('quirk 9: an id that a later answer uses again is another one there, for its results too', () => {
  const turns = [user, calls('a'), results(['a', '1']), calls('a'), results(['a', '2']), user, calls('a', 'b')];
  expect(distinctCallIds(turns)).toEqual([
    user,
    calls('a'),
    results(['a', '1']),
    calls('a_2'),
    results(['a_2', '2']),
    user,
    calls('a_3', 'b'),
  ]);
});

test('quirk 9: two calls of one id in one answer have their results in order', () => {
  expect(distinctCallIds([user, calls('a', 'a'), results(['a', '1'], ['a', '2'])])).toEqual([
    user,
    calls('a', 'a_2'),
    results(['a', '1'], ['a_2', '2']),
  ]);
});

test('an id that is made is nobody else’s', () => {
  expect(distinctCallIds([user, calls('a', 'a', 'a_2')])).toEqual([user, calls('a', 'a_3', 'a_2')]);
});

test('a result that comes twice stays without a call', () => {
  const turns = [user, calls('a'), results(['a', '1']), calls('a'), results(['a', '2'], ['a', '3'])];
  expect(distinctCallIds(turns).at(-1)).toEqual(results(['a_2', '2'], ['a', '3']));
});

describe('quirk 9: what an upstream is sent', () => {
  test('Anthropic finds no id twice, also where a function was called twice in the old way', () => {
    const called = { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } };
    const said = (content: string) => ({ role: 'function', name: 'f', content });
    const messages = [{ role: 'user', content: 'a' }, called, said('1'), called, said('2')];
    const losses = new LossReport();
    const deployment = sampleDeployment({ dialect: 'anthropic' });
    const { body } = anthropicUpstream.buildRequest(readOpenAiChat({ model: 'm', messages }), deployment, losses);
    const sent = (JSON.parse(body) as { messages: { content: Record<string, unknown>[] }[] }).messages;
    const blocks = sent.flatMap(({ content }) => (Array.isArray(content) ? content : []));
    const ids = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(blocks.filter(({ type }) => type === 'tool_result')).toMatchObject([
      { tool_use_id: ids[0], content: '1' },
      { tool_use_id: ids[1], content: '2' },
    ]);
    expect(losses.entries.map(({ field }) => field)).not.toContain('messages.tool_result');
  });

  test('Gemini gives every call its own result', () => {
    const losses = new LossReport();
    const request = chatRequest({ turns: [user, calls('a', 'a'), results(['a', '1'], ['a', '2'])] });
    const { body } = geminiUpstream.buildRequest(request, sampleDeployment({ dialect: 'gemini' }), losses);
    const { contents } = JSON.parse(body) as { contents: { parts: { functionResponse?: unknown }[] }[] };
    expect(contents.flatMap(({ parts }) => parts).filter((part) => part.functionResponse !== undefined)).toMatchObject([
      { functionResponse: { response: { output: '1' } } },
      { functionResponse: { response: { output: '2' } } },
    ]);
    expect(losses.entries.map(({ field }) => field)).not.toContain('messages.tool_result');
  });
});
