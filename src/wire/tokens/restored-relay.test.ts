import { describe, expect, it } from 'vitest';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import { ListenerRecord } from '../../../test/support/streams.ts';
import { scanJson } from '../../lib/json-scan.ts';
import { mapOf } from '../../privacy/tokens/test-tokens.ts';
import { NO_CLIENT_HEADERS } from '../anthropic/headers.ts';
import { readAnthropicRequest } from '../anthropic/read-request-members.ts';
import { createAnthropicRelayLane } from '../anthropic/relay-lane.ts';
import { readOpenAiRequest } from '../openai-chat/read-request.ts';
import { createOpenAiRelayLane } from '../openai-chat/relay-lane.ts';
import { withRestoredRelay } from './restored-relay.ts';

const MAIL = 'anna@example.org';
const NAME = 'O\'Neil "Bob"';
const { map, tokens } = mapOf({ [MAIL]: 'email', [NAME]: 'person' });
const [mail, name] = tokens as [string, string];

function relay(dialect: 'openai' | 'anthropic', more: object = {}) {
  const given = { model: 'm', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'a' }], ...more };
  const bytes = Buffer.from(JSON.stringify(given));
  const scan = scanJson(bytes, { maxDepth: 64, maxKeys: 1000 });
  if (!scan.ok) throw new Error(scan.message);
  const body = JSON.parse(bytes.toString()) as Record<string, unknown>;
  const lane =
    dialect === 'openai'
      ? createOpenAiRelayLane(bytes, scan, readOpenAiRequest('chat', body))
      : createAnthropicRelayLane(bytes, scan, readAnthropicRequest('messages', body), NO_CLIENT_HEADERS);
  const restored = withRestoredRelay(lane, { tokens: map, jsonContent: false, dialect });
  restored.build(sampleDeployment({ dialect }));
  return restored;
}

function stream(
  dialect: 'openai' | 'anthropic',
  events: readonly string[],
  more: object = {},
  trailer: (() => string) | null = null,
) {
  const record = new ListenerRecord();
  const written: string[] = [];
  const transducer = relay(dialect, more).stream(record, trailer);
  for (const event of events) {
    const before = record.text.length;
    transducer.push(Buffer.from(event));
    written.push(record.text.slice(before));
  }
  transducer.end();
  return { record, written };
}

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: object, finish: string | null = null, index = 0): string =>
  event({ id: 'c', choices: [{ index, delta, finish_reason: finish }] });
const DONE = 'data: [DONE]\n\n';
const chunksOf = (text: string): { choices: { index: number; delta: Record<string, never> }[] }[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)));

/** Everything said under a path of the deltas of a choice. */
function said(text: string, read: (delta: Record<string, never>) => unknown, index = 0): string {
  return chunksOf(text)
    .flatMap(({ choices }) => choices)
    .filter((choice) => choice.index === index)
    .map(({ delta }) => read(delta) ?? '')
    .join('');
}

