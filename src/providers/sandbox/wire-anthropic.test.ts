import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SANDBOX_NOTICE } from './notice.ts';
import { sandboxBaseUrls } from './profiles.ts';
import { createSandbox } from './sandbox.ts';

/** Anthropic's own package speaks to the sandbox, over a socket and at its own paths. */
const sandbox = createSandbox({ seed: 7, latencyScale: 0, now: () => 1_790_000_000_000 });
let client: Anthropic;
beforeAll(async () => {
  const { baseUrl } = await sandbox.start();
  client = new Anthropic({ apiKey: 'fake-key', baseURL: sandboxBaseUrls(baseUrl).anthropic, maxRetries: 0 });
});
afterAll(() => sandbox.close());

const MODEL = 'claude-4-opus';
type Members = Partial<Anthropic.MessageCreateParamsNonStreaming>;

const paramsOf = (members: Members): Anthropic.MessageCreateParamsNonStreaming => ({
  model: MODEL,
  max_tokens: 1_000,
  messages: [{ role: 'user', content: 'Tell me of the sea.' }],
  ...members,
});
const ask = (members: Members = {}): Promise<Anthropic.Message> => client.messages.create(paramsOf(members));
const stream = (members: Members = {}): Promise<Anthropic.Message> =>
  client.messages.stream(paramsOf(members)).finalMessage();
const textOf = (message: Anthropic.Message): string =>
  message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
const user = (content: Anthropic.MessageParam['content']): Anthropic.MessageParam => ({ role: 'user', content });

async function failure(call: Promise<unknown>): Promise<{ status: number | undefined; error: unknown }> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof APIError)) throw new Error(`no error of the package: ${String(error)}`);
  return { status: error.status, error: (error.error as { error?: unknown })?.error };
}

const TOOLS: Anthropic.Tool[] = [
  {
    name: 'get_weather',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
  { name: 'local_time', input_schema: { type: 'object', properties: {} } },
];

describe('a message', () => {
  test('is the same streamed as whole, and says what it comes from', async () => {
    const whole = await ask();
    expect(whole).toMatchObject({ type: 'message', role: 'assistant', model: MODEL, stop_reason: 'end_turn' });
    expect(textOf(whole)).toContain(SANDBOX_NOTICE);
    expect(whole).toHaveProperty('system_fingerprint', SANDBOX_NOTICE);
    const streamed = await stream();
    expect([streamed.content, streamed.stop_reason, streamed.usage.output_tokens]).toEqual([
      whole.content,
      whole.stop_reason,
      whole.usage.output_tokens,
    ]);
  });

  test('streams the events in their order, each with its name', async () => {
    const response = await client.messages.create({ ...paramsOf({ max_tokens: 3 }), stream: true }).asResponse();
    expect(response.headers.get('x-alidade-sandbox')).toBe(SANDBOX_NOTICE);
    const names = [...(await response.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    expect(names).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('stops at max_tokens and at a stop text, and says which', async () => {
    expect(await ask({ max_tokens: 3 })).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 3 } });
    const stopped = await ask({ messages: [user('one two')], stop_sequences: ['two'] });
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'two' });
    expect(textOf(stopped).endsWith('"one ')).toBe(true);
  });

  test('goes on from a prefill', async () => {
    const text = textOf(await ask());
    const messages = [user('Tell me of the sea.'), { role: 'assistant' as const, content: text.slice(0, 30) }];
    expect(textOf(await ask({ messages }))).toBe(text.slice(30));
  });

  test('follows a JSON schema', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string', enum: ['Bern', 'Oslo'] } } };
    const answer = await ask({
      messages: [user('A day in Oslo')],
      output_config: { format: { type: 'json_schema', schema } },
    });
    expect(JSON.parse(textOf(answer))).toEqual({ city: 'Oslo' });
  });

  test('may have images in front of it', async () => {
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: 'iVBORw0KGgo=' };
    const answer = await ask({
      messages: [
        user([
          { type: 'image', source },
          { type: 'text', text: 'What is this?' },
        ]),
      ],
    });
    expect(textOf(answer)).toContain('What is this?');
  });
});

