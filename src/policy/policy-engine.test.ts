import { describe, expect, it } from 'vitest';
import { deploymentOf, factsOf, TODAY } from '../../test/support/policy-world.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { createBundle } from './bundle.ts';
import { compileRules } from './compile-rules.ts';
import { type EvaluationRequest, evaluateRules, type RuleEvaluator } from './evaluate-rules.ts';
import { caseRequest } from './policy-case.ts';
import { NOT_EVALUATED, PolicyEngine } from './policy-engine.ts';
import { STARTER_RULES } from './starter-rules.ts';

const STARTER = createBundle(STARTER_RULES);
const EU = { operator: 'acme', region: 'de', storage_region: 'de', operator_country: 'de', trains_on_data: false };
const DAY_MS = 86_400_000;

/** An evaluator that counts what reaches Cedar, and waits or fails where told. */
function counting() {
  const seen: EvaluationRequest[] = [];
  const state = { gate: null as Promise<void> | null, failure: null as Error | null };
  const evaluator: RuleEvaluator = {
    async evaluate(bundle, request) {
      seen.push(request);
      if (state.gate !== null) await state.gate;
      if (state.failure !== null) throw state.failure;
      return evaluateRules(bundle, request);
    },
  };
  return { seen, state, evaluator };
}

function engineOf(deployments: readonly Deployment[], nowMs = TODAY.getTime()) {
  const clock = { nowMs };
  const counter = counting();
  const world = { bundle: STARTER, deployments, groups: COUNTRY_GROUPS };
  const engine = new PolicyEngine({
    evaluator: counter.evaluator,
    now: () => clock.nowMs,
    world,
    tokenise: 'when_asked',
  });
  return { engine, clock, world, ...counter };
}

const personal = (more: Record<string, unknown> = {}): RequestFacts =>
  factsOf(caseRequest({ data_classes: ['personal'], subject_jurisdictions: ['de'], ...more }));

const rulesOf = (engine: PolicyEngine, facts: RequestFacts, deployment: Deployment): readonly string[] => {
  const verdict = engine.eligibility(facts, deployment);
  return verdict.permitted ? [] : verdict.rules;
};

