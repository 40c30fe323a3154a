import { afterEach, describe, expect, it } from 'vitest';
import { deploymentOf, factsOf, TODAY } from '../../test/support/policy-world.ts';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { createBundle } from '../policy/bundle.ts';
import { caseRequest } from '../policy/policy-case.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
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

  it('fails questions once it is closed, which forbids', async () => {
    thread = new PolicyThread();
    await thread.close();
    await expect(thread.compile([], [])).rejects.toThrow('closed');
  });
});
