import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { build, fixtureBytes, readStream } from '../../../test/support/gemini-fixtures.ts';
import type { StreamPart } from '../../contracts/stream-part.ts';

const partsOf = (name: string) => readStream([fixtureBytes(name)]).parts;
const ofType = <Type extends StreamPart['type']>(parts: readonly StreamPart[], type: Type) =>
  parts.filter((part): part is Extract<StreamPart, { type: Type }> => part.type === type);
const textOf = (parts: readonly StreamPart[]) => ofType(parts, 'text-delta').map(({ text }) => text);
const sse = (...events: unknown[]) => Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));

test('a stream becomes a start, its texts, usage, its finish and its end', () => {
  expect(partsOf('text.sse.txt')).toEqual([
    { type: 'start', id: 'aGVsbG8tYWxpZGFkZQ', model: 'gemini-3.8-flash', serviceTier: 'standard', fingerprint: null },
    { type: 'usage', usage: usage(12, 96, 94) },
    { type: 'text-delta', choice: 0, text: 'Der Himmel' },
    { type: 'usage', usage: usage(12, 100, 94) },
    { type: 'text-delta', choice: 0, text: ' ist blau 🌤,' },
    { type: 'usage', usage: usage(12, 103, 94) },
    { type: 'text-delta', choice: 0, text: ' weil …' },
    {
      type: 'text-delta',
      choice: 0,
      text: '',
      signature: { origin: 'gemini', value: 'RmFrZVNpZ25hdHVyZU9uZQ==' },
    },
    { type: 'finish', choice: 0, reason: 'stop', vendorReason: 'STOP', stopSequence: null },
    { type: 'end' },
  ]);
});

function usage(input: number, output: number, reasoning: number | null) {
  return {
    input_tokens: input,
    output_tokens: output,
    cached_input_tokens: null,
    cache_write_tokens: null,
    reasoning_tokens: reasoning,
  };
}

test('quirk 32: usage is cumulative: the last one is the whole, none is added to another', () => {
  expect(ofType(partsOf('text.sse.txt'), 'usage').at(-1)?.usage).toEqual(usage(12, 103, 94));
});

test('quirk 33: thoughts are counted in the output and reported apart', () => {
  const parts = partsOf('thoughts.sse.txt');
  expect(ofType(parts, 'usage').map((part) => part.usage)).toEqual([
    usage(9, 31, 31),
    usage(9, 58, 58),
    usage(9, 62, 58),
    usage(9, 64, 58),
  ]);
});

test('thoughts are reasoning, and what follows them is text', () => {
  const parts = partsOf('thoughts.sse.txt').filter(({ type }) => type !== 'usage');
  expect(parts.slice(1, -2)).toEqual([
    {
      type: 'reasoning-delta',
      choice: 0,
      block: 0,
      text: '**Considering the question**\n\nThe user asks',
    },
    { type: 'reasoning-delta', choice: 0, block: 0, text: ' for a proof.' },
    { type: 'text-delta', choice: 0, text: 'Suppose it were' },
    { type: 'text-delta', choice: 0, text: ' rational.' },
  ]);
});

test('thoughts after text are a block of their own, and a signature ends a block', () => {
  const thought = (text: string, extra = {}) => ({
    candidates: [{ content: { parts: [{ text, thought: true, ...extra }] } }],
  });
  const { parts } = readStream([
    sse(
      thought('one'),
      { candidates: [{ content: { parts: [{ text: 'said' }] } }] },
      thought('two', { thoughtSignature: 'AAAA' }),
      thought('three'),
    ),
  ]);
  expect(ofType(parts, 'reasoning-delta').map(({ block, text }) => [block, text])).toEqual([
    [0, 'one'],
    [1, 'two'],
    [2, 'three'],
  ]);
  expect(ofType(parts, 'reasoning-signature')).toEqual([
    {
      type: 'reasoning-signature',
      choice: 0,
      block: 1,
      signature: { origin: 'gemini', value: 'AAAA' },
      redacted: false,
    },
  ]);
});

