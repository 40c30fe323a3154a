import { describe, expect, it } from 'vitest';
import { sampleDeployment } from '../../test/support/deployments.ts';
import { ListenerRecord } from '../../test/support/streams.ts';
import type { Dialect } from '../contracts/vocabulary.ts';
import { createSeededRandom } from '../lib/seeded-random.ts';
import { createHandling } from '../privacy/tokens/handling.ts';
import { spansOf, TENANT_KEY } from '../privacy/tokens/test-tokens.ts';
import { NO_CLIENT_HEADERS } from '../wire/anthropic/headers.ts';
import type { Lane } from '../wire/dialect.ts';
import { chatOf } from './codecs.ts';
import { createLanes } from './lanes.ts';
import { readRequest } from './read-request.ts';
import { spokenChat, spokenRequest, tokeniseChat, tokeniseRequest } from './tokenised-request.ts';

type Client = 'openai' | 'anthropic';
const UPSTREAMS: readonly Dialect[] = ['openai', 'anthropic', 'gemini'];
const CLIENTS: readonly Client[] = ['openai', 'anthropic'];

const MAIL = 'anna@example.org';
const NAME = 'O\'Neil "Bob" 王小明';
const NUMBER = '078051120';
const VALUES = { [MAIL]: 'email', [NAME]: 'person', [NUMBER]: 'us_ssn' };

const SCHEMA = {
  type: 'object',
  properties: {
    to: { type: 'string', description: `an address such as ${MAIL}` },
    type: { type: 'string', enum: [NAME] },
  },
  required: ['to'],
};
const RESULT = JSON.stringify({ rows: [{ mail: MAIL, ssn: 78051120, ssn_text: Number(`1${NUMBER}`) }], [MAIL]: NAME });

const BODIES: Readonly<Record<Client, Record<string, unknown>>> = {
  openai: {
    model: 'auto',
    messages: [
      { role: 'system', content: `You write for ${NAME}.` },
      { role: 'user', content: [{ type: 'text', text: `Tell ${MAIL} that ${NUMBER} is wrong.` }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'send', arguments: JSON.stringify({ to: MAIL, who: NAME }) },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: RESULT },
      { role: 'user', content: `Once more, ${NAME}` },
    ],
    tools: [{ type: 'function', function: { name: 'send', description: `Sends to ${MAIL}`, parameters: SCHEMA } }],
    user: MAIL,
    big: 12345678901234567890n.toString(),
  },
  anthropic: {
    model: 'auto',
    max_tokens: 100,
    system: [{ type: 'text', text: `You write for ${NAME}.` }],
    messages: [
      { role: 'user', content: `Tell ${MAIL} that ${NUMBER} is wrong.` },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'send', input: { to: MAIL, who: [NAME] } }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: RESULT }] },
    ],
    tools: [{ name: 'send', description: `Sends to ${MAIL}`, input_schema: SCHEMA }],
    metadata: { user_id: MAIL },
  },
};

function tokenised(client: Client, more: Record<string, unknown> = {}) {
  const body = Buffer.from(JSON.stringify({ ...BODIES[client], ...more }));
  const read = readRequest('chat', client, body);
  const spoken = spokenRequest(read, body, 'key', null);
  const findings = spoken.texts.map(({ text }) => spansOf(text, VALUES));
  const settings = { tenantKey: TENANT_KEY, handling: createHandling() };
  return { body, made: tokeniseRequest(spoken, findings, settings, read) };
}

function laneOf(client: Client, upstream: Dialect, more: Record<string, unknown> = {}) {
  const { made } = tokenised(client, more);
  const lane = createLanes({
    read: made.read,
    body: made.body,
    restore: made.restore,
    requestId: 'req_1',
    receivedAtMs: 1_700_000_000_000,
    estimatedInputTokens: 10,
    clientHeaders: NO_CLIENT_HEADERS,
  })(sampleDeployment({ dialect: upstream }));
  const built = lane.build(sampleDeployment({ dialect: upstream }));
  return { lane, made, built };
}

const tokenFor = (text: string, code: string): string => new RegExp(`PII_${code}_[0-9A-Z]{13}`).exec(text)?.[0] ?? '';
const tokensOf = (text: string) => ({
  mail: tokenFor(text, 'MAIL'),
  name: tokenFor(text, 'NAME'),
  number: tokenFor(text, 'IDNR'),
});

