import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { ListenerRecord } from '../../test/support/streams.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import { AnthropicStreamReader } from './anthropic/read-stream.ts';
import type { StreamBuilder, StreamReader } from './codec.ts';
import { geminiUpstream } from './gemini/codec.ts';
import { OpenAiStreamReader } from './openai-chat/read-stream.ts';
import { TranslateStream } from './translate-stream.ts';

/** One reader and what its dialect may send. Another dialect is another entry. */
interface ReaderUnderTest {
  dialect: string;
  create(request: ChatRequest): StreamReader;
  /**
   * A whole stream as its events (name or null, JSON text), with text beyond ASCII both raw and as `\u` escapes, and a
   * tool call. Short: every split is tried, and every pair of splits up to 300 bytes.
   */
  short: readonly [string | null, string][];
  long: readonly [string | null, string][];
}

const delta = (text: string): [null, string] => [null, `{"choices":[{"delta":${text}}]}`];

const candidate = (part: string): [null, string] => [null, `{"candidates":[{"content":{"parts":[${part}]}}]}`];

const typed = (type: string, rest = ''): [string, string] => [type, `{"type":"${type}"${rest}}`];
const blockDelta = (index: number, member: string): [string, string] =>
  typed('content_block_delta', `,"index":${index},"delta":{${member}}`);

const READERS: readonly ReaderUnderTest[] = [
  {
    dialect: 'anthropic',
    create: (request) => new AnthropicStreamReader(request),
    short: [
      typed('message_start', ',"message":{"id":"m"}'),
      typed('content_block_start', ',"index":0,"content_block":{"type":"text","text":"é😀 \\ud83d\\ude00"}'),
      typed('content_block_start', ',"index":1,"content_block":{"type":"tool_use","id":"t","name":"f"}'),
      blockDelta(1, '"type":"input_json_delta","partial_json":"{}"'),
      typed('message_delta', ',"delta":{"stop_reason":"tool_use"}'),
      typed('message_stop'),
    ],
    long: [
      typed('message_start', ',"message":{"id":"m","usage":{"input_tokens":5,"output_tokens":1}}'),
      typed('content_block_start', ',"index":0,"content_block":{"type":"thinking","thinking":"","signature":""}'),
      typed('ping'),
      blockDelta(0, '"type":"thinking_delta","thinking":"denkt… 思考"'),
      blockDelta(0, '"type":"signature_delta","signature":"c2ln"'),
      typed('content_block_stop', ',"index":0'),
      typed('content_block_start', ',"index":1,"content_block":{"type":"text","text":""}'),
      ...Array.from('Zwölf Boxkämpfer jagen Viktor über den Sylter Deich 🥊', (letter) =>
        blockDelta(1, `"type":"text_delta","text":${JSON.stringify(letter)}`),
      ),
      typed('content_block_stop', ',"index":1'),
      typed('content_block_start', ',"index":2,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}'),
      blockDelta(2, '"type":"input_json_delta","partial_json":"{\\"a\\":"'),
      blockDelta(2, '"type":"input_json_delta","partial_json":"\\"\\u00e9\\"}"'),
      typed('content_block_stop', ',"index":2'),
      typed('message_delta', ',"delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}'),
      typed('message_stop'),
    ],
  },
  {
    dialect: 'openai',
    create: (request) => new OpenAiStreamReader(request),
    short: [
      delta('{"content":"é😀 \\ud83d\\ude00\\n"}'),
      delta('{"tool_calls":[{"id":"c","function":{"name":"f","arguments":"{\\"a\\":\\"ü\\"}"}}]}'),
      [null, '{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}'],
      [null, '[DONE]'],
    ],
    long: [
      delta('{"role":"assistant","content":""}'),
      delta('{"reasoning_content":"denkt… 思考"}'),
      ...Array.from('Zwölf Boxkämpfer jagen Viktor über den Sylter Deich 🥊', (letter) =>
        delta(`{"content":${JSON.stringify(letter)}}`),
      ),
      delta('{"tool_calls":[{"index":0,"id":"c1","function":{"name":"one","arguments":""}}]}'),
      delta('{"tool_calls":[{"index":0,"function":{"arguments":"{\\"a\\":"}}]}'),
      delta('{"tool_calls":[{"index":1,"id":"c2","function":{"name":"two","arguments":"{}"}}]}'),
      delta('{"tool_calls":[{"index":0,"function":{"arguments":"\\"\\u00e9\\"}"}}]}'),
      [null, '{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}'],
      [null, '{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":9}}'],
      [null, '[DONE]'],
    ],
  },
  {
    dialect: 'gemini',
    create: (request) => geminiUpstream.createStreamReader(request),
    short: [
      candidate('{"text":"é😀 \\ud83d\\ude00\\n"}'),
      candidate('{"functionCall":{"name":"f","args":{"a":"ü"}}}'),
      [null, '{"candidates":[{"finishReason":"STOP"}]}'],
    ],
    long: [
      candidate('{"text":"denkt… 思考","thought":true}'),
      ...Array.from('Zwölf Boxkämpfer jagen Viktor über den Sylter Deich 🥊', (letter) =>
        candidate(`{"text":${JSON.stringify(letter)}}`),
      ),
      candidate('{"functionCall":{"name":"one","args":{"a":"\\u00e9"}}}'),
      candidate('{"text":"","thoughtSignature":"RmFr"}'),
      candidate('{"functionCall":{"name":"two"}}'),
      [null, '{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,"totalTokenCount":14}}'],
    ],
  },
];