describe('quirk 12: calls in different events', () => {
  const parts = partsOf('tools.sse.txt');

  test('are counted from 0, each with its own start, arguments and end', () => {
    expect(parts.filter(({ type }) => type.startsWith('tool-call'))).toEqual([
      {
        type: 'tool-call-start',
        choice: 0,
        index: 0,
        id: 'fc_9a1',
        name: 'get_weather',
        signature: { origin: 'gemini', value: 'RmFrZVNpZ25hdHVyZVR3bw==' },
      },
      { type: 'tool-call-delta', choice: 0, index: 0, text: '{"city":"Paris"}' },
      { type: 'tool-call-end', choice: 0, index: 0 },
      { type: 'tool-call-start', choice: 0, index: 1, id: 'fc_9a2', name: 'get_weather' },
      { type: 'tool-call-delta', choice: 0, index: 1, text: '{"city":"Oslo","days":3}' },
      { type: 'tool-call-end', choice: 0, index: 1 },
    ]);
  });

  test('quirk 13: STOP after calls is a wait for their results', () => {
    expect(ofType(parts, 'finish')).toEqual([
      { type: 'finish', choice: 0, reason: 'tool_calls', vendorReason: 'STOP', stopSequence: null },
    ]);
  });
});

test('quirk 9: calls without ids get ids that are the same whenever the stream is read, and differ from each other', () => {
  const idsOf = () => ofType(partsOf('tools-2.5.sse.txt'), 'tool-call-start').map(({ id }) => id);
  const ids = idsOf();
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^call_[a-f0-9]{24}$/);
  expect(idsOf()).toEqual(ids);
});

test('quirk 9: the same call in a later turn of the same conversation gets another id, also where answers have no id', () => {
  const call = sse({ candidates: [{ content: { parts: [{ functionCall: { name: 'f' } }] }, finishReason: 'STOP' }] });
  const user = { role: 'user', parts: [] } as const;
  const [first, second] = [[user], [user, user]].map((turns) => {
    const start = ofType(readStream([call], { turns }).parts, 'tool-call-start')[0];
    return start?.id;
  });
  expect(first).not.toBe(second);
});

test('quirk 11: a call without arguments says so', () => {
  const deltas = ofType(partsOf('tools-2.5.sse.txt'), 'tool-call-delta');
  expect(deltas.map(({ text }) => text)).toEqual(['{}', '{"city":"Paris"}']);
});

test('quirk 28: a signature that comes after its call, in pieces, is put together before the call is passed on', () => {
  const starts = ofType(partsOf('late-signature.sse.txt'), 'tool-call-start');
  expect(starts.map(({ id, signature }) => [id, signature?.value])).toEqual([
    ['fc_1', 'RmFrZVNpZ25hdHVyZVR3bw=='],
    ['fc_2', undefined],
  ]);
  expect(ofType(partsOf('late-signature.sse.txt'), 'text-delta')).toEqual([]);
});

test('quirk 28: a whole signature on a call is not mixed with the one of the text after it', () => {
  const { parts } = readStream([
    sse(
      { candidates: [{ content: { parts: [{ functionCall: { name: 'f' }, thoughtSignature: 'AAAA' }] } }] },
      { candidates: [{ content: { parts: [{ text: '', thoughtSignature: 'BBBB' }] }, finishReason: 'STOP' }] },
    ),
  ]);
  expect(ofType(parts, 'tool-call-start')[0]?.signature?.value).toBe('AAAA');
  expect(ofType(parts, 'text-delta')).toEqual([
    { type: 'text-delta', choice: 0, text: '', signature: { origin: 'gemini', value: 'BBBB' } },
  ]);
});

test('quirk 10: a name that Google refuses goes out under another and comes back as the caller wrote it', () => {
  const name = 'mcp:weather/get current weather';
  const tool = { kind: 'function', name, description: null, parameters: null, strict: null } as const;
  const sent = build({ tools: [tool] }).body.tools?.[0]?.functionDeclarations[0]?.name as string;
  expect(sent).toMatch(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/);
  const call = sse({ candidates: [{ content: { parts: [{ functionCall: { name: sent } }] }, finishReason: 'STOP' }] });
  const starts = ofType(readStream([call], { tools: [tool] }).parts, 'tool-call-start');
  expect(starts.map((start) => start.name)).toEqual([name]);
});

