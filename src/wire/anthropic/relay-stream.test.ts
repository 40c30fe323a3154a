import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STREAM_FIXTURES, StreamRecorder, streamFixture } from '../../../test/support/anthropic-fixtures.ts';
import { AnthropicRelayStream } from './relay-stream.ts';

function run(chunks: readonly (string | Buffer)[], trailer: (() => string) | null = null): StreamRecorder {
  const recorder = new StreamRecorder();
  const stream = new AnthropicRelayStream(recorder, trailer);
  for (const chunk of chunks) stream.push(Buffer.from(chunk));
  stream.end();
  return recorder;
}

const event = (value: { type: string; [member: string]: unknown }): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
const START = event({ type: 'message_start', message: { usage: { input_tokens: 5, output_tokens: 1 } } });
const text = (words: string): string =>
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } });
const BLOCK = event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
const END =
  event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } }) +
  event({ type: 'message_stop' });
const SHORT = START + BLOCK + text('é') + END;

test('a message that goes on after its reason to stop, and is cut, is not whole', () => {
  const stop = event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } });
  const begun = [START, BLOCK, text('a'), text('b'), stop];
  expect(run(begun)).toMatchObject({ complete: 1, cut: 0 });
  for (const more of [[text('c')], [text('c'), text('d')]]) {
    expect(run([...begun, ...more])).toMatchObject({ complete: 0, cut: 1 });
    expect(run([...begun, ...more, stop])).toMatchObject({ complete: 1, cut: 0 });
    expect(run([...begun, ...more, event({ type: 'message_stop' })])).toMatchObject({ complete: 1, cut: 0 });
  }
});

describe('a complete stream', () => {
  test.each(STREAM_FIXTURES.filter((name) => name !== 'overloaded'))('%s reaches the client byte for byte', (name) => {
    const whole = streamFixture(name);
    const recorder = run([whole]);
    expect(recorder.text).toBe(whole);
    expect(recorder.complete).toBe(1);
    expect(recorder.malformed).toBe(0);
  });

  test('counts the bytes of what was said, for those who leave before usage is told (quirk: disconnect)', () => {
    const stream = new AnthropicRelayStream(new StreamRecorder(), null);
    const said = ['Hello', ', how are you today? ', '你好', 'x'.repeat(500)];
    stream.push(Buffer.from(START + BLOCK + said.map(text).join('')));
    expect(stream.contentEvents).toBe(said.length);
    expect(stream.contentBytes).toBe(Buffer.byteLength(said.join('')));
  });

  test('is the same however its bytes are cut: every pair of cuts, stepwise', () => {
    const bytes = Buffer.from(SHORT);
    const expected = run([bytes]).everything;
    for (let a = 0; a <= bytes.length; a += 1) {
      for (let b = a; b <= bytes.length; b += 11) {
        const cut = run([bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)]);
        if (JSON.stringify(cut.everything) !== JSON.stringify(expected)) throw new Error(`differs at ${a}, ${b}`);
      }
    }
  });

  test('is the same however its bytes are cut: random pieces', () => {
    const bytes = Buffer.from(streamFixture('thinking'));
    const expected = run([bytes]).everything;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes) => {
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const size = sizes[i % sizes.length] as number;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(run(chunks).everything).toEqual(expected);
      }),
    );
  });

  test('quirk 38: with CRLF and without a space after the colon it is forwarded as it came', () => {
    const odd = SHORT.replaceAll('\n', '\r\n').replaceAll('data: ', 'data:').replaceAll('event: ', 'event:');
    const recorder = run([odd]);
    expect(recorder.text).toBe(odd);
    expect(recorder.complete).toBe(1);
    expect(recorder.finish).toBe('stop');
  });
});

