import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectCall, testEndpoint, testRequest } from '../../../test/support/upstream/upstream-calls.ts';
import { createUpstreamClient } from '../http-client.ts';
import { SANDBOX_NOTICE } from './notice.ts';
import { SANDBOX_PROFILES } from './profiles.ts';
import { createSandbox } from './sandbox.ts';

const sandbox = createSandbox({ seed: 7, latencyScale: 0, now: () => 1_790_000_000_000 });
const client = createUpstreamClient();
let baseUrl = '';
beforeAll(async () => {
  ({ baseUrl } = await sandbox.start());
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

interface Answer {
  id: string;
  model: string;
  system_fingerprint: string;
  choices: {
    index: number;
    finish_reason: string;
    message: {
      content: string | null;
      refusal: string | null;
      tool_calls?: { id: string; function: { name: string; arguments: string } }[];
    };
    delta: {
      content?: string;
      tool_calls?: { function: { name?: string; arguments: string } }[];
    };
  }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  data: { embedding: number[] | string; id: string }[];
  error: { message: string; code: string; type: string };
}

interface Options {
  fault?: string;
  path?: string;
  prompt?: string;
  [member: string]: unknown;
}

/** Calls through the real client, as the gateway does. */
async function call({ fault, path = '/chat/completions', prompt = 'Hello', ...members }: Options) {
  const body = { model: 'glm-5.2', messages: [{ role: 'user', content: prompt }], ...members };
  const headers: Record<string, string> = fault === undefined ? {} : { 'x-alidade-sandbox-fault': fault };
  const endpoint = testEndpoint(baseUrl, { auth: 'none', apiKeys: [] });
  const collected = collectCall(client, testRequest(endpoint, body, { path, headers }));
  await collected.ended;
  return collected;
}

const ask = async (options: Options): Promise<Answer> => JSON.parse((await call(options)).text()) as Answer;
const contentOf = async (options: Options): Promise<string> => (await ask(options)).choices[0]?.message.content ?? '';

const eventsOf = (text: string): string[] =>
  text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''));
const chunksOf = (text: string): Answer[] =>
  eventsOf(text)
    .filter((event) => event !== '[DONE]')
    .map((event) => JSON.parse(event) as Answer);
const streamedText = (text: string): string =>
  chunksOf(text)
    .map((chunk) => chunk.choices[0]?.delta.content ?? '')
    .join('');

describe('everything it sends', () => {
  test('says that it is no AI model, in header, fingerprint of answer and of every chunk, and errors', async () => {
    const whole = await call({});
    expect(whole.headers['x-alidade-sandbox']).toBe(SANDBOX_NOTICE);
    expect((JSON.parse(whole.text()) as Answer).system_fingerprint).toBe(SANDBOX_NOTICE);
    const streamed = await call({ stream: true, stream_options: { include_usage: true } });
    for (const chunk of chunksOf(streamed.text())) expect(chunk.system_fingerprint).toBe(SANDBOX_NOTICE);
    expect((await ask({ model: 'none' })).error.message).toContain(SANDBOX_NOTICE);
    expect(await contentOf({ prompt: 'How are you?' })).toContain(SANDBOX_NOTICE);
  });

  test('is the same for the same request, and only the seed chooses what is right', async () => {
    const prompt = 'What is 17 * 23?';
    expect((await call({ prompt })).text()).toBe((await call({ prompt })).text());
    const other = createSandbox({ seed: 8, latencyScale: 0, now: () => 1_790_000_000_000 });
    const { baseUrl: otherUrl } = await other.start();
    const results = { own: '', other: '' };
    for (let n = 0; n < 40; n += 1) {
      results.own += (await contentOf({ prompt: `What is ${n} + 1000?`, model: 'llama-4-ultra' })).endsWith(
        String(n + 1000),
      );
      const at = testEndpoint(otherUrl, { auth: 'none' });
      const body = { model: 'llama-4-ultra', messages: [{ role: 'user', content: `What is ${n} + 1000?` }] };
      const collected = collectCall(client, testRequest(at, body));
      await collected.ended;
      results.other += (JSON.parse(collected.text()) as Answer).choices[0]?.message.content?.endsWith(String(n + 1000));
    }
    expect(results.own).not.toBe(results.other);
    await other.close();
  });
});

