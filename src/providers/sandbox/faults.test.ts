import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectCall, testEndpoint, testRequest } from '../../../test/support/upstream/upstream-calls.ts';
import { createUpstreamClient } from '../http-client.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import { sandboxBaseUrls } from './profiles.ts';
import { createSandbox } from './sandbox.ts';

/** The same faults by the same names in all dialects, through the client that the gateway uses. */
const sandbox = createSandbox({ seed: 7, latencyScale: 0 });
const client = createUpstreamClient();
let urls: ReturnType<typeof sandboxBaseUrls>;
beforeAll(async () => {
  urls = sandboxBaseUrls((await sandbox.start()).baseUrl);
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const PROMPT = 'Tell me of the sea.';
const TURN = { role: 'user', content: PROMPT };

interface Spoken {
  dialect: 'openai' | 'anthropic' | 'gemini';
  model: string;
  request(model: string, stream: boolean): { path: string; body: object };
  /** Text of one event, '' where it has none. */
  said(event: Event): string;
  /** Whether a stream ended as the dialect ends it. */
  isWhole(text: string): boolean;
}

/** What is looked at in an event of any dialect; each has its own members of it. */
interface Event {
  choices?: { delta: { content?: string } }[];
  delta?: { text?: string };
  candidates?: { content: { parts: { text?: string }[] } }[];
  error?: { message: string };
}

const errorIn = (value: unknown): string =>
  ((Array.isArray(value) ? value[0] : value) as Event | undefined)?.error?.message ?? '';

const DIALECTS: readonly Spoken[] = [
  {
    dialect: 'openai',
    model: 'glm-5.2',
    request: (model, stream) => ({ path: '/chat/completions', body: { model, stream, messages: [TURN] } }),
    said: (event) => event.choices?.[0]?.delta.content ?? '',
    isWhole: (text) => text.endsWith('data: [DONE]\n\n'),
  },
  {
    dialect: 'anthropic',
    model: 'claude-4-opus',
    request: (model, stream) => ({
      path: '/v1/messages',
      body: { model, stream, max_tokens: 1_000, messages: [TURN] },
    }),
    said: (event) => event.delta?.text ?? '',
    isWhole: (text) => text.includes('"type":"message_stop"'),
  },
  {
    dialect: 'gemini',
    model: 'gemini-2.5-ultra',
    request: (model, stream) => ({
      path: `/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
      body: { contents: [{ role: 'user', parts: [{ text: PROMPT }] }] },
    }),
    said: (event) => event.candidates?.[0]?.content.parts[0]?.text ?? '',
    isWhole: (text) => text.includes('"finishReason"'),
  },
];

describe.each(DIALECTS)('in the dialect of $dialect', (spoken) => {
  const begin = ({ fault, stream = false, suffix = '' }: { fault?: string; stream?: boolean; suffix?: string }) => {
    const { path, body } = spoken.request(spoken.model + suffix, stream);
    const headers = {
      'anthropic-version': '2023-06-01',
      ...(fault === undefined ? {} : { 'x-alidade-sandbox-fault': fault }),
    };
    const endpoint = testEndpoint(urls[spoken.dialect], { auth: 'none', apiKeys: [] });
    return collectCall(client, testRequest(endpoint, body, { path, headers }));
  };
  const call = async (options: Parameters<typeof begin>[0]) => {
    const collected = begin(options);
    await collected.ended;
    return collected;
  };
  /** Events that are JSON; `broken` counts those that are not. */
  const eventsIn = (text: string) => {
    const data = [...text.matchAll(/^data: (.*?)\r?$/gm)].map(([, value]) => value as string);
    const events: Event[] = [];
    let broken = 0;
    for (const value of data) {
      if (value === '[DONE]') continue;
      try {
        events.push(JSON.parse(value) as Event);
      } catch {
        broken += 1;
      }
    }
    return { events, broken };
  };
  const saidIn = (text: string): string[] =>
    eventsIn(text)
      .events.map(spoken.said)
      .filter((said) => said !== '');

  test('a status with retry-after, by header and by model suffix', async () => {
    for (const options of [{ fault: 'status=429;retry-after=1' }, { suffix: '+fault-429+retry-after-1' }]) {
      for (const stream of [false, true]) {
        const got = await call({ ...options, stream });
        expect([got.status, got.headers['retry-after'], got.headers['x-alidade-sandbox']]).toEqual([
          429,
          '1',
          SANDBOX_NOTICE,
        ]);
        expect(errorIn(JSON.parse(got.text()))).toContain('status 429');
      }
    }
  });

  test.each([
    ['cut-after=3', 'reset'],
    ['reset-after=3', 'reset'],
  ])('%s breaks a stream after exactly three pieces', async (fault, failure) => {
    const got = await call({ fault, stream: true });
    expect([got.failure, saidIn(got.text()).length, spoken.isWhole(got.text())]).toEqual([failure, 3, false]);
  });

  test('reset and stall before the head', async () => {
    expect((await call({ fault: 'reset' })).failure).toBe('reset');
    const silent = begin({ fault: 'stall', stream: true });
    await call({});
    expect(silent.events).toEqual([]);
    silent.call.abort();
  });

  test('stall-after falls silent in the middle', async () => {
    const silent = begin({ fault: 'stall-after=2', stream: true });
    await silent.chunk(1);
    await call({});
    expect([silent.events, spoken.isWhole(silent.text())]).toEqual([['onHead', 'onData'], false]);
    silent.call.abort();
  });

  test('error-after, malformed-after and truncate spoil the content of a well-framed stream', async () => {
    const plain = await call({ stream: true });
    expect([spoken.isWhole(plain.text()), eventsIn(plain.text()).broken]).toEqual([true, 0]);
    const failing = await call({ fault: 'error-after=2', stream: true });
    expect(saidIn(failing.text())).toHaveLength(2);
    expect(errorIn(eventsIn(failing.text()).events.at(-1))).toContain('Injected fault');
    const malformed = await call({ fault: 'malformed-after=2', stream: true });
    expect([eventsIn(malformed.text()).broken, spoken.isWhole(malformed.text())]).toEqual([1, true]);
    expect(saidIn(malformed.text())).toEqual(saidIn(plain.text()));
    const truncated = await call({ fault: 'truncate', stream: true });
    expect([truncated.failure, spoken.isWhole(truncated.text())]).toEqual([null, false]);
  });

  test('html, half a body and a cut body under 200', async () => {
    expect((await call({ fault: 'html' })).headers['content-type']).toContain('text/html');
    const truncated = await call({ fault: 'truncate' });
    expect(truncated.status).toBe(200);
    expect(() => JSON.parse(truncated.text())).toThrow();
    expect((await call({ fault: 'cut-after=0' })).failure).toBe('reset');
  });

  test('a fault for another program strikes nobody here', async () => {
    expect((await call({ fault: 'status=503;model=mistral-large-3' })).status).toBe(200);
    expect((await call({ fault: `status=503;model=${spoken.model}` })).status).toBe(503);
  });
});
