import { afterEach, beforeEach, expect, test } from 'vitest';
import { chat, createTestGateway, upstreamDeployment } from '../../test/support/gateway.ts';
import { chatCompletion } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { send } from '../../test/support/upstream/steps.ts';
import type { Decision } from '../contracts/decision.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { decide } from '../routing/decide.ts';
import { factsOf } from '../routing/recorded-request.ts';
import { testEndpoint } from '../routing/test-world.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let close: (() => Promise<void>) | null = null;

beforeEach(async () => {
  first = await createScriptedUpstream();
  second = await createScriptedUpstream();
});

afterEach(async () => {
  await close?.();
  await first.close();
  await second.close();
});

const event = (value: { type: string; [member: string]: unknown }): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;

/** A whole stream whose usage names a place. */
const streamFrom = (place: string, where: 'start' | 'end') =>
  [
    event({
      type: 'message_start',
      message: {
        id: 'm',
        model: 'x',
        usage: { input_tokens: 5, ...(where === 'start' ? { inference_geo: place } : {}) },
      },
    }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'The sea.' } }),
    event({ type: 'content_block_stop', index: 0 }),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 3, ...(where === 'end' ? { inference_geo: place } : {}) },
    }),
    event({ type: 'message_stop' }),
  ].map((text) => send(text));

function gatewayOf() {
  const inGermany = testEndpoint('first', {
    dialect: 'anthropic',
    baseUrl: first.origin,
    private: true,
    auth: 'none',
    facts: { ...testEndpoint('first').facts, region: 'de' },
  });
  const gateway = createTestGateway({
    deployments: [
      upstreamDeployment('one@first', 'maker/one', first, { endpoint: inGermany }),
      upstreamDeployment('two@second', 'maker/two', second),
    ],
    useCases: [{ id: 'hr', data_classes: ['personal'], keep_bodies: false, on_stream_break: 'fail' }],
  });
  close = gateway.close;
  return gateway;
}

const labelled = chat({ max_tokens: 50, alidade: { use_case: 'hr' } });

test.each([
  ['relayed, in its first event', 'anthropic', 'start'],
  ['relayed, in its last', 'anthropic', 'end'],
  ['translated, in its first event', 'openai', 'start'],
  ['translated, in its last', 'openai', 'end'],
] as const)(
  'a stream that tells of another place (%s) costs its endpoint labelled traffic',
  async (_, dialect, where) => {
    const { send: request, journal } = gatewayOf();
    first.reply({ body: streamFrom('us', where) });
    second.reply(chatCompletion());
    await request(chat({ stream: true, max_tokens: 50 }), { dialect }).ended;
    expect((await journal.receipt).attempts[0]).toMatchObject({ outcome: 'ok', region_echo: 'us' });
    const sink = request(labelled);
    await sink.ended;
    expect(sink.headers['x-alidade-deployment']).toBe('two@second');
    expect(first.requests).toHaveLength(1);
  },
);

test('a decision made after it holds what it needs to be made again, and one on other traffic says nothing of it', async () => {
  const { send: request, journal, gateway } = gatewayOf();
  first.reply({ body: streamFrom('us', 'start') });
  second.reply(chatCompletion());
  await request(chat({ stream: true, max_tokens: 50 })).ended;
  await request(labelled).ended;
  await request(chat({ max_tokens: 50 })).ended;
  const [before, after, unlabelled] = journal.receipts.map(({ decision }) => decision as Decision);
  expect(before?.moment).not.toHaveProperty('quarantined');
  expect(unlabelled?.moment).not.toHaveProperty('quarantined');
  expect(after?.moment.quarantined).toEqual(['one@first']);
  expect(after?.removed).toMatchObject([{ deployment: 'one@first', rules: ['region_echo_mismatch'] }]);
  for (const decision of [before, after, unlabelled] as Decision[]) {
    const again = decide(factsOf(decision) as RequestFacts, gateway.world.world, decision.moment);
    expect(again).toEqual(decision);
  }
});

test('a stream that tells of the promised place costs nothing', async () => {
  const { send: request, journal } = gatewayOf();
  first.reply({ body: streamFrom('de', 'start') });
  await request(chat({ stream: true, max_tokens: 50 })).ended;
  expect((await journal.receipt).attempts[0]).toMatchObject({ region_echo: 'de' });
  await request({ ...labelled, stream: true }).ended;
  expect(first.requests).toHaveLength(2);
});
