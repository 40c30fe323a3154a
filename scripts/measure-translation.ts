import { performance } from 'node:perf_hooks';
import type { ChatRequest } from '../src/contracts/chat-request.ts';
import { testDeployment, testEndpoint } from '../src/routing/test-world.ts';
import { anthropicUpstream } from '../src/wire/anthropic/codec.ts';
import { readAnthropicChat } from '../src/wire/anthropic/read-chat.ts';
import type { UpstreamCodec } from '../src/wire/codec.ts';
import { geminiUpstream } from '../src/wire/gemini/codec.ts';
import { LossReport } from '../src/wire/losses.ts';
import { openAiUpstream } from '../src/wire/openai-chat/codec.ts';
import { readOpenAiChat } from '../src/wire/openai-chat/read-chat.ts';

/** Messages of the conversation, tools beside it, and how often each direction is measured. */
const TURNS = 100;
const TOOLS = 20;
const ROUNDS = 300;

const sentence =
  'The survey of a river valley begins with a base line that was measured twice, from both of its ends. ';
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' }, units: { type: 'string', enum: ['c', 'f'] } },
  required: ['city'],
};

/** A conversation in which every fourth turn calls a tool. */
function openAiBody(): Record<string, unknown> {
  const messages: unknown[] = [{ role: 'system', content: 'You are a concise assistant.' }];
  for (let turn = 1; messages.length < TURNS; turn += 1) {
    messages.push({ role: 'user', content: sentence.repeat(3) });
    if (turn % 4 !== 0) messages.push({ role: 'assistant', content: sentence.repeat(4) });
    else {
      const call = { id: `call_${turn}`, type: 'function', function: { name: 'tool_1', arguments: '{"city":"Bonn"}' } };
      messages.push({ role: 'assistant', content: null, tool_calls: [call] });
      messages.push({ role: 'tool', tool_call_id: call.id, content: '{"temperature":21}' });
      messages.push({ role: 'assistant', content: sentence });
    }
  }
  const tools = Array.from({ length: TOOLS }, (_, index) => ({
    type: 'function',
    function: { name: `tool_${index}`, description: sentence, parameters: schema },
  }));
  return { model: 'auto', messages: messages.slice(0, TURNS), tools, max_tokens: 500 };
}

function anthropicBody(): Record<string, unknown> {
  const messages: unknown[] = [];
  for (let turn = 0; turn < TURNS; turn += 4) {
    const id = `toolu_${turn}`;
    messages.push(
      { role: 'user', content: sentence.repeat(3) },
      { role: 'assistant', content: [{ type: 'tool_use', id, name: 'tool_1', input: { city: 'Bonn' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: '{"temperature":21}' }] },
      { role: 'assistant', content: sentence.repeat(4) },
    );
  }
  messages[messages.length - 1] = { role: 'user', content: sentence };
  const tools = Array.from({ length: TOOLS }, (_, index) => ({
    name: `tool_${index}`,
    description: sentence,
    input_schema: schema,
  }));
  return { model: 'auto', max_tokens: 500, system: 'You are a concise assistant.', messages, tools };
}

function measure(name: string, read: () => ChatRequest, upstream: UpstreamCodec): void {
  const dialect = upstream.dialect;
  const deployment = testDeployment('d', 'test/model', { endpoint: testEndpoint('e', { dialect }) });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    upstream.buildRequest(read(), deployment, new LossReport());
    times.push(performance.now() - startedAt);
  }
  const measured = times.slice(ROUNDS / 3).sort((a, b) => a - b);
  const at = (share: number): string => ((measured[Math.floor(measured.length * share)] ?? 0) * 1_000).toFixed(0);
  process.stdout.write(`${name} -> ${dialect}: p50 ${at(0.5)} us, p99 ${at(0.99)} us\n`);
}

const fromOpenAi = openAiBody();
const fromAnthropic = anthropicBody();
for (const upstream of [anthropicUpstream, geminiUpstream]) {
  measure(`${TURNS} messages, ${TOOLS} tools: openai`, () => readOpenAiChat(fromOpenAi), upstream);
}
for (const upstream of [openAiUpstream, geminiUpstream]) {
  measure(`${TURNS} messages, ${TOOLS} tools: anthropic`, () => readAnthropicChat(fromAnthropic), upstream);
}