/** What an upstream says: a thought, a text and a call. */
interface Said {
  thought: string;
  text: string;
  call: string;
}

const cut = (text: string, size: number): string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];

const openAiStream = ({ thought, text, call }: Said, size: number, finish = 'tool_calls'): string => {
  const event = (delta: object, reason: string | null = null): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  return [
    event({ role: 'assistant', content: '' }),
    ...cut(thought, size).map((piece) => event({ reasoning_content: piece })),
    ...cut(text, size).map((piece) => event({ content: piece })),
    event({ tool_calls: [{ index: 0, id: 'call_9', type: 'function', function: { name: 'send', arguments: '' } }] }),
    ...cut(call, size).map((piece) => event({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
    event({}, finish),
    'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}\n\n',
    'data: [DONE]\n\n',
  ].join('');
};

const anthropicStream = ({ thought, text, call }: Said, size: number): string => {
  const event = (value: { type: string } & Record<string, unknown>): string =>
    `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
  const block = (index: number, start: object, pieces: readonly object[]): string[] => [
    event({ type: 'content_block_start', index, content_block: start }),
    ...pieces.map((delta) => event({ type: 'content_block_delta', index, delta })),
    event({ type: 'content_block_stop', index }),
  ];
  return [
    event({
      type: 'message_start',
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 5, output_tokens: 1 },
      },
    }),
    ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
      ...cut(thought, size).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: 'UElJX01BSUxf' },
    ]),
    ...block(
      1,
      { type: 'text', text: '' },
      cut(text, size).map((piece) => ({ type: 'text_delta', text: piece })),
    ),
    ...block(
      2,
      { type: 'tool_use', id: 'toolu_9', name: 'send', input: {} },
      cut(call, size).map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    ),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 7 },
    }),
    event({ type: 'message_stop' }),
  ].join('');
};

const geminiStream = ({ thought, text, call }: Said, size: number): string => {
  const event = (parts: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ candidates: [{ index: 0, content: { role: 'model', parts }, ...more }], usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 7 } })}\r\n\r\n`;
  return [
    ...cut(thought, size).map((piece) => event([{ text: piece, thought: true }])),
    ...cut(text, size).map((piece) => event([{ text: piece }])),
    event([{ functionCall: { name: 'send', args: JSON.parse(call) as unknown } }]),
    event([], { finishReason: 'STOP' }),
  ].join('');
};

const STREAMS: Readonly<Record<Dialect, (said: Said, size: number) => string>> = {
  openai: openAiStream,
  anthropic: anthropicStream,
  gemini: geminiStream,
};

/** What a client has read of a stream, whatever its dialect. */
function readByClient(client: Client, stream: string): Said {
  const said: Said = { thought: '', text: '', call: '' };
  for (const line of stream.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    const value = JSON.parse(line.slice(6));
    if (client === 'openai') {
      for (const { delta } of value.choices ?? []) {
        said.thought += delta?.reasoning_content ?? '';
        said.text += delta?.content ?? '';
        for (const call of delta?.tool_calls ?? []) said.call += call.function?.arguments ?? '';
      }
    } else if (value.type === 'content_block_delta') {
      said.thought += value.delta.thinking ?? '';
      said.text += value.delta.text ?? '';
      said.call += value.delta.partial_json ?? '';
    }
  }
  return said;
}

function answerOf(upstream: Dialect, { thought, text, call }: Said): Buffer {
  if (upstream === 'openai') {
    const message = {
      role: 'assistant',
      reasoning_content: thought,
      content: text,
      tool_calls: [{ id: 'call_9', type: 'function', function: { name: 'send', arguments: call } }],
    };
    return Buffer.from(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      }),
    );
  }
  if (upstream === 'anthropic') {
    const content = [
      { type: 'thinking', thinking: thought, signature: 'UElJX01BSUxf' },
      { type: 'text', text },
      { type: 'tool_use', id: 'toolu_9', name: 'send', input: JSON.parse(call) as unknown },
    ];
    return Buffer.from(
      JSON.stringify({
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content,
        stop_reason: 'tool_use',
        stop_sequence: null,
        usage: { input_tokens: 5, output_tokens: 7 },
      }),
    );
  }
  const parts = [
    { text: thought, thought: true },
    { text },
    { functionCall: { name: 'send', args: JSON.parse(call) as unknown } },
  ];
  return Buffer.from(
    JSON.stringify({ candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }] }),
  );
}

