import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestGateway, ManualClock, upstreamDeployment } from '../../test/support/gateway.ts';
import { deploymentMembers, deploymentOf, TODAY } from '../../test/support/policy-world.ts';
import { resetsBeforeHead, streamCutAfter } from '../../test/support/upstream/faults.ts';
import { chatCompletion, chatStream, errorReply, rateLimited } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import type { Script } from '../../test/support/upstream/steps.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { type UseCaseConfig, useCaseSchema } from '../contracts/configuration.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestAttributes } from '../contracts/policy.ts';
import { createBundle, type PolicyBundle } from '../policy/bundle.ts';
import { compileRules } from '../policy/compile-rules.ts';
import { deploymentAttributes } from '../policy/deployment-attributes.ts';
import { evaluateHere } from '../policy/evaluate-rules.ts';
import { judge } from '../policy/policy-case.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { NO_POLICY_SETTINGS, requestAttributes } from '../policy/request-attributes.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { TextScanner } from '../privacy-thread/text-scanner.ts';
import { RequestDetector } from './detection.ts';

const UPSTREAMS = 4;
let upstreams: ScriptedUpstream[] = [];
const scanner = new TextScanner();

beforeAll(async () => {
  upstreams = await Promise.all(Array.from({ length: UPSTREAMS }, () => createScriptedUpstream()));
});

afterAll(async () => {
  await scanner.close();
  for (const upstream of upstreams) await upstream.close();
});

/** Rules that somebody might write beside the starter bundle. */
const OWN_RULES = [
  'resource.operator_country == "cn"',
  'context.labelled && resource.operator == "acme"',
  'context.data_classes.contains("personal.contact.email") && resource.region != "de"',
  'context.data_classes.contains("personal.financial") && !resource.on_premises',
  'resource.trains_on_data != "no"',
  'context.use_case == "b" && resource.maker_country == "us"',
  'context.labels.contains("regulated_eu") && resource.storage_region != "de"',
  'resource.deployment == "d2"',
];

function bundleOf(chosen: readonly number[]): PolicyBundle {
  const text = chosen.map((index) => {
    const rule = `forbid (principal, action in Action::"send", resource) when { ${OWN_RULES[index]} };`;
    return `@id("own_${index}")\n@message("Own rule.")\n${rule}`;
  });
  const { rules, problems } = compileRules([{ name: 'own.cedar', text: text.join('\n') }], STARTER_RULES);
  expect(problems).toEqual([]);
  return createBundle([...STARTER_RULES, ...rules]);
}

const rulesArbitrary = fc.uniqueArray(fc.nat({ max: OWN_RULES.length - 1 }), { maxLength: 4 });

const useCaseArbitrary = fc.record({
  data_classes: fc.constantFrom(
    [],
    ['internal'],
    ['confidential'],
    ['personal'],
    ['personal.special.health'],
    ['credential'],
  ),
  subject_jurisdictions: fc.constantFrom([], ['de'], ['us'], ['cn'], ['gb']),
  labels: fc.constantFrom([], ['regulated_eu']),
  on_stream_break: fc.constantFrom('fail', 'continue'),
});

/** What a text says, and the classes that are in it. */
const SAID: readonly { text: string; classes: readonly string[] }[] = [
  { text: 'Tell me something about the sea.', classes: [] },
  { text: 'Write to quillon@quimby.example.', classes: ['personal.contact.email'] },
  { text: 'Charge 4012 8888 8888 1881.', classes: ['personal.financial.card'] },
];

const requestArbitrary = fc.record({
  useCase: fc.constantFrom(null, 'a', 'b'),
  said: fc.nat({ max: SAID.length - 1 }),
  stream: fc.boolean(),
  model: fc.constantFrom('auto', 'maker/0', 'maker/1'),
});

const SCRIPTS: readonly ((stream: boolean) => Script)[] = [
  (stream) => (stream ? chatStream() : chatCompletion()),
  () => errorReply(500),
  () => errorReply(401),
  () => rateLimited(),
  () => resetsBeforeHead(),
  (stream) => (stream ? streamCutAfter(1) : resetsBeforeHead()),
];

const worldArbitrary = fc.record({
  deployments: fc.array(deploymentMembers, { minLength: UPSTREAMS, maxLength: UPSTREAMS }),
  rules: rulesArbitrary,
  laterRules: rulesArbitrary,
  useCases: fc.tuple(useCaseArbitrary, useCaseArbitrary),
  laterUseCases: fc.tuple(useCaseArbitrary, useCaseArbitrary),
  requests: fc.array(requestArbitrary, { minLength: 4, maxLength: 8 }),
  /** By call: what the upstream answers. */
  scripts: fc.array(fc.nat({ max: SCRIPTS.length - 1 }), { minLength: 1, maxLength: 12 }),
  /** At which call everything is loaded anew. */
  reloadAt: fc.nat({ max: 8 }),
});

