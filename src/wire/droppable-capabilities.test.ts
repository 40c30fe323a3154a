import { describe, expect, test } from 'vitest';
import { type SampleDeployment, sampleDeployment } from '../../test/support/deployments.ts';
import type { Capability, Dialect } from '../contracts/vocabulary.ts';
import { scanJson } from '../lib/json-scan.ts';
import { anthropicClient, anthropicUpstream } from './anthropic/codec.ts';
import { NO_CLIENT_HEADERS } from './anthropic/headers.ts';
import { anthropicPromptView } from './anthropic/prompt-view.ts';
import { readAnthropicChat } from './anthropic/read-chat.ts';
import { readAnthropicRequest } from './anthropic/read-request-members.ts';
import { createAnthropicRelayLane } from './anthropic/relay-lane.ts';
import type { Lane } from './dialect.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { openAiClient, openAiUpstream } from './openai-chat/codec.ts';
import { openAiPromptView } from './openai-chat/prompt-view.ts';
import { readOpenAiChat } from './openai-chat/read-chat.ts';
import { readOpenAiRequest } from './openai-chat/read-request.ts';
import { createOpenAiRelayLane } from './openai-chat/relay-lane.ts';
import { createTranslateLane } from './translate-lane.ts';

/**
 * Routing does not remove a deployment for want of these, so that every lane to it must say what it drops. The needs are
 * found in the same bodies by the prompt views that routing asks.
 */
const UPSTREAMS = { openai: openAiUpstream, anthropic: anthropicUpstream, gemini: geminiUpstream };
/** Models that take everything by their names, so that only what is declared of the deployment can be the reason. */
const MODELS: Readonly<Record<Dialect, string>> = {
  openai: 'glm-5.2',
  anthropic: 'claude-opus-4-5',
  gemini: 'gemini-3.5-flash',
};
type Client = 'openai' | 'anthropic';
type Body = Record<string, unknown>;

function laneOf(client: Client, upstream: Dialect, body: Body): Lane {
  const bytes = Buffer.from(JSON.stringify(body));
  const scan = scanJson(bytes, { maxDepth: 64, maxKeys: 1_000 });
  if (!scan.ok) throw new Error(scan.message);
  if (client === upstream) {
    return client === 'openai'
      ? createOpenAiRelayLane(bytes, scan, readOpenAiRequest('chat', body))
      : createAnthropicRelayLane(bytes, scan, readAnthropicRequest('messages', body), NO_CLIENT_HEADERS);
  }
  const request = client === 'openai' ? readOpenAiChat(body) : readAnthropicChat(body, bytes);
  const from = client === 'openai' ? openAiClient : anthropicClient;
  return createTranslateLane({ from, to: UPSTREAMS[upstream], request, requestId: 'r', createdS: 0 });
}

interface Sent {
  /** What goes to the upstream. */
  body: Body;
  text: string;
  losses: readonly string[];
}

function send(client: Client, upstream: Dialect, body: Body, sample: SampleDeployment = {}): Sent {
  const deployment = sampleDeployment({ dialect: upstream, upstreamModel: MODELS[upstream], ...sample });
  const built = laneOf(client, upstream, body).build(deployment);
  const text = built.body.toString('utf8');
  return { body: JSON.parse(text) as Body, text, losses: built.loss.map(({ field }) => field) };
}

const USER = { role: 'user', content: 'Hello' };
const SCHEMA = { type: 'object', properties: {} };
const BASE: Readonly<Record<Client, Body>> = {
  openai: { model: 'auto', messages: [USER] },
  anthropic: { model: 'auto', max_tokens: 9_000, messages: [USER] },
};
const TOOLS: Readonly<Record<Client, Body>> = {
  openai: { tools: [{ type: 'function', function: { name: 'clock', parameters: SCHEMA } }] },
  anthropic: { tools: [{ name: 'clock', input_schema: SCHEMA }] },
};
const REASONING: Readonly<Record<Client, Body>> = {
  openai: { reasoning_effort: 'high' },
  anthropic: { thinking: { type: 'enabled', budget_tokens: 4_096 } },
};
const PREFILL: Body = { messages: [USER, { role: 'assistant', content: 'Once' }] };

/** Bodies that need one capability, how a lane must name its loss, and what of it an upstream must not see. */
const NEEDS: readonly {
  capability: Capability;
  field: string;
  body: (client: Client) => Body;
  unseen: RegExp | null;
}[] = [
  {
    capability: 'reasoning',
    field: 'reasoning',
    body: (client) => ({ ...BASE[client], ...REASONING[client] }),
    unseen: /"(reasoning_effort|thinking|thinkingConfig|effort)"/,
  },
  {
    capability: 'tools_with_reasoning',
    field: 'reasoning',
    body: (client) => ({ ...BASE[client], ...REASONING[client], ...TOOLS[client] }),
    // An effort without thoughts is none of reasoning in the dialect of Anthropic.
    unseen: /"reasoning_effort":"high"|"enabled"|"adaptive"|"thinkingLevel":"(medium|high)"/,
  },
  {
    capability: 'parallel_tools',
    field: 'parallel_tool_calls',
    body: (client) => ({
      ...BASE[client],
      ...TOOLS[client],
      ...(client === 'openai'
        ? { parallel_tool_calls: true }
        : { tool_choice: { type: 'auto', disable_parallel_tool_use: false } }),
    }),
    unseen: /"parallel_tool_calls"/,
  },
  { capability: 'prefill', field: 'prefill', body: (client) => ({ ...BASE[client], ...PREFILL }), unseen: null },
];

