import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Usage } from '../../contracts/usage.ts';
import type { FinishReason } from '../../contracts/vocabulary.ts';
import type { StreamListener, UpstreamErrorReading } from '../dialect.ts';
import { OpenAiRelayStream } from './relay-stream.ts';

class Recorder implements StreamListener {
  bytes: Buffer[] = [];
  /** What had been passed on when content was announced. */
  beforeContent: string | null = null;
  usage: Usage | null = null;
  finish: FinishReason | null = null;
  complete = 0;
  cut = 0;
  malformed = 0;
  errors: UpstreamErrorReading[] = [];

  onContent(): void {
    this.beforeContent = this.text;
  }
  onBytes(bytes: Buffer): void {
    this.bytes.push(Buffer.from(bytes));
  }
  onUsage(usage: Usage): void {
    this.usage = usage;
  }
  onFinish(reason: FinishReason): void {
    this.finish = reason;
  }
  onComplete(): void {
    this.complete += 1;
  }
  onStreamError(error: UpstreamErrorReading): void {
    this.errors.push(error);
  }
  onCut(): void {
    this.cut += 1;
  }
  onMalformed(): void {
    this.malformed += 1;
  }
  get text(): string {
    return Buffer.concat(this.bytes).toString('utf8');
  }
}

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const delta = (content: string, finish: string | null = null): string =>
  event({ id: 'c1', choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
const ROLE = event({ id: 'c1', choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
const USAGE = event({
  id: 'c1',
  choices: [],
  usage: { prompt_tokens: 9, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } },
});
const DONE = 'data: [DONE]\n\n';

function run(
  chunks: readonly (string | Buffer)[],
  options: { swallowUsage?: boolean; choices?: number; trailer?: () => string; end?: boolean } = {},
): Recorder {
  const recorder = new Recorder();
  const stream = new OpenAiRelayStream(recorder, {
    swallowUsage: options.swallowUsage ?? false,
    choices: options.choices ?? 1,
    trailer: options.trailer ?? null,
  });
  for (const chunk of chunks) stream.push(Buffer.from(chunk));
  if (options.end !== false) stream.end();
  return recorder;
}

describe('a complete stream', () => {
  const whole = ROLE + delta('Hé') + delta('llo 你') + delta('', 'stop') + USAGE + DONE;

  test('reaches the client byte for byte, with usage and finish reason read', () => {
    const recorder = run([whole]);
    expect(recorder.text).toBe(whole);
    expect(recorder.complete).toBe(1);
    expect(recorder.finish).toBe('stop');
    expect(recorder.usage).toEqual({
      input_tokens: 9,
      output_tokens: 3,
      cached_input_tokens: 4,
      cache_write_tokens: null,
      reasoning_tokens: null,
    });
  });

  test('is the same however its bytes are cut: every pair of cuts', () => {
    const short = ROLE + delta('é') + delta('', 'stop') + DONE;
    const bytes = Buffer.from(short);
    for (let a = 0; a <= bytes.length; a += 1) {
      for (let b = a; b <= bytes.length; b += 7) {
        const recorder = run([bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)]);
        if (recorder.text !== short || recorder.complete !== 1) throw new Error(`differs when cut at ${a} and ${b}`);
      }
    }
  });

  test('is the same however its bytes are cut: random pieces', () => {
    const bytes = Buffer.from(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        const chunks: Buffer[] = [];
        let at = 0;
        for (let i = 0; at < bytes.length; i += 1) {
          const size = sizes[i % sizes.length] as number;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(run(chunks).text).toBe(whole);
      }),
    );
  });

  test('with CRLF line ends is forwarded as it came', () => {
    const crlf = whole.replaceAll('\n', '\r\n');
    expect(run([crlf]).text).toBe(crlf);
    expect(run([crlf]).complete).toBe(1);
  });

  test('announces content after the role chunk and before the first text', () => {
    expect(run([whole]).beforeContent).toBe(ROLE);
  });
});

test('leaves out the usage chunk that only we asked for, and reads it', () => {
  const recorder = run([ROLE, delta('a'), delta('', 'stop'), USAGE, DONE], { swallowUsage: true });
  expect(recorder.text).toBe(ROLE + delta('a') + delta('', 'stop') + DONE);
  expect(recorder.usage?.output_tokens).toBe(3);
});

test.each([
  ['in x_groq', { x_groq: { usage: { prompt_tokens: 9, completion_tokens: 3 } } }, {}],
  ['in a choice', {}, { usage: { prompt_tokens: 9, completion_tokens: 3 } }],
])('reads usage %s, passes its chunk on and counts what the last chunk repeats once', (_place, beside, within) => {
  const last = event({
    id: 'c1',
    choices: [{ index: 0, delta: { content: 'b' }, finish_reason: 'stop', ...within }],
    ...beside,
  });
  const alone = run([ROLE, delta('a'), last, DONE], { swallowUsage: true });
  expect(alone.text).toBe(ROLE + delta('a') + last + DONE);
  expect(alone.usage).toMatchObject({ input_tokens: 9, output_tokens: 3 });
  const repeated = run([ROLE, delta('a'), last, USAGE, DONE], { swallowUsage: true });
  expect(repeated.text).toBe(alone.text);
  expect(repeated.usage).toMatchObject({ input_tokens: 9, output_tokens: 3, cached_input_tokens: 4 });
});

test('text that talks about usage, errors and finish reasons passes unread', () => {
  const tricky = delta('{"usage":{"prompt_tokens":1},"error":{"x":1},"finish_reason":"stop"}');
  const recorder = run([delta('a'), tricky, delta('', 'stop'), DONE]);
  expect(recorder.text).toContain(tricky);
  expect(recorder.errors).toEqual([]);
  expect(recorder.usage).toBeNull();
});

test('comments of the upstream are not forwarded as data or otherwise', () => {
  const recorder = run([': OPENROUTER PROCESSING\n\n', delta('a'), ': ping\n\n', delta('', 'stop'), DONE]);
  expect(recorder.text).toBe(delta('a') + delta('', 'stop') + DONE);
});

test('a stream that ends without its end is a cut and has no sentinel', () => {
  const recorder = run([ROLE, delta('a'), delta('b')]);
  expect(recorder.cut).toBe(1);
  expect(recorder.complete).toBe(0);
  expect(recorder.text).not.toContain('[DONE]');
});

test('a stream with its finish reason and no sentinel is complete, and gets the sentinel', () => {
  const recorder = run([delta('a'), delta('', 'stop')]);
  expect(recorder.complete).toBe(1);
  expect(recorder.text.endsWith(DONE)).toBe(true);
});

test('a last event without its blank line counts', () => {
  expect(run([delta('a'), delta('', 'stop'), 'data: [DONE]']).text).toBe(delta('a') + delta('', 'stop') + DONE);
  expect(run([delta('a'), 'data: {"choices":[{"delta":{"content":"b']).cut).toBe(1);
});

test('an error event ends the stream without anything of it passed on', () => {
  const recorder = run([delta('a'), event({ error: { message: 'your prompt was: secret', code: 502 } }), DONE]);
  expect(recorder.errors).toEqual([{ code: 'upstream_error', vendorCode: '502', vendorParam: null }]);
  expect(recorder.text).toBe(delta('a'));
  expect(recorder.complete).toBe(0);
  expect(recorder.cut).toBe(0);
});

test('one malformed event among good ones is left out and counted', () => {
  const recorder = run([delta('a'), 'data: {"choices":[{"delta":\n\n', delta('b'), delta('', 'stop'), DONE]);
  expect(recorder.malformed).toBe(1);
  expect(recorder.text).toBe(delta('a') + delta('b') + delta('', 'stop') + DONE);
  expect(recorder.complete).toBe(1);
});

test.each(['{"choices":{}}', '{"choices":"text"}', '{"choices":7}', '[{"choices":[]}]', '"text"', '7'])(
  'JSON that is no chunk is left out like broken JSON: %s',
  (data) => {
    const recorder = run([delta('a'), `data: ${data}\n\n`, delta('b'), delta('', 'stop'), DONE]);
    expect(recorder.malformed).toBe(1);
    expect(recorder.text).toBe(delta('a') + delta('b') + delta('', 'stop') + DONE);
    expect(recorder.complete).toBe(1);
  },
);

test.each([
  [null],
  [7],
  ['text'],
  [{ delta: 'text' }],
  [{ delta: [] }],
  [{ delta: { content: 7 }, finish_reason: {} }],
])('odd members of a chunk are passed on as they are: %j', (...choices) => {
  const odd = event({ choices });
  const recorder = run([delta('a'), odd, delta('', 'stop'), DONE]);
  expect(recorder.text).toBe(delta('a') + odd + delta('', 'stop') + DONE);
  expect(recorder.complete).toBe(1);
});

test('content nested deeper than any stack is passed on', () => {
  const deep = `data: {"choices":[{"delta":{"tool_calls":${'['.repeat(50_000)}${']'.repeat(50_000)}}}]}\n\n`;
  const recorder = run([delta('a'), deep, delta('', 'stop'), DONE]);
  expect(recorder.text).toBe(delta('a') + deep + delta('', 'stop') + DONE);
});

test('a stream of nothing but the sentinel is no answer', () => {
  const recorder = run([DONE]);
  expect(recorder.errors[0]?.code).toBe('upstream_protocol');
  expect(recorder.text).toBe('');
});

test('a tool call is content', () => {
  const call = event({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'x' }] } }] });
  expect(run([ROLE, call], { end: false }).beforeContent).toBe(ROLE);
});

