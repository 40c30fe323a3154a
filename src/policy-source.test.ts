import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { chatCompletion } from '../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../test/support/upstream/scripted-upstream.ts';
import { type AlidadeConfiguration, createAlidade } from './create-alidade.ts';

// Rules in force in a running gateway: where data may not go, nothing goes, on any path.

const MODEL = 'openai/gpt-5.5';
const RULE = 'eu_personal_data_needs_transfer_basis';

let inEurope: ScriptedUpstream;
let elsewhere: ScriptedUpstream;

beforeEach(async () => {
  inEurope = await createScriptedUpstream();
  elsewhere = await createScriptedUpstream();
});

afterEach(async () => {
  await inEurope.close();
  await elsewhere.close();
});

function configuration(more: AlidadeConfiguration = {}): AlidadeConfiguration {
  const endpoint = (upstream: ScriptedUpstream) =>
    ({ dialect: 'openai', base_url: upstream.baseUrl, private: true, trains_on_data: false }) as const;
  return {
    endpoints: {
      eu: { operator: 'self', ...endpoint(inEurope), region: 'de', storage_region: 'de', operator_country: 'de' },
      us: { operator: 'acme', ...endpoint(elsewhere), region: 'us', storage_region: 'us', operator_country: 'us' },
    },
    deployments: [
      { id: 'gpt@us', model: MODEL, endpoint: 'us', upstream_model: 'm' },
      { id: 'gpt@eu', model: MODEL, endpoint: 'eu', upstream_model: 'm' },
    ],
    routes: [{ default: true, primary: `${MODEL}@us`, fallback: `${MODEL}@eu` }],
    use_cases: [{ id: 'hr', data_classes: ['personal'], subject_jurisdictions: ['eu'] }],
    ...more,
  };
}

async function serve(given: AlidadeConfiguration = configuration()) {
  const alidade = await createAlidade({ data_dir: temporaryFolder(), ...given }, { env: {}, logLevel: 'silent' });
  onTestFinished(() => alidade.close());
  const { baseUrl } = await alidade.listen();
  const ask = (body: Record<string, unknown>) =>
    fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Who is ill?' }], ...body }),
    });
  return { alidade, ask };
}

const ofUseCase = { model: 'auto/hr' };

describe('rules in force', () => {
  it('leave unlabelled traffic as the table has it', async () => {
    elsewhere.reply(chatCompletion());
    const { ask } = await serve();
    const answer = await ask({ model: 'auto' });
    expect([answer.status, answer.headers.get('x-alidade-deployment')]).toEqual([200, 'gpt@us']);
  });

  it('send personal data of people in the EEA where there is a basis, and the receipt names the rule', async () => {
    inEurope.reply(chatCompletion());
    const { alidade, ask } = await serve();
    const answer = await ask(ofUseCase);
    expect([answer.status, answer.headers.get('x-alidade-deployment')]).toEqual([200, 'gpt@eu']);
    expect(elsewhere.requests).toHaveLength(0);
    const receipt = await alidade.receipt(answer.headers.get('x-request-id') as string);
    expect(receipt?.decision?.removed).toMatchObject([
      { deployment: 'gpt@us', removed_because: 'policy', rules: [RULE] },
    ]);
  });

  it('let no name of a deployment around them', async () => {
    const { ask } = await serve();
    const answer = await ask({ model: `${MODEL}@us`, alidade: { use_case: 'hr' } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'denied_by_policy', rules: [RULE] } });
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('hold while everything that they permit is down', async () => {
    await inEurope.close();
    elsewhere.reply(chatCompletion());
    const { ask } = await serve();
    const answer = await ask(ofUseCase);
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(elsewhere.requests).toHaveLength(0);
  });

  it('are seen before anything is asked: POST /api/route and the library decide by them too', async () => {
    const { alidade } = await serve();
    const decision = await alidade.route({ ...ofUseCase, messages: [{ role: 'user', content: 'Who is ill?' }] });
    expect(decision.plan.map(({ deployment }) => deployment)).toEqual(['gpt@eu']);
    expect(decision.versions?.policy).not.toBe('none');
  });

  it('deny a maker under every name that its models may be asked for by', async () => {
    const { alidade } = await serve(configuration({ policy: { denied_makers: ['OpenAI'] } }));
    const body = { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] };
    const { plan, removed } = await alidade.route(body);
    expect(plan).toEqual([]);
    expect(removed.map(({ rules }) => rules)).toEqual([['denied_vendor_or_country'], ['denied_vendor_or_country']]);
  });

  it('take rules of a folder besides the starter bundle, and switch that off only when told to', async () => {
    const policies = temporaryFolder();
    const text = 'forbid (principal, action == Action::"send_raw", resource) when { resource.operator == "acme" };';
    writeFileSync(join(policies, 'ours.cedar'), `@id("not_acme")\n@message("Not Acme.")\n${text}\n`);
    const { alidade } = await serve(configuration({ policies }));
    const body = { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] };
    expect((await alidade.route(body)).removed).toMatchObject([{ deployment: 'gpt@us', rules: ['not_acme'] }]);
    const bare = await serve(configuration({ policy: { starter_bundle: false } }));
    const { plan } = await bare.alidade.route({ ...body, ...ofUseCase });
    expect(plan.map(({ deployment }) => deployment)).toEqual(['gpt@us', 'gpt@eu']);
  });

  it('refuse to start with a rule that nobody can read, and name its place', async () => {
    const policies = join(temporaryFolder(), 'rules');
    mkdirSync(policies);
    writeFileSync(
      join(policies, 'broken.cedar'),
      '@id("x")\nforbid (principal, action, resource) when { context. };\n',
    );
    await expect(serve(configuration({ policies }))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/broken\.cedar:2:\d+/),
    });
  });
});
