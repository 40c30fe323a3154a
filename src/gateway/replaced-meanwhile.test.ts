import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatRequest } from '../../test/support/chat-requests.ts';
import { arbiter, says, testEnsemble } from '../../test/support/ensembles.ts';
import {
  chat,
  createTestGateway,
  ManualClock,
  type TestGatewayOptions,
  upstreamDeployment,
} from '../../test/support/gateway.ts';
import { TODAY } from '../../test/support/policy-world.ts';
import { chatCompletion, errorReply } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { hold } from '../../test/support/upstream/steps.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import type { ApiKey } from '../contracts/api-key.ts';
import type { CallOptions } from '../contracts/call.ts';
import { type UseCaseConfig, useCaseSchema } from '../contracts/configuration.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { AppError } from '../contracts/errors.ts';
import type { TokenHandling } from '../contracts/tokens.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import { createBundle } from '../policy/bundle.ts';
import { evaluateHere } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { createHandling } from '../privacy/tokens/handling.ts';
import { TENANT_KEY } from '../privacy/tokens/test-tokens.ts';
import { createUpstreamClient } from '../providers/http-client.ts';
import { testEndpoint, testRoute, testWorld } from '../routing/test-world.ts';
import { RequestDetector } from './detection.ts';
import type { GatewayWorld } from './gateway-world.ts';

// The first deployment of each plan is German and fails; while it is asked something is replaced that would forbid the
// second, American one.

let german: ScriptedUpstream;
let american: ScriptedUpstream;
let judging: ScriptedUpstream;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  [german, american, judging] = await Promise.all([
    createScriptedUpstream(),
    createScriptedUpstream(),
    createScriptedUpstream(),
  ]);
  american.reply(chatCompletion());
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await Promise.all([german.close(), american.close(), judging.close()]);
});

const useCase = (members: Partial<UseCaseConfig> = {}): UseCaseConfig =>
  useCaseSchema.parse({ id: 'notes', ...members });

/** Under the starter bundle nothing of it may go to America. */
const GERMANS_ONLY = useCase({ data_classes: ['personal'], subject_jurisdictions: ['de'] });
const MAIL = 'quillon@quimby.example';

function deploymentIn(country: string, id: string, model: string, upstream: ScriptedUpstream): Deployment {
  const known = { region: country, storageRegion: country, operatorCountry: country, retentionDays: 0 };
  const facts = { ...testEndpoint(id).facts, ...known, trainsOnData: false, checkedAt: '2026-11-01' };
  const endpoint = testEndpoint(id, { baseUrl: upstream.baseUrl, private: true, auth: 'none', facts });
  return upstreamDeployment(id, model, upstream, { endpoint });
}

const KEY: ApiKey = {
  ...{ id: 'k', hash: 'k', prefix: '', roles: ['app'], useCases: ['notes'], defaultUseCase: null, models: null },
  ...{ labels: [], limits: null, defaultJurisdictions: null, createdAt: '', revokedAt: null },
};

const tokensWith = (types: Record<string, TokenHandling>) => ({
  tenantKey: TENANT_KEY,
  handling: createHandling(types),
});

function gatewayOf(options: Partial<TestGatewayOptions> = {}) {
  const deployments = [
    deploymentIn('de', 'one@german', 'maker/one', german),
    deploymentIn('us', 'two@american', 'maker/two', american),
    deploymentIn('us', 'three@judging', 'judge/three', judging),
  ];
  const routes = [testRoute({ default: true, primary: ['maker/one'], fallback: ['maker/two'] })];
  const policy = new PolicyEngine({
    evaluator: evaluateHere,
    now: () => TODAY.getTime(),
    world: { bundle: createBundle(STARTER_RULES), deployments, groups: COUNTRY_GROUPS },
    tokenise: 'when_asked',
  });
  const key = { now: KEY as ApiKey | null };
  const detector = new RequestDetector(
    { scanAll: () => Promise.reject(new TypeError('too long for this test')) },
    { maxCharacters: 60_000, budgetMs: 60_000, plugIn: null },
  );
  const made = createTestGateway({
    ...{ deployments, routes, policy, detector, clock: new ManualClock() },
    useCases: [useCase({ keep_bodies: true })],
    tokens: tokensWith({}),
    services: { keyNow: () => key.now },
    ensembles: [testEnsemble({ members: ['maker/one', 'maker/two'], arbiters: ['judge/three'] })],
    ...options,
  });
  closing.push(made.close);
  /** As a reload does it: rules first, then the rest. */
  const replace = (change: Partial<GatewayWorld>): void => {
    const world = { ...made.gateway.world, ...change };
    policy.publish({
      bundle: createBundle(STARTER_RULES),
      deployments: world.world.deployments,
      groups: COUNTRY_GROUPS,
    });
    made.gateway.setWorld(world);
  };
  return { ...made, deployments, routes, key, replace };
}

type Made = ReturnType<typeof gatewayOf>;