describe('thoughts', () => {
  const thinking = { type: 'enabled' as const, budget_tokens: 1_024 };

  test.each([
    ['whole', ask],
    ['streamed', stream],
  ])('%s, come first, signed, and are taken back only as they were', async (_form, send) => {
    const answer = await send({ max_tokens: 2_000, thinking });
    const [thought, text] = answer.content;
    if (thought?.type !== 'thinking' || text?.type !== 'text') throw new Error('no thoughts before the text');
    expect(thought.thinking).toContain(SANDBOX_NOTICE);
    expect(answer.usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(0);
    const next = (content: Anthropic.ContentBlockParam[]) => ({
      messages: [user('Hello'), { role: 'assistant' as const, content }, user('And now?')],
    });
    await expect(ask(next(answer.content as Anthropic.ContentBlockParam[]))).resolves.toBeDefined();
    const forged = await failure(ask(next([{ ...thought, thinking: 'something else' }, text])));
    expect(forged).toMatchObject({ status: 400, error: { message: expect.stringContaining('Invalid `signature`') } });
  });

  test('are kept back unless a newer model is asked for them', async () => {
    const hidden = await stream({ thinking: { type: 'adaptive' } });
    expect(hidden.content[0]).toMatchObject({ type: 'thinking', thinking: '', signature: expect.any(String) });
    const shown = await ask({ thinking: { type: 'adaptive', display: 'summarized' } });
    expect(shown.content[0]).toMatchObject({ type: 'thinking', thinking: expect.stringContaining('no thoughts') });
  });
});

describe('tools', () => {
  const asked = { messages: [user('The weather and the local time in San Marino, please')], tools: TOOLS };
  const callsOf = ({ content }: Anthropic.Message) =>
    content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));

  test.each([
    ['whole', ask],
    ['streamed', stream],
  ])('%s, are called side by side, with arguments or without any', async (_form, send) => {
    const answer = await send(asked);
    expect(answer.stop_reason).toBe('tool_use');
    expect(callsOf(answer).map(({ name, input }) => [name, input])).toEqual([
      ['get_weather', { city: 'San Marino' }],
      ['local_time', {}],
    ]);
    for (const { id } of callsOf(answer)) expect(id).toMatch(/^toolu_/);
  });

  test('are called one at a time where parallel calls are forbidden', async () => {
    const answer = await ask({ ...asked, tool_choice: { type: 'auto', disable_parallel_tool_use: true } });
    expect(callsOf(answer)).toHaveLength(1);
  });

  test('are called or not called as the choice says', async () => {
    expect(callsOf(await ask({ ...asked, tool_choice: { type: 'none' } }))).toEqual([]);
    const forced = await ask({ ...asked, tool_choice: { type: 'tool', name: 'local_time' } });
    expect(callsOf(forced).map(({ name }) => name)).toEqual(['local_time']);
    expect(callsOf(await ask({ tools: TOOLS, tool_choice: { type: 'any' } }))).toHaveLength(1);
  });

  test('are answered in the very next message, all of them, or the request is refused', async () => {
    const answer = await ask(asked);
    const results = callsOf(answer).map(({ id }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: `21 degrees for ${id}`,
    }));
    const turns = (...content: Anthropic.ToolResultBlockParam[]): Anthropic.MessageParam[] => [
      ...asked.messages,
      { role: 'assistant', content: answer.content as Anthropic.ContentBlockParam[] },
      user(content),
    ];
    expect(textOf(await ask({ tools: TOOLS, messages: turns(...results) }))).toContain('21 degrees');
    const [first] = results;
    if (first === undefined) throw new Error('no calls');
    expect(await failure(ask({ tools: TOOLS, messages: turns(first) }))).toMatchObject({
      status: 400,
      error: { type: 'invalid_request_error', message: expect.stringContaining('without `tool_result` blocks') },
    });
    const stray = { ...first, tool_use_id: 'toolu_stray' };
    expect((await failure(ask({ tools: TOOLS, messages: turns(...results, stray) }))).status).toBe(400);
  });
});

test('tokens are counted as the message itself would count them', async () => {
  const { model, messages } = paramsOf({});
  const { input_tokens: counted } = await client.messages.countTokens({ model, messages });
  expect(counted).toBe((await ask()).usage.input_tokens);
  expect(counted).toBeGreaterThan(0);
});

test('the programs are listed in the form of this dialect', async () => {
  const names: string[] = [];
  for await (const model of client.models.list()) names.push(model.id);
  expect(names).toEqual(sandbox.deployments.map(({ upstreamModel }) => upstreamModel));
});

describe('errors', () => {
  test.each([
    ['an unknown model', { model: 'unknown' }, 404, 'not_found_error'],
    ['no limit', { max_tokens: 0 }, 400, 'invalid_request_error'],
    ['no messages', { messages: [] }, 400, 'invalid_request_error'],
    ['empty content', { messages: [user('')] }, 400, 'invalid_request_error'],
    ['an empty block', { messages: [user([{ type: 'text', text: '' }])] }, 400, 'invalid_request_error'],
    [
      'a budget that is too small',
      { thinking: { type: 'enabled' as const, budget_tokens: 1_000 } },
      400,
      'invalid_request_error',
    ],
    ['an injected fault', { model: `${MODEL}+fault-529` }, 529, 'overloaded_error'],
    ['a mistyped fault', { model: `${MODEL}+fault-nonsense` }, 400, 'invalid_request_error'],
  ])('%s is refused in the shape of this dialect', async (_what, members, status, type) => {
    expect(await failure(ask(members))).toMatchObject({
      status,
      error: { type, message: expect.stringContaining(SANDBOX_NOTICE) },
    });
  });

  test('a prompt beyond the window says so in the words that clients look for', async () => {
    const { status, error } = await failure(ask({ model: 'deepseek-v3', messages: [user('word '.repeat(120_000))] }));
    expect([status, error]).toEqual([
      400,
      { type: 'invalid_request_error', message: expect.stringContaining('prompt is too long') },
    ]);
  });

  test('a request without the version of the API is refused', async () => {
    const { baseUrl } = await sandbox.start();
    const response = await fetch(`${sandboxBaseUrls(baseUrl).anthropic}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(paramsOf({})),
    });
    expect([response.status, await response.json()]).toMatchObject([400, { type: 'error' }]);
  });

  test('in the middle of a stream is an event that the package throws', async () => {
    const { error } = await failure(stream({ model: `${MODEL}+fault-error-after-2` }));
    expect(error).toMatchObject({ type: 'overloaded_error' });
  });

  test('a refusal and a filter are answers', async () => {
    expect(await ask({ model: `${MODEL}+fault-refuse` })).toMatchObject({ content: [], stop_reason: 'refusal' });
    const filtered = await stream({ model: `${MODEL}+fault-content-filter` });
    expect(filtered.stop_reason).toBe('refusal');
    expect(textOf(await ask()).startsWith(textOf(filtered))).toBe(true);
  });
});
