import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import {
  createTestGateway,
  ManualClock,
  type TestGatewayOptions,
  upstreamDeployment,
} from '../../test/support/gateway.ts';
import { neverAnswers, streamCutAfter, streamStallsAfter } from '../../test/support/upstream/faults.ts';
import { chatCompletion, chatReply, errorReply, usageOf } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { VENDOR_KEY } from '../../test/support/vendors/kinds.ts';
import { createVendor, type Vendor } from '../../test/support/vendors/vendor.ts';
import type { ApiKey } from '../contracts/api-key.ts';
import type { CallOptions, CallResult } from '../contracts/call.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import { useCaseSchema } from '../contracts/configuration.ts';
import { AppError } from '../contracts/errors.ts';
import type { StreamPart } from '../contracts/stream-part.ts';
import { DIALECTS, type Dialect } from '../contracts/vocabulary.ts';
import { createBundle } from '../policy/bundle.ts';
import { evaluateRules } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { testEndpoint, testFacts, testPrice } from '../routing/test-world.ts';
import { answerOfParts } from '../wire/parts/collect-answer.ts';
import type { CallParent } from './call-facts.ts';
import { subjectsOf } from './limits/limit-subjects.ts';
import { RequestBudget } from './limits/request-budget.ts';

let upstream: ScriptedUpstream;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  upstream = await createScriptedUpstream();
  upstream.reply(chatReply());
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await upstream.close();
});

// A thousandth of a dollar for 100 tokens of reply, nothing for the prompt.
const price = testPrice(0, 10);

function gatewayOf(options: Partial<TestGatewayOptions> = {}) {
  const made = createTestGateway({
    deployments: [upstreamDeployment('one@here', 'maker/one', upstream, { price })],
    ...options,
  });
  closing.push(made.close);
  return made;
}

function options(given: Partial<CallOptions> = {}): CallOptions {
  return {
    pin: { deployment: 'one@here' },
    parentId: null,
    purpose: 'evaluation',
    budget: { usd: null },
    obligations: [],
    signal: new AbortController().signal,
    ...given,
  };
}

async function partsOf(result: CallResult): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  for await (const part of result.parts) parts.push(part);
  return parts;
}

const textOf = (parts: readonly StreamPart[]): string =>
  parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');

const asked = (given: Partial<ChatRequest> = {}): ChatRequest => chatRequest({ model: '', ...given });

const refusalOf = (call: Promise<CallResult>): Promise<unknown> =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

describe.each(DIALECTS)('a call to an upstream that speaks %s', (dialect: Dialect) => {
  let vendor: Vendor;

  beforeEach(async () => {
    vendor = await createVendor(dialect);
    closing.push(() => vendor.close());
  });

  function vendorGateway() {
    const auth = { openai: 'bearer', anthropic: 'x-api-key', gemini: 'x-goog-api-key' } as const;
    const endpoint = testEndpoint('here', {
      dialect,
      baseUrl: vendor.baseUrl,
      private: true,
      auth: auth[dialect],
      apiKeys: [VENDOR_KEY],
    });
    return gatewayOf({ deployments: [upstreamDeployment('one@here', 'maker/one', upstream, { endpoint, price })] });
  }

  test.each([true, false])('yields parts and a settlement, streamed: %s', async (stream) => {
    const { gateway, journal } = vendorGateway();
    vendor.says({ text: ['Grüße', ' aus', ' dem Meer'] });
    const result = await gateway.door.call(asked({ stream, maxOutputTokens: 100 }), options());
    const parts = await partsOf(result);
    expect(textOf(parts)).toBe('Grüße aus dem Meer');
    expect(parts.at(-1)?.type).toBe('end');
    expect(answerOfParts(parts)).toMatchObject({ choices: [{ finish: { reason: 'stop' } }] });
    const settled = await result.settled;
    expect(settled).toMatchObject({
      outcome: 'ok',
      deployment: 'one@here',
      usage: { input_tokens: 100, output_tokens: 20 },
      costUsd: 20 * 1e-5,
      sandbox: false,
    });
    expect(settled.modelVersion).not.toBeNull();
    expect(vendor.complaints).toEqual([]);
    expect(journal.receipts).toMatchObject([
      { request_id: result.receiptId, parent_id: null, purpose: 'evaluation', outcome: 'ok' },
    ]);
  });

  test('brings tool calls', async () => {
    const { gateway } = vendorGateway();
    const call = { id: 'toolu_1', name: 'get_weather', arguments: { place: 'Oslo' } };
    vendor.says({ calls: [call] });
    const tool = {
      kind: 'function' as const,
      name: 'get_weather',
      description: null,
      parameters: { type: 'object', properties: { place: { type: 'string' } } },
      strict: null,
    };
    const result = await gateway.door.call(asked({ stream: true, maxOutputTokens: 100, tools: [tool] }), options());
    const answer = answerOfParts(await partsOf(result));
    const [part] = answer?.choices[0]?.parts.filter(({ type }) => type === 'tool-call') ?? [];
    expect(part).toMatchObject({ name: 'get_weather' });
    expect(JSON.parse((part as { arguments: string }).arguments)).toEqual({ place: 'Oslo' });
  });

  test('that breaks off ends with an error and never with an end', async () => {
    const { gateway } = vendorGateway();
    vendor.breaksOff({ text: ['Half', ' of it'] }, 'cut');
    const result = await gateway.door.call(asked({ stream: true, maxOutputTokens: 100 }), options());
    const parts = await partsOf(result);
    expect(parts.map(({ type }) => type)).not.toContain('end');
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'upstream_cut' });
    expect(await result.settled).toMatchObject({ outcome: 'upstream_cut', error: 'upstream_cut' });
  });
});

