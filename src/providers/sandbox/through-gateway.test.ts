import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestGateway } from '../../../test/support/gateway.ts';
import type { MemorySink } from '../../../test/support/memory-sink.ts';
import { sandboxDeployments } from '../../catalog/sandbox.ts';
import type { ClientDialectName, RequestHeaders } from '../../contracts/gateway-request.ts';
import type { Receipt } from '../../contracts/receipt.ts';
import type { Operation } from '../../contracts/vocabulary.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import { SANDBOX_PROFILES, sandboxBaseUrls } from './profiles.ts';
import { createSandbox } from './sandbox.ts';

/** Every client dialect in front of a program of every dialect, through the gateway and real sockets. */
const sandbox = createSandbox({ seed: 7, latencyScale: 0 });
let gateway: ReturnType<typeof createTestGateway>;
beforeAll(async () => {
  const baseUrls = sandboxBaseUrls((await sandbox.start()).baseUrl);
  const input = { baseUrls, models: SANDBOX_PROFILES, keepBesideReal: false };
  gateway = createTestGateway({ deployments: sandboxDeployments(input, new Date(0)) });
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
});

const MODELS = {
  openai: 'zhipu/glm-5.2',
  anthropic: 'anthropic/claude-4-opus',
  gemini: 'google/gemini-2.5-ultra',
} as const;
const CLIENTS = ['openai', 'anthropic'] as const;
const PAIRS = CLIENTS.flatMap((client) =>
  Object.entries(MODELS).map(([upstream, model]) => ({ client, upstream, model })),
);

/** What a client gets, whatever its dialect. */
interface Said {
  text: string;
  thoughts: string;
  calls: { id: string; name: string; input: unknown }[];
  stop: string;
  output: number;
}

interface OpenAiMessage {
  content?: string | null;
  reasoning_content?: string;
  tool_calls?: { index?: number; id?: string; function: { name?: string; arguments: string } }[];
}
interface OpenAiBody {
  choices: { message?: OpenAiMessage; delta?: OpenAiMessage; finish_reason: string | null }[];
  usage?: { completion_tokens: number } | null;
}
interface AnthropicBlock {
  type: string;
  text?: string;
  thinking?: string;
  id?: string;
  name?: string;
  input?: unknown;
}

const eventsOf = (text: string): string[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data as string).filter((data) => data !== '[DONE]');

function saidToOpenAi(text: string, stream: boolean): Said {
  const bodies = (stream ? eventsOf(text) : [text]).map((data) => JSON.parse(data) as OpenAiBody);
  const said: Said = { text: '', thoughts: '', calls: [], stop: '', output: 0 };
  const pieces: string[] = [];
  for (const { choices, usage } of bodies) {
    said.output = usage?.completion_tokens ?? said.output;
    for (const { message, delta, finish_reason: reason } of choices) {
      const { content, reasoning_content: thought, tool_calls: calls = [] } = message ?? delta ?? {};
      said.text += content ?? '';
      said.thoughts += thought ?? '';
      said.stop = reason ?? said.stop;
      for (const [place, { index = place, id, function: called }] of calls.entries()) {
        if (id !== undefined) said.calls[index] = { id, name: called.name ?? '', input: null };
        pieces[index] = (pieces[index] ?? '') + called.arguments;
      }
    }
  }
  for (const [index, call] of said.calls.entries()) call.input = JSON.parse(pieces[index] ?? '');
  return said;
}