function readAnswer(client: Client, body: Buffer): Said {
  const value = JSON.parse(body.toString());
  if (client === 'openai') {
    const { message } = value.choices[0];
    return {
      thought: message.reasoning_content ?? '',
      text: message.content,
      call: message.tool_calls[0].function.arguments,
    };
  }
  const of = (type: string) => value.content.find((block: { type: string }) => block.type === type);
  return { thought: of('thinking')?.thinking ?? '', text: of('text').text, call: JSON.stringify(of('tool_use').input) };
}

const saidWith = ({ mail, name, number }: ReturnType<typeof tokensOf>): Said => ({
  thought: `Who is ${name}? P`,
  text: `Dear ${name}, *${mail}*, ${mail}${number}. PII`,
  call: JSON.stringify({ to: mail, list: [{ who: `${name}, ${mail}` }], n: 1.5 }),
});
const EXPECTED = saidWith({ mail: MAIL, name: NAME, number: NUMBER });

for (const client of CLIENTS) {
  for (const upstream of UPSTREAMS) {
    describe(`${client} to ${upstream}`, () => {
      it('sends no value upstream: messages, system prompt, arguments, results, schemas, names', () => {
        const { built } = laneOf(client, upstream);
        const body = built.body.toString();
        for (const form of [MAIL, 'Neil', '王小明', '078051120', '1078051120']) expect(body).not.toContain(form);
        for (const token of Object.values(tokensOf(body))) expect(token).toHaveLength(22);
      });

      it('restores a whole answer exactly, with arguments that stay JSON', () => {
        const { lane, built } = laneOf(client, upstream);
        const answer = answerOf(upstream, saidWith(tokensOf(built.body.toString())));
        expect(lane.readAnswer(answer)).toMatchObject({ ok: true });
        const got = readAnswer(client, lane.answer(answer, null));
        expect(got.text).toBe(EXPECTED.text);
        expect(JSON.parse(got.call)).toEqual(JSON.parse(EXPECTED.call));
        expect(got.thought).toBe(EXPECTED.thought);
      });

      it('restores a large answer to the same bytes in turns', () => {
        const large = (): Said & { lane: Lane; counts: unknown; answer: Buffer } => {
          const { lane, built, made } = laneOf(client, upstream);
          const said = saidWith(tokensOf(built.body.toString()));
          const text = `${said.text} `.repeat(3_000);
          return { ...said, text, lane, counts: made.tokens.counts, answer: answerOf(upstream, { ...said, text }) };
        };
        const [whole, inTurns] = [large(), large()];
        expect(whole.lane.readAnswer(whole.answer)).toMatchObject({ ok: true });
        const pieces = inTurns.lane.readAnswerInPieces?.(inTurns.answer, 'nobody knows');
        let turns = 0;
        for (let next = pieces?.next(); next?.done === false; next = pieces?.next()) turns += 1;
        expect(turns).toBeGreaterThan(4);
        const bytes = inTurns.lane.answer(inTurns.answer, null);
        expect(bytes.equals(whole.lane.answer(whole.answer, null))).toBe(true);
        expect(readAnswer(client, bytes).text).toBe(`${EXPECTED.text} `.repeat(3_000));
        expect(inTurns.counts).toEqual(whole.counts);
      });

      it('restores a stream exactly, whatever the pieces of texts and bytes', () => {
        const random = createSeededRandom(`${client} ${upstream}`);
        for (const size of [1, 5, 21, 22, 1_000]) {
          const { lane, built, made } = laneOf(client, upstream, { stream: true });
          const stream = Buffer.from(STREAMS[upstream](saidWith(tokensOf(built.body.toString())), size));
          for (const chunks of [[stream.length], [1], [(random.uint32() % 40) + 1, (random.uint32() % 90) + 1]]) {
            const recorder = new ListenerRecord();
            const transducer = lane.stream(recorder, null);
            for (let at = 0, turn = 0; at < stream.length; turn += 1) {
              const length = chunks[turn % chunks.length] as number;
              transducer.push(stream.subarray(at, at + length));
              at += length;
            }
            transducer.end();
            expect(recorder.ends).toEqual(['complete']);
            const got = readByClient(client, recorder.text);
            expect(got.text).toBe(EXPECTED.text);
            expect(got.thought).toBe(EXPECTED.thought);
            expect(JSON.parse(got.call)).toEqual(JSON.parse(EXPECTED.call));
            expect(recorder.text).not.toContain('PII_MAIL');
          }
          expect(made.tokens.counts).toMatchObject({ unknown: 0, mangled: 0, cut: 0, repaired: 0 });
        }
      });

      it('gives the same for every cut of the bytes into two', () => {
        const { lane, built } = laneOf(client, upstream, { stream: true });
        const { mail, name } = tokensOf(built.body.toString());
        const stream = Buffer.from(
          STREAMS[upstream]({ thought: '', text: `王${mail}${name}`, call: `{"to":"${name}"}` }, 17),
        );
        for (let at = 0; at <= stream.length; at += 1) {
          const recorder = new ListenerRecord();
          const transducer = lane.stream(recorder, null);
          transducer.push(stream.subarray(0, at));
          transducer.push(stream.subarray(at));
          transducer.end();
          const got = readByClient(client, recorder.text);
          if (got.text !== `王${MAIL}${NAME}` || !got.call.includes('O\'Neil \\"Bob\\" 王小明'))
            expect({ at, ...got }).toBeNull();
        }
      });

      it('ends a stream and refuses an answer whose arguments hold a token that means nothing', () => {
        const said = { ...EXPECTED, call: '{"to":"PII_MAIL_0123456789ABC"}' };
        const { lane } = laneOf(client, upstream, { stream: true });
        const recorder = new ListenerRecord();
        const transducer = lane.stream(recorder, null);
        transducer.push(Buffer.from(STREAMS[upstream](said, 5)));
        transducer.end();
        expect(recorder).toMatchObject({ ends: ['error'], error: 'upstream_token_unresolved' });
        expect(readByClient(client, recorder.text).call).not.toContain('0123456789ABC');
        expect(recorder.text).not.toContain('[DONE]');
        expect(recorder.text).not.toContain('message_stop');
        expect(lane.readAnswer(answerOf(upstream, said))).toMatchObject({
          ok: false,
          error: { code: 'upstream_token_unresolved' },
        });
      });

      it('throws half a token away where a stream is cut, and counts it', () => {
        const { lane, built, made } = laneOf(client, upstream, { stream: true });
        const { mail } = tokensOf(built.body.toString());
        const stream = STREAMS[upstream]({ thought: '', text: `To ${mail}`, call: '{}' }, 12);
        const recorder = new ListenerRecord();
        const transducer = lane.stream(recorder, null);
        const half = stream.indexOf(mail.slice(0, 9));
        transducer.push(Buffer.from(stream.slice(0, half + /(\r?\n){2}/.exec(stream.slice(half))!.index + 4)));
        transducer.end();
        expect(recorder.ends).toEqual(['cut']);
        expect(readByClient(client, recorder.text).text).toBe('To ');
        expect(made.tokens.counts.cut).toBe(1);
      });
    });
  }
}