describe('quirk 43: reasons', () => {
  test('a blocked prompt is an answer without content, filtered, and ends', () => {
    const parts = partsOf('blocked-prompt.sse.txt');
    expect(parts.slice(1)).toEqual([
      { type: 'usage', usage: usage(9, 0, null) },
      { type: 'finish', choice: 0, reason: 'content_filter', vendorReason: 'PROHIBITED_CONTENT', stopSequence: null },
      { type: 'end' },
    ]);
  });

  test('a malformed call is an error, after its usage: as a stop it would end agents as if all were done', () => {
    const parts = partsOf('malformed-call.sse.txt');
    expect(parts.slice(1)).toEqual([
      { type: 'usage', usage: usage(30, 4, null) },
      { type: 'text-delta', choice: 0, text: 'Let me look.' },
      { type: 'error', code: 'upstream_error', vendorCode: 'MALFORMED_FUNCTION_CALL', vendorParam: null },
    ]);
  });

  test('one malformed call among several answers leaves the others', () => {
    const { parts } = readStream([
      sse({
        candidates: [{ index: 0 }, { index: 1, finishReason: 'MALFORMED_FUNCTION_CALL' }],
      }),
      sse({ candidates: [{ index: 0, content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }] }),
    ]);
    expect(ofType(parts, 'finish').map(({ choice, reason }) => [choice, reason])).toEqual([
      [1, 'other'],
      [0, 'stop'],
    ]);
    expect(parts.at(-1)).toEqual({ type: 'end' });
  });
});

describe('quirk 35: the end', () => {
  test('is a finish reason in every choice', () => {
    const parts = partsOf('candidates.sse.txt');
    expect(ofType(parts, 'finish').map(({ choice, reason }) => [choice, reason])).toEqual([
      [1, 'length'],
      [0, 'stop'],
    ]);
    expect(parts.at(-1)).toEqual({ type: 'end' });
    const first = ofType(parts, 'text-delta').filter(({ choice }) => choice === 0);
    expect(first.map(({ text }) => text)).toEqual(['Eins', '.']);
  });

  test.each(['text.sse.txt', 'tools.sse.txt', 'candidates.sse.txt', 'thoughts.sse.txt'])(
    'is not there when %s is cut before its last event',
    (name) => {
      const bytes = fixtureBytes(name);
      const cut = bytes.subarray(0, bytes.lastIndexOf('data: '));
      const { parts } = readStream([cut]);
      expect(ofType(parts, 'end')).toEqual([]);
      expect(parts.length).toBeGreaterThan(1);
    },
  );

  test('is not there for a stream without any event, or with events that say nothing', () => {
    expect(readStream([]).parts).toEqual([]);
    expect(ofType(readStream([sse({ usageMetadata: { promptTokenCount: 3 } })]).parts, 'end')).toEqual([]);
  });

  test('a call whose signature was awaited when the connection was cut is not lost', () => {
    const { parts } = readStream([sse({ candidates: [{ content: { parts: [{ functionCall: { name: 'f' } }] } }] })]);
    expect(ofType(parts, 'tool-call-start')).toHaveLength(1);
    expect(ofType(parts, 'end')).toEqual([]);
  });
});

test('quirk 36: an error under way is passed on as an error, without its text, and nothing ends cleanly', () => {
  const parts = partsOf('error.sse.txt');
  expect(parts.at(-1)).toEqual({
    type: 'error',
    code: 'upstream_overloaded',
    vendorCode: 'UNAVAILABLE',
    vendorParam: null,
  });
  const wrapped = readStream([sse([{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }])]).parts;
  expect(wrapped).toEqual([
    { type: 'error', code: 'upstream_rate_limited', vendorCode: 'RESOURCE_EXHAUSTED', vendorParam: null },
  ]);
});

test('an event that cannot be read is left out and counted, the others are not', () => {
  const good = { candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }] };
  const { parts, malformed } = readStream([Buffer.from('data: {"candidates":[{"content\n\ndata: 7\n\n'), sse(good)]);
  expect(malformed).toBe(2);
  expect(textOf(parts)).toEqual(['a']);
  expect(parts.at(-1)).toEqual({ type: 'end' });
});

