import { afterEach, describe, expect, it } from 'vitest';
import { deploymentOf, factsOf, TODAY } from '../../test/support/policy-world.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { createBundle } from '../policy/bundle.ts';
import { evaluateRules } from '../policy/evaluate-rules.ts';
import { caseRequest } from '../policy/policy-case.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { PolicySnapshot } from '../policy/snapshot.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { PolicyThread } from './policy-thread.ts';

let thread: PolicyThread | null = null;
afterEach(async () => thread?.close());

describe('PolicyThread', () => {
  it('compiles and evaluates as this thread would', async () => {
    thread = new PolicyThread();
    const wrong = await thread.compile([{ name: 'a.cedar', text: 'forbid (principal' }], []);
    expect(wrong.problems[0]).toMatchObject({ file: 'a.cedar', line: 1, severity: 'error' });
    const deployments = [deploymentOf({ operator: 'acme', region: 'us' })];
    const world = { bundle: createBundle(STARTER_RULES), deployments, groups: COUNTRY_GROUPS };
    const engine = new PolicyEngine({ evaluator: thread, now: () => TODAY.getTime(), world, tokenise: 'when_asked' });
    const facts = factsOf(caseRequest({ data_classes: ['personal'], subject_jurisdictions: ['de'] }));
    expect(await engine.prepare(facts, 'key')).toEqual({ ok: true });
    expect(engine.eligibility(facts, deployments[0] as never)).toEqual({
      permitted: false,
      rules: ['eu_personal_data_needs_transfer_basis'],
      wouldAdmit: 'tokenise',
    });
  });

  it('is sent a deployment once, and answers for those of every world it was asked about', async () => {
    thread = new PolicyThread();
    const bundle = createBundle(STARTER_RULES);
    const context = caseRequest({ data_classes: ['personal'], subject_jurisdictions: ['de'] });
    const visible = (region: string) =>
      new PolicySnapshot(
        {
          bundle,
          deployments: [
            deploymentOf({
              operator: 'acme',
              region,
              storage_region: region,
              operator_country: region,
              trains_on_data: false,
            }),
          ],
          groups: COUNTRY_GROUPS,
        },
        TODAY.getTime(),
      ).kinds[0]!.visible;
    const [german, american, french] = [visible('de'), visible('us'), visible('fr')];
    for (const deployments of [[german, american], [american], [french, german, american], [american, french]]) {
      const answer = await thread.evaluate(bundle, { context, deployments });
      expect(answer).toEqual(evaluateRules(bundle, { context, deployments }));
      expect(answer.map(({ send_raw: rules }) => (rules ?? []).length > 0)).toEqual(
        deployments.map((deployment) => deployment === american),
      );
    }
  });

  it('fails questions once it is closed, which forbids', async () => {
    thread = new PolicyThread();
    await thread.close();
    await expect(thread.compile([], [])).rejects.toThrow('closed');
  });
});