const relabel = ({ replace }: Made): void => replace({ useCases: new Map([['notes', GERMANS_ONLY]]) });
const remove = ({ replace }: Made): void => replace({ useCases: new Map() });
const nothing = ({ replace }: Made): void => replace({});

/** The German deployment fails, and this happens while it is asked. */
function whileAsked(made: Made, change: (made: Made) => void): void {
  german.reply(() => {
    change(made);
    return errorReply(500);
  });
}

async function ask(made: Made, members: Record<string, unknown> = {}, content = 'What does clause 7 say?') {
  const messages = [{ role: 'user', content }];
  const sink = made.send(chat({ messages, alidade: { use_case: 'notes' }, ...members }), { key: KEY });
  await sink.ended;
  return sink;
}

describe('a call from inside, on behalf of a use case', () => {
  const given = (purpose: CallOptions['purpose']): CallOptions => ({
    ...{ parentId: null, purpose, budget: { usd: null }, obligations: [], useCase: 'notes' },
    signal: new AbortController().signal,
  });

  async function called(purpose: CallOptions['purpose'], change: (made: Made) => void): Promise<number> {
    const made = gatewayOf();
    whileAsked(made, change);
    const result = await made.gateway.door.call(chatRequest({ model: 'auto' }), given(purpose));
    for await (const _part of result.parts);
    await result.settled;
    expect(made.faults).toEqual([]);
    return american.requests.length;
  }

  it.each(['evaluation', 'judge'] as const)('goes on where it may still go (%s)', async (purpose) => {
    expect(await called(purpose, nothing)).toBe(1);
  });

  it.each(['evaluation', 'judge'] as const)(
    'meets the rules with the use case as it is by now (%s)',
    async (purpose) => {
      expect(await called(purpose, relabel)).toBe(0);
    },
  );

  it('calls nobody any more once its use case is gone', async () => {
    expect(await called('evaluation', remove)).toBe(0);
  });

  it('is decided by the configuration of its decision, not of its arrival', async () => {
    const made = gatewayOf();
    const result = made.gateway.door.call(chatRequest({ model: 'maker/two' }), given('evaluation'));
    // Its text is searched before anything is decided, and that takes a turn.
    relabel(made);
    const refusal = await result.then(
      () => 'called',
      (error: unknown) => (error as AppError).code,
    );
    expect(refusal).toBe('denied_by_policy');
    expect(american.requests).toHaveLength(0);
  });
});

describe('an ensemble', () => {
  async function judgedAfter(change: (made: Made) => void) {
    const made = gatewayOf();
    judging.reply(arbiter(() => 'FIRST'));
    american.reply(says('Answer of the American.'));
    german.reply((call) => {
      change(made);
      const answer = says('Answer of the German.');
      return typeof answer === 'function' ? answer(call) : answer;
    });
    await ask(made, { model: 'ensemble/review' });
    return { made, asked: judging.requests.length };
  }

  it('asks its arbiter where it may', async () => {
    expect((await judgedAfter(nothing)).asked).toBeGreaterThan(0);
  });

  it.each([
    ['that its use case forbids by now', relabel],
    ['once its use case is gone', remove],
    [
      'once the key is revoked',
      ({ key }: Made) => {
        key.now = null;
      },
    ],
    [
      'that the key does not allow by now',
      ({ key }: Made) => {
        key.now = { ...KEY, models: ['maker/*'] };
      },
    ],
  ])('asks no arbiter %s', async (_when, change) => {
    const { asked, made } = await judgedAfter(change);
    expect(asked).toBe(0);
    expect(made.faults).toEqual([]);
  });
});

describe('a call that waits for a connection', () => {
  const revoked = ({ key }: Made): void => {
    key.now = null;
  };

  it.each([
    ['leaves where it still may', 2, nothing],
    ['never leaves once the key is revoked', 1, revoked],
    ['never leaves once its use case is gone', 1, remove],
  ])('%s', async (_what, calls, change) => {
    const client = createUpstreamClient({ maxConnectionsPerOrigin: 1 });
    let dispatched = 0;
    const upstream: UpstreamClient = {
      dispatch: (request, handler) => {
        dispatched += 1;
        return client.dispatch(request, handler);
      },
      close: () => client.close(),
    };
    const keys = { now: KEY as ApiKey | null };
    const made = gatewayOf({ services: { upstream, keyNow: () => keys.now } });
    closing.push(() => client.close());
    german.enqueue({ ...chatCompletion(), before: [hold()] });
    german.reply(chatCompletion());
    const first = ask(made, { model: 'maker/one' });
    const running = await german.request(1);
    const second = ask(made, { model: 'maker/one' });
    expect(dispatched).toBe(2);
    change(Object.assign(made, { key: keys }));
    running.release();
    expect((await first).status).toBe(200);
    expect((await second).status === 200).toBe(calls === 2);
    expect(german.requests).toHaveLength(calls);
    expect(american.requests).toHaveLength(0);
  });
});

