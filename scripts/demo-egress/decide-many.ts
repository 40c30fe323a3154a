import { COUNTRY_GROUPS } from '../../src/catalog/facts/country-groups.ts';
import type { UseCaseConfig } from '../../src/contracts/configuration.ts';
import type { Deployment } from '../../src/contracts/deployment.ts';
import { createSeededRandom, type SeededRandom } from '../../src/lib/seeded-random.ts';
import { createBundle } from '../../src/policy/bundle.ts';
import { compileRules } from '../../src/policy/compile-rules.ts';
import { evaluateHere } from '../../src/policy/evaluate-rules.ts';
import { caseDeployment } from '../../src/policy/policy-case.ts';
import { PolicyEngine } from '../../src/policy/policy-engine.ts';
import { NO_POLICY_SETTINGS, requestAttributes } from '../../src/policy/request-attributes.ts';
import { decide } from '../../src/routing/decide.ts';
import { testFacts, testMoment, testPrice, testRoute, testWorld } from '../../src/routing/test-world.ts';
import {
  type DeploymentSpec,
  type GeneratedRule,
  oracle,
  type RequestSpec,
  randomDeployment,
  randomRequest,
  randomRules,
} from './generated-policy.ts';

const TODAY = new Date('2026-11-22T12:00:00Z');
const DEPLOYMENTS = 12;
const MODELS = ['one/a', 'two/b', 'three/c'];
/** At most this many of what went wrong are told in full. */
const TOLD = 3;

export interface DecidedMany {
  bundles: number;
  requests: number;
  /** Places of plans that were compared with the oracle. */
  planned: number;
  /** Deployments that rules left out, over all requests. */
  removed: number;
  /** In a plan, though the oracle forbids it, or without an obligation that it demands. */
  forbidden: number;
  /** Left out, though the oracle permits it. */
  withheld: number;
  examples: string[];
  /** Requests answered from the memo alone. */
  fromMemo: number;
}

interface Generated {
  rules: GeneratedRule[];
  specs: DeploymentSpec[];
  deployments: Deployment[];
}

function generate(random: SeededRandom): Generated {
  const rules = randomRules(random);
  const specs = Array.from({ length: DEPLOYMENTS }, (_, index) =>
    randomDeployment(random, `d${index}`, MODELS[index % MODELS.length] as string),
  );
  const deployments = specs.map((spec) => ({
    ...caseDeployment({ ...spec }, TODAY),
    price: testPrice(1, 2),
    contextWindowTokens: 1_000_000,
    maxOutputTokens: 32_768,
  }));
  return { rules, specs, deployments };
}

function engineOf({ rules, deployments }: Generated): PolicyEngine {
  const text = rules.map(({ cedar }) => cedar).join('\n');
  const compiled = compileRules([{ name: 'generated.cedar', text }]);
  const errors = compiled.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`A generated bundle does not compile: ${errors[0]?.message}\n${text}`);
  return new PolicyEngine({
    evaluator: evaluateHere,
    now: () => TODAY.getTime(),
    world: { bundle: createBundle(compiled.rules), deployments, groups: COUNTRY_GROUPS },
    tokenise: 'when_asked',
  });
}

const attributesOf = ({ tokenise: _, unscannable, ...written }: RequestSpec) =>
  requestAttributes({
    useCase: { id: 'case', keep_bodies: false, on_stream_break: 'fail', ...written } as unknown as UseCaseConfig,
    declaredClasses: [],
    detectedClasses: [],
    keyJurisdictions: null,
    statedTask: null,
    statedLabels: [],
    unscannable,
    settings: NO_POLICY_SETTINGS,
  });

/** Compares one plan with what the oracle says of every deployment. */
function compare(
  { rules, specs }: Generated,
  request: RequestSpec,
  plan: readonly { deployment: string; obligations: readonly string[] }[],
  totals: DecidedMany,
): void {
  const planned = new Map(plan.map(({ deployment, obligations }) => [deployment, obligations]));
  for (const spec of specs) {
    const verdict = oracle(rules, request, spec);
    const obligations = planned.get(spec.id);
    if (obligations === undefined) {
      totals.removed += 1;
      if (!verdict.permitted) continue;
      totals.withheld += 1;
    } else {
      totals.planned += 1;
      if (verdict.permitted && verdict.obligations.every((name) => obligations.includes(name))) continue;
      totals.forbidden += 1;
    }
    if (totals.examples.length < TOLD) {
      const text = rules.map(({ cedar }) => cedar).join('\n');
      totals.examples.push(`${JSON.stringify({ request, spec, verdict, obligations: obligations ?? null })}\n${text}`);
    }
  }
}

async function decideUnder(generated: Generated, random: SeededRandom, requests: number, totals: DecidedMany) {
  const engine = engineOf(generated);
  const world = testWorld(generated.deployments, [testRoute({ default: true, primary: MODELS })]);
  for (let number = 0; number < requests; number += 1) {
    const request = randomRequest(random);
    const facts = testFacts({
      attributes: attributesOf(request),
      obligations: request.tokenise ? ['tokenise'] : [],
    });
    // A caller brings only so many new combinations a minute; here each is one of its own.
    const waiting = engine.prepare(facts, `caller ${number}`);
    if (waiting === null) totals.fromMemo += 1;
    else if (!(await waiting).ok) throw new Error('A combination could not be evaluated.');
    const { plan } = decide(facts, world, testMoment({ seed: number }), engine.eligibility);
    compare(generated, request, plan, totals);
    totals.requests += 1;
  }
}

const NOTHING: DecidedMany = {
  ...{ bundles: 0, requests: 0, planned: 0, removed: 0, forbidden: 0, withheld: 0, fromMemo: 0 },
  examples: [],
};

/** Which of the seed's bundles, and how many requests each decides about. */
export interface Share {
  from: number;
  /** Exclusive. */
  to: number;
  requests: number;
  seed: string;
}

/** Lets random bundles decide about random requests and compares every plan with the oracle. */
export async function decideMany({ from, to, requests, seed }: Share): Promise<DecidedMany> {
  const totals: DecidedMany = { ...NOTHING, examples: [] };
  for (let number = from; number < to; number += 1) {
    const random = createSeededRandom(`${seed} bundle ${number}`);
    await decideUnder(generate(random), random, requests, totals);
    totals.bundles += 1;
  }
  return totals;
}

/** What several shares came to. */
export function sumOf(parts: readonly DecidedMany[]): DecidedMany {
  const total = (member: Exclude<keyof DecidedMany, 'examples'>): number =>
    parts.reduce((sum, part) => sum + part[member], 0);
  return {
    bundles: total('bundles'),
    requests: total('requests'),
    planned: total('planned'),
    removed: total('removed'),
    forbidden: total('forbidden'),
    withheld: total('withheld'),
    fromMemo: total('fromMemo'),
    examples: parts.flatMap(({ examples }) => examples).slice(0, TOLD),
  };
}