type Situation = typeof worldArbitrary extends fc.Arbitrary<infer T> ? T : never;

const useCasesOf = (pair: Situation['useCases']): UseCaseConfig[] =>
  pair.map((members, index) => useCaseSchema.parse({ id: 'ab'[index], ...members }));

interface Flight {
  useCase: string | null;
  said: number;
  stream: boolean;
}

/** Plays one situation; gives what reached an upstream that the rules of that moment forbade, and how many calls there were. */
async function play(situation: Situation): Promise<{ forbidden: string[]; calls: number }> {
  const deployments = situation.deployments.map((members, index): Deployment => {
    const made = deploymentOf({ ...members, id: `d${index}`, model: `maker/${index % 2}` });
    const upstream = upstreams[index] as ScriptedUpstream;
    const { baseUrl } = upstream;
    const quirks = { ...made.endpoint.quirks, maxTokensMember: 'either' as const };
    const endpoint = { ...made.endpoint, id: `e${index}`, digest: `e${index}`, baseUrl, private: true, quirks };
    return {
      ...upstreamDeployment(`d${index}`, made.model, upstream),
      ...made,
      endpoint,
      capabilities: new Set(['prefill']),
    };
  });
  const force = { bundle: bundleOf(situation.rules), useCases: useCasesOf(situation.useCases) };
  const later = { bundle: bundleOf(situation.laterRules), useCases: useCasesOf(situation.laterUseCases) };
  const policy = new PolicyEngine({
    evaluator: evaluateHere,
    now: () => TODAY.getTime(),
    world: { bundle: force.bundle, deployments, groups: COUNTRY_GROUPS },
    tokenise: 'when_asked',
  });
  const clock = new ManualClock();
  const detector = new RequestDetector(scanner, { maxCharacters: 100_000, budgetMs: 60_000, plugIn: null });
  const test = createTestGateway({ deployments, useCases: force.useCases, policy, detector, clock });
  let flight: Flight = { useCase: null, said: 0, stream: false };
  let calls = 0;
  const forbidden: string[] = [];

  const attributesNow = (): RequestAttributes =>
    requestAttributes({
      useCase: force.useCases.find(({ id }) => id === flight.useCase) ?? null,
      declaredClasses: [],
      detectedClasses: SAID[flight.said]?.classes ?? [],
      keyJurisdictions: null,
      statedTask: null,
      statedLabels: (force.useCases.find(({ id }) => id === flight.useCase)?.labels ?? []) as never,
      unscannable: false,
      settings: NO_POLICY_SETTINGS,
    });
  const arrive = (index: number): Script => {
    const known = deploymentAttributes(deployments[index] as Deployment, COUNTRY_GROUPS, TODAY.getTime());
    const verdict = judge(force.bundle, attributesNow(), known, 'when_asked');
    if (!verdict.permitted) forbidden.push(`call ${calls} to d${index}: ${verdict.rules.join(', ')}`);
    const script = SCRIPTS[situation.scripts[calls % situation.scripts.length] as number] as (typeof SCRIPTS)[number];
    if (calls === situation.reloadAt) {
      Object.assign(force, later);
      policy.publish({ bundle: force.bundle, deployments, groups: COUNTRY_GROUPS });
      const { useCases: _, ...world } = test.gateway.world;
      test.gateway.setWorld({ ...world, useCases: new Map(force.useCases.map((entry) => [entry.id, entry])) });
    }
    calls += 1;
    // Waits of the attempt loop pass at once.
    clock.advance(1_000);
    return script(flight.stream);
  };
  for (const [index, upstream] of upstreams.entries()) upstream.reply(() => arrive(index));

  for (const request of situation.requests) {
    flight = request;
    const messages = [{ role: 'user', content: SAID[request.said]?.text }];
    const alidade = request.useCase === null ? {} : { alidade: { use_case: request.useCase } };
    await test.send({ model: request.model, stream: request.stream, messages, ...alidade }).ended;
  }
  await test.close();
  expect(test.faults).toEqual([]);
  return { forbidden, calls };
}

describe('whatever happens', () => {
  it('no call reaches a deployment that rules forbid at its moment: plans, retries, fallbacks, continuations, reloads half-way', async () => {
    let calls = 0;
    await fc.assert(
      fc.asyncProperty(worldArbitrary, async (situation) => {
        const played = await play(situation);
        calls += played.calls;
        expect(played.forbidden).toEqual([]);
      }),
      { numRuns: 40 },
    );
    // A world in which nothing may be called proves nothing.
    expect(calls).toBeGreaterThan(40);
  }, 120_000);
});