test('the receipt rides on the last chunk, when asked for', () => {
  const recorder = run([delta('a'), delta('', 'stop'), USAGE, DONE], { trailer: () => '{"request_id":"r"}' });
  const events = recorder.text.trim().split('\n\n');
  expect(JSON.parse((events[2] as string).slice(6)).alidade).toEqual({ request_id: 'r' });
  expect(events[1]).not.toContain('alidade');
  expect(events[3]).toBe('data: [DONE]');
});

test('the receipt rides on the finish chunk where no usage chunk is passed on', () => {
  const recorder = run([delta('a'), delta('', 'stop'), USAGE, DONE], {
    trailer: () => '{"request_id":"r"}',
    swallowUsage: true,
  });
  const events = recorder.text.trim().split('\n\n');
  expect(events).toHaveLength(3);
  expect(JSON.parse((events[1] as string).slice(6)).alidade).toEqual({ request_id: 'r' });
});

describe('without a sentinel, content behind the last word of an answer makes the end a cut,', () => {
  const of = (index: number, content: string, finish: string | null = null): string =>
    event({ choices: [{ index, delta: { content }, finish_reason: finish }] });

  test.each<[string, string[], boolean]>([
    ['when it goes on after its finish', [delta('a'), delta('', 'stop'), delta('b'), delta('c')], false],
    ['when another answer has finished', [of(0, 'a'), of(1, '', 'stop')], false],
    ['and not when it finishes again', [delta('a'), delta('', 'stop'), delta('b'), delta('', 'stop')], true],
    ['and not when each event says that it has', [delta('a', 'stop'), delta('b', 'stop')], true],
    ['and not when nothing is said behind it', [delta('a'), delta('', 'stop'), delta(''), USAGE], true],
  ])('%s', (_what, events, isWhole) => {
    const { complete, cut, text } = run(events);
    expect({ complete, cut }).toEqual(isWhole ? { complete: 1, cut: 0 } : { complete: 0, cut: 1 });
    expect(text.includes('[DONE]')).toBe(isWhole);
    // Who says that this is the end is believed.
    expect(run([...events, DONE])).toMatchObject({ complete: 1, cut: 0 });
  });
});