describe('a call', () => {
  test('falls back by the plan, and every attempt bears what the call is for', async () => {
    const other = await createScriptedUpstream();
    closing.push(() => other.close());
    other.reply(chatReply({ deltas: ['from the other'], content: 'from the other' }));
    upstream.reply(errorReply(500));
    const { gateway, journal } = gatewayOf({
      deployments: [
        upstreamDeployment('one@here', 'maker/one', upstream, { price }),
        upstreamDeployment('one@there', 'maker/one', other, { price: testPrice(1, 20) }),
      ],
    });
    const { pin: _pin, ...unpinned } = options({ purpose: 'judge' });
    const result = await gateway.door.call(asked({ model: 'maker/one' }), unpinned);
    expect(textOf(await partsOf(result))).toBe('from the other');
    const { attempts = [] } = await result.settled;
    expect(attempts.map(({ deployment, role, error }) => [deployment, role, error])).toEqual([
      ['one@here', 'judge', 'upstream_error'],
      ['one@there', 'judge', null],
    ]);
    expect(journal.receipts).toHaveLength(1);
  });

  test('whose upstream refuses says so in parts and settlement', async () => {
    upstream.reply(errorReply(400, { code: 'bad' }));
    const { gateway } = gatewayOf();
    const result = await gateway.door.call(asked(), options());
    expect(await partsOf(result)).toMatchObject([{ type: 'error', code: 'upstream_refused_request' }]);
    expect(await result.settled).toMatchObject({ outcome: 'bad_request', costUsd: 0 });
  });

  test.each([
    ['before the first byte', () => neverAnswers()],
    ['in the middle', () => streamStallsAfter(1)],
  ])('that is aborted %s ends within 100 ms and leaves no upstream call', async (_when, script) => {
    upstream.reply(script());
    const { gateway, journal } = gatewayOf();
    const controller = new AbortController();
    const result = await gateway.door.call(asked({ stream: true }), options({ signal: controller.signal }));
    const received = await upstream.request(1);
    const reading = partsOf(result);
    const at = performance.now();
    controller.abort();
    const [parts, settled] = await Promise.all([reading, result.settled]);
    expect(performance.now() - at).toBeLessThan(100);
    expect(parts.at(-1)).toMatchObject({ type: 'error', code: 'superseded' });
    expect(settled).toMatchObject({ outcome: 'cancelled' });
    await received.aborted;
    expect(journal.receipts).toMatchObject([{ outcome: 'cancelled' }]);
    expect(gateway.inFlight).toBe(0);
  });

  test('whose signal is aborted already is never made', async () => {
    const { gateway } = gatewayOf();
    expect(await refusalOf(gateway.door.call(asked(), options({ signal: AbortSignal.abort() })))).toBe('superseded');
    expect(upstream.requests).toHaveLength(0);
  });

  test('ends when its reader leaves', async () => {
    upstream.reply(streamStallsAfter(1));
    const { gateway } = gatewayOf();
    const result = await gateway.door.call(asked({ stream: true }), options());
    for await (const part of result.parts) if (part.type === 'text-delta') break;
    expect(await result.settled).toMatchObject({ outcome: 'cancelled' });
    await (await upstream.request(1)).aborted;
  });

  test('has a deadline of its own', async () => {
    upstream.reply(neverAnswers());
    const clock = new ManualClock();
    const { gateway } = gatewayOf({ clock });
    const result = await gateway.door.call(asked(), options({ deadlineMs: 2_000 }));
    await upstream.request(1);
    clock.advance(2_001);
    expect(await result.settled).toMatchObject({ outcome: 'timeout', error: 'deadline_exceeded' });
  });

  test('of an unknown deployment, model or use case is refused', async () => {
    const { gateway } = gatewayOf();
    expect(await refusalOf(gateway.door.call(asked(), options({ pin: { deployment: 'nobody' } })))).toBe(
      'model_not_found',
    );
    const { pin: _pin, ...unpinned } = options();
    expect(await refusalOf(gateway.door.call(asked({ model: 'maker/none' }), unpinned))).toBe('model_not_found');
    expect(await refusalOf(gateway.door.call(asked(), options({ useCase: 'none' })))).toBe('invalid_request');
  });

  test('is refused while the server stops', async () => {
    const { gateway } = gatewayOf();
    await gateway.drain(10);
    expect(await refusalOf(gateway.door.call(asked(), options()))).toBe('shutting_down');
  });

  test('never yields what a failed attempt has said', async () => {
    const other = await createScriptedUpstream();
    closing.push(() => other.close());
    other.reply(chatReply({ deltas: ['whole'], content: 'whole' }));
    upstream.reply(streamCutAfter(0));
    const { gateway } = gatewayOf({
      deployments: [
        upstreamDeployment('one@here', 'maker/one', upstream, { price }),
        upstreamDeployment('one@there', 'maker/one', other, { price: testPrice(1, 20) }),
      ],
    });
    const { pin: _pin, ...unpinned } = options();
    const parts = await partsOf(await gateway.door.call(asked({ model: 'maker/one', stream: true }), unpinned));
    expect(answerOfParts(parts)?.choices[0]?.parts).toEqual([{ type: 'text', text: 'whole' }]);
    expect(parts.filter(({ type }) => type === 'start')).toHaveLength(1);
  });
});

