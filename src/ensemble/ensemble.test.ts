import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { arbiter, questionOf, says, testEnsemble } from '../../test/support/ensembles.ts';
import {
  chat,
  createTestGateway,
  ManualClock,
  type TestGatewayOptions,
  upstreamDeployment,
} from '../../test/support/gateway.ts';
import type { MemorySink } from '../../test/support/memory-sink.ts';
import { neverAnswers, streamCutAfter } from '../../test/support/upstream/faults.ts';
import { chatStream, errorReply, usageOf } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import type { Ensemble } from '../contracts/ensemble.ts';
import type { EnsembleRecord } from '../contracts/ensemble-record.ts';
import { NO_REQUEST_HEADERS } from '../contracts/gateway-request.ts';
import type { Receipt } from '../contracts/receipt.ts';
import { RequestDetector } from '../gateway/detection.ts';
import { testPrice } from '../routing/test-world.ts';

const SEARCHED = { maxCharacters: 100_000, budgetMs: 1_000, plugIn: null };

let one: ScriptedUpstream;
let two: ScriptedUpstream;
let judge: ScriptedUpstream;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  [one, two, judge] = await Promise.all([createScriptedUpstream(), createScriptedUpstream(), createScriptedUpstream()]);
  one.reply(says('Answer of one.'));
  two.reply(says('Answer of two.'));
  judge.reply(arbiter(({ first }) => (first.includes('two') ? 'FIRST' : 'SECOND')));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await Promise.all([one.close(), two.close(), judge.close()]);
});

function deployments(prices: readonly [number, number] = [1, 2]) {
  return [
    upstreamDeployment('one@here', 'maker/one', one, { price: testPrice(prices[0], prices[0]) }),
    upstreamDeployment('two@here', 'other/two', two, { price: testPrice(prices[1], prices[1]) }),
    upstreamDeployment('three@here', 'judge/three', judge, { price: testPrice(1, 1) }),
  ];
}

function gatewayOf(ensemble: Partial<Ensemble> = {}, options: Partial<TestGatewayOptions> = {}) {
  const made = createTestGateway({ deployments: deployments(), ensembles: [testEnsemble(ensemble)], ...options });
  closing.push(made.close);
  return made;
}

const ask = (more: Record<string, unknown> = {}) => chat({ model: 'ensemble/review', ...more });

