import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deploymentMembers,
  deploymentOf,
  factsOf,
  requestArbitrary,
  TODAY,
  UNKNOWABLE,
} from '../../test/support/policy-world.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { POLICY_ACTIONS, type RequestAttributes } from '../contracts/policy.ts';
import { createBundle, isOpen, slicesOf } from './bundle.ts';
import { compileRules } from './compile-rules.ts';
import { deploymentAttributes } from './deployment-attributes.ts';
import { evaluateHere, evaluateRules } from './evaluate-rules.ts';
import { judge } from './policy-case.ts';
import { PolicyEngine } from './policy-engine.ts';
import { UNLABELLED } from './request-attributes.ts';
import type { Rule } from './rule.ts';
import { tupleKey, tupleOf } from './signature.ts';
import { STARTER_RULES } from './starter-rules.ts';

const ruleOf = (condition: string, id = 'extra'): Rule => {
  const { rules, problems } = compileRules([
    {
      name: 'extra.cedar',
      text: `@id("${id}")\nforbid (principal, action in Action::"send", resource)\nwhen { ${condition} };`,
    },
  ]);
  expect(problems).toEqual([]);
  return rules[0] as Rule;
};

const CONDITIONS = [
  'resource.operator == "acme"',
  'context.data_classes.contains("personal") && resource.region == "us"',
  'context.subject_jurisdictions.containsAny(["de", "cn"]) || context.labelled',
  '!(resource has retention_days && resource.retention_days < 31)',
  'if context.labelled then resource.dpa != "yes" else resource.region_groups.isEmpty()',
];
const EXTRA = CONDITIONS.map((condition, index) => ruleOf(condition, `extra_${index}`));
const extraArbitrary = fc.constantFrom(...EXTRA);

const attributesOf = (deployment: Deployment) => deploymentAttributes(deployment, COUNTRY_GROUPS, TODAY.getTime());
const permits = (rules: readonly Rule[], request: RequestAttributes, deployment: Deployment): boolean =>
  judge(createBundle(rules), request, attributesOf(deployment), 'when_asked').permitted;

const STARTER = createBundle(STARTER_RULES);
const RUNS = { numRuns: 150 };
const DAY_MS = 86_400_000;

