import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chat, createTestGateway, upstreamDeployment } from '../../test/support/gateway.ts';
import type { MemorySink } from '../../test/support/memory-sink.ts';
import { TODAY } from '../../test/support/policy-world.ts';
import { resetsBeforeHead } from '../../test/support/upstream/faults.ts';
import { chatCompletion, errorReply } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { useCaseSchema } from '../contracts/configuration.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { createBundle } from '../policy/bundle.ts';
import { compileRules } from '../policy/compile-rules.ts';
import { evaluateRules } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { testEndpoint } from '../routing/test-world.ts';

const BASIS = 'eu_personal_data_needs_transfer_basis';
const DAY_MS = 86_400_000;
/** From here on the facts about the German endpoint are unknown. */
const EXPIRY_MS = Date.parse('2026-12-01T00:00:00Z');
const CLIENTS = useCaseSchema.parse({ id: 'clients', data_classes: ['personal'], subject_jurisdictions: ['de'] });

let american: ScriptedUpstream;
let german: ScriptedUpstream;
let second: ScriptedUpstream;
let close: (() => Promise<void>) | null = null;

beforeEach(async () => {
  [american, german, second] = await Promise.all([
    createScriptedUpstream(),
    createScriptedUpstream(),
    createScriptedUpstream(),
  ]);
  for (const upstream of [american, german, second]) upstream.reply(chatCompletion());
});

afterEach(async () => {
  await close?.();
  for (const upstream of [american, german, second]) await upstream.close();
});

function deploymentIn(country: string, id: string, model: string, upstream: ScriptedUpstream): Deployment {
  const known = { region: country, storageRegion: country, operatorCountry: country, retentionDays: 0 };
  const dated = { checkedAt: '2026-11-01', validDays: 30 };
  const facts = { ...testEndpoint(id).facts, ...known, ...dated, trainsOnData: false };
  const endpoint = testEndpoint(id, { baseUrl: upstream.baseUrl, private: true, auth: 'none', facts });
  return upstreamDeployment(id, model, upstream, { endpoint });
}

/** Two German deployments and an American one between them; the wall clock and the evaluation of rules are the test's. */
function gatewayOf() {
  const deployments = [
    deploymentIn('de', 'one@german', 'maker/one', german),
    deploymentIn('us', 'two@american', 'maker/two', american),
    deploymentIn('de', 'three@second', 'maker/three', second),
  ];
  const wall = { nowMs: TODAY.getTime() };
  const evaluation = { gate: null as Promise<void> | null, begun: Promise.withResolvers<void>() };
  const world = { bundle: createBundle(STARTER_RULES), deployments, groups: COUNTRY_GROUPS };
  const policy = new PolicyEngine({
    evaluator: {
      async evaluate(bundle, request) {
        const answer = evaluateRules(bundle, request);
        evaluation.begun.resolve();
        await evaluation.gate;
        return answer;
      },
    },
    now: () => wall.nowMs,
    world,
    tokenise: 'when_asked',
  });
  const gateway = createTestGateway({ deployments, useCases: [CLIENTS], policy });
  close = gateway.close;
  const ask = async (members: object = {}): Promise<MemorySink> => {
    const sink = gateway.send(chat({ alidade: { use_case: 'clients' }, ...members }));
    await sink.ended;
    return sink;
  };
  return { ...gateway, ask, policy, world, wall, evaluation };
}

const errorOf = (sink: MemorySink) => sink.json().error as { code: string; message: string };
const callsOf = (...upstreams: ScriptedUpstream[]) => upstreams.map(({ requests }) => requests.length);

/** Holds the evaluation of the first request until `meanwhile` has been done. */
async function whileWaiting(gateway: ReturnType<typeof gatewayOf>, meanwhile: () => void): Promise<MemorySink> {
  const gate = Promise.withResolvers<void>();
  gateway.evaluation.gate = gate.promise;
  const answer = gateway.ask();
  await gateway.evaluation.begun.promise;
  gateway.evaluation.gate = null;
  meanwhile();
  gate.resolve();
  return answer;
}