describe('the programs', () => {
  test.each([
    ['What is 17 * 23?', '17 * 23 = 391'],
    ['Calculate (3 + 4) * 5 - 2^3', '(3 + 4) * 5 - 2^3 = 27'],
    ['12.5% of 80, what is it?', '12.5% of 80 = 10'],
    ['What is the square root of 144?', 'square root of 144 = 12'],
    ['计算 1,234 × 2', '1,234 × 2 = 2468'],
    ['2 + 2', '2 + 2 = 4'],
  ])('%s', async (prompt, expected) => {
    // One of the programs is right about it; which one is the seed's choice.
    const answers = await Promise.all(
      SANDBOX_PROFILES.map(({ upstreamModel }) => contentOf({ prompt, model: upstreamModel })),
    );
    expect(answers).toContain(expected);
  });

  test.each(['Call me at 555-0199-22 on 2026-11-21', 'What happened on 2026-11-21?', 'What is 5 / 0?'])(
    '%s is no computation',
    async (prompt) => {
      expect(await contentOf({ prompt })).toContain(SANDBOX_NOTICE);
    },
  );

  test('a program is right as often as its declared skill says', async () => {
    for (const { upstreamModel, skill } of SANDBOX_PROFILES) {
      const total = 150;
      const answers = await Promise.all(
        Array.from({ length: total }, (_, n) => contentOf({ prompt: `What is ${n} + 7000?`, model: upstreamModel })),
      );
      const right = answers.filter((answer, n) => answer.endsWith(`= ${n + 7000}`)).length / total;
      // Three standard errors of a share near .85 among 150.
      expect(Math.abs(right - skill.arithmetic)).toBeLessThan(0.09);
    }
  });

  test('extracts what the prompt names, as JSON', async () => {
    const prompt =
      'Extract the emails, dates and amounts: Ann (ann@example.org) paid €12.50 on 2026-03-04, Bob $1,200 on 2026-03-05.';
    const answers = await Promise.all(
      SANDBOX_PROFILES.map(({ upstreamModel }) => contentOf({ prompt, model: upstreamModel })),
    );
    const right = JSON.stringify({
      emails: ['ann@example.org'],
      dates: ['2026-03-04', '2026-03-05'],
      amounts: ['€12.50', '$1,200'],
    });
    expect(answers).toContain(right);
    for (const answer of answers)
      expect(Object.keys(JSON.parse(answer) as object)).toEqual(['emails', 'dates', 'amounts']);
  });

  test.each([
    ['prime', 'isPrime(9)', false],
    ['palindrome', "isPalindrome('Never odd, or even')", true],
    ['fibonacci', 'fibonacci(10)', 55],
    ['factorial', 'factorial(5)', 120],
    ['reversed string', "reverseString('abc')", 'cba'],
    ['sum of numbers', 'total([1, 2, 3])', 6],
    ['largest number', 'largest([3, 9, 2])', 9],
  ])('writes code for %s, right from some programs and with a slip from others', async (what, expression, expected) => {
    const outcomes = new Set<boolean>();
    for (let variant = 0; variant < 12; variant += 1) {
      for (const { upstreamModel } of SANDBOX_PROFILES) {
        const prompt = `Write a JavaScript function for the ${what}, variant ${variant}`;
        const answer = await contentOf({ prompt, model: upstreamModel });
        const code = /```javascript\n([\s\S]*)\n```/.exec(answer)?.[1] ?? '';
        outcomes.add(runInNewContext(`${code}\n${expression}`) === expected);
      }
    }
    expect([...outcomes].sort()).toEqual([false, true]);
  });

  test('chat repeats the beginning of the prompt, in Chinese where it is Chinese', async () => {
    expect(await contentOf({ prompt: 'Tell me of the sea.' })).toContain('You wrote: "Tell me of the sea."');
    expect(await contentOf({ prompt: '你好,今天怎么样?' })).toContain('您写道');
    expect((await contentOf({ prompt: 'x'.repeat(5_000) })).length).toBeLessThan(500);
  });
});