describe('a key', () => {
  const cases: readonly [string, number, ApiKey | null][] = [
    ['that stays as it is lets the request go on', 1, { ...KEY }],
    ['that is revoked', 0, null],
    ['whose models are fewer', 0, { ...KEY, models: ['maker/one'] }],
    ['that loses the use case', 0, { ...KEY, useCases: [] }],
  ];

  it.each(cases)('%s while a request is answered: calls after it: %i', async (_what, calls, later) => {
    const made = gatewayOf();
    whileAsked(made, ({ key }) => {
      key.now = later;
    });
    await ask(made);
    expect(american.requests).toHaveLength(calls);
  });

  it('that is revoked before its request is whole is refused like any other', async () => {
    const made = gatewayOf();
    made.key.now = null;
    const sink = await ask(made);
    expect(sink.status).toBe(401);
    expect(german.requests).toHaveLength(0);
  });

  it('whose labels say more counts for the request that is answered', async () => {
    const made = gatewayOf({ useCases: [useCase({ data_classes: ['personal'] })] });
    whileAsked(made, ({ key }) => {
      key.now = { ...KEY, labels: ['regulated_eu'] };
    });
    await ask(made);
    expect(american.requests).toHaveLength(0);
  });
});

describe('traffic that becomes labelled', () => {
  const CONFIDENTIAL = useCase({ data_classes: ['confidential'] });
  const label = ({ replace }: Made): void => replace({ useCases: new Map([['notes', CONFIDENTIAL]]) });

  it('is on record before its next call leaves', async () => {
    const made = gatewayOf();
    whileAsked(made, label);
    const before: string[][] = [];
    american.reply(() => {
      before.push(made.journal.records.map(({ kind }) => kind));
      return chatCompletion();
    });
    await ask(made);
    expect(before).toEqual([['intent']]);
  });

  it('goes nowhere while nothing can be recorded', async () => {
    const made = gatewayOf();
    whileAsked(made, (each) => {
      label(each);
      each.journal.accepting = false;
    });
    await ask(made);
    expect(american.requests).toHaveLength(0);
  });
});

describe('what a deployment is', () => {
  const changed = (made: Made, change: Partial<Deployment>): void => {
    const deployments = made.deployments.map((each) => (each.id === 'two@american' ? { ...each, ...change } : each));
    made.replace({ world: testWorld(deployments, made.routes) });
  };

  it.each([
    ['says the same again', 1, {}],
    ['is another model under the same id', 0, { upstreamModel: 'another' }],
    ['is of another maker', 0, { model: 'other/two' }],
  ])('where it %s, calls after it: %i', async (_what, calls, change) => {
    const made = gatewayOf();
    whileAsked(made, (each) => changed(each, change));
    await ask(made);
    expect(american.requests).toHaveLength(calls);
  });

  it('counts for what the caller itself prefers, as it is known by now', async () => {
    const made = gatewayOf();
    whileAsked(made, (each) => {
      const [, second] = each.deployments as [Deployment, Deployment];
      const facts = { ...second.endpoint.facts, retentionDays: 30 };
      changed(each, { endpoint: { ...second.endpoint, facts } });
    });
    await ask(made, { provider: { zdr: true } });
    expect(american.requests).toHaveLength(0);
  });
});

describe('tokens', () => {
  const obliged = { alidade: { use_case: 'notes', obligations: ['tokenise'] } };

  it.each([
    ['goes on with what was hidden', 1, {}],
    ['goes on where less has to be hidden', 1, { email: 'keep' }],
  ] as const)('a request %s', async (_what, calls, types) => {
    const made = gatewayOf();
    whileAsked(made, ({ replace }) => replace({ tokens: tokensWith(types) }));
    await ask(made, obliged, `Write to ${MAIL}.`);
    expect(american.requests).toHaveLength(calls);
    expect(american.requests[0]?.body.toString()).not.toContain(MAIL);
  });

  it.each([
    ['must be hidden by now', {}],
    ['must not be sent at all by now', { email: 'block' }],
  ] as const)('that hide too little go nowhere: what was kept %s', async (_what, types) => {
    const made = gatewayOf({ tokens: tokensWith({ email: 'keep' }) });
    whileAsked(made, ({ replace }) => replace({ tokens: tokensWith(types) }));
    await ask(made, obliged, `Write to ${MAIL}.`);
    expect(german.requests[0]?.body.toString()).toContain(MAIL);
    expect(american.requests).toHaveLength(0);
  });
});

describe('bodies', () => {
  it.each([
    ['are kept where the use case still says so', 1, nothing],
    [
      'are not kept where it does not any more',
      0,
      ({ replace }: Made) => replace({ useCases: new Map([['notes', useCase()]]) }),
    ],
    ['are not kept once the use case is gone', 0, remove],
  ])('%s', async (_what, kept, change) => {
    const made = gatewayOf();
    whileAsked(made, change);
    await ask(made);
    expect(made.bodies).toHaveLength(kept);
  });
});