describe('a request in the bytes of its client', () => {
  it('changes nothing but strings and numbers that hold values', () => {
    const text = `{ "model" : "auto","messages":[ {"role":"user", "content":"Hi \\u0041nna ${MAIL}\\n", "x":1.50e3}],\n"seed":12345678901234567890, "unknown":{"a":[true,null,"b"]} }`;
    const body = Buffer.from(text);
    const read = readRequest('chat', 'openai', body);
    const spoken = spokenRequest(read, body, null, null);
    const findings = spoken.texts.map((one) => spansOf(one.text, VALUES));
    const made = tokeniseRequest(spoken, findings, { tenantKey: TENANT_KEY, handling: createHandling() }, read);
    const { mail } = tokensOf(made.body.toString());
    expect(made.body.toString()).toBe(text.replace(`Hi \\u0041nna ${MAIL}\\n`, `Hi Anna ${mail}\\n`));
  });

  it('is the same bytes where nothing is found', () => {
    const body = Buffer.from(JSON.stringify(BODIES.openai));
    const read = readRequest('chat', 'openai', body);
    const spoken = spokenRequest(read, body, null, null);
    const nothing = spoken.texts.map(() => []);
    expect(tokeniseRequest(spoken, nothing, { tenantKey: TENANT_KEY, handling: createHandling() }, read).body).toBe(
      body,
    );
  });

  it('gives the turns of a conversation the tokens they had, also in what the client sends back of the answer', () => {
    const first = tokenised('openai').made;
    const answer = { role: 'assistant', content: `Done, ${NAME}: ${MAIL}` };
    const messages = [...(BODIES.openai.messages as object[]), answer, { role: 'user', content: 'Thanks' }];
    const second = tokenised('openai', { messages }).made;
    const tokens = tokensOf(first.body.toString());
    expect(tokensOf(second.body.toString())).toEqual(tokens);
    expect(second.body.toString()).toContain(`Done, ${tokens.name}: ${tokens.mail}`);
  });

  it('gives other callers and other sessions other tokens', () => {
    const body = Buffer.from(JSON.stringify(BODIES.openai));
    const read = readRequest('chat', 'openai', body);
    const of = (scope: string | null, session: string | null) => spokenRequest(read, body, scope, session).conversation;
    expect(new Set([of(null, null), of('a', null), of('b', null), of('a', 's'), of('a', 't')]).size).toBe(5);
    expect(of('a', 's')).toBe(of('a', 's'));
  });

  it('is refused where a type that is to be blocked is found', () => {
    const body = Buffer.from(JSON.stringify(BODIES.openai));
    const read = readRequest('chat', 'openai', body);
    const spoken = spokenRequest(read, body, null, null);
    const findings = spoken.texts.map(({ text }) => spansOf(text, VALUES));
    const settings = { tenantKey: TENANT_KEY, handling: createHandling({ us_ssn: 'block' }) };
    expect(() => tokeniseRequest(spoken, findings, settings, read)).toThrow('us_ssn');
    expect(() => tokeniseRequest(spoken, [], settings, read)).toThrow('searched');
  });
});

