import { afterAll, describe, expect, test } from 'vitest';
import { chat, createTestGateway, ManualClock, upstreamDeployment } from '../../test/support/gateway.ts';
import type { MemorySink } from '../../test/support/memory-sink.ts';
import { useUpstreams } from '../../test/support/served-upstreams.ts';
import { streamCutAfter } from '../../test/support/upstream/faults.ts';
import { chatCompletion, chatStream, errorReply } from '../../test/support/upstream/openai-replies.ts';
import type { ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { hold } from '../../test/support/upstream/steps.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { useCaseSchema } from '../contracts/configuration.ts';
import { createBundle } from '../policy/bundle.ts';
import { compileRules } from '../policy/compile-rules.ts';
import { evaluateRules, type RuleEvaluator } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { TextScanner } from '../privacy-thread/text-scanner.ts';
import { testEndpoint } from '../routing/test-world.ts';
import { RequestDetector } from './detection.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
const closing = useUpstreams(2, (...upstreams) => {
  [first, second] = upstreams as [ScriptedUpstream, ScriptedUpstream];
});

const bundleWith = (text: string) => {
  const { rules, problems } = compileRules([{ name: 'new.cedar', text }]);
  expect(problems).toEqual([]);
  return createBundle([...STARTER_RULES, ...rules]);
};

const NOBODY_ELSE = bundleWith(
  '@id("no_second") forbid (principal, action, resource) when { resource.operator == "second" };',
);
const SOMETHING_ELSE = bundleWith(
  '@id("no_acme") forbid (principal, action, resource) when { resource.operator == "acme" };',
);

const PERSONAL = { data_classes: ['personal'], subject_jurisdictions: ['de'] };

function gatewayWithPolicy(bundle = createBundle(STARTER_RULES), detector: RequestDetector | null = null) {
  const deployments = [
    deploymentAt('one@first', 'maker/one', 'first', first),
    deploymentAt('two@second', 'maker/two', 'second', second),
  ];
  const state = { failure: null as Error | null, evaluations: 0 };
  const evaluator: RuleEvaluator = {
    async evaluate(bundle, request) {
      state.evaluations += 1;
      if (state.failure !== null) throw state.failure;
      return evaluateRules(bundle, request);
    },
  };
  const clock = new ManualClock();
  const world = { bundle, deployments, groups: COUNTRY_GROUPS };
  const policy = new PolicyEngine({ evaluator, now: () => clock.now(), world, tokenise: 'when_asked' });
  const test = createTestGateway({
    ...{ deployments, clock, services: { policy, ...(detector === null ? {} : { detector }) } },
    useCases: [
      useCaseSchema.parse({ id: 'hr', ...PERSONAL }),
      useCaseSchema.parse({ id: 'tale', ...PERSONAL, on_stream_break: 'continue' }),
    ],
  });
  closing.push(test.close);
  return { ...test, state, publish: (bundle: typeof NOBODY_ELSE) => policy.publish({ ...world, bundle }) };
}

const IN_GERMANY = { operatorCountry: 'de', region: 'de', storageRegion: 'de', trainsOnData: false };

const deploymentAt = (id: string, model: string, operator: string, upstream: ScriptedUpstream) =>
  upstreamDeployment(id, model, upstream, {
    endpoint: testEndpoint(operator, {
      ...{ baseUrl: upstream.baseUrl, private: true, auth: 'none', operator },
      facts: { ...testEndpoint(operator).facts, ...IN_GERMANY, checkedAt: '2026-11-01' },
    }),
  });

const asked = async (sink: MemorySink): Promise<MemorySink> => {
  await sink.ended;
  return sink;
};

describe('rules that are replaced while a request is under way', () => {
  const failsWhenReleased = { ...errorReply(500), before: [hold()] };

  test('are asked before the next call, which is then made where they permit it', async () => {
    const { send, publish, state } = gatewayWithPolicy();
    first.enqueue(failsWhenReleased);
    second.reply(chatCompletion());
    const sink = send(chat({ model: 'auto/hr' }));
    const call = await first.request(1);
    expect(state.evaluations).toBe(1);
    publish(SOMETHING_ELSE);
    call.release();
    expect((await asked(sink)).status).toBe(200);
    expect(second.requests).toHaveLength(1);
    expect(state.evaluations).toBe(2);
  });

  test('forbid the next call where they say so', async () => {
    const { send, publish } = gatewayWithPolicy();
    first.enqueue(failsWhenReleased);
    first.reply(errorReply(500));
    second.reply(chatCompletion());
    const sink = send(chat({ model: 'auto/hr' }));
    const call = await first.request(1);
    publish(NOBODY_ELSE);
    call.release();
    expect((await asked(sink)).status).toBe(502);
    expect(second.requests).toHaveLength(0);
  });

  test('permit nothing as long as they cannot be evaluated', async () => {
    const { send, publish, state } = gatewayWithPolicy();
    first.enqueue(failsWhenReleased);
    second.reply(chatCompletion());
    const sink = send(chat({ model: 'auto/hr' }));
    const call = await first.request(1);
    publish(SOMETHING_ELSE);
    state.failure = new Error('broken');
    call.release();
    expect((await asked(sink)).status).toBe(502);
    expect(second.requests).toHaveLength(0);
    expect(first.requests).toHaveLength(1);
  });

  test('are asked before a continuation too', async () => {
    const { send, publish, state } = gatewayWithPolicy();
    const broken = streamCutAfter(2, { deltas: ['The ', 'sea', ' is'] });
    const steps = broken.body as readonly ReturnType<typeof hold>[];
    first.enqueue({ ...broken, body: [...steps.slice(0, -1), hold(), ...steps.slice(-1)] });
    second.reply(chatStream({ deltas: [' is deep.'] }));
    const sink = send(chat({ model: 'auto/tale', stream: true }));
    const call = await first.request(1);
    await sink.firstBytes;
    publish(SOMETHING_ELSE);
    call.release();
    expect((await asked(sink)).text).toContain('[DONE]');
    expect(second.requests).toHaveLength(1);
    expect(state.evaluations).toBe(2);
  });

  test('are not waited for by a client that has left', async () => {
    const { send, publish, journal } = gatewayWithPolicy();
    first.enqueue(failsWhenReleased);
    second.reply(chatCompletion());
    const sink = send(chat({ model: 'auto/hr' }));
    const call = await first.request(1);
    publish(SOMETHING_ELSE);
    call.release();
    sink.leave();
    expect((await journal.receipt).outcome).toBe('client_gone');
    expect(second.requests).toHaveLength(0);
  });
});

describe('what was answered so far', () => {
  const NO_MAIL = bundleWith(
    '@id("no_mail") forbid (principal, action, resource) when { resource.operator == "second" && context.data_classes.contains("personal.contact.email") };',
  );
  const SETTINGS = { maxCharacters: 1_000_000, budgetMs: 60_000, plugIn: null };
  const scanner = new TextScanner();
  afterAll(() => scanner.close());

  async function continued(answered: readonly string[], settings = SETTINGS, useCase = 'tale') {
    const { send, journal } = gatewayWithPolicy(NO_MAIL, new RequestDetector(scanner, settings));
    first.enqueue(streamCutAfter(answered.length, { deltas: [...answered, 'never sent'] }));
    first.reply(errorReply(500));
    second.reply(chatStream({ deltas: [' and so on.'] }));
    const sink = await asked(send(chat({ model: `auto/${useCase}`, stream: true })));
    return { sink, receipt: await journal.receipt };
  }

  test('goes to another deployment where it holds nothing that rules forbid there', async () => {
    const { sink, receipt } = await continued(['It is said ', 'that the sea']);
    expect(receipt.outcome).toBe('continued');
    expect(sink.text).toContain('and so on.');
  });

  test('goes to nobody whom rules forbid what was found in it, though the request held none of it', async () => {
    const { sink, receipt } = await continued(['Write to ', 'quillon@quimby.example', ' then']);
    expect(receipt.outcome).toBe('upstream_cut');
    expect(sink.text).not.toContain('[DONE]');
    expect(second.requests).toHaveLength(0);
  });

  test('goes to nobody where it cannot be searched', async () => {
    const { receipt } = await continued(['It is said ', 'that the sea'], { ...SETTINGS, maxCharacters: 40 });
    expect(receipt.outcome).toBe('continued');
    const { receipt: long } = await continued(['It is said '.repeat(3), 'that the sea'], {
      ...SETTINGS,
      maxCharacters: 40,
    });
    expect(long.outcome).toBe('upstream_cut');
  });
});