describe('policy', () => {
  it('never permits more after a forbid was added', () => {
    fc.assert(
      fc.property(requestArbitrary, deploymentMembers, extraArbitrary, (request, members, extra) => {
        const deployment = deploymentOf(members);
        const before = permits(STARTER_RULES, request, deployment);
        expect(before || !permits([...STARTER_RULES, extra], request, deployment)).toBe(true);
      }),
      RUNS,
    );
  });

  it('decides alike whatever the order of rules and of deployments', () => {
    fc.assert(
      fc.property(
        requestArbitrary,
        fc.array(deploymentMembers, { minLength: 2, maxLength: 4 }),
        fc.shuffledSubarray([...STARTER_RULES, ...EXTRA], { minLength: STARTER_RULES.length + EXTRA.length }),
        (request, members, shuffled) => {
          const deployments = members.map(deploymentOf);
          const ordered = deployments.map((deployment) =>
            judge(createBundle([...STARTER_RULES, ...EXTRA]), request, attributesOf(deployment), 'when_asked'),
          );
          const reversed = [...deployments]
            .reverse()
            .map((deployment) => judge(createBundle(shuffled), request, attributesOf(deployment), 'when_asked'));
          expect(reversed.reverse()).toEqual(ordered);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never permits more after a fact became unknown', () => {
    fc.assert(
      fc.property(requestArbitrary, deploymentMembers, fc.constantFrom(...UNKNOWABLE), (request, members, fact) => {
        // What nobody states about own machines is what their region says, see deployment-attributes.ts.
        fc.pre(members.operator !== 'self' || !['storage_region', 'trains_on_data'].includes(fact));
        const { [fact]: _, ...less } = members;
        const known = permits(STARTER_RULES, request, deploymentOf(members));
        expect(known || !permits(STARTER_RULES, request, deploymentOf(less))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('never permits more after all facts expired', () => {
    fc.assert(
      fc.property(requestArbitrary, deploymentMembers, (request, members) => {
        const fresh = permits(STARTER_RULES, request, deploymentOf(members));
        const stale = permits(STARTER_RULES, request, deploymentOf({ ...members, facts_checked_at: '2020-01-01' }));
        expect(fresh || !stale).toBe(true);
      }),
      RUNS,
    );
  });

  it('never permits more than at the latest time it has seen, however the clock jumps', async () => {
    const days = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 2, maxLength: 5 });
    const dated = fc.record({ checked: fc.integer({ min: -200, max: 200 }), valid: fc.integer({ min: 1, max: 200 }) });
    const outcomes = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(requestArbitrary, deploymentMembers, days, dated, async (request, members, jumps, given) => {
        const checkedAt = new Date(TODAY.getTime() + given.checked * DAY_MS).toISOString().slice(0, 10);
        const deployment = deploymentOf({ ...members, facts_checked_at: checkedAt, facts_valid_days: given.valid });
        let nowMs = TODAY.getTime();
        let latestMs = nowMs;
        const world = { bundle: STARTER, deployments: [deployment], groups: COUNTRY_GROUPS };
        const engine = new PolicyEngine({ evaluator: evaluateHere, now: () => nowMs, world, tokenise: 'when_asked' });
        const facts = factsOf(request);
        for (const jump of jumps) {
          nowMs = TODAY.getTime() + jump * DAY_MS;
          latestMs = Math.max(latestMs, nowMs);
          await engine.prepare(facts, 'key');
          const { permitted } = engine.eligibility(facts, deployment);
          const then = deploymentAttributes(deployment, COUNTRY_GROUPS, latestMs);
          expect(permitted).toBe(judge(STARTER, request, then, 'when_asked').permitted);
          outcomes.add(permitted);
        }
      }),
      RUNS,
    );
    // A world in which every fact or none counts proves nothing.
    expect(outcomes.size).toBe(2);
  });

  it('leaves out of a slice only rules that could not have applied', () => {
    fc.assert(
      fc.property(requestArbitrary, deploymentMembers, (request, members) => {
        const bundle = createBundle([...STARTER_RULES, ...EXTRA]);
        const everything = bundle.rules.filter(({ actions }) => actions.includes('send_raw')).map(({ id }) => id);
        const deployments = [attributesOf(deploymentOf(members))];
        const [whole] = evaluateRules(bundle, { context: request, slices: { send_raw: everything }, deployments });
        const slices = slicesOf(bundle, ['send_raw'], request);
        const [sliced] = evaluateRules(bundle, { context: request, slices, deployments });
        expect(sliced?.send_raw ?? []).toEqual(whole?.send_raw);
      }),
      RUNS,
    );
  });

  it('calls a request open only where no slice is left, with a bundle that permits everything and one that does not', () => {
    const permit = compileRules([
      { name: 'p.cedar', text: '@id("sends")\npermit (principal, action == Action::"send_raw", resource);' },
    ]).rules;
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(requestArbitrary, fc.subarray(EXTRA), fc.boolean(), (request, rules, listed) => {
        const bundle = createBundle([...STARTER_RULES, ...rules, ...(listed ? permit : [])]);
        const open = isOpen(bundle, request);
        seen.add(open);
        expect(open).toBe(Object.keys(slicesOf(bundle, POLICY_ACTIONS, request)).length === 0);
      }),
      RUNS,
    );
    expect(isOpen(createBundle([]), UNLABELLED)).toBe(true);
    expect(isOpen(createBundle(permit), UNLABELLED)).toBe(false);
    expect(seen.has(false)).toBe(true);
  });

  it('asks the memo by a key that is the same exactly where rules see the same', () => {
    const texts = fc.array(fc.constantFrom('', ',', '1:a', 'a', 'us', '|', 'personal'), { maxLength: 3 });
    const bundle = createBundle([...STARTER_RULES, ...EXTRA]);
    const { use } = bundle;
    const near = fc.tuple(requestArbitrary, texts, texts, texts, texts);
    fc.assert(
      fc.property(near, ([request, a, b, c, d]) => {
        const one: RequestAttributes = { ...request, denied_operators: a, denied_makers: b, residency: [...c].sort() };
        const other: RequestAttributes = {
          ...request,
          denied_operators: c,
          denied_makers: d,
          residency: [...a].sort(),
        };
        const same = JSON.stringify(tupleOf(one, use)) === JSON.stringify(tupleOf(other, use));
        expect(tupleKey(one, use) === tupleKey(other, use)).toBe(same);
      }),
      { numRuns: 1_000 },
    );
  });

  it('decides all actions together as it decides each alone', () => {
    fc.assert(
      fc.property(requestArbitrary, deploymentMembers, (request, members) => {
        const bundle = createBundle([...STARTER_RULES, ...EXTRA]);
        const deployments = [attributesOf(deploymentOf(members))];
        const slices = slicesOf(bundle, POLICY_ACTIONS, request);
        const [together] = evaluateRules(bundle, { context: request, slices, deployments });
        for (const action of POLICY_ACTIONS) {
          const alone = slicesOf(bundle, [action], request);
          const [single] = evaluateRules(bundle, { context: request, slices: alone, deployments });
          expect(together?.[action]).toEqual(single?.[action]);
        }
      }),
      RUNS,
    );
  });

  it('decides with the memo what it decides without', async () => {
    const engines = (deployments: readonly Deployment[], memo: boolean) =>
      new PolicyEngine({
        evaluator: evaluateHere,
        now: () => TODAY.getTime(),
        world: { bundle: STARTER, deployments, groups: COUNTRY_GROUPS },
        tokenise: 'when_asked',
        memo,
      });
    await fc.assert(
      fc.asyncProperty(
        fc.array(requestArbitrary, { minLength: 2, maxLength: 4 }),
        fc.array(deploymentMembers, { minLength: 1, maxLength: 4 }),
        async (requests, members) => {
          const deployments = members.map(deploymentOf);
          const [on, off] = [engines(deployments, true), engines(deployments, false)];
          for (const [index, request] of [...requests, ...requests].entries()) {
            const facts = factsOf({ ...request });
            await on.prepare(facts, `key ${index}`);
            await off.prepare(facts, `key ${index}`);
            for (const deployment of deployments) {
              const verdict = off.eligibility(facts, deployment);
              expect(on.eligibility(facts, deployment)).toEqual(verdict);
              const direct = judge(STARTER, request, attributesOf(deployment), 'when_asked');
              expect(verdict.permitted).toBe(direct.permitted);
              if (!verdict.permitted) expect(verdict.rules).toEqual(direct.rules);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
