import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { chat, createTestGateway } from '../../test/support/gateway.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import { testDeployment } from '../routing/test-world.ts';

const KIB = 1_024;
const REQUESTS = 40;
const BODY_BYTES = 200 * KIB;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

const ANSWER = Buffer.from(
  JSON.stringify({
    id: 'a',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Salt.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
);

/** Answers in the next turn, and keeps nothing of what it was asked. */
const upstream: UpstreamClient = {
  dispatch: (_request, handler) => {
    setImmediate(() => {
      handler.onHead(200, { 'content-type': 'application/json' });
      handler.onData(ANSWER);
      handler.onEnd();
    });
    return { abort: () => undefined, pause: () => undefined, resume: () => undefined };
  },
  close: () => Promise.resolve(),
};

it('nothing of a request that is over outlives the small collection that follows', async () => {
  const rig = createTestGateway({ deployments: [testDeployment('one', 'maker/one')], services: { upstream } });
  const ask = async (): Promise<void> => {
    const sink = rig.send(chat({ messages: [{ role: 'user', content: 'x'.repeat(BODY_BYTES) }] }));
    await sink.ended;
    expect(sink.status).toBe(200);
    // Whatever was put off for the turn after.
    await nextTurn();
  };
  await ask();
  collect();
  const before = process.memoryUsage().arrayBuffers;
  for (let at = 0; at < REQUESTS; at += 1) await ask();
  // A large collection, which nobody asks for here, would clear what a small one has to.
  collect({ type: 'minor' });
  collect({ type: 'minor' });
  const kept = process.memoryUsage().arrayBuffers - before;
  expect(kept).toBeLessThan(REQUESTS * BODY_BYTES * 0.1);
  await rig.close();
});
