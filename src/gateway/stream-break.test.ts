import { describe, expect, test } from 'vitest';
import { chat, ManualClock, type TestGatewayOptions, upstreamDeployment } from '../../test/support/gateway.ts';
import type { MemorySink } from '../../test/support/memory-sink.ts';
import { useTwoUpstreams } from '../../test/support/served-upstreams.ts';
import { streamCutAfter, streamErrorsAfter, streamStallsAfter } from '../../test/support/upstream/faults.ts';
import {
  type ChatStreamOptions,
  chatCompletion,
  chatStream,
  errorReply,
} from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { send } from '../../test/support/upstream/steps.ts';
import type { UseCaseConfig } from '../contracts/configuration.ts';
import { CAPABILITIES } from '../contracts/vocabulary.ts';
import { testEndpoint } from '../routing/test-world.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
const { closing, gatewayOf: plainGatewayOf } = useTwoUpstreams((one, two) => {
  [first, second] = [one, two];
});

const CONTINUED: UseCaseConfig = { id: 'goes-on', keep_bodies: false, on_stream_break: 'continue' };
const NO_PREFILL = { capabilities: new Set(CAPABILITIES.filter((name) => name !== 'prefill')) };

const gatewayOf = (options: Partial<TestGatewayOptions> = {}) => plainGatewayOf({ useCases: [CONTINUED], ...options });

const ask = (extra: Record<string, unknown> = {}) => chat({ model: 'auto/goes-on', stream: true, ...extra });

interface Chunk {
  id?: string;
  choices?: { delta?: { content?: string; role?: string }; finish_reason?: string | null }[];
}

const chunksOf = (sink: MemorySink): Chunk[] =>
  sink.text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)) as Chunk);

const textOf = (sink: MemorySink): string =>
  chunksOf(sink)
    .map(({ choices }) => choices?.[0]?.delta?.content ?? '')
    .join('');

interface Sent {
  messages: { role: string; content: string }[];
}
const sentTo = async (upstream: ScriptedUpstream, number = 1): Promise<Sent> =>
  (await upstream.request(number)).json() as Sent;

