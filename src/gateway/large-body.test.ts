import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chat, createTestGateway, upstreamDeployment } from '../../test/support/gateway.ts';
import type { UpstreamCallRecord } from '../../test/support/upstream/exchange.ts';
import { chatCompletion } from '../../test/support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../../test/support/upstream/scripted-upstream.ts';
import { testEndpoint } from '../routing/test-world.ts';

let upstream: ScriptedUpstream;
let made: ReturnType<typeof createTestGateway>;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  upstream = await createScriptedUpstream();
  upstream.reply(chatCompletion());
  made = createTestGateway({ deployments: [upstreamDeployment('one@first', 'maker/one', upstream)] });
});

/** In front of the one upstream, which speaks this dialect. */
function gatewayFor(dialect: 'openai' | 'anthropic') {
  const baseUrl = dialect === 'openai' ? upstream.baseUrl : upstream.origin;
  const endpoint = testEndpoint('one', { dialect, baseUrl, private: true, auth: 'none' });
  const served = createTestGateway({
    deployments: [
      upstreamDeployment('one@first', 'maker/one', upstream, { endpoint, contextWindowTokens: 10_000_000 }),
    ],
  });
  closing.push(served.close);
  return served;
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
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

  test('is translated to the bytes that a short one would become', async () => {
    const { send: request } = gatewayFor('anthropic');
    upstream.reply({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ id: 'm', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi' }] },
        ...{ stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 1 } },
      }),
    });
    const content = 'Tell "me" 𝒳\n'.repeat(150_000);
    const [long, short] = await Promise.all(
      [content, 'Tell me.'].map(async (text) => {
        const sink = request(chat({ messages: [{ role: 'user', content: text }] }));
        await sink.ended;
        expect(sink.status, sink.text.slice(0, 300)).toBe(200);
        return upstream.requests.find(({ body }) => body.length > 1_000_000 === text.length > 100)?.body ?? '';
      }),
    );
    expect(String(long).length).toBeGreaterThan(1_000_000);
    const [quoted, short_] = [content, 'Tell me.'].map((text) => JSON.stringify(text)) as [string, string];
    expect(String(long) === String(short).replace(short_, () => quoted)).toBe(true);
  });

  test.each(['openai', 'anthropic'] as const)('comes back as an answer of %s, others having their turn', async (of) => {
    const { send: request } = gatewayFor(of);
    const content = 'He said "𝒳".\n'.repeat(150_000);
    const answer =
      of === 'openai'
        ? { id: 'c', choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] }
        : {
            ...{ id: 'm', type: 'message', role: 'assistant', content: [{ type: 'text', text: content }] },
            ...{ stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 1 } },
          };
    upstream.reply({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) });
    const sink = request(chat({ messages: [{ role: 'user', content: 'x' }] }));
    await sink.ended;
    const { choices } = sink.json() as { choices: { message: { content: string } }[] };
    expect(choices[0]?.message.content === content).toBe(true);
    expect(sink.headers['content-length']).toBe(String(Buffer.byteLength(sink.text)));
  });

  test('that is no answer is replaced by that of another deployment', async () => {
    const other = await createScriptedUpstream();
    other.reply(chatCompletion({ content: 'Better.' }));
    const served = createTestGateway({
      deployments: [
        upstreamDeployment('one@first', 'maker/one', upstream),
        upstreamDeployment('two@second', 'maker/two', other),
      ],
    });
    upstream.reply({ headers: { 'content-type': 'application/json' }, body: `{"choices":"${'x'.repeat(2_000_000)}` });
    const sink = served.send(chat());
    await sink.ended;
    expect(sink.text).toContain('Better.');
    expect(served.journal.receipts[0]?.attempts[0]).toMatchObject({ error: 'upstream_protocol' });
    await served.close();
    await other.close();
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
