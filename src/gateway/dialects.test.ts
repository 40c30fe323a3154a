import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { chat, createTestGateway, upstreamDeployment } from '../../test/support/gateway.ts';
import { useUpstreams } from '../../test/support/served-upstreams.ts';
import type { ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import type { Script } from '../../test/support/upstream/steps.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { testEndpoint } from '../routing/test-world.ts';

const DIALECTS = ['openai', 'anthropic', 'gemini'] as const;
const CLIENTS = ['openai', 'anthropic'] as const;
const PAIRS = CLIENTS.flatMap((client) => DIALECTS.map((dialect) => ({ client, dialect })));

/** A whole answer of each dialect. */
const ANSWERS: Readonly<Record<Dialect, unknown>> = {
  openai: { id: 'c', choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }] },
  anthropic: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  gemini: { candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }] },
};

const OVERLOADED: Readonly<Record<Dialect, { status: number; body: unknown }>> = {
  openai: { status: 503, body: { error: { message: 'The engine is currently overloaded', type: 'server_error' } } },
  anthropic: { status: 529, body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } },
  gemini: { status: 503, body: { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } } },
};

let upstream: ScriptedUpstream;
const closing = useUpstreams(1, (one) => {
  upstream = one as ScriptedUpstream;
});

/** A gateway in front of one upstream of this dialect. */
function gatewayOf(dialect: Dialect) {
  const endpoint = testEndpoint('one', { dialect, baseUrl: `${upstream.origin}/v1`, private: true, auth: 'none' });
  const test = createTestGateway({
    deployments: [upstreamDeployment('one@first', 'maker/one', upstream, { endpoint })],
  });
  closing.push(test.close);
  return test;
}

const bodyOf = (client: 'openai' | 'anthropic', extra: Record<string, unknown> = {}) =>
  chat({ ...(client === 'anthropic' ? { max_tokens: 64 } : { max_completion_tokens: 64 }), ...extra });

const json = (value: unknown): Script => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

describe('quirk 39: encodings', () => {
  test.each(PAIRS)('$client to $dialect asks for none and passes on no header of the upstream', async (pair) => {
    const { client, dialect } = pair;
    const { send } = gatewayOf(dialect);
    upstream.reply({
      headers: { 'content-type': 'application/json', 'content-encoding': 'identity', 'x-vendor': 'a' },
      body: JSON.stringify(ANSWERS[dialect]),
    });
    const sink = send(bodyOf(client), { dialect: client });
    await sink.ended;
    expect((await upstream.request(1)).headers['accept-encoding']).toBe('identity');
    expect(sink.status).toBe(200);
    expect(sink.headers).not.toHaveProperty('content-encoding');
    expect(sink.headers).not.toHaveProperty('x-vendor');
    expect(sink.headers['content-length']).toBe(String(Buffer.byteLength(sink.text)));
  });

  test.each(PAIRS)('$client to $dialect: an answer that is compressed nevertheless is none', async (pair) => {
    const { client, dialect } = pair;
    const { send, journal } = gatewayOf(dialect);
    upstream.reply({
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify(ANSWERS[dialect])),
    });
    const sink = send(bodyOf(client), { dialect: client });
    await sink.ended;
    expect(sink.status).toBe(502);
    expect(await journal.receipt).toMatchObject({ error: 'upstream_protocol' });
  });
});

describe('quirk 40: HTML under 200 where a stream was asked for', () => {
  test.each(PAIRS)('$client to $dialect is an answer in no dialect, and no error of the server', async (pair) => {
    const { client, dialect } = pair;
    const { send, journal } = gatewayOf(dialect);
    upstream.reply({ headers: { 'content-type': 'text/html' }, body: '<html><body>Sign in</body></html>' });
    const sink = send(bodyOf(client, { stream: true }), { dialect: client });
    await sink.ended;
    expect(sink.status).toBe(502);
    expect(await journal.receipt).toMatchObject({ error: 'upstream_protocol' });
    expect(sink.text).not.toContain('Sign in');
  });
});