describe('the cost of a call', () => {
  test('is bounded by its budget: the reply is cut to it', async () => {
    const { gateway } = gatewayOf();
    const result = await gateway.door.call(asked(), options({ budget: { usd: 0.005 } }));
    await partsOf(result);
    const body = (await upstream.request(1)).json() as { max_tokens?: number; max_completion_tokens?: number };
    expect(body.max_tokens ?? body.max_completion_tokens).toBeLessThanOrEqual(500);
  });

  test('that a budget cannot pay at all is refused before anybody is called', async () => {
    const { gateway, journal } = gatewayOf();
    expect(
      await refusalOf(gateway.door.call(asked({ maxOutputTokens: 1_000 }), options({ budget: { usd: 1e-6 } }))),
    ).toBe('budget_exceeded');
    expect(upstream.requests).toHaveLength(0);
    expect(journal.receipts).toMatchObject([{ outcome: 'over_budget', attempts: [] }]);
  });

  test('where nobody knows the price fits no budget', async () => {
    const { gateway } = gatewayOf({
      deployments: [upstreamDeployment('one@here', 'maker/one', upstream, { price: null })],
    });
    expect(await refusalOf(gateway.door.call(asked(), options({ budget: { usd: 1 } })))).toBe('budget_exceeded');
  });

  test('counts for the use case that it names', async () => {
    upstream.reply(chatCompletion({ usage: usageOf(10, 100) }));
    const useCases = [useCaseSchema.parse({ id: 'contracts', limits: { usd_day: 0.0105 } })];
    const { gateway } = gatewayOf({ useCases });
    const given = options({ useCase: 'contracts' });
    await partsOf(await gateway.door.call(asked({ maxOutputTokens: 1_000 }), given));
    expect(gateway.limiter.spent('use_case', 'contracts')).toMatchObject({ in_flight: 0 });
    expect(gateway.limiter.spent('use_case', 'contracts').usd_day).toBeCloseTo(0.001, 9);
    expect(await refusalOf(gateway.door.call(asked({ maxOutputTokens: 1_000 }), given))).toBe('budget_exceeded');
  });
});

