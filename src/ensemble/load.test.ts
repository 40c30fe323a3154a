import { afterEach, expect, test } from 'vitest';
import { arbiter, says, testEnsemble } from '../../test/support/ensembles.ts';
import { chat, createTestGateway, upstreamDeployment } from '../../test/support/gateway.ts';
import { neverAnswers } from '../../test/support/upstream/faults.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';

const upstreams: ScriptedUpstream[] = [];

afterEach(async () => {
  for (const upstream of upstreams.splice(0)) await upstream.close();
});

const AT_ONCE = 100;

test('a hundred ensembles of four at once leave nothing behind, members that hang and clients that go included', async () => {
  for (let index = 0; index < 5; index += 1) upstreams.push(await createScriptedUpstream({ keepNoRequests: true }));
  const [one, two, three, four, judge] = upstreams as [
    ScriptedUpstream,
    ScriptedUpstream,
    ScriptedUpstream,
    ScriptedUpstream,
    ScriptedUpstream,
  ];
  for (const [index, upstream] of [one, two, three].entries())
    upstream.reply(says(`The answer is ${index > 1 ? 8 : 7}.`));
  // Two of four never agree to two thirds, so that everybody is waited for but those who leave.
  let asked = 0;
  four.reply(() => {
    asked += 1;
    return asked % 4 === 0
      ? neverAnswers()
      : (says('The answer is 9.') as (call: unknown) => never)({ json: () => ({ stream: true }) });
  });
  judge.reply(arbiter(() => 'TIE'));
  const deployments = upstreams.map((upstream, index) =>
    upstreamDeployment(`d${index}@x`, `m${index}/model`, upstream),
  );
  const members = ['m0/model', 'm1/model', 'm2/model', 'm3/model'];
  const ensembles = [testEnsemble({ strategy: 'vote', members, arbiters: ['m4/model'] })];
  const made = createTestGateway({ deployments, ensembles });
  const sinks = Array.from({ length: AT_ONCE }, () => made.send(chat({ model: 'ensemble/review' })));
  const hanging = setInterval(() => {
    // Whoever waits for a member that hangs goes; nobody else is left when this has an effect.
    if (made.journal.receipts.filter(({ ensemble }) => ensemble !== undefined).length >= AT_ONCE - AT_ONCE / 4) {
      for (const sink of sinks) if (sink.status === null) sink.leave();
    }
  }, 20);
  await made.gateway.drain(60_000);
  clearInterval(hanging);
  const parents = made.journal.receipts.filter(({ ensemble }) => ensemble !== undefined);
  expect(parents).toHaveLength(AT_ONCE);
  expect(parents.filter(({ outcome }) => outcome === 'client_gone')).toHaveLength(AT_ONCE / 4);
  expect(made.gateway.inFlight).toBe(0);
  expect(made.faults).toEqual([]);
  const parts = made.journal.receipts.filter(({ parent_id }) => parent_id !== null);
  const sum = (receipts: typeof parts): number => receipts.reduce((total, { cost_usd }) => total + (cost_usd ?? 0), 0);
  expect(sum(parents)).toBeCloseTo(sum(parts), 9);
  await made.close();
  await Promise.all(upstreams.map((upstream) => upstream.allClosed()));
}, 90_000);
