import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { arbiter, says } from '../support/ensembles.ts';
import { buildServer, type RunningServer } from '../support/running-server.ts';
import { errorReply } from '../support/upstream/openai-replies.ts';
import { createScriptedUpstream, type ScriptedUpstream } from '../support/upstream/scripted-upstream.ts';

let server: RunningServer;
let one: ScriptedUpstream;
let two: ScriptedUpstream;
let judge: ScriptedUpstream;

const endpoint = (name: string, upstream: ScriptedUpstream): string =>
  `  ${name}: { operator: self, dialect: openai, base_url: "${upstream.baseUrl}", private: true }`;

beforeAll(async () => {
  const start = await buildServer();
  [one, two, judge] = await Promise.all([createScriptedUpstream(), createScriptedUpstream(), createScriptedUpstream()]);
  server = await start({
    configuration: `
endpoints:
${endpoint('one', one)}
${endpoint('two', two)}
${endpoint('judge', judge)}
deployments:
  - { id: one, model: a/one, endpoint: one, upstream_model: one }
  - { id: two, model: b/two, endpoint: two, upstream_model: two }
  - { id: judge, model: c/judge, endpoint: judge, upstream_model: judge }
routes:
  - { default: true, primary: a/one }
ensembles:
  review: { members: [a/one, b/two], arbiter: c/judge, strategy: select_best }
detect_local_engines: false
`,
  });
}, 120_000);

afterAll(async () => {
  await server.stop();
  await Promise.all([one.close(), two.close(), judge.close()]);
});

beforeEach(() => {
  one.reply(says('Answer of one.'));
  two.reply(says('Answer of two.'));
  judge.reply(arbiter(({ first }) => (first.includes('two') ? 'FIRST' : 'SECOND')));
});

const openai = () => new OpenAI({ apiKey: 'none', baseURL: `${server.origin}/v1`, maxRetries: 0 });
const anthropic = () => new Anthropic({ apiKey: 'none', baseURL: server.origin, maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'Which clause is risky?' }];

describe('an ensemble through the official packages', () => {
  test('answers openai', async () => {
    const { data, response } = await openai()
      .chat.completions.create({ model: 'ensemble/review', messages })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Answer of two.');
    expect(data.usage?.total_tokens).toBeGreaterThan(40);
    expect(response.headers.get('x-alidade-ensemble')).toBe('review; used=2/2; arbiter=c/judge');
  });

  test('streams to openai', async () => {
    const stream = await openai().chat.completions.create({ model: 'ensemble/review', messages, stream: true });
    let text = '';
    let finish: string | null = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    expect([text, finish]).toEqual(['Answer of two.', 'stop']);
  });

  test('answers anthropic', async () => {
    const message = await anthropic().messages.create({ model: 'ensemble/review', max_tokens: 200, messages });
    expect(message.content).toMatchObject([{ type: 'text', text: 'Answer of two.' }]);
    expect(message.stop_reason).toBe('end_turn');
  });

  test('streams to anthropic', async () => {
    const stream = anthropic().messages.stream({ model: 'ensemble/review', max_tokens: 200, messages });
    expect(await stream.finalText()).toBe('Answer of two.');
    expect((await stream.finalMessage()).usage.output_tokens).toBeGreaterThan(0);
  });

  test('tells both why nobody answered, once', async () => {
    one.reply(errorReply(400));
    two.reply(errorReply(400));
    await expect(openai().chat.completions.create({ model: 'ensemble/review', messages })).rejects.toMatchObject({
      status: 502,
      code: 'ensemble_no_survivor',
    });
    await expect(
      anthropic().messages.create({ model: 'ensemble/review', max_tokens: 200, messages }),
    ).rejects.toMatchObject({ status: 502 });
  });

  test('is listed among the models', async () => {
    const ids: string[] = [];
    for await (const { id } of openai().models.list()) ids.push(id);
    expect(ids).toContain('ensemble/review');
  });
});
