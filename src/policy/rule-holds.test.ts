import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentMembers, deploymentOf, requestArbitrary, TODAY } from '../../test/support/policy-world.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { type DeploymentAttributes, POLICY_ACTIONS, type RequestAttributes } from '../contracts/policy.ts';
import { createBundle, NO_RULE_PERMITS, type PolicyBundle } from './bundle.ts';
import { compileRules } from './compile-rules.ts';
import { deploymentAttributes } from './deployment-attributes.ts';
import { evaluateRules } from './evaluate-rules.ts';
import { UNLABELLED } from './request-attributes.ts';
import type { Rule } from './rule.ts';
import { STARTER_RULES } from './starter-rules.ts';

const ACTION_GROUP = { type: 'Action', id: 'send' };
const SENT = ['send_raw', 'send_tokenised'];

const compiled = (text: string): readonly Rule[] => {
  const { rules, problems } = compileRules([{ name: 'own.cedar', text }]);
  expect(problems).toEqual([]);
  return rules;
};

/** All rules at once with their scopes, as Cedar is meant to be asked. */
function cedarAllows(
  bundle: PolicyBundle,
  action: string,
  context: RequestAttributes,
  deployment: Partial<DeploymentAttributes>,
): boolean {
  const answer = isAuthorized({
    principal: { type: 'Request', id: 'r' },
    action: { type: 'Action', id: action },
    resource: { type: 'Deployment', id: 'd' },
    context: context as never,
    policies: { staticPolicies: Object.fromEntries(bundle.rules.map(({ id, text }) => [id, text])) },
    entities: [
      { uid: { type: 'Deployment', id: 'd' }, attrs: deployment as never, parents: [] },
      { uid: { type: 'Action', id: action }, attrs: {}, parents: SENT.includes(action) ? [ACTION_GROUP] : [] },
    ],
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  return answer.response.decision === 'allow';
}

const OWN = [
  '@id("own_a")\nforbid (principal, action in Action::"send", resource)\nwhen { context.data_classes.contains("personal") && resource.region == "us" };',
  '@id("own_b")\nforbid (principal, action == Action::"cache", resource)\nunless { resource.dpa == "yes" };',
  '@id("own_c")\nforbid (principal, action == Action::"send_raw", resource)\nwhen { context.data_classes.containsAny(["personal.special", "confidential"]) } unless { resource.region_groups.contains("eea") };',
  '@id("own_d")\npermit (principal, action, resource)\nwhen { resource has retention_days && resource.retention_days < 31 };',
  '@id("own_e")\npermit (principal, action in Action::"send", resource)\nwhen { context.sectors.contains("finance") || !context.labelled };',
  '@id("own_f")\nforbid (principal, action, resource)\nwhen { context has data_classes && context.sectors.contains("health") };',
  '@id("own_g")\npermit (principal, action, resource)\nwhen { context has labelled && resource has retention_days };',
].map((text) => compiled(text)[0] as Rule);

describe('rules asked one by one', () => {
  it('decide what Cedar decides about all of them together, permits and forbids alike', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(
        fc.array(requestArbitrary, { minLength: 2, maxLength: 3 }),
        fc.array(deploymentMembers, { minLength: 2, maxLength: 3 }),
        fc.subarray([...STARTER_RULES], { maxLength: 8 }),
        fc.subarray(OWN, { minLength: 1 }),
        (requests, members, starter, own) => {
          const bundle = createBundle([...starter, ...own]);
          const deployments = members.map((each) =>
            deploymentAttributes(deploymentOf(each), COUNTRY_GROUPS, TODAY.getTime()),
          );
          for (const context of requests) {
            const answer = evaluateRules(bundle, { context, deployments });
            for (const [index, deployment] of deployments.entries()) {
              for (const action of POLICY_ACTIONS) {
                const allowed = cedarAllows(bundle, action, context, deployment);
                expect((answer[index]?.[action] ?? []).length === 0).toBe(allowed);
                seen.add(allowed);
              }
            }
          }
        },
      ),
      { numRuns: 15 },
    );
    expect(seen.size).toBe(2);
  });

  it('forbid where one of them fails while it runs, whatever it would have said', () => {
    const overflow = (effect: string): readonly Rule[] =>
      compiled(
        `@id("overflows")\n${effect} (principal, action, resource)\nwhen { resource has retention_days && resource.retention_days * 9007199254740991 * 9007199254740991 > 0 };`,
      );
    const everything = compiled('@id("everything")\npermit (principal, action, resource);');
    const attributes = (retention: number): DeploymentAttributes =>
      deploymentAttributes(deploymentOf({ retention_days: retention }), COUNTRY_GROUPS, TODAY.getTime());
    const context = { ...UNLABELLED, labelled: true };
    const deployments = [attributes(30), attributes(0)];
    const forbids = createBundle([...overflow('forbid'), ...everything]);
    expect(evaluateRules(forbids, { context, deployments }).map(({ send_raw: rules }) => rules)).toEqual([
      ['overflows'],
      [],
    ]);
    const permits = createBundle(overflow('permit'));
    expect(evaluateRules(permits, { context, deployments }).map(({ send_raw: rules }) => rules)).toEqual([
      ['overflows'],
      [NO_RULE_PERMITS],
    ]);
  });

  it('see another request and another deployment where any part that they read is another', () => {
    const bundle = createBundle(OWN.slice(0, 1));
    const [us, de] = ['us', 'de'].map((region) =>
      deploymentAttributes(deploymentOf({ region }), COUNTRY_GROUPS, TODAY.getTime()),
    ) as [DeploymentAttributes, DeploymentAttributes];
    const personal = { ...UNLABELLED, data_classes: ['personal'] };
    const both = [us, de, us];
    const rulesOf = (context: RequestAttributes): number[] =>
      evaluateRules(bundle, { context, deployments: both }).map(({ send_raw: rules }) => rules?.length ?? 0);
    for (let round = 0; round < 2; round += 1) {
      expect(rulesOf(personal)).toEqual([1, 0, 1]);
      expect(rulesOf({ ...personal, sectors: ['finance'] })).toEqual([1, 0, 1]);
      expect(rulesOf({ ...UNLABELLED, data_classes: ['confidential'] })).toEqual([0, 0, 0]);
    }
  });
});