describe('quirk 36: an upstream that is overloaded', () => {
  test.each(DIALECTS)('%s is overloaded_error to a client of messages, before an answer', async (dialect) => {
    const { send } = gatewayOf(dialect);
    const { status, body } = OVERLOADED[dialect];
    upstream.reply({ ...json(body), status });
    const sink = send(bodyOf('anthropic'), { dialect: 'anthropic' });
    await sink.ended;
    expect(sink.status).toBe(503);
    expect(sink.json()).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error', details: { error_code: 'upstream_overloaded' } },
    });
  });

  test('is overloaded_error to a client of messages under way, too', async () => {
    const { send } = gatewayOf('anthropic');
    const events = [
      ['message_start', { message: { id: 'm', type: 'message', content: [], usage: { input_tokens: 1 } } }],
      ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hel' } }],
      ['error', { error: { type: 'overloaded_error', message: 'Overloaded' } }],
    ].map(([type, value]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...(value as object) })}\n\n`);
    upstream.reply({ headers: { 'content-type': 'text/event-stream' }, body: events.join('') });
    const sink = send(bodyOf('anthropic', { stream: true }), { dialect: 'anthropic' });
    await sink.ended;
    expect(sink.text).toContain('event: error\ndata: {"type":"error","error":{"type":"overloaded_error"');
  });

  test('is a 503 with our code to a client of chat completions', async () => {
    const { send } = gatewayOf('anthropic');
    upstream.reply({ ...json(OVERLOADED.anthropic.body), status: 529 });
    const sink = send(bodyOf('openai'));
    await sink.ended;
    expect([sink.status, sink.json()]).toMatchObject([503, { error: { code: 'upstream_overloaded' } }]);
  });
});

describe('what was lost', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };
  const FORMATS = {
    openai: { response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema } } },
    anthropic: { output_config: { format: { type: 'json_schema', schema } } },
  };

  test.each([
    ['openai', 'anthropic', 'dropped:response_format.name'],
    ['openai', 'gemini', 'dropped:response_format.name'],
    ['anthropic', 'openai', 'synthesised:response_format.name'],
  ] as const)('%s to %s: the name of a schema is said, and strict does not refuse for it', async (...pair) => {
    const [client, dialect, said] = pair;
    const { send, journal } = gatewayOf(dialect);
    upstream.reply(json(ANSWERS[dialect]));
    const sink = send(bodyOf(client, { ...FORMATS[client], alidade: { strict: true } }), { dialect: client });
    await sink.ended;
    expect(sink.status).toBe(200);
    expect(sink.headers['x-alidade-loss']?.split(', ')).toContain(said);
    expect((await journal.receipt).loss).toContainEqual(expect.objectContaining({ harmless: true }));
  });

  test('that changes the answer is refused where strict was asked, and only that is named', async () => {
    const { send } = gatewayOf('anthropic');
    const sink = send(bodyOf('openai', { ...FORMATS.openai, seed: 7, alidade: { strict: true } }));
    await sink.ended;
    expect(sink.status).toBe(400);
    expect(sink.json()).toMatchObject({ error: { code: 'translation_loss' } });
    expect(sink.text).toContain('seed');
    expect(sink.text).not.toContain('response_format');
  });

  test('is in the header once, in the order in which it was found', async () => {
    const { send } = gatewayOf('gemini');
    upstream.reply(json(ANSWERS.gemini));
    const turns = [
      { role: 'user', content: 'a' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{' } }],
      },
      { role: 'tool', tool_call_id: 'y', content: 'orphan' },
    ];
    const sink = send(bodyOf('openai', { messages: turns, user: 'u' }));
    await sink.ended;
    const said = sink.headers['x-alidade-loss']?.split(', ') ?? [];
    expect(said).toContain('degraded:messages.tool_result');
    expect(said).toContain('synthesised:messages.tool_result');
    expect(new Set(said).size).toBe(said.length);
    expect(said[0]).toBe('dropped:user');
  });

  test('of events that could not be read is one entry of the table', async () => {
    const { send, journal } = gatewayOf('openai');
    const chunk = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
    const good = chunk({ id: 'c', choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop' }] });
    const body = `data: {"cut\n\ndata: {"cut\n\n${good}data: [DONE]\n\n`;
    upstream.reply({ headers: { 'content-type': 'text/event-stream' }, body });
    const sink = send(bodyOf('anthropic', { stream: true }), { dialect: 'anthropic' });
    await sink.ended;
    expect((await journal.receipt).loss.filter(({ field }) => field === 'stream')).toEqual([
      { kind: 'dropped', field: 'stream', why: 'events of the upstream that could not be read were left out' },
    ]);
  });

  test('a count of tokens that is our own says so', async () => {
    const { send, journal } = gatewayOf('openai');
    const { max_tokens: _, ...body } = bodyOf('anthropic');
    const sink = send(body, { dialect: 'anthropic', operation: 'count_tokens' });
    await sink.ended;
    expect(sink.headers['x-alidade-loss']).toBe('synthesised:input_tokens');
    expect((await journal.receipt).loss).toMatchObject([{ kind: 'synthesised', field: 'input_tokens' }]);
  });
});