describe('a stream that breaks after text was sent, for a use case that goes on', () => {
  test('is finished by another deployment from the exact text delivered', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(streamCutAfter(2, { deltas: ['The sea ', 'is deep', ' and blue.'] }));
    second.reply(chatStream({ deltas: [' and ', 'blue.'] }));
    const sink = request(ask());
    await sink.ended;
    expect(textOf(sink)).toBe('The sea is deep and blue.');
    expect(sink.text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(sink.text.match(/"role":"assistant"/g)).toHaveLength(1);
    expect(new Set(chunksOf(sink).map(({ id }) => id)).size).toBe(1);
    const receipt = await journal.receipt;
    expect(receipt).toMatchObject({ outcome: 'continued', error: null, status: 200 });
    expect(receipt.attempts).toMatchObject([
      { deployment: 'one@first', role: 'primary', outcome: 'upstream_cut', usage_source: 'estimated' },
      { deployment: 'two@second', role: 'continuation', outcome: 'ok', usage_source: 'reported' },
    ]);
  });

  test('is finished also by one that answers whole', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(streamCutAfter(2, { deltas: ['The sea ', 'is deep', ' and blue.'] }));
    second.reply(chatCompletion({ content: ' and blue.' }));
    const sink = request(ask());
    await sink.ended;
    expect(textOf(sink)).toBe('The sea is deep and blue.');
    expect(sink.text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect((await journal.receipt).attempts).toMatchObject([{ outcome: 'upstream_cut' }, { usage_source: 'reported' }]);
  });

  test('is booked with the text that the one that goes on was shown, where it reports nothing', async () => {
    const { send: request, journal } = gatewayOf();
    const begun = 'The sea is deep and blue. '.repeat(40);
    first.reply(streamCutAfter(1, { deltas: [begun, 'End.'] }));
    second.reply(streamCutAfter(1, { deltas: ['And wide', ', too.'] }));
    await request(ask()).ended;
    const [cut, goneOn] = (await journal.receipt).attempts.map(({ usage }) => usage.input_tokens ?? 0);
    expect((goneOn ?? 0) - (cut ?? 0)).toBe(begun.length / 4);
  });

  test('tells that the thoughts of the one that goes on are left out', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(streamCutAfter(1, { deltas: ['The sea is ', 'deep.'] }));
    const events = [
      { id: 'c', choices: [{ index: 0, delta: { role: 'assistant', reasoning_content: 'How deep?' } }] },
      { id: 'c', choices: [{ index: 0, delta: { content: 'deep.' } }] },
      { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ].map((event) => `data: ${JSON.stringify(event)}\n\n`);
    second.reply({ headers: { 'content-type': 'text/event-stream' }, body: `${events.join('')}data: [DONE]\n\n` });
    const sink = request(ask());
    await sink.ended;
    expect(textOf(sink)).toBe('The sea is deep.');
    expect(sink.text).not.toContain('How deep?');
    expect((await journal.receipt).loss).toMatchObject([{ kind: 'dropped', field: 'answer.reasoning' }]);
  });

  test('goes on by prefill where the deployment declares it', async () => {
    const { send: request } = gatewayOf();
    first.reply(streamCutAfter(1, { deltas: ['The sea ', 'is deep.'] }));
    second.reply(chatStream({ deltas: [' is deep.'] }));
    const sink = request(ask());
    await sink.ended;
    // White space at the end is refused by some; where the model writes it again it comes once.
    expect((await sentTo(second)).messages.at(-1)).toEqual({ role: 'assistant', content: 'The sea' });
    expect(textOf(sink)).toBe('The sea is deep.');
  });

  test('goes on by a turn in the language of the conversation elsewhere, and a run-up is left out', async () => {
    const deployments = [
      upstreamDeployment('one@first', 'maker/one', first),
      upstreamDeployment('two@second', 'maker/two', second, NO_PREFILL),
    ];
    const { send: request } = gatewayOf({ deployments });
    const begun = 'Das Meer ist tief und blau und ';
    first.reply(streamCutAfter(1, { deltas: [begun, 'weit.'] }));
    second.reply(chatStream({ deltas: ['Das Meer ist tief', ' und blau und ', 'weit.'] }));
    const sink = request(
      ask({ messages: [{ role: 'user', content: 'Erzähle mir bitte etwas über das Meer und die Schiffe.' }] }),
    );
    await sink.ended;
    expect(textOf(sink)).toBe('Das Meer ist tief und blau und weit.');
    const { messages } = await sentTo(second);
    expect(messages.at(-2)).toEqual({ role: 'assistant', content: begun.trimEnd() });
    expect(messages.at(-1)?.role).toBe('user');
    expect(messages.at(-1)?.content).toContain('unterbrochen');
  });

  test.each([
    ['anthropic', 'claude-opus-4-6'],
    ['gemini', 'gemini-3.6-pro'],
  ] as const)(
    'is asked for by a turn of a model that %s begins no answer for, whatever is declared',
    async (dialect, upstreamModel) => {
      const endpoint = testEndpoint('second', { dialect, baseUrl: second.baseUrl, private: true, auth: 'none' });
      const deployments = [
        upstreamDeployment('one@first', 'maker/one', first),
        upstreamDeployment('two@second', 'maker/two', second, { endpoint, upstreamModel }),
      ];
      const { send: request, journal } = gatewayOf({ deployments });
      first.reply(streamCutAfter(1, { deltas: ['The sea is', ' deep.'] }));
      const sink = request(ask());
      await sink.ended;
      const { body } = await second.request(1);
      // Without what was begun it would answer anew, behind the half that the client has.
      expect(body.toString()).toContain('The sea is');
      expect(body.toString()).toContain('Your answer was interrupted.');
      expect((await journal.receipt).loss).toEqual([]);
    },
  );

  test('tries the other way where one is refused, and that is not the error of the client', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(streamCutAfter(1, { deltas: ['The sea', ' is deep.'] }));
    second.enqueue(errorReply(400, { code: 'invalid_value' }), chatStream({ deltas: [' is deep.'] }));
    const sink = request(ask());
    await sink.ended;
    expect(textOf(sink)).toBe('The sea is deep.');
    expect((await sentTo(second, 2)).messages.at(-1)?.role).toBe('user');
    expect((await journal.receipt).attempts.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
      'primary upstream_cut',
      'continuation bad_request',
      'continuation ok',
    ]);
  });

  test('ends with why it broke where nobody can go on', async () => {
    const { send: request, journal } = gatewayOf();
    first.reply(streamErrorsAfter(1));
    second.reply(errorReply(400, { code: 'invalid_value' }));
    const sink = request(ask());
    await sink.ended;
    expect(sink.text).toContain('"code":"upstream_overloaded"');
    expect(sink.text).not.toContain('[DONE]');
    expect(await journal.receipt).toMatchObject({ outcome: 'upstream_error', error: 'upstream_overloaded' });
  });

  test('that breaks again goes on again, and every break is booked', async () => {
    const third = await createScriptedUpstream();
    closing.push(() => third.close());
    const deployments = [
      upstreamDeployment('one@first', 'maker/one', first),
      upstreamDeployment('two@second', 'maker/two', second),
      upstreamDeployment('three@third', 'maker/three', third),
    ];
    const { send: request, journal } = gatewayOf({ deployments });
    first.reply(streamCutAfter(1, { deltas: ['a', 'x'] }));
    second.reply(streamCutAfter(1, { deltas: ['b', 'x'] }));
    third.reply(chatStream({ deltas: ['c'] }));
    const sink = request(ask());
    await sink.ended;
    expect(textOf(sink)).toBe('abc');
    expect((await journal.receipt).attempts.map(({ outcome }) => outcome)).toEqual([
      'upstream_cut',
      'upstream_cut',
      'ok',
    ]);
  });

  test.each<[string, ChatStreamOptions, Record<string, unknown>]>([
    ['it has thought', { deltas: ['x'], reasoning: ['hm'] }, {}],
    [
      'tools were offered',
      { deltas: ['x'] },
      { tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] },
    ],
    ['it owes a schema', { deltas: ['x'] }, { response_format: { type: 'json_object' } }],
    ['several answers were asked for', { deltas: ['x'] }, { n: 2 }],
  ])('ends as an error when %s', async (_name, said, extra) => {
    const { send: request } = gatewayOf();
    const events = streamCutAfter((said.reasoning?.length ?? 0) + 1, said);
    first.reply(events);
    second.reply(chatStream({ deltas: ['y'] }));
    const sink = request(ask(extra));
    await sink.ended;
    expect(sink.text).toContain('"code":"upstream_cut"');
    expect(second.requests).toHaveLength(0);
  });

  test('never goes on with another model than the one that was named', async () => {
    const { send: request } = gatewayOf({ useCases: [CONTINUED] });
    first.reply(streamCutAfter(1));
    const body = ask({ model: 'maker/one', alidade: { use_case: 'goes-on' } });
    const sink = request(body);
    await sink.ended;
    expect(sink.text).toContain('"code":"upstream_cut"');
    expect(second.requests).toHaveLength(0);
  });

  test('never goes on at a deployment that has been taken away meanwhile', async () => {
    const clock = new ManualClock();
    const { send: request, gateway } = gatewayOf({ clock });
    first.reply(streamStallsAfter(1));
    second.reply(chatStream());
    const sink = request(ask());
    await sink.firstBytes;
    const { world } = gateway;
    gateway.setWorld({ ...world, world: { ...world.world, deploymentsById: new Map() } });
    clock.advance(30_001);
    await sink.ended;
    expect(sink.text).toContain('"code":"upstream_stalled"');
    expect(second.requests).toHaveLength(0);
  });
});

