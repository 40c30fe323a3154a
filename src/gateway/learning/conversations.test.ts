import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chat, createTestGateway, upstreamDeployment } from '../../../test/support/gateway.ts';
import { resetsBeforeHead } from '../../../test/support/upstream/faults.ts';
import { chatCompletion, usageOf } from '../../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../../test/support/upstream/scripted-upstream.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let gateway: ReturnType<typeof createTestGateway>;

beforeEach(async () => {
  first = await createScriptedUpstream();
  second = await createScriptedUpstream();
  gateway = createTestGateway({
    deployments: [
      upstreamDeployment('one@first', 'maker/one', first),
      upstreamDeployment('two@second', 'maker/two', second),
    ],
  });
});

afterEach(async () => {
  await gateway.close();
  await first.close();
  await second.close();
});

const turn = (role: string, content: string) => ({ role, content });
const QUESTION = turn('user', 'Tell me something about the sea.');
const FOLLOWING = { messages: [QUESTION, turn('assistant', 'It is salty.'), turn('user', 'Why?')] };

/** Who answered, and why. */
async function ask(body: object, request: Parameters<typeof gateway.send>[1] = {}): Promise<[unknown, unknown]> {
  const sink = gateway.send(chat(body as Record<string, unknown>), request);
  await sink.ended;
  return [sink.headers['x-alidade-deployment'], sink.headers['x-alidade-reason']];
}

describe('a conversation', () => {
  test('stays with the deployment that took over in its first turn', async () => {
    first.reply(resetsBeforeHead());
    second.reply(chatCompletion());
    expect(await ask({ messages: [QUESTION] })).toEqual(['two@second', 'table_fallback']);
    first.reply(chatCompletion());
    expect(await ask(FOLLOWING)).toEqual(['two@second', 'session']);
    expect(gateway.journal.receipts.at(-1)?.decision?.moment.session).toBe('two@second');
    expect(await ask({ messages: [turn('user', 'Another question.')] })).toEqual(['one@first', 'primary_optimal']);
  });

  test('is known by its header, and by no other caller', async () => {
    first.reply(resetsBeforeHead());
    second.reply(chatCompletion());
    await ask({ messages: [QUESTION] }, { headers: { session: 's1' } });
    first.reply(chatCompletion());
    const elsewhere = { messages: [turn('user', 'Something else.')] };
    expect(await ask(elsewhere, { headers: { session: 's1' } })).toEqual(['two@second', 'session']);
    expect(await ask(elsewhere, { headers: { session: 's2' } })).toEqual(['one@first', 'primary_optimal']);
  });
});

describe('what answers took', () => {
  test('decides the expected cost of the next one, and stands in its moment', async () => {
    first.reply(chatCompletion({ usage: usageOf(20, 2_000) }));
    for (let i = 0; i < 6; i += 1) await ask({ messages: [QUESTION] });
    gateway.gateway.publishHealth();
    await ask({ messages: [QUESTION] });
    const decision = gateway.journal.receipts.at(-1)?.decision;
    expect(decision?.moment.learned?.['one@first']).toMatchObject({ output_tokens: 2_000, calls: 1 });
    // 2,000 tokens of output at 2 dollars a million, and a few of input.
    expect(decision?.plan[0]?.expected_cost_usd).toBeCloseTo(0.004, 4);
  });
});
