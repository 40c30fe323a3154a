import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STREAM_FIXTURES, streamFixture } from '../../../test/support/anthropic-fixtures.ts';
import { chatRequest } from '../../../test/support/chat-requests.ts';
import { partsOf } from '../../../test/support/streams.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';
import { createSseFramer } from '../../lib/sse.ts';
import type { AnswerContext } from '../codec.ts';
import { LossReport } from '../losses.ts';
import { AnthropicStreamBuilder } from './build-stream.ts';
import { AnthropicStreamReader } from './read-stream.ts';

const CONTEXT: AnswerContext = { requestId: 'r', model: 'maker/model', createdS: 0, request: chatRequest() };

interface WireEvent {
  type: string;
  index?: number;
  delta?: Record<string, unknown>;
  content_block?: Record<string, unknown>;
  [member: string]: unknown;
}

function write(parts: readonly StreamPart[], context: AnswerContext = CONTEXT) {
  const losses = new LossReport();
  const builder = new AnthropicStreamBuilder(context, losses);
  const pieces = parts.filter(({ type }) => type !== 'end').map((part) => builder.build(part));
  const text = pieces.join('') + builder.end(null);
  const events: WireEvent[] = [];
  let pings = 0;
  const framer = createSseFramer((event) => {
    const value = JSON.parse(event.data) as WireEvent;
    expect(event.eventName).toBe(value.type);
    if (value.type === 'ping') pings += 1;
    else events.push(value);
  });
  framer.push(Buffer.from(text));
  expect(framer.end()).toBeNull();
  return { text, pieces, events, pings, losses: losses.entries.map(({ kind, field }) => `${kind} ${field}`) };
}

/** What every client of the dialect relies on. */
function checkMachine(events: readonly WireEvent[]): void {
  expect(events[0]?.type).toBe('message_start');
  expect(events.slice(-2).map(({ type }) => type)).toEqual(['message_delta', 'message_stop']);
  let open: { index: number; kind: unknown } | null = null;
  let next = 0;
  for (const event of events.slice(1, -2)) {
    if (event.type === 'content_block_start') {
      expect(open).toBeNull();
      expect(event.index).toBe(next);
      open = { index: next, kind: event.content_block?.type };
      next += 1;
    } else {
      expect(event.index).toBe(open?.index);
      if (event.type === 'content_block_stop') open = null;
      else expect(KINDS[String(event.delta?.type)]).toBe(open?.kind);
    }
  }
  expect(open).toBeNull();
}

const KINDS: Readonly<Record<string, string>> = {
  text_delta: 'text',
  citations_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'thinking',
  input_json_delta: 'tool_use',
};

const text = (words: string): StreamPart => ({ type: 'text-delta', choice: 0, text: words });
const think = (block: number, words: string): StreamPart => ({
  type: 'reasoning-delta',
  choice: 0,
  block,
  text: words,
});
const start = (index: number): StreamPart => ({
  type: 'tool-call-start',
  choice: 0,
  index,
  id: `t${index}`,
  name: 'f',
});
const args = (index: number, piece: string): StreamPart => ({ type: 'tool-call-delta', choice: 0, index, text: piece });
const over = (index: number): StreamPart => ({ type: 'tool-call-end', choice: 0, index });
const finish = (reason: 'stop' | 'tool_calls'): StreamPart => ({
  type: 'finish',
  choice: 0,
  reason,
  vendorReason: null,
  stopSequence: null,
});

describe('there and back', () => {
  const parts = (stream: string) => partsOf(new AnthropicStreamReader(chatRequest()), stream);
  /** All but what names the answer. The fixture left out has a call without arguments, which gets some on the way. */
  const said = (list: readonly StreamPart[]) =>
    list.filter(({ type }) => !['start', 'usage', 'ping', 'unread'].includes(type));

  test.each(STREAM_FIXTURES.filter((name) => name !== 'overloaded' && name !== 'parallel-tools'))('%s', (name) => {
    const given = parts(streamFixture(name));
    const { text: written, events, losses } = write(given);
    checkMachine(events);
    // How often a server tool ran is a count for which there is no member.
    expect(losses).toEqual(name === 'server-tool' ? ['dropped answer.usage.details'] : []);
    // Of a refusal the stop reason is all there is; the one of a stop sequence is said with its text.
    expect(said(parts(written))).toEqual(said(given));
    expect(parts(written).findLast(({ type }) => type === 'usage')).toEqual(
      given.findLast(({ type }) => type === 'usage'),
    );
  });
});

