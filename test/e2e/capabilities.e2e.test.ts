import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CAPABILITIES, type Capability } from '../../src/contracts/vocabulary.ts';
import { buildServer, type RunningServer } from '../support/running-server.ts';
import { chatCompletion } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

// What a deployment lacks, through the built gateway: it is removed for what would be another question without it, and
// gets the rest by a declared rule.

type Client = 'openai' | 'anthropic';
type Body = Record<string, unknown>;

const PNG = 'iVBORw0KGgo=';
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const user = (content: unknown): Body => ({ messages: [{ role: 'user', content }] });
const HELLO = user('Hello');

/** Bodies that need one thing. Anthropic's clients have no audio to send. */
const HARD: Readonly<Partial<Record<Capability, Readonly<Partial<Record<Client, Body>>>>>> = {
  tools: {
    openai: { ...HELLO, tools: [{ type: 'function', function: { name: 'f', parameters: SCHEMA } }] },
    anthropic: { ...HELLO, tools: [{ name: 'f', input_schema: SCHEMA }] },
  },
  json_schema: {
    openai: { ...HELLO, response_format: { type: 'json_schema', json_schema: { name: 'a', schema: SCHEMA } } },
    anthropic: { ...HELLO, output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
  },
  images: {
    openai: user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }]),
    anthropic: user([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }]),
  },
  audio: { openai: user([{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }]) },
  files: {
    openai: user([{ type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } }]),
    anthropic: user([
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } },
      { type: 'text', text: 'Sum up.' },
    ]),
  },
};

/** Bodies that wish for one thing, and the field of the loss without it. */
const SOFT: readonly { lacking: Capability; field: string; bodies: Readonly<Record<Client, Body>> }[] = [
  {
    lacking: 'tools_with_reasoning',
    field: 'dropped:reasoning',
    bodies: {
      openai: { ...HARD.tools?.openai, reasoning_effort: 'high' },
      anthropic: { ...HARD.tools?.anthropic, thinking: { type: 'enabled', budget_tokens: 1_024 } },
    },
  },
  {
    lacking: 'reasoning',
    field: 'dropped:reasoning',
    bodies: {
      openai: { ...HELLO, reasoning_effort: 'high' },
      anthropic: { ...HELLO, thinking: { type: 'enabled', budget_tokens: 1_024 } },
    },
  },
  {
    lacking: 'prefill',
    field: 'degraded:prefill',
    bodies: {
      openai: {
        messages: [
          { role: 'user', content: 'Tell.' },
          { role: 'assistant', content: 'Once' },
        ],
      },
      anthropic: {
        messages: [
          { role: 'user', content: 'Tell.' },
          { role: 'assistant', content: 'Once' },
        ],
      },
    },
  },
  {
    lacking: 'parallel_tools',
    field: 'dropped:parallel_tool_calls',
    bodies: {
      openai: { ...HARD.tools?.openai, parallel_tool_calls: true },
      anthropic: { ...HARD.tools?.anthropic, tool_choice: { type: 'auto', disable_parallel_tool_use: false } },
    },
  },
];

const without = (capability: Capability): string =>
  CAPABILITIES.filter(
    (name) => name !== capability && !(capability === 'reasoning' && name === 'tools_with_reasoning'),
  ).join(', ');

let server: RunningServer;
let upstream: ScriptedUpstream;

beforeAll(async () => {
  upstream = await createScriptedUpstream();
  const start = await buildServer();
  const deployments = CAPABILITIES.map(
    (name) => `  - { id: no-${name}, model: test/no-${name}, endpoint: one, capabilities: [${without(name)}] }`,
  );
  const routes = CAPABILITIES.map(
    (name) => `  - { when: { use_case: ${name} }, primary: test/no-${name}, fallback: test/all }`,
  );
  server = await start({
    configuration: `
endpoints:
  one: { operator: self, dialect: openai, base_url: "${upstream.baseUrl}", private: true }
deployments:
  - { id: all, model: test/all, endpoint: one, capabilities: [${CAPABILITIES.join(', ')}] }
${deployments.join('\n')}
use_cases:
${CAPABILITIES.map((name) => `  - { id: ${name}, keep_bodies: false }`).join('\n')}
routes:
${routes.join('\n')}
  - { default: true, primary: test/all }
detect_local_engines: false
`,
  });
}, 120_000);

afterAll(async () => {
  await server.stop();
  await upstream.close();
});

beforeEach(() => upstream.reply(chatCompletion()));

async function send(client: Client, model: string, body: Body, path?: string) {
  const url = path ?? (client === 'openai' ? '/v1/chat/completions' : '/v1/messages');
  const limit = client === 'openai' ? { max_completion_tokens: 4_000 } : { max_tokens: 4_000 };
  const response = await fetch(server.origin + url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...limit, ...body }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

const hard = Object.entries(HARD).flatMap(([lacking, bodies]) =>
  Object.entries(bodies).map(([client, body]) => ({ lacking, client: client as Client, body: body as Body })),
);

describe.each(hard)('a request of $client that needs $lacking', ({ lacking, client, body }) => {
  test('goes to the next deployment that has it', async () => {
    const { status, headers } = await send(client, `auto/${lacking}`, body);
    expect([status, headers.get('x-alidade-deployment')]).toEqual([200, 'all']);
  });

  test('names what the removed one lacks', async () => {
    const { body: decision } = await send(client, `auto/${lacking}`, body, '/api/route');
    expect(decision.removed).toContainEqual(
      expect.objectContaining({ deployment: `no-${lacking}`, removed_because: 'capability', rules: [lacking] }),
    );
  });

  test('is refused where the model that was named lacks it', async () => {
    const { status, body: answer } = await send(client, `test/no-${lacking}`, body);
    expect(status).toBe(400);
    const { error } = answer as { error: { code?: string; details?: { error_code: string } } };
    expect(error.code ?? error.details?.error_code).toBe('no_capable_deployment');
  });
});

const soft = SOFT.flatMap(({ lacking, field, bodies }) =>
  (['openai', 'anthropic'] as const).map((client) => ({ lacking, field, client, body: bodies[client] })),
);

describe.each(soft)('a request of $client that wishes for $lacking', ({ lacking, field, client, body }) => {
  test('is answered without it, and that is said', async () => {
    const { status, headers } = await send(client, `test/no-${lacking}`, body);
    expect(status).toBe(200);
    expect(headers.get('x-alidade-loss')?.split(', ')).toContain(field);
  });

  test('is refused without it where all or nothing was asked', async () => {
    const { status, body: answer } = await send(client, `test/no-${lacking}`, { ...body, alidade: { strict: true } });
    expect(status).toBe(400);
    expect(JSON.stringify(answer)).toContain('translation_loss');
  });

  test('loses nothing of it where the deployment has it', async () => {
    const { headers } = await send(client, 'test/all', body);
    expect(headers.get('x-alidade-loss')?.split(', ') ?? []).not.toContain(field);
  });
});