test('of several answers each must finish: one that is cut makes the whole stream a cut', () => {
  const choice = (index: number, content: string, finish: string | null = null): string =>
    event({ choices: [{ index, delta: { content }, finish_reason: finish }] });
  const begun = [choice(0, 'a'), choice(1, 'b'), choice(0, '', 'stop'), choice(1, 'c')];
  const cut = run(begun, { choices: 2 });
  expect(cut.cut).toBe(1);
  expect(cut.text).not.toContain('[DONE]');
  expect(run([...begun, choice(1, '', 'stop')], { choices: 2 }).complete).toBe(1);
});

test('broken JSON is never forwarded, also where it begins and ends as JSON does', () => {
  const broken = 'data: {"choices":[{"index":0,"delta":{"content":"LOST"}}\n\n';
  const recorder = run([delta('a'), broken, delta('', 'stop'), DONE]);
  expect(recorder.malformed).toBe(1);
  expect(recorder.text).not.toContain('LOST');
});

test('a refusal is told from an ordinary stop', () => {
  const refusal = event({ choices: [{ index: 0, delta: { refusal: 'I cannot.' }, finish_reason: null }] });
  expect(run([refusal, delta('', 'stop'), DONE]).finish).toBe('refusal');
});

test('what the model said is counted in bytes, whatever the size of its events', () => {
  const stream = new OpenAiRelayStream(new Recorder(), { swallowUsage: false, choices: 1, trailer: null });
  stream.push(Buffer.from(delta('é'.repeat(1_000)) + delta('x')));
  expect(stream.contentBytes).toBe(2_001);
  expect(stream.contentEvents).toBe(2);
});