describe('PolicyEngine', () => {
  it('decides unlabelled traffic at once, without Cedar', () => {
    const deployments = [deploymentOf({ operator: 'acme' }), deploymentOf(EU)];
    const { engine, seen } = engineOf(deployments);
    expect(engine.prepare(factsOf(caseRequest({})), 'key')).toBeNull();
    for (const deployment of deployments) {
      expect(engine.eligibility(factsOf(caseRequest({})), deployment)).toEqual({ permitted: true, obligations: [] });
    }
    expect(seen).toEqual([]);
  });

  it('forbids what has not been evaluated', () => {
    const deployment = deploymentOf(EU);
    const { engine } = engineOf([deployment]);
    expect(rulesOf(engine, personal(), deployment)).toEqual([NOT_EVALUATED]);
    expect(engine.permittedNow(personal(), deployment, [])).toBeNull();
    expect(engine.mayUse('judge_with', personal(), deployment)).toBe(false);
  });

  it('evaluates one combination of attributes once, whoever asks and however many deployments look alike', async () => {
    const deployments = Array.from({ length: 40 }, (_, index) =>
      deploymentOf({ ...EU, id: `d${index}`, region: index % 2 ? 'de' : 'us' }),
    );
    const { engine, seen } = engineOf(deployments);
    await Promise.all(Array.from({ length: 10 }, (_, index) => engine.prepare(personal(), `key ${index}`)));
    expect(seen.map((request) => request.deployments.length)).toEqual([2]);
    expect(engine.prepare(personal({ id: 'another-use-case' }), 'key')).toBeNull();
    expect(rulesOf(engine, personal(), deployments[0] as Deployment)).toEqual([
      'eu_personal_data_needs_transfer_basis',
    ]);
    expect(rulesOf(engine, personal(), deployments[1] as Deployment)).toEqual([]);
  });

  it('takes an expired fact for unknown from its very first moment on, and asks again', async () => {
    const deployment = deploymentOf({ ...EU, facts_checked_at: '2026-11-20', facts_valid_days: 5 });
    const { engine, clock } = engineOf([deployment]);
    const facts = personal();
    await engine.prepare(facts, 'key');
    const before = engine.version;
    clock.nowMs = Date.parse('2026-11-25T00:00:00Z') - 1;
    expect(rulesOf(engine, facts, deployment)).toEqual([]);
    clock.nowMs += 1;
    expect(rulesOf(engine, facts, deployment)).toEqual([NOT_EVALUATED]);
    await engine.prepare(facts, 'key');
    expect(rulesOf(engine, facts, deployment)).toEqual(['eu_personal_data_needs_transfer_basis']);
    expect(engine.version).not.toBe(before);
  });

  it('revives no fact when the clock is set back, until somebody publishes', async () => {
    const deployment = deploymentOf({ ...EU, facts_checked_at: '2026-11-20', facts_valid_days: 30 });
    const { engine, clock, world } = engineOf([deployment]);
    clock.nowMs += 365 * DAY_MS;
    await engine.prepare(personal(), 'key');
    expect(rulesOf(engine, personal(), deployment)).toEqual(['eu_personal_data_needs_transfer_basis']);
    clock.nowMs = TODAY.getTime() - 3_600_000;
    expect(engine.prepare(personal(), 'key')).toBeNull();
    expect(rulesOf(engine, personal(), deployment)).toEqual(['eu_personal_data_needs_transfer_basis']);
    engine.publish(world);
    await engine.prepare(personal(), 'key');
    expect(rulesOf(engine, personal(), deployment)).toEqual([]);
  });

  it('takes a fact from the future for unknown', async () => {
    const deployment = deploymentOf({ ...EU, facts_checked_at: '2027-11-20' });
    const { engine } = engineOf([deployment]);
    await engine.prepare(personal(), 'key');
    expect(rulesOf(engine, personal(), deployment)).toEqual(['eu_personal_data_needs_transfer_basis']);
  });

  it('holds requests in flight to rules that were published meanwhile', async () => {
    const deployment = deploymentOf(EU);
    const { engine, world } = engineOf([deployment]);
    const facts = personal();
    await engine.prepare(facts, 'key');
    expect(engine.permittedNow(facts, deployment, [])).toBe(true);
    const { rules } = compileRules([
      {
        name: 'new.cedar',
        text: '@id("no_acme") forbid (principal, action, resource) when { resource.operator == "acme" };',
      },
    ]);
    engine.publish({ ...world, bundle: createBundle([...STARTER_RULES, ...rules]), deployments: [] });
    expect(engine.permittedNow(facts, deployment, [])).toBeNull();
    await engine.prepareFor(facts, deployment, 'key');
    expect(engine.permittedNow(facts, deployment, [])).toBe(false);
    expect(rulesOf(engine, facts, deployment)).toEqual(['no_acme']);
  });

  it('permits an attempt only with every obligation of the moment', async () => {
    const deployment = deploymentOf({ operator: 'acme', region: 'us' });
    const { engine } = engineOf([deployment]);
    await engine.prepare(personal(), 'key');
    expect(engine.permittedNow(personal(), deployment, [])).toBe(false);
    expect(engine.permittedNow(personal(), deployment, ['tokenise'])).toBe(true);
    const asked = factsOf(personal().attributes as never, ['tokenise']);
    expect(engine.eligibility(asked, deployment)).toEqual({ permitted: true, obligations: ['tokenise'] });
    expect(engine.eligibility(personal(), deployment)).toMatchObject({ permitted: false, wouldAdmit: 'tokenise' });
  });

  it('limits the new combinations that one key may bring, and nobody else for it', async () => {
    const { engine, seen } = engineOf([deploymentOf(EU)]);
    const approvals = ['dpia', 'cn_export_filing', 'archive_17a4', 'human_oversight', 'dora_register'];
    const classes = ['personal.special', 'credential', 'confidential', 'government', 'export_controlled'];
    const outcomes = new Map<string, number>();
    for (let index = 0; index < 1_024; index += 1) {
      const chosen = (names: readonly string[], bits: number) => names.filter((_, bit) => (bits >> bit) & 1);
      const request = {
        data_classes: ['personal', ...chosen(classes, index)],
        approvals: chosen(approvals, index >> 5),
      };
      const outcome = await engine.prepare(personal(request), 'greedy');
      const reason = outcome === null ? 'known' : outcome.ok ? 'evaluated' : outcome.reason;
      outcomes.set(reason, (outcomes.get(reason) ?? 0) + 1);
    }
    expect(outcomes.get('evaluated')).toBe(240);
    expect(outcomes.get('too_many_new_tuples')).toBeGreaterThan(100);
    expect(seen.length).toBe(240);
    const fresh = personal({ subject_jurisdictions: ['gb', 'cn', 'us-ca'] });
    expect(await engine.prepare(fresh, 'modest')).toEqual({ ok: true });
  });

  it('stays closed when the evaluation fails, and opens when it works again', async () => {
    const deployment = deploymentOf(EU);
    const { engine, state } = engineOf([deployment]);
    state.failure = new Error('broken');
    expect(await engine.prepare(personal(), 'key')).toMatchObject({ ok: false, reason: 'evaluation_failed' });
    expect(rulesOf(engine, personal(), deployment)).toEqual([NOT_EVALUATED]);
    state.failure = null;
    expect(await engine.prepare(personal(), 'key')).toEqual({ ok: true });
    expect(rulesOf(engine, personal(), deployment)).toEqual([]);
  });
});