test('content after the finish reason is left out and counted, and an answer that goes on so and is cut is not whole', () => {
  const begun = [
    { candidates: [{ content: { parts: [{ text: 'a' }] } }] },
    { candidates: [{ content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' }] },
    { candidates: [{ content: { parts: [{ text: 'c' }] } }] },
  ];
  const cut = readStream([sse(...begun)]);
  expect([textOf(cut.parts), cut.malformed, cut.parts.at(-1)?.type]).toEqual([['a', 'b'], 1, 'finish']);
  const ended = readStream([sse(...begun, { candidates: [{ finishReason: 'STOP' }] })]);
  expect([textOf(ended.parts), ended.malformed, ended.parts.at(-1)?.type]).toEqual([['a', 'b'], 1, 'end']);
});

test('parts of no known kind are kept for those who know them', () => {
  const executableCode = { language: 'PYTHON', code: '1' };
  const { parts } = readStream([sse({ candidates: [{ content: { parts: [{ executableCode }] } }] })]);
  expect(parts[1]).toEqual({
    type: 'unknown',
    choice: 0,
    origin: 'gemini',
    name: 'executableCode',
    value: { executableCode },
  });
});

describe('quirk 38: framing', () => {
  const names = ['text.sse.txt', 'tools.sse.txt', 'late-signature.sse.txt', 'candidates.sse.txt', 'error.sse.txt'];

  test('any split of a short stream gives the same parts', () => {
    const bytes = sse(
      { candidates: [{ content: { parts: [{ text: 'é🌤' }] } }] },
      {
        candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { a: 'ü' } } }] }, finishReason: 'STOP' }],
      },
    );
    expect(bytes.length).toBeLessThan(300);
    const whole = readStream([bytes]);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(readStream([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    expect(readStream([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  test.each(names)('any split of %s gives the same parts', (name) => {
    const bytes = fixtureBytes(name);
    const whole = readStream([bytes]);
    const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, (places) => {
        const edges = [0, ...places.sort((left, right) => left - right), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
        expect(readStream(chunks)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test.each(names)('%s says the same with other line ends and without spaces after the colon', (name) => {
    const text = fixtureBytes(name).toString();
    const whole = readStream([Buffer.from(text)]);
    expect(readStream([Buffer.from(text.replaceAll('\r\n', '\n'))])).toEqual(whole);
    expect(readStream([Buffer.from(text.replaceAll('data: ', 'data:'))])).toEqual(whole);
  });
});

test('no JSON at all in an event makes the reader throw', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), (events) => {
      readStream([sse(...events.map((event) => ({ candidates: event, usageMetadata: event })))]);
      readStream([sse(...events.map((event) => ({ candidates: [event, { content: { parts: [event] } }] })))]);
      readStream([sse(...events)]);
    }),
  );
});

describe('a model that names why it stopped in every event', () => {
  const piece = (text: string, finishReason?: string) => ({
    candidates: [
      { content: { parts: [{ text }], role: 'model' }, index: 0, ...(finishReason ? { finishReason } : {}) },
    ],
  });
  const read = (...events: unknown[]) => readStream([sse(...events)]).parts;

  test('is heard to its end, and the last reason counts', () => {
    const parts = read(piece('One ', 'STOP'), piece('two ', 'STOP'), piece('three', 'MAX_TOKENS'));
    expect(textOf(parts)).toEqual(['One ', 'two ', 'three']);
    expect(ofType(parts, 'finish').map(({ reason }) => reason)).toEqual(['length']);
    expect(parts.at(-1)).toEqual({ type: 'end' });
  });

  test('has not stopped where it writes out that there is no reason', () => {
    const unset = 'FINISH_REASON_UNSPECIFIED';
    const parts = read(piece('One ', unset), piece('two ', unset), piece('three', 'STOP'));
    expect(textOf(parts)).toEqual(['One ', 'two ', 'three']);
    expect(ofType(parts, 'finish').map(({ reason }) => reason)).toEqual(['stop']);
    expect(read(piece('One ', unset), piece('two ', unset)).at(-1)?.type).toBe('text-delta');
  });
});
