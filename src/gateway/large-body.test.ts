import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chat, createTestGateway, upstreamDeployment } from '../../test/support/gateway.ts';
import type { UpstreamCallRecord } from '../../test/support/upstream/exchange.ts';
import { chatCompletion } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let made: ReturnType<typeof createTestGateway>;

beforeEach(async () => {
  upstream = await createScriptedUpstream();
  upstream.reply(chatCompletion());
  made = createTestGateway({ deployments: [upstreamDeployment('one@first', 'maker/one', upstream)] });
});

afterEach(async () => {
  await made.close();
  await upstream.close();
});

describe('a body of several megabytes', () => {
  const long = (content: string) => chat({ messages: [{ role: 'user', content }] });

  test('goes upstream as it came, and others have their turn while it is read', async () => {
    const { send: request } = made;
    const body = Buffer.from(JSON.stringify(long('Tell "me"\n'.repeat(150_000))));
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 0);
    const sink = request(body);
    expect(upstream.requests).toHaveLength(0);
    await sink.ended;
    clearInterval(counting);
    expect(sink.status).toBe(200);
    const [call] = upstream.requests as [UpstreamCallRecord];
    const { messages } = call.json() as { messages: unknown };
    expect(messages).toEqual(JSON.parse(String(body)).messages);
    expect(turns).toBeGreaterThan(3);
  });

  test.each([
    ['broken in the middle', (text: string) => text.replace('Tell', 'T\u0001ell'), 'invalid_json'],
    ['without a model', (text: string) => text.replace('"model":"auto",', ''), 'invalid_request'],
  ])('%s is refused as a short one would be, and recorded', async (_, spoil, code) => {
    const { send: request, journal } = made;
    const sink = request(Buffer.from(spoil(JSON.stringify(long('Tell me.'.repeat(300_000))))));
    await sink.ended;
    expect(sink.status).toBe(400);
    expect(sink.json()).toMatchObject({ error: { code } });
    expect(journal.receipts).toMatchObject([{ error: code, status: 400 }]);
    expect(upstream.requests).toHaveLength(0);
  });
});