describe('quirks 31 and 32: usage', () => {
  test('input includes what was cached, later totals replace earlier ones and are not added', () => {
    expect(run([streamFixture('text')]).usage).toEqual({
      input_tokens: 21 + 1000 + 188,
      output_tokens: 15,
      cached_input_tokens: 1000,
      cache_write_tokens: 188,
      reasoning_tokens: null,
    });
    expect(run([streamFixture('parallel-tools')]).usage).toMatchObject({ input_tokens: 500, output_tokens: 120 });
  });

  test('quirk 33: tokens of thoughts are part of the output', () => {
    expect(run([streamFixture('thinking')]).usage).toMatchObject({ output_tokens: 120, reasoning_tokens: 77 });
  });

  test('is known from the first event on, for a stream that is cut', () => {
    expect(run([START + BLOCK + text('a')]).usages[0]).toMatchObject({ input_tokens: 5 });
  });

  test('an input that is only known at the end, or filled with 0 there, counts once', () => {
    const late = SHORT.replace('"input_tokens":5', '"input_tokens":0').replace(
      '"usage":{"output_tokens":3}',
      '"usage":{"input_tokens":7,"output_tokens":3}',
    );
    expect(run([late]).usage).toMatchObject({ input_tokens: 7, output_tokens: 3 });
    const zero = SHORT.replace('"usage":{"output_tokens":3}', '"usage":{"input_tokens":0,"output_tokens":3}');
    expect(run([zero]).usage).toMatchObject({ input_tokens: 5, output_tokens: 3 });
  });
});

describe('the beginning of content', () => {
  test('is the first word, not the block that will hold it', () => {
    expect(run([SHORT]).beforeContent).toBe(START + BLOCK);
  });

  test('is the start of thoughts, since nothing but pings may follow for minutes', () => {
    const omitted = streamFixture('omitted-thinking');
    expect(run([omitted]).beforeContent).toBe(omitted.slice(0, omitted.indexOf('event: content_block_start')));
  });

  test('is the start of a call', () => {
    const truncated = streamFixture('truncated-tool');
    expect(run([truncated]).beforeContent).toBe(truncated.slice(0, truncated.indexOf('event: content_block_start')));
  });

  test('quirk 43: is the stop of a refusal that says nothing', () => {
    const refusal = streamFixture('refusal');
    const recorder = run([refusal]);
    expect(recorder.beforeContent).toBe(refusal.slice(0, refusal.indexOf('event: message_delta')));
    expect(recorder.finish).toBe('refusal');
    expect(recorder.complete).toBe(1);
  });
});

