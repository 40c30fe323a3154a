import { afterEach, beforeEach, expect, test } from 'vitest';
import { arbiter, says } from '../test/support/ensembles.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { errorReply } from '../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../test/support/upstream/scripted-upstream.ts';
import { ModelEnsemble } from './model-ensemble.ts';

let one: ScriptedUpstream;
let two: ScriptedUpstream;
let judge: ScriptedUpstream;
let ensemble: ModelEnsemble;

beforeEach(async () => {
  [one, two, judge] = await Promise.all([createScriptedUpstream(), createScriptedUpstream(), createScriptedUpstream()]);
  one.reply(says('One.'));
  two.reply(says('Two.'));
  judge.reply(arbiter(({ first }) => (first.includes('Two') ? 'FIRST' : 'SECOND')));
  const endpoint = (upstream: ScriptedUpstream) => ({
    operator: 'self',
    dialect: 'openai' as const,
    base_url: upstream.baseUrl,
    private: true,
  });
  ensemble = new ModelEnsemble(
    {
      data_dir: temporaryFolder(),
      detect_local_engines: false,
      endpoints: { one: endpoint(one), two: endpoint(two), judge: endpoint(judge) },
      deployments: [
        { id: 'one', model: 'a/one', endpoint: 'one', upstream_model: 'one' },
        { id: 'two', model: 'b/two', endpoint: 'two', upstream_model: 'two' },
        { id: 'judge', model: 'c/judge', endpoint: 'judge', upstream_model: 'judge' },
      ],
      routes: [{ default: true, primary: 'a/one' }],
      ensembles: { legal_review: { members: ['a/one', 'b/two'], arbiter: 'c/judge', strategy: 'select_best' } },
    },
    { env: {}, logLevel: 'silent' },
  );
});

afterEach(async () => {
  await ensemble.close();
  await Promise.all([one.close(), two.close(), judge.close()]);
});

test("gives the article's result: the chosen answer, whether it was an ensemble, who answered", async () => {
  expect(await ensemble.runEnsemble('Which?', 'legal_review')).toMatchObject({
    response: 'Two.',
    ensemble: true,
    modelsUsed: ['a/one', 'b/two'],
    membersFailed: [],
  });
  two.reply(errorReply(400));
  expect(await ensemble.runEnsemble('Which?', 'legal_review')).toMatchObject({
    response: 'One.',
    ensemble: false,
    modelsUsed: ['a/one'],
    membersFailed: [{ model: 'b/two', why: 'upstream_refused_request' }],
  });
});

test('rejects where nobody answers, and where there is no such ensemble', async () => {
  one.reply(errorReply(400));
  two.reply(errorReply(400));
  await expect(ensemble.runEnsemble('Which?', 'legal_review')).rejects.toMatchObject({ code: 'ensemble_no_survivor' });
  await expect(ensemble.runEnsemble('Which?', 'legal')).rejects.toMatchObject({ code: 'model_not_found' });
});