function saidToAnthropic(text: string, stream: boolean): Said {
  const said: Said = { text: '', thoughts: '', calls: [], stop: '', output: 0 };
  const take = ({ type, text: words, thinking, id = '', name = '', input }: AnthropicBlock): void => {
    said.text += words ?? '';
    said.thoughts += thinking ?? '';
    if (type === 'tool_use') said.calls.push({ id, name, input });
  };
  if (!stream) {
    const body = JSON.parse(text) as {
      content: AnthropicBlock[];
      stop_reason: string;
      usage: { output_tokens: number };
    };
    for (const block of body.content) take(block);
    return { ...said, stop: body.stop_reason, output: body.usage.output_tokens };
  }
  let json = '';
  for (const data of eventsOf(text)) {
    const event = JSON.parse(data);
    if (event.type === 'content_block_start') {
      take(event.content_block);
      json = '';
    } else if (event.type === 'content_block_delta') {
      said.text += event.delta.text ?? '';
      said.thoughts += event.delta.thinking ?? '';
      json += event.delta.partial_json ?? '';
      const call = said.calls.at(-1);
      if (event.delta.type === 'input_json_delta' && call !== undefined && isJson(json)) call.input = JSON.parse(json);
    } else if (event.type === 'message_delta') {
      said.stop = event.delta.stop_reason;
      said.output = event.usage.output_tokens;
    }
  }
  return said;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Exchanged {
  sink: MemorySink;
  said: Said;
  receipt: Receipt;
}

interface Asking {
  client: ClientDialectName;
  body: object;
  headers?: Partial<RequestHeaders>;
  operation?: Operation;
}

async function send({ client, body, headers, operation = 'chat' }: Asking): Promise<Omit<Exchanged, 'said'>> {
  const sink = gateway.send(body, { dialect: client, operation, ...(headers === undefined ? {} : { headers }) });
  await sink.ended;
  return { sink, receipt: gateway.journal.receipts.at(-1) as Receipt };
}

async function ask(asking: Asking): Promise<Exchanged> {
  const { sink, receipt } = await send(asking);
  const stream = (asking.body as { stream?: boolean }).stream === true;
  const said = asking.client === 'openai' ? saidToOpenAi(sink.text, stream) : saidToAnthropic(sink.text, stream);
  return { sink, said, receipt };
}

/** A body in the client's dialect; `members` are the same in both. */
const bodyOf = (client: ClientDialectName, model: string, prompt: string, members: object = {}): object => ({
  model,
  ...(client === 'anthropic' ? { max_tokens: 1_000 } : {}),
  messages: [{ role: 'user', content: prompt }],
  ...members,
});

const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const toolsOf = (client: ClientDialectName): object => ({
  tools: ['get_weather', 'local_time'].map((name) =>
    client === 'anthropic' ? { name, input_schema: CITY } : { type: 'function', function: { name, parameters: CITY } },
  ),
});

/** The fingerprint, in which the program says what it is, has no member in the other dialect; the header says it as well. */
const lost = ({ loss }: Receipt): string[] =>
  loss.map(({ field }) => field).filter((field) => field !== 'answer.system_fingerprint');

const STOPS = {
  openai: { stop: 'stop', calls: 'tool_calls' },
  anthropic: { stop: 'end_turn', calls: 'tool_use' },
} as const;

describe.each(PAIRS)('a client of $client in front of a program of $upstream', ({ client, model }) => {
  describe.each([
    { form: 'whole', stream: false },
    { form: 'streamed', stream: true },
  ])('$form', ({ stream }) => {
    const usage = client === 'openai' && stream ? { stream_options: { include_usage: true } } : {};

    test('gets the whole answer, its end and its usage', async () => {
      const body = bodyOf(client, model, 'Tell me of the sea.', { stream, ...usage });
      const { sink, said, receipt } = await ask({ client, body });
      expect(sink.status).toBe(200);
      expect(sink.headers['x-alidade-sandbox']).toBeDefined();
      if (client === 'openai') {
        const bodies = (stream ? eventsOf(sink.text) : [sink.text]).map((data) => JSON.parse(data));
        for (const said of bodies) expect(said).toHaveProperty('system_fingerprint', SANDBOX_NOTICE);
      }
      expect(said.text.startsWith(SANDBOX_NOTICE)).toBe(true);
      expect(said.text.endsWith('"Tell me of the sea."')).toBe(true);
      expect(said.stop).toBe(STOPS[client].stop);
      expect(said.output).toBeGreaterThan(10);
      expect(receipt).toMatchObject({ outcome: 'ok', sandbox: true, usage: { output_tokens: said.output } });
      expect(lost(receipt)).toEqual([]);
    });

    test('has its tools called side by side, and their results read in the next turn', async () => {
      const prompt = 'The weather and the local time in San Marino, please';
      const first = await ask({ client, body: bodyOf(client, model, prompt, { stream, ...toolsOf(client) }) });
      const { calls, stop } = first.said;
      expect([stop, calls.map(({ name, input }) => [name, input])]).toEqual([
        STOPS[client].calls,
        [
          ['get_weather', { city: 'San Marino' }],
          ['local_time', { city: 'San Marino' }],
        ],
      ]);
      const results = calls.map(({ id, name }) =>
        client === 'anthropic'
          ? { type: 'tool_result', tool_use_id: id, content: `result of ${name}` }
          : { role: 'tool', tool_call_id: id, content: `result of ${name}` },
      );
      const made = calls.map(({ id, name, input }) =>
        client === 'anthropic'
          ? { type: 'tool_use', id, name, input }
          : { id, type: 'function', function: { name, arguments: JSON.stringify(input) } },
      );
      const turns =
        client === 'anthropic'
          ? [
              { role: 'assistant', content: made },
              { role: 'user', content: results },
            ]
          : [{ role: 'assistant', content: null, tool_calls: made }, ...results];
      const messages = [{ role: 'user', content: prompt }, ...turns];
      const second = await ask({ client, body: { ...bodyOf(client, model, '', toolsOf(client)), stream, messages } });
      expect(second.said.stop).toBe(STOPS[client].stop);
      expect(second.said.text).toContain('result of local_time');
      expect(second.receipt.outcome).toBe('ok');
      expect(lost(second.receipt)).toEqual([]);
    });

    test('sees the thoughts that it asks for', async () => {
      const asked =
        client === 'anthropic'
          ? { thinking: { type: 'enabled', budget_tokens: 1_024 }, max_tokens: 4_000 }
          : { thinking: { type: 'enabled' }, reasoning_effort: 'high' };
      const { said, receipt } = await ask({ client, body: bodyOf(client, model, 'Hello', { stream, ...asked }) });
      expect(receipt.outcome).toBe('ok');
      expect(said.text).toContain('"Hello"');
      // OpenAI's dialect has no word for showing thoughts; what a client of it is shown nobody promised.
      if (client === 'anthropic') expect(said.thoughts).toContain('no thoughts');
    });

    test('gets its own error where the program fails, and the receipt says so', async () => {
      const body = bodyOf(client, model, 'Hello', { stream });
      const { sink, receipt } = await send({ client, body, headers: { sandboxFault: 'status=500' } });
      expect(sink.status).toBe(502);
      expect(sink.json()).toMatchObject(
        client === 'anthropic' ? { type: 'error' } : { error: { code: 'upstream_error' } },
      );
      expect(receipt.outcome).toBe('upstream_error');
    });
  });

  test('is told in its own words that a stream broke off', async () => {
    const body = bodyOf(client, model, 'Hello', { stream: true });
    for (const fault of ['cut-after=3', 'error-after=3', 'reset-after=3']) {
      const { sink, receipt } = await send({ client, body, headers: { sandboxFault: fault } });
      expect(sink.text, fault).toContain('"error"');
      expect(sink.text).not.toMatch(/\[DONE\]|message_stop/);
      expect(receipt.outcome).toBe(fault === 'error-after=3' ? 'upstream_error' : 'upstream_cut');
    }
  });

  test('is answered by the next deployment where the program of its choice is down', async () => {
    const name = model.slice(model.indexOf('/') + 1);
    const body = bodyOf(client, model, 'Hello', { models: [model, 'mistral/mistral-large-3'] });
    const headers = { sandboxFault: `status=503;model=${name}` };
    const { said, receipt } = await ask({ client, body, headers });
    expect(said.text).toContain('"Hello"');
    expect(receipt.attempts.map(({ outcome }) => outcome)).toEqual(['upstream_error', 'ok']);
  });
});

test.each(Object.entries(MODELS))('tokens are counted for a program of %s', async (upstream, model) => {
  const { max_tokens: _, ...body } = bodyOf('anthropic', model, 'Tell me of the sea.') as { max_tokens?: number };
  const { sink, receipt } = await send({ client: 'anthropic', body, operation: 'count_tokens' });
  expect(sink.json().input_tokens).toBeGreaterThan(0);
  expect(receipt.loss.length).toBe(upstream === 'anthropic' ? 0 : 1);
});

test('vectors come from programs of two dialects, and are refused where the third has none', async () => {
  const ask = (model: string) =>
    send({ client: 'openai', body: { model, input: ['a', 'b'] }, operation: 'embeddings' });
  for (const model of [MODELS.openai, MODELS.gemini]) {
    const { sink } = await ask(model);
    expect((sink.json().data as unknown[]).length).toBe(2);
  }
  expect((await ask(MODELS.anthropic)).sink.status).toBe(400);
});
