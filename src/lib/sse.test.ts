import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSseFramer, encodeSseData, eventContains, type SseEvent, type SseFramerOptions } from './sse.ts';

interface Seen {
  raw: string;
  data: string;
  eventName: string;
  hasData: boolean;
  isComment: boolean;
  tooLarge: boolean;
}

function see(event: SseEvent): Seen {
  const { data, eventName, hasData, isComment, tooLarge } = event;
  return { raw: event.raw.toString('latin1'), data, eventName, hasData, isComment, tooLarge };
}

interface Framed {
  events: Seen[];
  rest: Seen | null;
}

function frame(chunks: readonly Buffer[], options?: SseFramerOptions): Framed {
  const events: Seen[] = [];
  const framer = createSseFramer((event) => events.push(see(event)), options);
  for (const chunk of chunks) framer.push(chunk);
  const rest = framer.end();
  return { events, rest: rest === null ? null : see(rest) };
}

function frameText(text: string, options?: SseFramerOptions): Framed {
  return frame([Buffer.from(text)], options);
}

/** The standard's algorithm, step by step over the decoded stream: what a client would dispatch. */
function dispatchedByTheStandard(bytes: Buffer): { data: string; eventName: string }[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  const lines = text.split(/\r\n|\n|\r/);
  lines.pop();
  const dispatched: { data: string; eventName: string }[] = [];
  let [data, eventName] = ['', ''];
  for (const line of lines) {
    if (line === '') {
      if (data !== '') dispatched.push({ data: data.slice(0, -1), eventName });
      [data, eventName] = ['', ''];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data += `${value}\n`;
    if (field === 'event') eventName = value;
  }
  return dispatched;
}

/** Every construct at once, under 300 bytes so that all pairs of cuts can be tried. */
const everything = [
  '\ufeffdata: {"a":"é"}\n\n',
  ': OPENROUTER PROCESSING\n\n',
  'event: delta\r\ndata:no space\r\ndata:  two\r\n\r\n',
  'data: cr\rdata\r\r',
  '\n\r\n',
  'event:x\nid: 7\nretry: 5\n\n',
  ':\r: comments\n\r\n',
  'data:\n\n',
  'data: mixed\r\n\ndata: 😀 "\\r\\n"\n: inside\ndata: end\r\r\n',
  'dataset: no\ndata : no\n data: no\n\n',
  'data: [DONE]\n\nevent: cut\ndata: lost',
].join('');

describe('events', () => {
  test('of an ordinary stream are one each, in the bytes they came in', () => {
    const text = 'data: {"a":1}\n\ndata: [DONE]\n\n';
    const { events, rest } = frameText(text);
    expect(events.map((event) => [event.raw, event.data])).toEqual([
      ['data: {"a":1}\n\n', '{"a":1}'],
      ['data: [DONE]\n\n', '[DONE]'],
    ]);
    expect(rest).toBeNull();
  });

  test('are read by the standard: names, many lines, no space, comments inside, other fields', () => {
    const { events, rest } = frame([Buffer.from(everything)]);
    expect(events.map(({ data, eventName, hasData, isComment }) => ({ data, eventName, hasData, isComment }))).toEqual([
      { data: '{"a":"é"}', eventName: '', hasData: true, isComment: false },
      { data: '', eventName: '', hasData: false, isComment: true },
      { data: 'no space\n two', eventName: 'delta', hasData: true, isComment: false },
      { data: 'cr\n', eventName: '', hasData: true, isComment: false },
      { data: '', eventName: '', hasData: false, isComment: true },
      { data: '', eventName: 'x', hasData: false, isComment: false },
      { data: '', eventName: '', hasData: false, isComment: true },
      { data: '', eventName: '', hasData: true, isComment: false },
      { data: 'mixed', eventName: '', hasData: true, isComment: false },
      { data: '😀 "\\r\\n"\nend', eventName: '', hasData: true, isComment: false },
      { data: '', eventName: '', hasData: false, isComment: false },
      { data: '[DONE]', eventName: '', hasData: true, isComment: false },
    ]);
    expect(rest).toMatchObject({ raw: 'event: cut\ndata: lost', data: 'lost', eventName: 'cut' });
  });

  test('keep the last of several names', () => {
    expect(frameText('event: a\nevent: b\ndata: 1\n\n').events[0]).toMatchObject({ eventName: 'b' });
  });

  test('are views of the chunk when they lie in one, and the chunk itself when it is one event', () => {
    const raws: Buffer[] = [];
    const framer = createSseFramer((event) => raws.push(event.raw));
    const single = Buffer.from('data: 1\n\n');
    const double = Buffer.from('data: 1\n\ndata: 2\n\n');
    framer.push(single);
    framer.push(double);
    expect(raws[0]).toBe(single);
    expect(raws.slice(1).map((raw) => raw.buffer)).toEqual([double.buffer, double.buffer]);
    expect(raws[2]?.byteOffset).toBe(double.byteOffset + 9);
  });

  test('put together from chunks stay as they are when later chunks come', () => {
    const raws: Buffer[] = [];
    const framer = createSseFramer((event) => raws.push(event.raw));
    for (const chunk of ['data: o', 'ne\n\ndata: t', 'wo\n\ndata: th', 'ree\n\n']) framer.push(Buffer.from(chunk));
    expect(raws.map(String)).toEqual(['data: one\n\n', 'data: two\n\n', 'data: three\n\n']);
  });

  test('come as soon as their blank line is there', () => {
    const seen: string[] = [];
    const framer = createSseFramer((event) => seen.push(event.data));
    framer.push(Buffer.from('data: 1\n'));
    expect(seen).toEqual([]);
    framer.push(Buffer.from('\n'));
    expect(seen).toEqual(['1']);
    framer.push(Buffer.from('data: 2\r\n\r\n'));
    expect(seen).toEqual(['1', '2']);
  });

  test('that end on the CR of a possible CRLF wait for the next byte or the end', () => {
    const seen: string[] = [];
    const framer = createSseFramer((event) => seen.push(event.raw.toString()));
    framer.push(Buffer.from('data: 1\r\n\r'));
    expect(seen).toEqual([]);
    framer.push(Buffer.from('\ndata: 2\r\r'));
    expect(seen).toEqual(['data: 1\r\n\r\n']);
    expect(framer.end()).toBeNull();
    expect(seen).toEqual(['data: 1\r\n\r\n', 'data: 2\r\r']);
  });
});

describe('any cut', () => {
  function expectSameHoweverCut(bytes: Buffer, options?: SseFramerOptions): void {
    const whole = JSON.stringify(frame([bytes], options));
    for (let first = 0; first <= bytes.length; first++) {
      const head = bytes.subarray(0, first);
      for (let second = first; second <= bytes.length; second++) {
        const cut = frame([head, bytes.subarray(first, second), bytes.subarray(second)], options);
        if (JSON.stringify(cut) !== whole)
          expect({ first, second, cut }).toEqual({ first, second, cut: JSON.parse(whole) });
      }
    }
    const single = frame(
      Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)),
      options,
    );
    expect(JSON.stringify(single)).toBe(whole);
  }

  test('gives the same events: all single cuts, all pairs of cuts, and byte by byte', () => {
    const bytes = Buffer.from(everything);
    expect(bytes.length).toBeLessThanOrEqual(300);
    expectSameHoweverCut(bytes);
  });

  test.each([1, 2, 8, 9, 10, 20, 40])('gives the same events under a limit of %d bytes', (maxEventBytes) => {
    const text = '\ufeffdata: 12\n\ndata: 123\r\n\r\n: comment of 30 bytes or so \r\rdata: 1\r\r\ndata: unfinished';
    expectSameHoweverCut(Buffer.from(text), { maxEventBytes });
  });

  test.each([
    '\xef',
    '\xef\xbb',
    '\xef\xbb\xbf',
    '\xef\xbb\n\n',
    '\xefdata: 1\n\n',
    '\xef\xbb\xbf\xef\xbb\xbfdata: 1\n\n',
  ])('gives the same events after a byte order mark or a part of one: %j', (start) => {
    expectSameHoweverCut(Buffer.from(`${start}data: 2\n\n`, 'latin1'));
  });

  const arbitraryStream = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'data',
          'event',
          'id',
          ':',
          ': ',
          ' ',
          '\n',
          '\r',
          '\r\n',
          '\n\n',
          '\r\n\r\n',
          'é',
          '😀',
          '\ufeff',
        ),
        fc.string({ unit: 'binary', maxLength: 5 }),
        fc.nat(400).map((length) => `data: ${'x'.repeat(length)}\n\n`),
      ),
      { maxLength: 60 },
    )
    .map((parts) => Buffer.from(parts.join('')));

  test('gives the same events for random streams cut at random', () => {
    fc.assert(
      fc.property(
        arbitraryStream,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.constantFrom(16, 100, 1e6),
        (bytes, at, max) => {
          const cuts = at.map((position) => position % (bytes.length + 1)).sort((a, b) => a - b);
          const chunks = [...cuts, bytes.length].map((cut, index) => bytes.subarray(cuts[index - 1] ?? 0, cut));
          expect(frame(chunks, { maxEventBytes: max })).toEqual(frame([bytes], { maxEventBytes: max }));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('gives what the standard dispatches, and bytes that join to the stream', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          arbitraryStream,
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          const { events, rest } = frame([bytes]);
          const dispatched = events
            .filter((event) => event.hasData)
            .map(({ data, eventName }) => ({ data, eventName }));
          expect(dispatched).toEqual(dispatchedByTheStandard(bytes));
          const hasMark = bytes.subarray(0, 3).equals(Buffer.from('\ufeff'));
          const joined = events.map((event) => event.raw).join('') + (rest?.raw ?? '');
          expect(joined).toBe(bytes.subarray(hasMark ? 3 : 0).toString('latin1'));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the size limit', () => {
  test('admits an event of exactly that size and reports a larger one once, between whole ones', () => {
    const events = frameText('data: 1\n\ndata: 12\n\ndata: 3\n\n', { maxEventBytes: 9 }).events;
    expect(events.map((event) => [event.tooLarge, event.raw, event.data, event.isComment])).toEqual([
      [false, 'data: 1\n\n', '1', false],
      [true, '', '', false],
      [false, 'data: 3\n\n', '3', false],
    ]);
  });

  test('reports as soon as it is passed, keeps nothing, and goes on after the next blank line', () => {
    const seen: boolean[] = [];
    const framer = createSseFramer((event) => seen.push(event.tooLarge), { maxEventBytes: 1000 });
    const chunk = Buffer.alloc(600, 'x');
    framer.push(chunk);
    expect(seen).toEqual([]);
    for (let index = 0; index < 100; index++) framer.push(chunk);
    expect(seen).toEqual([true]);
    framer.push(Buffer.from('\n\ndata: 1\n\n'));
    expect(seen).toEqual([true, false]);
    expect(framer.end()).toBeNull();
  });

  test('shows at the end when the stream stopped inside an event that was too large', () => {
    const framer = createSseFramer(() => {}, { maxEventBytes: 4 });
    framer.push(Buffer.from('data: 12345'));
    expect(framer.end()).toMatchObject({ tooLarge: true });
  });

  test('leaves room for an event that comes byte by byte, at linear cost', () => {
    // Copying the whole event for each of its bytes would move two terabytes.
    const seen: number[] = [];
    const framer = createSseFramer((event) => seen.push(event.raw.length));
    const byte = Buffer.from('x');
    for (let index = 0; index < 2_000_000; index++) framer.push(byte);
    framer.push(Buffer.from('\n\n'));
    expect(seen).toEqual([2_000_002]);
  });

  test('is no reason to search a chunk again for every line', () => {
    for (const lineEnd of ['\n', '\r', '\r\n']) {
      let events = 0;
      const framer = createSseFramer(() => events++);
      framer.push(Buffer.from(`:${lineEnd}${lineEnd}`.repeat(1_000_000)));
      framer.end();
      expect(events).toBe(1_000_000);
    }
  });
});

describe('end and reset', () => {
  test('end tells whether an event was left without its blank line', () => {
    expect(frameText('data: 1\n\n').rest).toBeNull();
    expect(frameText('').rest).toBeNull();
    expect(frameText('data: 1\n').rest).toMatchObject({ raw: 'data: 1\n', data: '1' });
    expect(frameText('data: [DONE]').rest).toMatchObject({ data: '[DONE]' });
  });

  test('end returns the beginning of a byte order mark that never became one', () => {
    expect(frame([Buffer.from([0xef, 0xbb])]).rest?.raw).toBe('\xef\xbb');
    expect(frame([Buffer.from('\ufeff')]).rest).toBeNull();
  });

  test('both leave a framer as new', () => {
    for (const restart of ['end', 'reset'] as const) {
      const seen: string[] = [];
      const framer = createSseFramer((event) => seen.push(event.data), { maxEventBytes: 30 });
      for (const left of ['data: cut', 'data: cut\r', `data: ${'x'.repeat(40)}`, '\xef\xbb', 'event: x\n']) {
        framer.push(Buffer.from(left, 'latin1'));
        framer[restart]();
        seen.length = 0;
        framer.push(Buffer.from('\ufeffdata: 1\n\n'));
        expect(seen).toEqual(['1']);
      }
    }
  });

  test('a reset by the callback drops the rest of the chunk', () => {
    const seen: string[] = [];
    const framer = createSseFramer((event) => {
      seen.push(event.data);
      if (event.data === 'stop') framer.reset();
    });
    framer.push(Buffer.from('data: stop\n\ndata: dropped\n\ndata: dro'));
    framer.push(Buffer.from('data: 2\n\n'));
    framer.push(Buffer.from('data: stop\r\r'));
    framer.push(Buffer.from('data: dropped\n\n'));
    framer.push(Buffer.from('data: 3\n\n'));
    expect(seen).toEqual(['stop', '2', 'stop', '3']);
    expect(framer.end()).toBeNull();
  });
});

describe('eventContains', () => {
  test('finds bytes anywhere in an event, of any script', () => {
    const raw = Buffer.from('data: {"usage":{"größe":1}}\n\n');
    expect(eventContains(raw, Buffer.from('"usage"'))).toBe(true);
    expect(eventContains(raw, Buffer.from('größe'))).toBe(true);
    expect(eventContains(raw, Buffer.from('"error"'))).toBe(false);
  });
});

describe('encodeSseData', () => {
  test('writes what clients expect to see', () => {
    expect(encodeSseData('{"a":1}')).toBe('data: {"a":1}\n\n');
    expect(encodeSseData('{}', 'message_stop')).toBe('event: message_stop\ndata: {}\n\n');
    expect(encodeSseData('one\ntwo')).toBe('data: one\ndata: two\n\n');
    expect(encodeSseData('')).toBe('data: \n\n');
  });

  test('comes back whole through the framer, with LF for every line break', () => {
    const name = fc.option(fc.constantFrom('delta', 'Ereignis ä', ' leading'), { nil: undefined });
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('a', ' ', '\n', '\r', '\r\n', ':', 'data: x')).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, name, (data, eventName) => {
        const { events, rest } = frameText(encodeSseData(data, eventName));
        expect(rest).toBeNull();
        expect(events).toHaveLength(1);
        expect(events[0]).toMatchObject({
          data: data.replace(/\r\n|\r/g, '\n'),
          eventName: eventName ?? '',
          hasData: true,
        });
      }),
    );
  });

  test('refuses a name that would begin another field', () => {
    expect(() => encodeSseData('1', 'a\ndata: 2')).toThrow(RangeError);
    expect(() => encodeSseData('1', 'a\r')).toThrow(RangeError);
  });
});