test.each(['aaaa', '1234', '1+1 ', 'a@b.', '((((', '数'])(
  'a prompt of 4 MB of %j is answered within a second',
  async (unit) => {
    const prompt = `What is the emails of ${unit.repeat(4_000_000 / Buffer.byteLength(unit))}`;
    const started = performance.now();
    expect((await call({ prompt, model: 'gpt-5.5' })).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(1_000);
  },
);

describe('the dialect', () => {
  test('a stream joins to the whole answer, ends with [DONE], and carries usage only when asked', async () => {
    const prompt = 'Tell me of the sea, its waves — and 数.';
    const whole = await ask({ prompt });
    const plain = (await call({ prompt, stream: true })).text();
    const counted = (await call({ prompt, stream: true, stream_options: { include_usage: true } })).text();
    expect(streamedText(plain)).toBe(whole.choices[0]?.message.content);
    expect(eventsOf(plain).at(-1)).toBe('[DONE]');
    expect(plain).not.toContain('"usage"');
    const usageChunk = chunksOf(counted).at(-1);
    expect([usageChunk?.choices, usageChunk?.usage]).toEqual([[], whole.usage]);
    expect(whole.usage.total_tokens).toBe(whole.usage.prompt_tokens + whole.usage.completion_tokens);
  });

  test('max_tokens cuts with finish reason length, stop cuts before the sequence', async () => {
    const cut = await ask({ max_completion_tokens: 3 });
    expect([cut.choices[0]?.finish_reason, cut.usage.completion_tokens]).toEqual(['length', 3]);
    const stopped = await ask({ prompt: 'one two', stop: ['two'] });
    expect(stopped.choices[0]?.message.content?.endsWith('You wrote: "one ')).toBe(true);
    expect(stopped.choices[0]?.finish_reason).toBe('stop');
  });

  test('n choices are n choices', async () => {
    expect((await ask({ n: 3 })).choices.map((choice) => choice.index)).toEqual([0, 1, 2]);
  });

  test('a prefilled answer is continued', async () => {
    const prompt = 'Tell me of the sea.';
    const whole = await contentOf({ prompt });
    const messages = [
      { role: 'user', content: prompt },
      { role: 'assistant', content: whole.slice(0, 30) },
    ];
    expect(await contentOf({ messages })).toBe(whole.slice(30));
  });

  test('JSON mode answers an object, a schema its shape', async () => {
    expect(JSON.parse(await contentOf({ response_format: { type: 'json_object' } }))).toHaveProperty('answer');
    const schema = {
      type: 'object',
      properties: {
        city: { type: 'string', enum: ['Berlin', 'Paris'] },
        days: { type: 'integer' },
        tags: { type: 'array', items: { type: 'string' }, minItems: 2 },
        nested: { type: 'object', properties: { ok: { type: 'boolean' } } },
      },
    };
    const answer = await contentOf({
      prompt: '3 days in paris',
      response_format: { type: 'json_schema', json_schema: { name: 'trip', schema } },
    });
    expect(JSON.parse(answer)).toEqual({
      city: 'Paris',
      days: 3,
      tags: [expect.any(String), expect.any(String)],
      nested: { ok: true },
    });
  });

  test('a context too long for the program is its own error', async () => {
    const answer = await ask({ model: 'deepseek-v3', prompt: 'word '.repeat(120_000) });
    expect(answer.error.code).toBe('context_length_exceeded');
  });

  test('embeddings are deterministic, normalised, nearer for similar texts, in numbers and in base64', async () => {
    const input = ['the cat sat on the mat', 'the cat sat on a mat', 'quarterly revenue'];
    const first = await ask({ path: '/embeddings', input });
    expect(first.data).toEqual((await ask({ path: '/embeddings', input })).data);
    const [a, b, c] = first.data.map((entry) => entry.embedding as number[]);
    const dot = (x: number[] = [], y: number[] = []) => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
    expect(dot(a, a)).toBeCloseTo(1, 5);
    expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.3);
    const packed = await ask({ path: '/embeddings', input: input[0], encoding_format: 'base64', dimensions: 8 });
    expect(Buffer.from(packed.data[0]?.embedding as string, 'base64').length).toBe(32);
    expect((await call({ path: '/embeddings', input: [] })).status).toBe(400);
  });

  test('lists its models under the names that it answers to', async () => {
    const list = (await (await fetch(`${baseUrl}/models`)).json()) as Answer;
    expect(list.data.map((entry) => entry.id)).toEqual(sandbox.deployments.map((profile) => profile.upstreamModel));
  });

  test.each([
    [{ model: 'unknown' }, 404],
    [{ messages: [] }, 400],
    [{ path: '/responses' }, 404],
  ])('%j is answered with an error', async (options, status) => {
    const collected = await call(options);
    expect(collected.status).toBe(status);
    expect(JSON.parse(collected.text())).toHaveProperty('error.message');
  });
});