describe('a call on behalf of a request', () => {
  const key: ApiKey = {
    ...{ id: 'k', hash: '', prefix: '', roles: ['app'], useCases: [], defaultUseCase: null, models: null, labels: [] },
    ...{ limits: { usd_day: 0.0105 }, defaultJurisdictions: null, createdAt: '', revokedAt: null },
  };

  function parentIn(made: ReturnType<typeof gatewayOf>, given: Partial<CallParent> = {}): CallParent {
    const { gateway, clock } = made;
    const budget = new RequestBudget({ limiter: gateway.limiter, clock, deadlineMs: 1_000, requestId: 'req_parent' });
    budget.admit(subjectsOf(key, null, null, null));
    const facts = testFacts();
    return {
      requestId: 'req_parent',
      chat: asked(),
      key,
      factsNow: () => facts,
      labelled: false,
      strict: false,
      session: null,
      budget,
      deadlineAtMs: clock.monotonic() + 1_000,
      traceparent: null,
      sandboxFault: null,
      ...given,
    };
  }

  test('spends the limits of whoever asked, and its receipt names the parent and the role', async () => {
    upstream.reply(chatCompletion({ usage: usageOf(10, 100) }));
    const made = gatewayOf();
    const close = made.gateway.door.open(parentIn(made));
    const given = options({ parentId: 'req_parent', purpose: 'member' });
    await partsOf(await made.gateway.door.call(asked({ maxOutputTokens: 1_000 }), given));
    expect(made.gateway.limiter.spent('key', 'k').usd_day).toBeCloseTo(0.001, 9);
    expect(made.journal.receipts).toMatchObject([
      { parent_id: 'req_parent', purpose: 'member', key: 'k', attempts: [{ role: 'member' }] },
    ]);
    expect(await refusalOf(made.gateway.door.call(asked({ maxOutputTokens: 1_000 }), given))).toBe('budget_exceeded');
    close();
    expect(await refusalOf(made.gateway.door.call(asked(), given))).toBe('internal');
  });

  test('has no longer than the parent', async () => {
    upstream.reply(neverAnswers());
    const clock = new ManualClock();
    const made = gatewayOf({ clock });
    made.gateway.door.open(parentIn(made));
    const given = options({ parentId: 'req_parent', purpose: 'arbiter', deadlineMs: 5_000 });
    const result = await made.gateway.door.call(asked(), given);
    await upstream.request(1);
    clock.advance(1_001);
    expect(await result.settled).toMatchObject({ outcome: 'timeout' });
  });

  test('is held to the models that the key allows', async () => {
    const made = gatewayOf();
    const facts = testFacts({ allowedModels: ['maker/other'] });
    made.gateway.door.open(parentIn(made, { factsNow: () => facts }));
    const given = options({ parentId: 'req_parent', purpose: 'member' });
    expect(await refusalOf(made.gateway.door.call(asked(), given))).toBe('model_not_allowed');
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('policy', () => {
  function withRules(dataClasses: readonly string[]) {
    const deployments = [upstreamDeployment('one@here', 'maker/one', upstream, { price })];
    const bundle = createBundle(STARTER_RULES);
    const evaluator = {
      evaluate: (rules: typeof bundle, request: Parameters<typeof evaluateRules>[1]) =>
        Promise.resolve(evaluateRules(rules, request)),
    };
    const policy = new PolicyEngine({
      evaluator,
      now: Date.now,
      world: { bundle, deployments, groups: [] },
      tokenise: 'when_asked',
    });
    const useCases = [useCaseSchema.parse({ id: 'eu', data_classes: dataClasses, subject_jurisdictions: ['de'] })];
    return gatewayOf({ deployments, policy, useCases });
  }

  test('forbids a call as it forbids a request, and that is on record', async () => {
    const { gateway, journal } = withRules(['personal']);
    expect(await refusalOf(gateway.door.call(asked(), options({ useCase: 'eu' })))).toBe('denied_by_policy');
    expect(upstream.requests).toHaveLength(0);
    expect(journal.receipts).toMatchObject([{ outcome: 'denied_by_policy', use_case: 'eu', purpose: 'evaluation' }]);
  });

  test('tells whoever considers a call who is removed, and calls nobody', async () => {
    const { gateway, journal } = withRules(['personal']);
    const { signal: _signal, ...given } = options({ useCase: 'eu' });
    const consideration = await gateway.door.consider(asked(), given);
    expect(consideration.plan).toEqual([]);
    expect(consideration.refusal?.code).toBe('denied_by_policy');
    expect(consideration.removed[0]?.rules.length).toBeGreaterThan(0);
    expect(journal.records).toEqual([]);
  });

  test('has labelled calls on record before a byte leaves', async () => {
    const useCases = [useCaseSchema.parse({ id: 'secret', data_classes: ['confidential'] })];
    const { gateway, journal } = gatewayOf({ useCases });
    await partsOf(await gateway.door.call(asked(), options({ useCase: 'secret' })));
    expect(journal.records.map(({ kind }) => kind)).toEqual(['intent', 'receipt']);
    journal.accepting = false;
    expect(await refusalOf(gateway.door.call(asked(), options({ useCase: 'secret' })))).toBe('journal_unavailable');
  });
});

test('whoever considers a call learns who would be asked, what it costs and how much fits', async () => {
  const { gateway } = gatewayOf();
  const { signal: _signal, ...given } = options();
  const consideration = await gateway.door.consider(asked({ maxOutputTokens: 1_000 }), given);
  expect(consideration).toMatchObject({
    refusal: null,
    plan: [{ deployment: 'one@here', model: 'maker/one', maker: 'maker', obligations: [], mostUsd: 0.01 }],
  });
  expect(consideration.plan[0]?.expectedUsd).toBeGreaterThan(0);
  expect(gateway.inFlight).toBe(0);
});