describe('when every permitted deployment is down', () => {
  it('answers 503 with the rules that forbid the others, and calls none of them', async () => {
    const { ask } = gatewayOf();
    for (const upstream of [german, second]) upstream.reply(errorReply(500));
    const sink = await ask();
    expect(sink.status).toBe(503);
    expect(errorOf(sink)).toMatchObject({ code: 'all_deployments_down', message: expect.stringContaining(BASIS) });
    expect(sink.headers['x-should-retry']).toBe('false');
    expect(american.requests).toEqual([]);
    expect(callsOf(german, second).every((calls) => calls > 0)).toBe(true);
  });

  it('says the same where breakers keep them from being asked', async () => {
    const { ask } = gatewayOf();
    for (const upstream of [german, second]) upstream.reply(resetsBeforeHead());
    for (let request = 0; request < 30; request += 1) await ask();
    const before = callsOf(german, second);
    const sink = await ask();
    expect(callsOf(german, second)).toEqual(before);
    expect(sink.status).toBe(503);
    expect(errorOf(sink)).toMatchObject({ code: 'all_deployments_down', message: expect.stringContaining(BASIS) });
    expect(american.requests).toEqual([]);
  });
});

describe('what rules know of retention', () => {
  it('is not undone by a caller who asks the vendor to keep a labelled request, which the answer says', async () => {
    const { ask, journal } = gatewayOf();
    expect((await ask({ store: true, metadata: { shelf: 'a' } })).status).toBe(200);
    const sent = (await german.request(1)).json() as Record<string, unknown>;
    expect(sent).toMatchObject({ store: false });
    expect(sent).not.toHaveProperty('metadata');
    expect(journal.receipts[0]?.loss).toMatchObject([{ field: 'store' }, { field: 'metadata' }]);
    expect((await ask({ store: true, alidade: { use_case: 'clients', strict: true } })).status).toBe(400);
    expect(callsOf(german, american, second)).toEqual([1, 0, 0]);
  });

  it('says nothing of requests without a label, whose callers may ask for it', async () => {
    const { ask } = gatewayOf();
    expect((await ask({ alidade: {}, store: true })).status).toBe(200);
    expect((await german.request(1)).json()).toMatchObject({ store: true });
  });
});

describe('facts that expire', () => {
  it('are unknown to the next request, and the clock set back revives none', async () => {
    const { ask, wall } = gatewayOf();
    expect((await ask()).status).toBe(200);
    wall.nowMs = EXPIRY_MS;
    const sink = await ask();
    expect(sink.status).toBe(403);
    expect(errorOf(sink)).toMatchObject({ code: 'denied_by_policy', message: expect.stringContaining(BASIS) });
    wall.nowMs = TODAY.getTime() - 400 * DAY_MS;
    expect((await ask()).status).toBe(403);
    expect(callsOf(german, american, second)).toEqual([1, 0, 0]);
  });

  it('while policy is waited for, are unknown to the request that waits', async () => {
    const gateway = gatewayOf();
    const sink = await whileWaiting(gateway, () => {
      gateway.wall.nowMs = EXPIRY_MS;
    });
    expect(errorOf(sink)).toMatchObject({ code: 'denied_by_policy', message: expect.stringContaining(BASIS) });
    expect(callsOf(german, american, second)).toEqual([0, 0, 0]);
  });

  it('while a call fails, forbid the fallback', async () => {
    const { ask, wall } = gatewayOf();
    german.reply(() => {
      wall.nowMs = EXPIRY_MS + 365 * DAY_MS;
      return errorReply(500);
    });
    const sink = await ask();
    expect(sink.status).toBeGreaterThanOrEqual(500);
    expect(callsOf(american, second)).toEqual([0, 0]);
  });
});

describe('rules that are replaced', () => {
  const closed = (world: ReturnType<typeof gatewayOf>['world'], condition: string) => {
    const text = `@id("closed") forbid (principal, action in Action::"send", resource) when { ${condition} };`;
    const { rules, problems } = compileRules([{ name: 'closed.cedar', text }], STARTER_RULES);
    expect(problems).toEqual([]);
    return { ...world, bundle: createBundle([...STARTER_RULES, ...rules]) };
  };

  it('while policy is waited for, hold for the request that waits: nothing that the old ones said is used', async () => {
    const gateway = gatewayOf();
    const sink = await whileWaiting(gateway, () => {
      gateway.policy.publish(closed(gateway.world, 'context.labelled'));
    });
    expect(errorOf(sink)).toMatchObject({ code: 'denied_by_policy', message: expect.stringContaining('closed') });
    expect(callsOf(german, american, second)).toEqual([0, 0, 0]);
  });

  it('while policy is waited for, leave what both permit', async () => {
    const gateway = gatewayOf();
    const sink = await whileWaiting(gateway, () => {
      gateway.policy.publish(closed(gateway.world, 'resource.deployment == "one@german"'));
    });
    expect(sink.status).toBe(200);
    expect(callsOf(german, american, second)).toEqual([0, 0, 1]);
  });
});