const LANES = (['openai', 'anthropic'] as const).flatMap((client) =>
  (['openai', 'anthropic', 'gemini'] as const).map((upstream) => ({ client, upstream })),
);

describe.each(NEEDS)('$capability', ({ capability, field, body, unseen }) => {
  test.each(['openai', 'anthropic'] as const)('is what the body of %s needs', (client) => {
    const view = client === 'openai' ? openAiPromptView('chat', body(client)) : anthropicPromptView(body(client));
    const found: Partial<Record<Capability, boolean>> = {
      reasoning: view.reasoningRequested,
      tools_with_reasoning: view.reasoningRequested && view.toolsPresent,
      parallel_tools: view.parallelToolsRequested,
      prefill: view.prefill,
    };
    expect(found[capability]).toBe(true);
  });

  describe.each(LANES)('from $client to $upstream', ({ client, upstream }) => {
    test('is a loss that is declared where the deployment lacks it', () => {
      const { losses, text } = send(client, upstream, body(client), { without: [capability] });
      expect(losses).toContain(field);
      if (unseen !== null) expect(text).not.toMatch(unseen);
    });

    test('is kept where the deployment has it', () => {
      const { losses } = send(client, upstream, body(client));
      expect(losses).not.toContain(field);
    });
  });
});

describe('tools and reasoning that cannot be had together', () => {
  test.each(LANES)('from $client to $upstream: the tools stay', ({ client, upstream }) => {
    const body = { ...BASE[client], ...REASONING[client], ...TOOLS[client] };
    const { text, losses } = send(client, upstream, body, { without: ['tools_with_reasoning'] });
    expect(text).toContain('"clock"');
    expect(losses.filter((field) => field.startsWith('tool'))).toEqual([]);
  });

  test.each(LANES)('from $client to $upstream: reasoning without tools is left alone', ({ client, upstream }) => {
    const body = { ...BASE[client], ...REASONING[client] };
    expect(send(client, upstream, body, { without: ['tools_with_reasoning'] }).losses).not.toContain('reasoning');
  });

  test('a model that would reason unasked is told not to, relayed and translated alike', () => {
    const sample: SampleDeployment = { upstreamModel: 'gpt-5.6-sol', without: ['tools_with_reasoning'] };
    for (const client of ['openai', 'anthropic'] as const) {
      const { body, losses } = send(client, 'openai', { ...BASE[client], ...TOOLS[client] }, sample);
      expect([body.reasoning_effort, losses]).toEqual(['none', ['reasoning']]);
    }
    const off = { ...BASE.openai, ...TOOLS.openai, reasoning_effort: 'none' };
    expect(send('openai', 'openai', off, sample).losses).toEqual([]);
  });

  test.each([
    ['OpenRouter', { reasoning: { effort: 'high' } }],
    ['Z.ai and others', { thinking: { type: 'enabled' } }],
    ['Alibaba', { enable_thinking: true, thinking_budget: 500 }],
  ])('a wish in the words of %s is left out as well', (_vendor, members) => {
    const body = { ...BASE.openai, ...TOOLS.openai, ...members };
    const sent = send('openai', 'openai', body, { without: ['tools_with_reasoning'] });
    expect(sent.losses).toEqual(['reasoning']);
    for (const name of Object.keys(members)) expect(sent.body).not.toHaveProperty(name);
  });

  test('a look-alike of Anthropic’s dialect is told in the older words', () => {
    const body = { ...BASE.anthropic, ...TOOLS.anthropic, ...REASONING.anthropic };
    const without: readonly Capability[] = ['tools_with_reasoning'];
    const sent = send('anthropic', 'anthropic', body, { upstreamModel: 'glm-5.2', without });
    expect([sent.body.thinking, sent.losses]).toEqual([{ type: 'disabled' }, ['reasoning']]);
  });

  test('an effort that thinking off does not go with is lowered', () => {
    const body = {
      ...BASE.anthropic,
      ...TOOLS.anthropic,
      thinking: { type: 'adaptive' },
      output_config: { effort: 'max' },
    };
    const sample: SampleDeployment = { upstreamModel: 'claude-opus-5', without: ['tools_with_reasoning'] };
    const sent = send('anthropic', 'anthropic', body, sample);
    expect([sent.body.thinking, sent.body.output_config]).toEqual([{ type: 'disabled' }, { effort: 'high' }]);
    expect(sent.losses).toEqual(['reasoning', 'reasoning.effort']);
  });
});

test('a body that needs nothing of it is relayed byte for byte, whatever the deployment lacks', () => {
  const without: readonly Capability[] = ['reasoning', 'tools_with_reasoning', 'parallel_tools', 'prefill'];
  for (const client of ['openai', 'anthropic'] as const) {
    const { text, losses } = send(client, client, { ...BASE[client], ...TOOLS[client] }, { without });
    expect(text).toBe(JSON.stringify({ ...BASE[client], ...TOOLS[client] }).replace('"auto"', `"${MODELS[client]}"`));
    expect(losses).toEqual([]);
  }
});

test('forbidding parallel calls is met where there are none, without a loss', () => {
  const body = { ...BASE.openai, ...TOOLS.openai, parallel_tool_calls: false };
  const sent = send('openai', 'openai', body, { without: ['parallel_tools'] });
  expect([sent.losses, 'parallel_tool_calls' in sent.body]).toEqual([[], false]);
});
