import { describe, expect, test } from 'vitest';
import { chat, upstreamDeployment } from '../../test/support/gateway.ts';
import { useTwoUpstreams } from '../../test/support/served-upstreams.ts';
import { chatCompletion, chatCompletionBody, usageOf } from '../../test/support/upstream/openai-replies.ts';
import type { ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { testEndpoint } from '../routing/test-world.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
const { gatewayOf } = useTwoUpstreams((one, two) => {
  [first, second] = [one, two];
});

const MEBIBYTE = 1_048_576;

describe('an answer that cannot be passed on', () => {
  const broken = chatCompletionBody({ finishReason: 'network_error', usage: usageOf(12, 3) });

  test.each([
    ['was broken off', broken],
    ['has no choices', { ...broken, choices: [] }],
    ['has a choice without a message', { ...broken, choices: [{ index: 0, finish_reason: 'stop' }] }],
  ])('is booked as its vendor reports it where it %s', async (_name, body) => {
    const { send, journal } = gatewayOf();
    first.reply({ body: JSON.stringify(body) });
    second.reply(chatCompletion({ content: 'Whole.' }));
    const sink = send(chat());
    await sink.ended;
    expect(sink.text).toContain('Whole.');
    const [attempt] = (await journal.receipt).attempts;
    expect(attempt).toMatchObject({ outcome: 'upstream_error', usage_source: 'reported' });
    expect(attempt?.usage).toMatchObject({ input_tokens: 12, output_tokens: 3 });
    expect(attempt?.cost_usd).toBeCloseTo((12 * 1 + 3 * 2) / 1e6, 12);
  });

  test('is booked by what it says where nothing is reported', async () => {
    const { send, journal } = gatewayOf();
    const content = 'x'.repeat(400);
    first.reply(chatCompletion({ content, finishReason: 'network_error', usage: null }));
    second.reply(chatCompletion());
    await send(chat()).ended;
    const [attempt] = (await journal.receipt).attempts;
    expect(attempt).toMatchObject({ usage_source: 'estimated', usage: { output_tokens: 100 } });
  });
});

describe('an answer that comes whole where a stream was asked for', () => {
  test('is passed on as a stream, and nobody is paid twice', async () => {
    const { send, journal } = gatewayOf();
    first.reply(chatCompletion({ content: 'All at once.', usage: usageOf(12, 3) }));
    const sink = send(chat({ stream: true }));
    await sink.ended;
    expect(sink.headers['content-type']).toContain('text/event-stream');
    expect(sink.text).toContain('"delta":{"role":"assistant","content":"All at once."}');
    expect(sink.text).not.toContain('"usage":{');
    expect(sink.text.endsWith('data: [DONE]\n\n')).toBe(true);
    const receipt = await journal.receipt;
    expect(receipt).toMatchObject({ outcome: 'ok', stream: true, usage: { input_tokens: 12, output_tokens: 3 } });
    expect(receipt.attempts).toMatchObject([{ deployment: 'one@first', usage_source: 'reported' }]);
  });

  test('tells its usage to whoever asked for it', async () => {
    const { send } = gatewayOf();
    first.reply(chatCompletion({ usage: usageOf(12, 3) }));
    const sink = send(chat({ stream: true, stream_options: { include_usage: true } }));
    await sink.ended;
    expect(sink.text).toContain('"choices":[],"usage":{"prompt_tokens":12,');
  });

  test('does not tell its usage to others, also where the vendor is never asked for it', async () => {
    const quirks = { maxTokensMember: 'either', streamUsage: 'always', refusedMembers: [], embeddings: true } as const;
    const endpoint = testEndpoint('one@first', { baseUrl: first.baseUrl, private: true, quirks });
    const { send, journal } = gatewayOf({
      deployments: [upstreamDeployment('one@first', 'maker/one', first, { endpoint })],
    });
    first.reply(chatCompletion({ usage: usageOf(12, 3) }));
    const sink = send(chat({ stream: true }));
    await sink.ended;
    // Clients look into the first choice of every chunk.
    expect(sink.text).not.toContain('"choices":[]');
    expect(await journal.receipt).toMatchObject({ usage: { input_tokens: 12, output_tokens: 3 } });
  });

  test.each(['openai', 'anthropic'] as const)(
    'is replaced and booked where it nests too deeply to be written again: %s',
    async (dialect) => {
      const { send, journal } = gatewayOf();
      const body = JSON.stringify({ ...chatCompletionBody({ usage: usageOf(12, 3) }), deep: 'DEEP' });
      first.reply({ body: body.replace('"DEEP"', '['.repeat(100_000) + ']'.repeat(100_000)) });
      second.reply(chatCompletion({ content: 'Whole.' }));
      const sink = send(chat({ stream: true, max_tokens: 99 }), { dialect });
      await sink.ended;
      expect(sink.text).toContain('Whole.');
      const [attempt] = (await journal.receipt).attempts;
      expect(attempt).toMatchObject({ outcome: 'upstream_error', usage_source: 'reported' });
    },
  );

  test('is replaced where it is an error, or longer than is read in one turn', async () => {
    const { send, journal } = gatewayOf();
    first.enqueue({ body: '{"error":{"code":"server_error"}}' }, chatCompletion({ content: 'x'.repeat(MEBIBYTE * 2) }));
    second.reply(chatCompletion({ content: 'Whole.' }));
    for (let turn = 0; turn < 2; turn += 1) {
      const sink = send(chat({ stream: true }));
      await sink.ended;
      expect(sink.text).toContain('Whole.');
    }
    expect(journal.receipts.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([
      ['upstream_error', 'ok'],
      ['upstream_error', 'ok'],
    ]);
  });
});