describe('tools', () => {
  const tools = [
    {
      type: 'function',
      function: { name: 'search_files', parameters: { type: 'object', properties: { query: { type: 'string' } } } },
    },
    {
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
          required: ['city'],
        },
      },
    },
  ];

  test('the one that the prompt speaks of is called, with arguments from the prompt', async () => {
    const answer = await ask({ prompt: 'How is the weather in San Marino, in Fahrenheit?', tools });
    const [call] = answer.choices[0]?.message.tool_calls ?? [];
    expect([answer.choices[0]?.finish_reason, call?.function.name]).toEqual(['tool_calls', 'get_weather']);
    expect(JSON.parse(call?.function.arguments ?? '')).toEqual({ city: 'San Marino', unit: 'fahrenheit' });
  });

  test('none is called when the prompt asks for none or tool_choice forbids it', async () => {
    expect((await ask({ prompt: 'Hello', tools })).choices[0]?.finish_reason).toBe('stop');
    const forbidden = await ask({ prompt: 'weather in Rome', tools, tool_choice: 'none' });
    expect(forbidden.choices[0]?.finish_reason).toBe('stop');
  });

  test('a forced choice is obeyed', async () => {
    const forced = await ask({ tools, tool_choice: { type: 'function', function: { name: 'search_files' } } });
    expect(forced.choices[0]?.message.tool_calls?.[0]?.function.name).toBe('search_files');
    const required = await ask({ tools, tool_choice: 'required' });
    expect(required.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  test('a tool result is answered in words', async () => {
    const messages = [
      { role: 'user', content: 'weather in Rome' },
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', tool_call_id: 'call_1', content: '{"celsius":21}' },
    ];
    expect(await contentOf({ messages, tools })).toContain('{"celsius":21}');
  });

  test('a streamed call joins to the same arguments', async () => {
    const prompt = 'weather in Rome';
    const whole = await ask({ prompt, tools });
    const chunks = chunksOf((await call({ prompt, tools, stream: true })).text());
    const joined = chunks.map((chunk) => chunk.choices[0]?.delta.tool_calls?.[0]?.function.arguments ?? '').join('');
    expect(joined).toBe(whole.choices[0]?.message.tool_calls?.[0]?.function.arguments);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });
});

describe('faults', () => {
  test('a status with retry-after, by header and by model suffix', async () => {
    const byHeader = await call({ fault: 'status=429;retry-after=1' });
    const bySuffix = await call({ model: 'glm-5.2+fault-429+retry-after-1' });
    for (const got of [byHeader, bySuffix]) {
      expect([got.status, got.headers['retry-after']]).toEqual([429, '1']);
      expect(JSON.parse(got.text())).toHaveProperty('error.code', 'rate_limit_exceeded');
    }
    expect((await call({ model: 'glm-5.2+fault-500' })).status).toBe(500);
  });

  test('reset and stall before the head', async () => {
    expect((await call({ fault: 'reset' })).failure).toBe('reset');
    const endpoint = testEndpoint(baseUrl, { auth: 'none' });
    const headers = { 'x-alidade-sandbox-fault': 'stall' };
    const silent = collectCall(
      client,
      testRequest(endpoint, { model: 'glm-5.2', messages: [{ role: 'user', content: 'x' }] }, { headers }),
    );
    await call({});
    expect(silent.events).toEqual([]);
    silent.call.abort();
  });

  test.each([
    ['cut-after=3', 'reset'],
    ['reset-after=3', 'reset'],
  ])('%s breaks a stream after exactly three content chunks', async (fault, failure) => {
    const got = await call({ fault, stream: true, prompt: 'Tell me of the sea.' });
    expect(got.failure).toBe(failure);
    const contents = chunksOf(got.text()).filter((chunk) => chunk.choices[0]?.delta.content);
    expect(contents).toHaveLength(3);
    expect(got.text()).not.toContain('[DONE]');
  });

  test('stall-after falls silent in the middle', async () => {
    const endpoint = testEndpoint(baseUrl, { auth: 'none' });
    const headers = { 'x-alidade-sandbox-fault': 'stall-after=2' };
    const body = { model: 'glm-5.2', stream: true, messages: [{ role: 'user', content: 'x' }] };
    const silent = collectCall(client, testRequest(endpoint, body, { headers }));
    await silent.chunk(1);
    await call({});
    expect(silent.events).toEqual(['onHead', 'onData']);
    expect(silent.text()).not.toContain('[DONE]');
    silent.call.abort();
  });

  test('error-after, malformed-after and truncate spoil the content of a well-framed stream', async () => {
    const failing = await call({ fault: 'error-after=2', stream: true });
    expect(eventsOf(failing.text()).at(-1)).toContain('"error"');
    const malformed = await call({ fault: 'malformed-after=2', stream: true });
    expect(eventsOf(malformed.text()).filter((event) => event === '{"choices":[{"delta":{"con')).toHaveLength(1);
    expect(eventsOf(malformed.text()).at(-1)).toBe('[DONE]');
    const truncated = await call({ fault: 'truncate', stream: true });
    expect([truncated.failure, truncated.text().includes('[DONE]')]).toEqual([null, false]);
  });

  test('html and truncate under 200, a cut body, a refusal, a filter', async () => {
    expect((await call({ fault: 'html' })).headers['content-type']).toContain('text/html');
    const truncated = await call({ fault: 'truncate' });
    expect(truncated.status).toBe(200);
    expect(() => JSON.parse(truncated.text())).toThrow();
    expect((await call({ fault: 'cut-after=0' })).failure).toBe('reset');
    const refused = await ask({ fault: 'refuse' });
    expect([refused.choices[0]?.message.content, refused.choices[0]?.message.refusal]).toEqual([
      null,
      expect.any(String),
    ]);
    expect((await ask({ fault: 'content-filter' })).choices[0]?.finish_reason).toBe('content_filter');
  });

  test('strikes one program only, so that another can take over', async () => {
    const fault = 'status=503;model=glm-5.2';
    expect((await call({ fault })).status).toBe(503);
    expect((await call({ fault, model: 'gpt-5.5' })).status).toBe(200);
    expect((await call({ fault: 'status=503;model=openai/gpt-5.5', model: 'gpt-5.5' })).status).toBe(503);
  });

  test('strikes about the share of requests that rate says', async () => {
    const statuses = await Promise.all(Array.from({ length: 200 }, () => call({ fault: 'status=500;rate=0.3' })));
    const struck = statuses.filter((got) => got.status === 500).length;
    expect(struck).toBeGreaterThan(35);
    expect(struck).toBeLessThan(85);
  });

  test.each(['nonsense', 'status=200', 'cut-after=x', 'rate=2', 'constructor=1'])(
    '%s is refused by name',
    async (fault) => {
      const got = await call({ fault });
      expect(got.status).toBe(400);
      expect(got.text()).toContain('Known: status');
    },
  );
});

describe('latency', () => {
  test('is the declared one, and slow adds to it', async () => {
    const real = createSandbox({ seed: 7 });
    const { baseUrl: url } = await real.start();
    const timed = async (fault?: string) => {
      const headers: Record<string, string> = fault === undefined ? {} : { 'x-alidade-sandbox-fault': fault };
      const body = { model: 'llama-4-ultra', max_tokens: 1, messages: [{ role: 'user', content: 'x' }] };
      const started = performance.now();
      await collectCall(client, testRequest(testEndpoint(url, { auth: 'none' }), body, { headers })).ended;
      return performance.now() - started;
    };
    expect(await timed()).toBeGreaterThanOrEqual(25);
    expect(await timed('slow=150ms')).toBeGreaterThanOrEqual(170);
    await real.close();
  });

  test('closing ends answers under way and the port is free again', async () => {
    const own = createSandbox({ seed: 7 });
    const { baseUrl: url } = await own.start();
    expect((await own.start()).baseUrl).toBe(url);
    const body = { model: 'glm-5.2', messages: [{ role: 'user', content: 'x' }] };
    const silent = collectCall(
      client,
      testRequest(testEndpoint(url, { auth: 'none' }), body, {
        headers: { 'x-alidade-sandbox-fault': 'slow=60000ms' },
      }),
    );
    const quick = collectCall(client, testRequest(testEndpoint(url, { auth: 'none' }), { ...body, max_tokens: 1 }));
    await quick.ended;
    await own.close();
    await silent.ended;
    expect(silent.failure).toBe('reset');
    await expect(fetch(url)).rejects.toThrow();
  });
});

test('every program stands under a logical name of its own, in the dialect of its maker', () => {
  expect(new Set(SANDBOX_PROFILES.map((profile) => profile.upstreamModel)).size).toBe(SANDBOX_PROFILES.length);
  for (const profile of SANDBOX_PROFILES) {
    expect(profile.model.endsWith(`/${profile.upstreamModel}`)).toBe(true);
    const own = profile.model.startsWith('anthropic/')
      ? 'anthropic'
      : profile.model.startsWith('google/')
        ? 'gemini'
        : 'openai';
    expect(profile.dialect).toBe(own);
  }
});