const textOf = (sink: MemorySink): string =>
  (sink.json() as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? '';
const codeOf = (sink: MemorySink): unknown => (sink.json().error as { code: unknown } | undefined)?.code ?? null;
const messageOf = (sink: MemorySink): string => String((sink.json().error as { message: unknown }).message);

const parentReceipt = (receipts: readonly Receipt[]): Receipt =>
  receipts.find(({ ensemble }) => ensemble !== undefined) as Receipt;
const recordOf = (receipts: readonly Receipt[]): EnsembleRecord => parentReceipt(receipts).ensemble as EnsembleRecord;

async function run(made: ReturnType<typeof gatewayOf>, more: Record<string, unknown> = {}) {
  const sink = made.send(ask(more));
  await sink.ended;
  return sink;
}

describe('select_best', () => {
  test('gives the chosen member word for word, with what all of it cost', async () => {
    two.reply(says('  **Two** says\n\n`it`  '));
    judge.reply(arbiter(({ first }) => (first.includes('Two') ? 'FIRST' : 'SECOND')));
    const made = gatewayOf();
    const sink = await run(made);
    expect(sink.status).toBe(200);
    expect(textOf(sink)).toBe('  **Two** says\n\n`it`  ');
    expect(sink.headers).toMatchObject({
      'x-alidade-ensemble': 'review; used=2/2; arbiter=judge/three',
      'x-alidade-model': 'other/two',
      'x-alidade-deployment': 'two@here',
      'x-alidade-attempts': '4',
    });
    const receipt = parentReceipt(made.journal.receipts);
    expect(receipt.attempts.map(({ role }) => role).sort()).toEqual(['arbiter', 'arbiter', 'member', 'member']);
    const costs = made.journal.receipts.filter(({ parent_id }) => parent_id !== null).map(({ cost_usd }) => cost_usd);
    expect(costs).toHaveLength(4);
    expect(receipt.cost_usd).toBeCloseTo(
      costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
      12,
    );
    expect(sink.headers['x-alidade-cost-usd']).toBe(receipt.cost_usd?.toFixed(8));
    expect((sink.json().usage as { prompt_tokens: number }).prompt_tokens).toBe(44);
    expect(receipt.ensemble).toMatchObject({
      ensemble: true,
      decided_by: 'arbiter',
      chosen: 'B',
      models_used: ['maker/one', 'other/two'],
      members_failed: [],
      arbiter: { model: 'judge/three', family_apart: true, failed: [] },
      comparisons: [{ winner: 'B', flipped: false, decided_by: 'arbiter' }],
    });
    expect(made.faults).toEqual([]);
  });

  test('streams it, in the dialect of the client', async () => {
    const made = gatewayOf();
    const sink = made.send(
      { model: 'ensemble/review', max_tokens: 100, stream: true, messages: [{ role: 'user', content: 'Say it.' }] },
      { dialect: 'anthropic' },
    );
    await sink.ended;
    expect(sink.headers['content-type']).toContain('text/event-stream');
    expect(sink.text).toContain('event: message_start');
    expect(sink.text).toContain('"text":"Answer of two."');
    expect(sink.text.trimEnd().endsWith('{"type":"message_stop"}')).toBe(true);
    expect(sink.headers['x-alidade-ensemble']).toBe('review; used=2/2; arbiter=judge/three');
  });

  test('shows the arbiter both orders, no name and no markdown', async () => {
    one.reply(says('# Title\n**Bold** claim. I am maker one, made by maker.'));
    two.reply(says('Sure! Here is the answer:\nPlain claim.'));
    await run(gatewayOf());
    const asked = judge.requests.map((call) => questionOf(call.json()));
    expect(asked).toHaveLength(2);
    const pairs = asked.map(({ first, second }) => [first, second]);
    expect(pairs[0]).toEqual([...(pairs[1] as string[])].reverse());
    expect([...(pairs[0] as string[])].sort()).toEqual(['Plain claim.', 'Title\nBold claim.']);
    for (const { prompt } of asked) expect(prompt).not.toMatch(/maker|other\/two/);
  });

  test('counts orders that disagree as a tie, which the cheaper wins', async () => {
    judge.reply(arbiter(() => 'FIRST'));
    const made = gatewayOf({}, { deployments: deployments([5, 1]) });
    expect(textOf(await run(made))).toBe('Answer of two.');
    expect(recordOf(made.journal.receipts)).toMatchObject({
      decided_by: 'tie_cost',
      chosen: 'B',
      comparisons: [{ flipped: true, decided_by: 'tie_cost', winner: 'B' }],
    });
  });

  test('takes an arbiter without a readable verdict for no verdict', async () => {
    judge.reply(arbiter(() => 'FIRST, clearly'));
    const made = gatewayOf({}, { deployments: deployments([1, 5]) });
    expect(textOf(await run(made))).toBe('Answer of one.');
    const [comparison] = recordOf(made.journal.receipts).comparisons;
    expect(comparison?.verdicts.map(({ verdict, why }) => [verdict, why])).toEqual([
      [null, 'unreadable'],
      [null, 'unreadable'],
    ]);
  });

  test('asks the next arbiter where the first fails, and goes by the tie rule where all do', async () => {
    const second = await createScriptedUpstream();
    closing.push(() => second.close());
    second.reply(arbiter(({ first }) => (first.includes('one') ? 'FIRST' : 'SECOND')));
    judge.reply(errorReply(400));
    const fourth = upstreamDeployment('four@here', 'judge/four', second);
    const arbiters = ['judge/three', 'judge/four'];
    const made = gatewayOf({ arbiters }, { deployments: [...deployments([5, 1]), fourth] });
    const sink = await run(made);
    expect(textOf(sink)).toBe('Answer of one.');
    expect(sink.headers['x-alidade-ensemble']).toContain('arbiter=judge/four');
    second.reply(errorReply(400));
    made.journal.records.length = 0;
    expect(textOf(await run(made))).toBe('Answer of two.');
    expect(recordOf(made.journal.receipts)).toMatchObject({ decided_by: 'tie_cost', arbiter: null });
  });

  test('prefers an arbiter whose maker made no member, and notes where there is none', async () => {
    const made = gatewayOf({ members: ['maker/one', 'other/two'], arbiters: ['maker/one', 'judge/three'] });
    await run(made);
    expect(recordOf(made.journal.receipts).arbiter).toMatchObject({ model: 'judge/three', family_apart: true });
    const near = gatewayOf({ arbiters: ['maker/one'] });
    one.reply((call) => {
      const body = call.json() as { messages: { content: unknown }[] };
      const asked = questionOf(body);
      return asked.nonce === ''
        ? chatStream({ deltas: ['Answer of one.'] })
        : chatStream({ deltas: [`VERDICT ${asked.nonce}: TIE`] });
    });
    await run(near);
    expect(recordOf(near.journal.receipts).arbiter).toMatchObject({ model: 'maker/one', family_apart: false });
  });
});

describe('members that do not answer', () => {
  test('leave the other as it is: no arbiter, no ensemble', async () => {
    one.reply(errorReply(400));
    const made = gatewayOf();
    const sink = await run(made);
    expect(textOf(sink)).toBe('Answer of two.');
    expect(sink.headers['x-alidade-ensemble']).toBe('review; used=1/2; arbiter=none');
    expect(judge.requests).toHaveLength(0);
    expect(recordOf(made.journal.receipts)).toMatchObject({
      ensemble: false,
      decided_by: 'only_survivor',
      models_used: ['other/two'],
      members_failed: [{ model: 'maker/one', why: 'upstream_refused_request' }],
    });
  });

  test.each([
    ['a refusal', () => chatStream({ deltas: ['No.'], finishReason: 'content_filter' }), 'refused'],
    ['nothing', () => chatStream({ deltas: [] }), 'empty'],
    ['half an answer', () => streamCutAfter(1), 'failed'],
  ])('are dropped for %s', async (_what, script, drop) => {
    one.reply(script());
    const made = gatewayOf();
    expect(textOf(await run(made))).toBe('Answer of two.');
    expect(recordOf(made.journal.receipts).members[0]).toMatchObject({ dropped: drop });
  });

  test('at all are 502 with every reason', async () => {
    one.reply(errorReply(400));
    two.reply(streamCutAfter(1));
    const made = gatewayOf();
    const sink = await run(made);
    expect([sink.status, codeOf(sink)]).toEqual([502, 'ensemble_no_survivor']);
    expect(messageOf(sink)).toContain('maker/one: upstream_refused_request; other/two: upstream_cut');
    expect(sink.headers['x-should-retry']).toBe('false');
    expect(parentReceipt(made.journal.receipts)).toMatchObject({ status: 502, error: 'ensemble_no_survivor' });
  });

  test('in time are dropped, and the rest decides', async () => {
    one.reply(neverAnswers());
    const clock = new ManualClock();
    const made = gatewayOf({ memberDeadlineMs: 2_000 }, { clock });
    const sink = made.send(ask());
    await Promise.all([one.request(1), two.request(1)]);
    clock.advance(2_001);
    await sink.ended;
    expect(textOf(sink)).toBe('Answer of two.');
    expect(recordOf(made.journal.receipts).members[0]).toMatchObject({ dropped: 'timeout', outcome: 'timeout' });
    await (await one.request(1)).aborted;
  });

  test.each([
    ['error', 502],
    ['best_single', 200],
  ] as const)('below the quorum are what the configuration says: %s', async (belowQuorum, status) => {
    one.reply(errorReply(400));
    const made = gatewayOf({ quorum: 2, belowQuorum });
    const sink = await run(made);
    expect(sink.status).toBe(status);
    if (status === 502) expect(codeOf(sink)).toBe('ensemble_below_quorum');
    else expect(recordOf(made.journal.receipts)).toMatchObject({ decided_by: 'below_quorum', chosen: 'B' });
  });
});

describe('what is wrong with a request', () => {
  test.each([
    ['several answers', {}, { n: 2 }, 400, 'invalid_request'],
    ['an unknown ensemble', {}, { model: 'ensemble/reviews' }, 404, 'model_not_found'],
    ['an ensemble without anybody', { members: ['no/body'] }, {}, 502, 'ensemble_no_survivor'],
    ['a quorum that cannot be', { members: ['maker/one', 'no/body'], quorum: 2 }, {}, 502, 'ensemble_below_quorum'],
    ['a cap that it must exceed', { maxCostUsd: 1e-7 }, {}, 402, 'budget_exceeded'],
  ] as const)('is said before anybody is called: %s', async (_what, ensemble, more, status, code) => {
    const sink = await run(gatewayOf(ensemble), more);
    expect([sink.status, codeOf(sink)]).toEqual([status, code]);
    expect([one, two, judge].map(({ requests }) => requests.length)).toEqual([0, 0, 0]);
  });

  test('is said where the arbiter cannot take the candidates', async () => {
    const [first, second, third] = deployments();
    const small = { ...(third as NonNullable<typeof third>), contextWindowTokens: 3_000 };
    const sink = await run(gatewayOf({}, { deployments: [first, second, small] as never }));
    expect([sink.status, codeOf(sink)]).toEqual([400, 'no_capable_deployment']);
    expect(messageOf(sink)).toContain('The arbiter judge/three');
    expect(one.requests).toHaveLength(0);
  });

  test('is nothing where the arbiter can take a fair part of each', async () => {
    const long = (word: string): string => `${word} `.repeat(6_000);
    one.reply(says(long('first')));
    two.reply(says(`${long('second')} two`));
    const [first, second, third] = deployments();
    const small = { ...(third as NonNullable<typeof third>), contextWindowTokens: 6_000 };
    const made = gatewayOf({}, { deployments: [first, second, small] as never });
    expect((await run(made)).status).toBe(200);
    const asked = questionOf((await judge.request(1)).json());
    expect(asked.first).toContain('characters left out');
    expect(Math.abs(asked.first.length - asked.second.length)).toBeLessThan(100);
    expect([...recordOf(made.journal.receipts).shortened].sort()).toEqual(['A', 'B']);
  });
});

describe('the cap', () => {
  test('keeps the whole within it, replies cut and the arbiter left out where nothing is left', async () => {
    const price = testPrice(0, 10);
    const [first, second, third] = deployments().map((deployment) => ({ ...deployment, price }));
    const answer = (text: string) => chatStream({ deltas: [text], usageValue: usageOf(10, 900) });
    one.reply(answer('Answer of one.'));
    two.reply(answer('Answer of two.'));
    const cap = 0.02;
    const made = gatewayOf({ maxCostUsd: cap, strategy: 'vote' }, { deployments: [first, second, third] as never });
    const sink = await run(made);
    expect(sink.status).toBe(200);
    for (const upstream of [one, two]) {
      const body = (await upstream.request(1)).json() as { max_tokens?: number; max_completion_tokens?: number };
      expect(body.max_tokens ?? body.max_completion_tokens).toBeLessThanOrEqual(1_000);
    }
    expect(recordOf(made.journal.receipts).cost_usd).toBeLessThanOrEqual(cap);
  });

  test('leaves out members whose price nobody knows', async () => {
    const [first, second, third] = deployments();
    const unpriced = { ...(first as NonNullable<typeof first>), price: null };
    const made = gatewayOf({ maxCostUsd: 1 }, { deployments: [unpriced, second, third] as never });
    const sink = await run(made);
    expect(textOf(sink)).toBe('Answer of two.');
    expect(one.requests).toHaveLength(0);
  });
});

describe('vote', () => {
  test('takes what two of three say, and ends whoever is late', async () => {
    const clock = new ManualClock();
    one.reply(says('The answer is 42.'));
    two.reply(neverAnswers());
    const made = gatewayOf(
      { strategy: 'vote', members: ['maker/one', 'maker/one', 'other/two'], arbiters: [] },
      { clock },
    );
    const sink = await run(made);
    expect(textOf(sink)).toBe('The answer is 42.');
    await (await two.request(1)).aborted;
    expect(recordOf(made.journal.receipts)).toMatchObject({
      decided_by: 'vote',
      agreement: 1,
      members: [{ dropped: null }, { dropped: null, sample: 2 }, { dropped: 'not_needed' }],
      members_failed: [],
    });
  });

  test('goes to the arbiter without a majority, and to the tie rule without an arbiter', async () => {
    one.reply(says('The answer is 1.'));
    two.reply(says('The answer is 2. I mean two.'));
    const made = gatewayOf({ strategy: 'vote' });
    expect(textOf(await run(made))).toContain('two');
    expect(recordOf(made.journal.receipts)).toMatchObject({ decided_by: 'arbiter', agreement: 0.5 });
    const alone = gatewayOf({ strategy: 'vote', arbiters: [] }, { deployments: deployments([1, 9]) });
    expect(textOf(await run(alone))).toBe('The answer is 1.');
  });
});

describe('verify_first', () => {
  const format = {
    type: 'json_schema',
    json_schema: { name: 'a', schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
  };

  test('takes the only one that fits the schema, without an arbiter', async () => {
    one.reply(says('{"n":1}'));
    two.reply(says('{"n":"one"}'));
    const made = gatewayOf({ strategy: 'verify_first' });
    expect(textOf(await run(made, { response_format: format }))).toBe('{"n":1}');
    expect(judge.requests).toHaveLength(0);
    const { members, decided_by } = recordOf(made.journal.receipts);
    expect(decided_by).toBe('verified');
    expect(members.map(({ checks }) => checks)).toEqual([{ schema: true }, { schema: false }]);
  });

  test('works calculations out again', async () => {
    one.reply(says('12 * 12 = 144, so 144.'));
    two.reply(says('12 * 12 = 154, so 154.'));
    expect(textOf(await run(gatewayOf({ strategy: 'verify_first', arbiters: [] })))).toContain('144');
  });

  test('asks a verifier that was added', async () => {
    const ran: string[] = [];
    const verifiers = [
      {
        name: 'code',
        verify: ({ text }: { text: string }) => {
          ran.push(text);
          return Promise.resolve({ passed: text.includes('two'), why: 'tests' });
        },
      },
    ];
    const made = gatewayOf({ strategy: 'verify_first', arbiters: [] }, { verifiers });
    expect(textOf(await run(made))).toBe('Answer of two.');
    expect(ran).toHaveLength(2);
  });
});

describe('synthesize', () => {
  test('gives one answer of both', async () => {
    const made = gatewayOf({ strategy: 'synthesize' });
    const sink = await run(made);
    expect(textOf(sink)).toBe('Both together.');
    expect(sink.headers['x-alidade-model']).toBe('judge/three');
    expect(recordOf(made.journal.receipts)).toMatchObject({
      decided_by: 'synthesis',
      chosen: 'synthesis',
      synthesis: { of: expect.arrayContaining(['A', 'B']), kept: true, why: null },
    });
  });

  test('never merges calls of tools: one of them is chosen', async () => {
    const call = (place: string) =>
      chatStream({ toolCalls: [{ id: 'c1', name: 'look', arguments: `{"place":"${place}"}` }] });
    one.reply(call('one'));
    two.reply(call('two'));
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
    const made = gatewayOf({ strategy: 'synthesize' });
    const sink = await run(made, { tools });
    const [choice] = (sink.json() as { choices: { message: { tool_calls: { function: unknown }[] } }[] }).choices;
    expect(choice?.message.tool_calls).toMatchObject([{ function: { name: 'look', arguments: '{"place":"two"}' } }]);
    expect(recordOf(made.journal.receipts)).toMatchObject({ decided_by: 'arbiter', synthesis: null });
  });

  test('falls to a member where the arbiter cannot write one', async () => {
    judge.reply(errorReply(400));
    const made = gatewayOf({ strategy: 'synthesize' }, { deployments: deployments([1, 9]) });
    expect(textOf(await run(made))).toBe('Answer of one.');
    expect(recordOf(made.journal.receipts)).toMatchObject({ decided_by: 'tie_cost', synthesis: { kept: false } });
  });
});

describe('staged', () => {
  test('keeps a synthesis only where it beats the best member', async () => {
    const made = gatewayOf({ strategy: 'staged' });
    judge.reply(
      arbiter(({ first }) => (first.includes('together') ? 'FIRST' : first.includes('two') ? 'FIRST' : 'SECOND')),
    );
    // Two beats one; between the synthesis and two whatever stands first wins: a tie, so that the member stays.
    expect(textOf(await run(made))).toBe('Answer of two.');
    expect(recordOf(made.journal.receipts).synthesis).toMatchObject({ kept: false, why: 'not_better' });
    judge.reply(
      arbiter(({ first, second }) =>
        first.includes('together')
          ? 'FIRST'
          : second.includes('together')
            ? 'SECOND'
            : first.includes('two')
              ? 'FIRST'
              : 'SECOND',
      ),
    );
    made.journal.records.length = 0;
    expect(textOf(await run(made))).toBe('Both together.');
    expect(recordOf(made.journal.receipts)).toMatchObject({ decided_by: 'synthesis', synthesis: { kept: true } });
  });

  test('stops at a vote', async () => {
    one.reply(says('The answer is 7.'));
    two.reply(says('It is 7: the answer is 7.'));
    const made = gatewayOf({ strategy: 'staged' });
    await run(made);
    expect(judge.requests).toHaveLength(0);
    expect(recordOf(made.journal.receipts).decided_by).toBe('vote');
  });
});

describe('a client', () => {
  test('gets pings while members answer, then the answer', async () => {
    one.reply(neverAnswers());
    two.reply(neverAnswers());
    const clock = new ManualClock();
    const made = gatewayOf({ memberDeadlineMs: 15_000 }, { clock });
    const sink = made.send(ask({ stream: true }));
    await Promise.all([one.request(1), two.request(1)]);
    clock.advance(10_001);
    await sink.firstBytes;
    expect(sink.text).toBe(': ping\n');
    expect(sink.headers['x-alidade-ensemble']).toBe('review');
    clock.advance(5_001);
    await sink.ended;
    expect(sink.text).toContain('ensemble_no_survivor');
    expect(sink.text).not.toContain('[DONE]');
  });

  test('that leaves ends every call', async () => {
    one.reply(neverAnswers());
    two.reply(neverAnswers());
    const made = gatewayOf();
    const sink = made.send(ask());
    const calls = await Promise.all([one.request(1), two.request(1)]);
    sink.leave();
    await Promise.all(calls.map((call) => call.aborted));
    await made.gateway.drain(1_000);
    expect(parentReceipt(made.journal.receipts)).toMatchObject({ outcome: 'client_gone' });
    expect(made.gateway.inFlight).toBe(0);
  });

  test('may ask for its receipt in the answer', async () => {
    const sink = await run(gatewayOf(), { alidade: { receipt: true } });
    expect(sink.json().alidade).toMatchObject({
      model: 'other/two',
      ensemble: { name: 'review', ensemble: true, models_used: ['maker/one', 'other/two'] },
    });
  });

  test('pays for all calls out of one budget', async () => {
    const made = gatewayOf();
    const limits = { usd_day: 1 };
    const key = {
      ...{ id: 'k', hash: '', prefix: '', roles: ['app' as const], useCases: [], defaultUseCase: null, models: null },
      ...{ labels: [], limits, defaultJurisdictions: null, createdAt: '', revokedAt: null },
    };
    await made.send(ask(), { key }).ended;
    const { cost_usd } = parentReceipt(made.journal.receipts);
    expect(made.gateway.limiter.spent('key', 'k').usd_day).toBeCloseTo(cost_usd as number, 12);
  });
});

describe('what an answer holds', () => {
  const detector = (): RequestDetector =>
    new RequestDetector({ scanAll: () => Promise.reject(new Error('not for short texts')) }, SEARCHED);

  test('is searched before the arbiter sees it, and is on record', async () => {
    one.reply(says('Write to jane@example.org about one.'));
    const made = gatewayOf({}, { detector: detector() });
    await run(made);
    expect(recordOf(made.journal.receipts).members.map(({ data_classes }) => data_classes)).toEqual([
      ['personal.contact.email'],
      [],
    ]);
    const judged = made.journal.receipts.filter(({ purpose }) => purpose === 'arbiter');
    expect(judged.map(({ decision }) => decision?.data_classes)).toEqual([
      ['personal.contact.email'],
      ['personal.contact.email'],
    ]);
  });

  test('keeps it from the arbiter where personal data may not be sent', async () => {
    one.reply(says('Write to jane@example.org about one.'));
    const made = gatewayOf({}, { detector: detector(), unlabelledPersonal: 'deny', deployments: deployments([1, 9]) });
    expect(textOf(await run(made))).toContain('jane');
    expect(judge.requests).toHaveLength(0);
    const [comparison] = recordOf(made.journal.receipts).comparisons;
    expect(comparison).toMatchObject({ decided_by: 'tie_cost', verdicts: [{ why: 'denied_by_policy' }, {}] });
  });
});

test('POST /api/route shows all who may take part, and calls nobody', async () => {
  const { gateway } = gatewayOf();
  const decision = await gateway.route({
    body: Buffer.from(JSON.stringify(ask())),
    key: null,
    headers: NO_REQUEST_HEADERS,
    receivedAtMs: 0,
  });
  expect(decision.plan.map(({ model }) => model)).toEqual(['maker/one', 'other/two', 'judge/three']);
});