describe('quirk 34: the machine of events', () => {
  test('one message_start, blocks one after the other, the delta that causes a switch is not lost', () => {
    const { events } = write([
      think(0, 'hm'),
      text('a'),
      think(1, 'oh'),
      text('b'),
      start(0),
      args(0, '{}'),
      over(0),
      finish('tool_calls'),
    ]);
    checkMachine(events);
    expect(events.filter(({ type }) => type === 'message_start')).toHaveLength(1);
    const deltas = events.flatMap(({ delta, type }) => (type === 'content_block_delta' ? [delta] : []));
    expect(deltas.map((delta) => Object.values(delta ?? {})[1])).toEqual([
      'hm',
      'alidade-unsigned',
      'a',
      'oh',
      'alidade-unsigned',
      'b',
      '{}',
    ]);
  });

  test('holds for any order of parts, and loses no text', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('text'), text: fc.string({ minLength: 1, maxLength: 4 }) }),
      fc.record({ kind: fc.constant('think'), text: fc.string({ minLength: 1, maxLength: 4 }), at: fc.nat(2) }),
      fc.record({ kind: fc.constant('start') }),
      fc.record({ kind: fc.constant('args'), at: fc.nat(3), text: fc.string({ minLength: 1, maxLength: 4 }) }),
      fc.record({ kind: fc.constant('over'), at: fc.nat(3) }),
      fc.record({ kind: fc.constant('sign'), at: fc.nat(2) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const parts: StreamPart[] = [];
        const open = new Set<number>();
        const said = { text: '', thoughts: '', args: new Map<number, string>() };
        for (const entry of steps) {
          if (entry.kind === 'text') {
            said.text += entry.text;
            parts.push(text(entry.text));
          } else if (entry.kind === 'think') {
            said.thoughts += entry.text;
            parts.push(think(entry.at, entry.text));
          } else if (entry.kind === 'sign') {
            const signature = { origin: 'anthropic', value: 's' } as const;
            parts.push({ type: 'reasoning-signature', choice: 0, block: entry.at, signature, redacted: false });
          } else if (entry.kind === 'start') {
            const index = said.args.size;
            said.args.set(index, '');
            open.add(index);
            parts.push(start(index));
          } else if (open.has(entry.at)) {
            if (entry.kind === 'over') {
              open.delete(entry.at);
              parts.push(over(entry.at));
            } else {
              // A letter in front: pieces that happen to be whole JSON end their call, as they may.
              const piece = `x${entry.text}`;
              said.args.set(entry.at, said.args.get(entry.at) + piece);
              parts.push(args(entry.at, piece));
            }
          }
        }
        const { events } = write(parts);
        checkMachine(events);
        const joined = (member: string) =>
          events.map(({ delta }) => (typeof delta?.[member] === 'string' ? delta[member] : '')).join('');
        expect(joined('text')).toBe(said.text);
        expect(joined('thinking')).toBe(said.thoughts);
        const pieces = [...said.args.values()].map((value) => (value === '' ? '{}' : value));
        expect(joined('partial_json')).toBe(pieces.join(''));
      }),
      { numRuns: 300 },
    );
  });

  test('text comes out as it comes in', () => {
    const { pieces } = write([text('a'), text('b'), text('c')]);
    expect(pieces.slice(1).map((piece) => piece.match(/event: /g)?.length)).toEqual([1, 1]);
  });
});

test('quirk 37: a ping is a ping, and the beginning comes first', () => {
  expect(write([{ type: 'ping' }, text('a'), { type: 'ping' }, start(0), { type: 'ping' }, over(0)]).pings).toBe(2);
});

describe('quirk 12: calls at once', () => {
  test('the second waits until the first has ended, nothing is lost', () => {
    const list = [
      start(0),
      args(0, '{"a":'),
      start(1),
      args(1, '{"b":2}'),
      args(0, '1}'),
      text('x'),
      over(0),
      over(1),
      finish('tool_calls'),
    ];
    const { events } = write(list);
    checkMachine(events);
    expect(
      events.flatMap(({ content_block }) => (content_block === undefined ? [] : [content_block.id ?? 'text'])),
    ).toEqual(['t0', 't1', 'text']);
  });

  test('a first call with whole arguments does not hold the second back', () => {
    const { pieces } = write([
      start(0),
      args(0, '{"a":1}'),
      start(1),
      args(1, '{"b":'),
      args(1, '2}'),
      over(0),
      over(1),
    ]);
    expect(pieces[2]).toContain('"id":"t1"');
    expect(pieces[4]).toContain('2}');
  });

  test('quirk 11: a call without arguments has an empty object', () => {
    const { events } = write([start(0), over(0)]);
    expect(events[2]?.delta).toEqual({ type: 'input_json_delta', partial_json: '{}' });
  });

  test('free text of a custom tool is inside an object', () => {
    const custom: StreamPart = { type: 'tool-call-start', choice: 0, index: 0, id: 't', name: 'f', custom: true };
    const { events } = write([custom, args(0, 'a'), args(0, '"b'), over(0)]);
    expect(events[2]?.delta).toEqual({ type: 'input_json_delta', partial_json: '{"input":"a\\"b"}' });
  });
});