describe('quirk 35: the end', () => {
  test('a stream that stops without its end is a cut and gets no message_stop', () => {
    const recorder = run([START, BLOCK, text('a'), text('b')]);
    expect(recorder.cut).toBe(1);
    expect(recorder.complete).toBe(0);
    expect(recorder.text).not.toContain('message_stop');
  });

  test('a stream with its stop reason and no message_stop is complete, and gets it', () => {
    const recorder = run([SHORT.slice(0, SHORT.indexOf('event: message_stop'))]);
    expect(recorder.complete).toBe(1);
    expect(recorder.text.endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe(true);
  });

  test('a last event without its blank line counts when it is whole', () => {
    expect(run([SHORT.trimEnd()]).text).toBe(SHORT);
    expect(run([`${START}${BLOCK}${text('a')}event: content_block_delta\ndata: {"type":"content_bl`]).cut).toBe(1);
  });

  test('a stream of nothing but the end is no answer', () => {
    const recorder = run([event({ type: 'message_stop' })]);
    expect(recorder.errors[0]?.code).toBe('upstream_protocol');
    expect(recorder.text).toBe('');
  });
});

describe('quirk 36: an error in mid-stream', () => {
  test('ends the stream with nothing of it passed on', () => {
    const recorder = run([streamFixture('overloaded')]);
    expect(recorder.errors).toEqual([
      { code: 'upstream_overloaded', vendorCode: 'overloaded_error', vendorParam: null },
    ]);
    expect(recorder.text).not.toContain('overloaded');
    expect(recorder.complete + recorder.cut).toBe(0);
  });

  test('is recognised by its event name alone, and in the shape of other dialects', () => {
    expect(run([START, 'event: error\ndata: upstream went away\n\n']).errors).toHaveLength(1);
    expect(run([START, 'data: {"error":{"message":"secret","code":"x"}}\n\n']).errors).toHaveLength(1);
  });
});

describe('odd events', () => {
  test('quirk 37: pings pass, comments do not', () => {
    const ping = event({ type: 'ping' });
    const recorder = run([START, ': keep-alive\n\n', BLOCK, text('a'), ping, ': x\n\n', END]);
    expect(recorder.text).toBe(START + BLOCK + text('a') + ping + END);
  });

  test('a malformed event among good ones is left out and counted, before and after the first word', () => {
    const cut = 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":\n\n';
    const recorder = run([START, BLOCK, cut, text('a'), cut, text('b'), END]);
    expect(recorder.malformed).toBe(2);
    expect(recorder.text).toBe(START + BLOCK + text('a') + text('b') + END);
  });

  test('one that is broken within is left out, however like the others it begins and ends', () => {
    const [before, after] = [
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":',
      '}\n\n',
    ];
    const broken = [
      `${before}{"type":"text_delta","text":"half}${after}`,
      `${before}{"type":"text_delta","text":"a"b"}${after}`,
      `${before}{"type":"text_delta","text":"a\\x"}${after}`,
      `${before}{"type":"text_delta","text":"a"}}${after}`,
      `${before}null${after}`,
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0}\n\n',
      'event: content_block_delta\ndata: {}\n\n',
    ];
    const recorder = run([START, BLOCK, text('a'), ...broken.flatMap((event) => [event, text('b')]), END]);
    expect(recorder.malformed).toBe(broken.length);
    expect(recorder.text).toBe(START + BLOCK + text('a') + text('b').repeat(broken.length) + END);
  });

  test('an error under the name of a delta ends the stream as an error, after the first word, too', () => {
    const errors = ['{"type":"error","error":{"type":"overloaded_error","message":"m"}}', '{"error":{"message":"m"}}'];
    for (const error of errors) {
      const recorder = run([START, BLOCK, text('a'), text('b'), `event: content_block_delta\ndata: ${error}\n\n`, END]);
      expect(recorder.errors).toHaveLength(1);
      expect(recorder.complete).toBe(0);
      expect(recorder.text).toBe(START + BLOCK + text('a') + text('b'));
    }
  });

  test('an answer in which every kind of delta alternates passes whole', () => {
    const kinds = [
      text('plain'),
      text('two\nlines "quoted"'),
      event({ type: 'content_block_delta', index: 1, delta: { type: 'thinking_delta', thinking: 'hm' } }),
      event({ type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"text":"' } }),
      event({ type: 'content_block_delta', index: 1, delta: { type: 'signature_delta', signature: 'c2ln' } }),
      event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '"text":"x"' } }),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds), { maxLength: 60 }), (events) => {
        const recorder = run([START, BLOCK, text('a'), ...events, END]);
        expect(recorder.text).toBe(START + BLOCK + text('a') + events.join('') + END);
        expect(recorder.malformed + recorder.errors.length).toBe(0);
      }),
    );
  });

  test('events of types that do not exist yet pass', () => {
    const future = event({ type: 'message_annotation', note: 1 });
    expect(run([START, BLOCK, text('a'), future, END]).text).toContain(future);
  });

  test('an event without its name gets one, since clients skip events without', () => {
    const nameless = SHORT.replaceAll(/event: .*\n/g, '');
    expect(run([nameless]).text).toBe(SHORT);
  });

  test('text that talks about errors and stops passes', () => {
    const tricky = text('{"type":"error"} event: error "stop_reason":"refusal"');
    const recorder = run([START, BLOCK, text('a'), tricky, END]);
    expect(recorder.text).toContain(tricky);
    expect(recorder.errors).toEqual([]);
    expect(recorder.finish).toBe('stop');
  });
});

describe('the receipt', () => {
  test('rides on the last message_delta, when asked for', () => {
    const events = run([SHORT], () => '{"request_id":"r"}')
      .text.trim()
      .split('\n\n');
    const data = (events.at(-2) as string).split('\ndata: ')[1] as string;
    expect(JSON.parse(data)).toMatchObject({ type: 'message_delta', alidade: { request_id: 'r' } });
    expect(events.at(-1)).toContain('message_stop');
    expect(events).toHaveLength(5);
  });
});