it('keeps an answer that was asked for as JSON a JSON text', () => {
  for (const client of CLIENTS) {
    for (const upstream of UPSTREAMS) {
      const schema = {
        type: 'object',
        properties: { who: { type: 'string' } },
        required: ['who'],
        additionalProperties: false,
      };
      const format =
        client === 'openai'
          ? { response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } } }
          : { output_config: { format: { type: 'json_schema', schema } } };
      const { lane, built } = laneOf(client, upstream, { ...format, stream: true });
      const { name } = tokensOf(built.body.toString());
      const said = { thought: '', text: JSON.stringify({ who: `Dr ${name}` }), call: '{}' };
      const recorder = new ListenerRecord();
      const transducer = lane.stream(recorder, null);
      transducer.push(Buffer.from(STREAMS[upstream](said, 4)));
      transducer.end();
      expect(JSON.parse(readByClient(client, recorder.text).text)).toEqual({ who: `Dr ${NAME}` });
      expect(lane.readAnswer(answerOf(upstream, said))).toMatchObject({ ok: true });
      expect(JSON.parse(readAnswer(client, lane.answer(answerOf(upstream, said), null)).text)).toEqual({
        who: `Dr ${NAME}`,
      });
    }
  }
});

it('replaces in a conversation of the contract what it replaces in the bytes of a client', () => {
  const { made, body } = tokenised('openai');
  const read = readRequest('chat', 'openai', body);
  const spoken = spokenChat(chatOf(read, body), 'key', null);
  const findings = spoken.texts.map(({ text }) => spansOf(text, VALUES));
  const { chat } = tokeniseChat(spoken, findings, { tenantKey: TENANT_KEY, handling: createHandling() });
  const text = JSON.stringify(chat);
  for (const form of [MAIL, 'Neil', '王小明', NUMBER]) expect(text).not.toContain(form);
  expect(Object.keys(tokensOf(text))).toEqual(Object.keys(tokensOf(made.body.toString())));
});