describe('a stream that is held back', () => {
  const held: UseCaseConfig = {
    id: 'goes-on',
    keep_bodies: false,
    on_stream_break: 'fail',
    hold_back: { tokens: 3, ms: 500 },
  };

  test('is begun anew where it dies early, nobody noticing', async () => {
    const { send: request } = gatewayOf({ useCases: [held] });
    first.reply(streamCutAfter(2, { deltas: ['a', 'b', 'c', 'd'] }));
    second.reply(chatStream({ deltas: ['whole'] }));
    const sink = request(ask());
    await sink.ended;
    expect(textOf(sink)).toBe('whole');
    expect(sink.headers['x-alidade-deployment']).toBe('two@second');
  });

  test('is sent from its tokens on, and then can no longer be replaced', async () => {
    const { send: request } = gatewayOf({ useCases: [held] });
    first.reply(streamCutAfter(3, { deltas: ['a', 'b', 'c', 'd'] }));
    const sink = request(ask());
    await sink.ended;
    expect(textOf(sink)).toBe('abc');
    expect(sink.text).toContain('"code":"upstream_cut"');
    expect(second.requests).toHaveLength(0);
  });

  test('is sent when its time is over', async () => {
    const clock = new ManualClock();
    const { send: request } = gatewayOf({ useCases: [held], clock });
    first.reply(streamStallsAfter(1, { deltas: ['a', 'b'] }));
    const sink = request(ask());
    await first.request(1);
    for (let turn = 0; turn < 40 && sink.text === ''; turn += 1) {
      clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(textOf(sink)).toBe('a');
    sink.leave();
  });
});

describe('a hedge', () => {
  const hedged: UseCaseConfig = { id: 'goes-on', keep_bodies: false, on_stream_break: 'fail', hedge: true };
  const resilience = { hedge_share: 1, continuation_prompts: {} };

  /** Twenty calls that took no time: the 95th percentile is then all but nothing. */
  async function warmGateway() {
    const clock = new ManualClock();
    const served = gatewayOf({ useCases: [hedged], clock });
    served.gateway.setWorld({ ...served.gateway.world, resilience });
    first.reply(chatStream({ deltas: ['usual'] }));
    for (let call = 0; call < 20; call += 1) await served.send(ask()).ended;
    served.gateway.publishHealth();
    return { ...served, clock };
  }

  test('is asked when the first is slower than usual; the first word wins and the loser is booked as cancelled', async () => {
    const { send: request, journal, clock } = await warmGateway();
    first.reply({ body: [send(': waiting\n\n'), { kind: 'stall' }] });
    second.reply(chatStream({ deltas: ['faster'] }));
    const sink = request(ask());
    const slow = await first.request(21);
    clock.advance(200);
    await sink.ended;
    expect(textOf(sink)).toBe('faster');
    await slow.aborted;
    const receipt = journal.receipts.at(-1);
    expect(receipt?.outcome).toBe('ok');
    // The clock has not moved since the hedge was asked: the loser ended with the winner's first word.
    expect(receipt?.attempts).toMatchObject([
      { deployment: 'one@first', role: 'primary', outcome: 'cancelled', usage_source: 'estimated', total_ms: 200 },
      { deployment: 'two@second', role: 'hedge', outcome: 'ok' },
    ]);
  });

  test('is not asked where the budget has none left', async () => {
    const { send: request, journal, clock, gateway } = await warmGateway();
    gateway.setWorld({ ...gateway.world, resilience: { hedge_share: 0, continuation_prompts: {} } });
    first.reply((call) => ({
      body: [{ kind: 'hold', name: null }, ...(chatStream({ deltas: [`late ${call.number}`] }).body as [])],
    }));
    const slow = request(ask());
    const call = await first.request(21);
    // It ends with the sweep in which the slow one is looked at before it.
    const control = request(ask(), { headers: { deadlineMs: '100' } });
    await first.request(22);
    clock.advance(200);
    await control.ended;
    call.release();
    await slow.ended;
    expect(textOf(slow)).toBe('late 21');
    expect(second.requests).toHaveLength(0);
    expect(journal.receipts.at(-1)?.attempts).toHaveLength(1);
  });

  test('that fails does no harm: the first is still waited for', async () => {
    const { send: request, journal, clock } = await warmGateway();
    first.reply((call) => ({
      body: [{ kind: 'hold', name: null }, ...(chatStream({ deltas: [`late ${call.number}`] }).body as [])],
    }));
    second.reply(errorReply(500));
    const sink = request(ask());
    const slow = await first.request(21);
    clock.advance(200);
    await (await second.request(1)).finished;
    slow.release();
    await sink.ended;
    expect(textOf(sink)).toBe('late 21');
    expect(journal.receipts.at(-1)?.attempts.map(({ role, outcome }) => `${role} ${outcome}`)).toEqual([
      'primary ok',
      'hedge upstream_error',
    ]);
  });
});