describe('chunks that differ by their text alone', () => {
  const choice = (index: number, text: string, more: object = {}) => ({
    id: 'c1',
    choices: [{ index, delta: { content: text }, finish_reason: null, ...more }],
    usage: null,
  });
  const kinds: readonly ((text: string, place: number) => object)[] = [
    (text) => choice(0, text),
    (text, place) => choice(place % 2, text),
    (text) => ({ choices: [0, 1].flatMap((index) => choice(index, text).choices) }),
    (text) => choice(0, text, { delta: { content: text, reasoning_content: 'hm' } }),
    (text) => choice(0, 'b', { delta: { content: 'b', refusal: text } }),
    (text, place) => ({ ...choice(0, text), usage: { prompt_tokens: 1, completion_tokens: place } }),
    (text, place) => (place % 4 === 3 ? choice(0, text, { finish_reason: 'stop' }) : choice(0, text)),
  ];
  /** Says nothing, and makes every chunk another one, so that each is parsed. */
  const padded = (chunk: object, place: number): object => ({ obfuscation: String(place), ...chunk });

  function passed(chunks: readonly object[]) {
    const recorder = new Recorder();
    const stream = new OpenAiRelayStream(recorder, { swallowUsage: false, choices: 1, trailer: null });
    for (const chunk of chunks) stream.push(Buffer.from(event(chunk)));
    stream.push(Buffer.from(DONE));
    const { contentEvents, contentBytes, reasoning, finished } = stream;
    const { text, usage, finish, complete, errors, malformed } = recorder;
    return {
      text,
      seen: { contentEvents, contentBytes, reasoning, finished, usage, finish, complete, errors, malformed },
    };
  }

  test('pass byte for byte and count as if each were parsed', () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.constant('a')), { maxLength: 12 });
    fc.assert(
      fc.property(texts, fc.constantFrom(...kinds), (said, kind) => {
        const chunks = said.map(kind);
        const { text, seen } = passed(chunks);
        if (seen.complete === 1) expect(text).toBe(chunks.map(event).join('') + DONE);
        expect(seen).toEqual(passed(chunks.map(padded)).seen);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['Hi"},', 'Hi},'],
    ['Hi', 'H\ti'],
    ['Hi', 'H"i'],
    ['Hi', 'H\\i'],
    ['Hi"', '"Hi'],
  ])('are left out where their JSON is broken: %j as %j', (whole, broken) => {
    const good = delta('Hi');
    const recorder = run([good, good, good, good.replace(whole, broken), delta('', 'stop'), DONE]);
    expect(recorder.malformed).toBe(1);
    expect(recorder.text).toBe(good + good + good + delta('', 'stop') + DONE);
  });
});