describe('a stream of chat chunks', () => {
  it('passes chunks without a token byte for byte, and none of them late', () => {
    const events = [
      chunk({ role: 'assistant', content: '' }),
      'data:  {"id":"c", "choices":[{"index":0,"delta":{"content":"Pi is 3.14 "},"finish_reason":null}], "x":1.0}\n\n',
      chunk({ content: 'help' }),
      chunk({ content: '!' }, 'stop'),
      DONE,
    ];
    const { record, written } = stream('openai', events);
    expect(written).toEqual(events);
    expect(record.ends).toEqual(['complete']);
  });

  it('holds a chunk back only as far as it may begin a token, and keeps each choice to itself', () => {
    const events = [
      chunk({ content: `a ${mail.slice(0, 9)}` }),
      chunk({ content: `b ${name.slice(0, 4)}` }, null, 1),
      chunk({ content: mail.slice(9) }),
      chunk({ content: name.slice(4) }, null, 1),
      chunk({}, 'stop'),
      chunk({}, 'stop', 1),
      DONE,
    ];
    const { record, written } = stream('openai', events, { n: 2 });
    expect(said(written[0] as string, ({ content }) => content)).toBe('a ');
    expect(said(record.text, ({ content }) => content)).toBe(`a ${MAIL}`);
    expect(said(record.text, ({ content }) => content, 1)).toBe(`b ${NAME}`);
  });

  it('restores refusals, thoughts under every name, transcripts and calls that come by turns', () => {
    const halves = (text: string): [string, string] => [text.slice(0, 11), text.slice(11)];
    const [a, b] = halves(mail);
    const [c, d] = halves(`{"to":"${name}"}`);
    const [e, f] = halves(`{"x":["${mail}"]}`);
    const events = [
      chunk({
        refusal: a,
        reasoning: a,
        reasoning_content: a,
        audio: { transcript: a },
        reasoning_details: [{ type: 'reasoning.text', index: 0, text: a }],
      }),
      chunk({
        refusal: b,
        reasoning: b,
        reasoning_content: b,
        audio: { transcript: b },
        reasoning_details: [{ type: 'reasoning.text', index: 0, text: b, signature: mail }],
      }),
      chunk({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f', arguments: c } }] }),
      chunk({ tool_calls: [{ index: 1, id: 'y', function: { name: 'g', arguments: e } }] }),
      chunk({
        tool_calls: [
          { index: 0, function: { arguments: d } },
          { index: 1, function: { arguments: f } },
        ],
      }),
      chunk({ function_call: { name: 'h', arguments: mail } }),
      chunk({}, 'tool_calls'),
      DONE,
    ];
    // A bare token is no JSON, so the old kind of call is looked at by itself.
    const { record } = stream(
      'openai',
      events.filter((_, index) => index !== 5),
    );
    const calls = (delta: Record<string, never>, index: number) =>
      ((delta.tool_calls ?? []) as { index: number; function: { arguments: string } }[]).find(
        (call) => call.index === index,
      )?.function.arguments;
    expect(said(record.text, (delta) => delta.refusal)).toBe(MAIL);
    expect(said(record.text, (delta) => delta.reasoning)).toBe(MAIL);
    expect(said(record.text, (delta) => delta.reasoning_content)).toBe(MAIL);
    expect(said(record.text, ({ audio }: { audio?: { transcript: string } }) => audio?.transcript)).toBe(MAIL);
    expect(said(record.text, (delta) => (delta.reasoning_details as { text: string }[] | undefined)?.[0]?.text)).toBe(
      MAIL,
    );
    expect(JSON.parse(said(record.text, (delta) => calls(delta, 0)))).toEqual({ to: NAME });
    expect(JSON.parse(said(record.text, (delta) => calls(delta, 1)))).toEqual({ x: [MAIL] });
    // What a vendor signed comes back to it as it was.
    expect(record.text).toContain(`"signature":"${mail}"`);
    expect(stream('openai', [events[5] as string, chunk({}, 'stop'), DONE]).record.error).toBe(
      'upstream_token_unresolved',
    );
  });

  it('lets go of what it held before the chunk that finishes, whether or not that one says something', () => {
    const silent = stream('openai', [chunk({ content: 'up to P' }), chunk({}, 'stop'), DONE]);
    expect(silent.written[1]).toBe(
      `${event({ id: 'c', choices: [{ index: 0, delta: { content: 'P' }, finish_reason: null }] })}${chunk({}, 'stop')}`,
    );
    const speaking = stream('openai', [
      chunk({ content: `x${mail.slice(0, 20)}` }),
      chunk({ content: mail.slice(20) }, 'stop'),
      DONE,
    ]);
    expect(said(speaking.record.text, ({ content }) => content)).toBe(`x${MAIL}`);
    const ends = stream('openai', [chunk({ content: 'a' }), chunk({ content: ' P' }, 'stop'), DONE]);
    expect(ends.written[1]).toBe(chunk({ content: ' P' }, 'stop'));
    const without = stream('openai', [chunk({ content: 'P' }), chunk({ content: 'I' }, null), DONE], { n: 1 });
    expect(said(without.record.text, ({ content }) => content)).toBe('PI');
  });

  it('puts the receipt on the last chunk as before', () => {
    const events = [chunk({ content: `to ${mail}` }), chunk({}, 'stop'), DONE];
    const { record } = stream('openai', events, {}, () => '{"a":1}');
    expect(said(record.text, ({ content }) => content)).toBe(`to ${MAIL}`);
    expect(chunksOf(record.text).at(-1)).toMatchObject({ alidade: { a: 1 } });
    expect(record.text.endsWith(DONE)).toBe(true);
  });

  it('finds a token that is cut by an escape or a letter of several bytes on the wire', () => {
    const text = `data: {"id":"c","choices":[{"index":0,"delta":{"content":"王${mail.slice(0, 3)}\\u005f${mail.slice(4)}😀"},"finish_reason":"stop"}]}\n\n${DONE}`;
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      const record = new ListenerRecord();
      const transducer = relay('openai').stream(record, null);
      transducer.push(bytes.subarray(0, at));
      transducer.push(bytes.subarray(at));
      transducer.end();
      expect(said(record.text, ({ content }) => content)).toBe(`王${MAIL}😀`);
    }
  });

  it('tells nothing more after a call that must not be carried out', () => {
    const events = [
      chunk({ content: 'ok' }),
      chunk({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f', arguments: `{"${mail}":1}` } }] }),
      chunk({ content: 'more' }),
      chunk({}, 'tool_calls'),
      DONE,
    ];
    const { record } = stream('openai', events);
    expect(record).toMatchObject({ ends: ['error'], error: 'upstream_token_unresolved', finishes: [] });
    expect(record.text).toBe(events[0]);
  });
});

describe('a stream of message events', () => {
  const named = (value: { type: string } & Record<string, unknown>): string => `event: ${value.type}\n${event(value)}`;
  const START = named({
    type: 'message_start',
    message: { id: 'm', role: 'assistant', content: [], usage: { input_tokens: 1, output_tokens: 1 } },
  });
  const delta = (value: object, index = 0): string =>
    named({ type: 'content_block_delta', index, delta: value } as never);
  const open = (block: object, index = 0): string =>
    named({ type: 'content_block_start', index, content_block: block });
  const STOP = [
    named({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 3 },
    }),
    named({ type: 'message_stop' }),
  ];

  it('passes events without a token byte for byte', () => {
    const events = [
      START,
      open({ type: 'text', text: '' }),
      delta({ type: 'text_delta', text: 'Pi, up ' }),
      named({ type: 'content_block_stop', index: 0 }),
      ...STOP,
    ];
    expect(stream('anthropic', events).written.join('')).toBe(events.join(''));
  });

  it('lets go of what it held before its block ends, in an event of the same kind', () => {
    const events = [
      START,
      open({ type: 'text', text: '' }),
      delta({ type: 'text_delta', text: 'up to P' }),
      named({ type: 'content_block_stop', index: 0 }),
      ...STOP,
    ];
    const { written } = stream('anthropic', events);
    expect(written[2]).toBe(delta({ type: 'text_delta', text: 'up to ' }));
    expect(written[3]).toBe(delta({ type: 'text_delta', text: 'P' }) + (events[3] as string));
  });

  it('restores citations, what blocks begin with, and results of server tools whole, and no signature', () => {
    const events = [
      START,
      open({ type: 'text', text: `${mail} ` }),
      delta({
        type: 'citations_delta',
        citation: { type: 'char_location', cited_text: `by ${name}`, document_title: mail },
      }),
      delta({ type: 'signature_delta', signature: mail }),
      named({ type: 'content_block_stop', index: 0 }),
      open(
        { type: 'web_search_tool_result', tool_use_id: mail, content: [{ title: mail, encrypted_content: mail }] },
        1,
      ),
      named({ type: 'content_block_stop', index: 1 }),
      ...STOP,
    ];
    const { written } = stream('anthropic', events);
    expect(written[1]).toBe(open({ type: 'text', text: `${MAIL} ` }));
    expect(written[2]).toContain(JSON.stringify(`by ${NAME}`));
    expect(written[3]).toBe(events[3]);
    expect(written[5]).toBe(
      open(
        { type: 'web_search_tool_result', tool_use_id: mail, content: [{ title: MAIL, encrypted_content: mail }] },
        1,
      ),
    );
  });

  it('drops what it cannot read, since a token in it would reach the client', () => {
    const events = [
      START,
      open({ type: 'text', text: '' }),
      delta({ type: 'text_delta', text: 'a' }),
      `event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"${mail}"}}}\n\n`,
      named({ type: 'content_block_stop', index: 0 }),
      ...STOP,
    ];
    const { record } = stream('anthropic', events);
    expect(record.malformed).toBe(1);
    expect(record.text).not.toContain(mail);
    expect(record.ends).toEqual(['complete']);
  });
});

describe('a whole answer', () => {
  it('passes byte for byte where it holds no token, and keeps the digits of long numbers where it does', () => {
    const plain = Buffer.from(
      '{ "id":"c", "choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],"n":12345678901234567890 }',
    );
    const lane = relay('openai');
    expect(lane.readAnswer(plain)).toMatchObject({ ok: true });
    expect(lane.answer(plain, null)).toBe(plain);
    const answer = Buffer.from(plain.toString().replace('Hi', `${mail} \\u00e9`));
    expect(lane.readAnswer(answer)).toMatchObject({ ok: true });
    const restored = lane.answer(answer, '{"a":1}').toString();
    expect(restored).toContain('"n":12345678901234567890');
    expect(JSON.parse(restored)).toMatchObject({ choices: [{ message: { content: `${MAIL} é` } }], alidade: { a: 1 } });
  });
});

describe('an upstream that means no good', () => {
  const deep = (depth: number, inside: string): string => '{"a":'.repeat(depth) + inside + '}'.repeat(depth);

  it('stops no stream and no process by nesting', () => {
    for (const depth of [50, 90, 5_000, 100_000]) {
      const member = deep(depth, JSON.stringify(mail));
      const nested = `data: {"id":"c","x":${member},"choices":[{"index":0,"delta":{"y":${member},"content":"${mail}"},"finish_reason":null}]}\n\n`;
      const { record } = stream('openai', [chunk({ content: 'a' }), nested, chunk({}, 'stop'), DONE]);
      expect(record.ends).toEqual(['complete']);
      if (depth < 100) expect(said(record.text, ({ content }) => content)).toBe(`a${MAIL}`);
      const lane = relay('openai');
      const body = Buffer.from(
        `{"x":${member},"choices":[{"index":0,"message":{"content":"${mail}"},"finish_reason":"stop"}]}`,
      );
      const reading = lane.readAnswer(body);
      if (reading.ok) expect(lane.answer(body, null).toString()).toContain(MAIL);
    }
  });

  it('cannot make us keep a text for every number it thinks of', () => {
    const events = Array.from({ length: 1_100 }, (_, index) =>
      chunk({ tool_calls: [{ index, function: { arguments: '{' } }] }),
    );
    const { record } = stream('openai', events);
    expect(record).toMatchObject({ ends: ['error'], error: 'upstream_token_unresolved' });
    expect(said(record.text, (delta) => ((delta.tool_calls ?? []) as object[]).length).length).toBeLessThan(1_100);
  });
});