/** How servers and middle-boxes write the same events. */
const FRAMINGS: readonly { name: string; write(events: ReaderUnderTest['short']): string }[] = [
  { name: 'as the vendors do', write: (events) => lines(events, '\n').join('') },
  { name: 'with CRLF', write: (events) => lines(events, '\r\n').join('') },
  { name: 'with CR alone', write: (events) => lines(events, '\r').join('') },
  { name: 'without a space after the colon', write: (events) => lines(events, '\n', ':').join('') },
  { name: 'behind a byte order mark', write: (events) => `\ufeff${lines(events, '\n').join('')}` },
  {
    name: 'between comments and blank lines',
    write: (events) => `: hello\n\n${lines(events, '\n').join(': OPENROUTER PROCESSING\n\n\n: ping\n')}`,
  },
  {
    name: 'with comments, ids and retries inside events',
    write: (events) => lines(events, '\n').join('').replaceAll('data: ', ': c\nid: 7\nretry: 9\ndata: '),
  },
  {
    name: 'with data on many lines',
    write: (events) =>
      lines(
        events.map(([name, data]) => [name, data.replaceAll('":{', '":\ndata: {').replaceAll(',"', ',\ndata:"')]),
        '\n',
      ).join(''),
  },
  {
    name: 'without the blank line after the last event',
    write: (events) => lines(events, '\n').join('').replace(/\n$/, ''),
  },
];

function lines(events: ReaderUnderTest['short'], end: string, colon = ': '): string[] {
  return events.map(([name, data]) => {
    const head = name === null ? '' : `event${colon}${name}${end}`;
    return `${head}data${colon}${data.replaceAll('\n', end)}${end}${end}`;
  });
}

interface Outcome {
  parts: StreamPart[];
  ends: readonly string[];
  malformed: number;
}

function read(reader: ReaderUnderTest, chunks: readonly Buffer[]): Outcome {
  const parts: StreamPart[] = [];
  const builder: StreamBuilder = {
    build: (part) => {
      parts.push(part);
      return '';
    },
    resume: () => undefined,
    end: () => '',
  };
  const record = new ListenerRecord();
  const stream = new TranslateStream(record, reader.create(chatRequest()), builder, null);
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return { parts, ends: record.ends, malformed: record.malformed };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at, bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

describe.each(READERS)('the reader of $dialect', (reader) => {
  const expected = read(reader, [Buffer.from(lines(reader.short, '\n').join(''))]);

  test('reads its short stream whole', () => {
    expect(expected.ends).toEqual(['complete']);
    expect(expected.malformed).toBe(0);
    const types = new Set(expected.parts.map(({ type }) => type));
    for (const type of ['start', 'text-delta', 'tool-call-start', 'tool-call-delta', 'tool-call-end', 'finish']) {
      expect(types).toContain(type);
    }
  });

  test.each(FRAMINGS)(
    'quirks 37 and 38: gives the same parts for events written $name, split anywhere',
    ({ write }) => {
      const bytes = Buffer.from(write(reader.short));
      expect(read(reader, [bytes])).toEqual(expected);
      for (let at = 1; at < bytes.length; at += 1) {
        expect(read(reader, cut(bytes, [at])), `split at ${at}`).toEqual(expected);
      }
      expect(
        read(
          reader,
          Array.from(bytes, (byte) => Buffer.from([byte])),
        ),
      ).toEqual(expected);
    },
  );

  test('quirk 38: gives the same parts for every pair of splits', () => {
    const bytes = Buffer.from(lines(reader.short, '\n').join('')).subarray(0, 300);
    const whole = JSON.stringify(read(reader, [bytes]));
    for (let first = 1; first < bytes.length; first += 1) {
      for (let second = first + 1; second < bytes.length; second += 1) {
        const outcome = JSON.stringify(read(reader, cut(bytes, [first, second])));
        if (outcome !== whole) throw new Error(`split at ${first} and ${second}: ${outcome}, not ${whole}`);
      }
    }
  });

  test('quirk 38: gives the same parts for a long stream in any chunks', () => {
    const bytes = Buffer.from(lines(reader.long, '\n').join(''));
    const whole = read(reader, [bytes]);
    expect(whole.ends).toEqual(['complete']);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 40 }), (places) => {
        expect(
          read(
            reader,
            cut(
              bytes,
              places.toSorted((a, b) => a - b),
            ),
          ),
        ).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  test('quirk 35: says that a stream was cut, wherever it was', () => {
    const bytes = Buffer.from(lines(reader.short, '\n').join(''));
    const finish = bytes.lastIndexOf(reader.short.at(-2)?.[1] ?? '');
    for (let length = 0; length < finish; length += 1) {
      expect(read(reader, [bytes.subarray(0, length)]).ends, `cut after ${length} bytes`).toEqual(['cut']);
    }
  });

  test('leaves out an event that is no JSON, and reads on', () => {
    const events = lines(reader.short, '\n');
    const broken = [events[0], 'data: {"cut":\n\n', 'data: <html>\n\n', ...events.slice(1)].join('');
    expect(read(reader, [Buffer.from(broken)])).toEqual({ ...expected, malformed: 2 });
  });
});