describe('quirks 31 and 32: usage', () => {
  const usage = {
    input_tokens: 12,
    output_tokens: 5,
    cached_input_tokens: 4,
    cache_write_tokens: 1,
    reasoning_tokens: 2,
  };

  test('leaves out what was cached, and is told where it is known', () => {
    const { events, losses } = write([text('a'), { type: 'usage', usage }, finish('stop')]);
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 0, output_tokens: 0 } } });
    expect(events.at(-2)).toMatchObject({
      usage: {
        input_tokens: 7,
        cache_read_input_tokens: 4,
        cache_creation_input_tokens: 1,
        output_tokens: 5,
        output_tokens_details: { thinking_tokens: 2 },
      },
    });
    expect(losses).toEqual([]);
  });

  test('at the start is what came with it, or our own count', () => {
    const begin: StreamPart = { type: 'start', id: null, model: null, serviceTier: null, fingerprint: null };
    expect(write([begin, { type: 'usage', usage }, text('a')]).events[0]).toMatchObject({
      message: { usage: { input_tokens: 7 } },
    });
    const counted = write([begin, text('a')], { ...CONTEXT, estimatedInputTokens: 99 });
    expect(counted.events[0]).toMatchObject({ message: { usage: { input_tokens: 99 } } });
    expect(counted.losses).toEqual(['synthesised answer.usage', 'degraded answer.finish_reason']);
  });
});

describe('what this dialect has no place for', () => {
  test.each([
    [{ type: 'refusal-delta', choice: 0, text: 'No.' }, 'degraded answer.refusal'],
    [{ type: 'text-delta', choice: 1, text: 'x' }, 'dropped answer.choices'],
    [{ type: 'logprobs', choice: 0, entries: [] }, 'dropped answer.logprobs'],
    [{ type: 'media-delta', choice: 0, kind: 'image', source: null }, 'dropped answer.media'],
    [{ type: 'unknown', choice: 0, origin: 'gemini', name: 'code', value: {} }, 'dropped code'],
    [
      {
        type: 'citation',
        choice: 0,
        citation: { url: 'u', title: null, quote: null, start: null, end: null, origin: 'openai', value: {} },
      },
      'dropped answer.citations',
    ],
    [
      { type: 'start', id: null, model: null, serviceTier: 'flex', fingerprint: 'fp' },
      'dropped answer.system_fingerprint',
    ],
  ] as const)('%j', (part, loss) => {
    const { losses, events } = write([part, text('a'), finish('stop')]);
    expect(losses).toContain(loss);
    checkMachine(events);
  });

  test('a transcript of spoken words is text', () => {
    const spoken: StreamPart = { type: 'media-delta', choice: 0, kind: 'audio', source: null, transcript: 'Hi' };
    expect(write([spoken]).events[2]?.delta).toEqual({ type: 'text_delta', text: 'Hi' });
  });
});

test('quirk 28: signatures of others ride in thoughts and in ids', () => {
  const signature = { origin: 'gemini', value: 'QUJD' } as const;
  const { events } = write([
    { type: 'text-delta', choice: 0, text: 'a', signature },
    { type: 'reasoning-signature', choice: 0, block: 0, signature, redacted: true },
    { type: 'tool-call-start', choice: 0, index: 0, id: 't', name: 'f', signature },
    over(0),
  ]);
  checkMachine(events);
  expect(events.map(({ content_block }) => content_block?.type).filter(Boolean)).toEqual([
    'text',
    'thinking',
    'redacted_thinking',
    'tool_use',
  ]);
  expect(JSON.stringify(events)).not.toContain('QUJD');
  expect(JSON.stringify(events).match(/__al1_/g)).toHaveLength(3);
});
