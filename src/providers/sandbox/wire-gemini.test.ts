import { ApiError, type Content, type GenerateContentParameters, GoogleGenAI, type Part } from '@google/genai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SANDBOX_NOTICE } from './notice.ts';
import { sandboxBaseUrls } from './profiles.ts';
import { createSandbox } from './sandbox.ts';

/** Google's own package speaks to the sandbox, over a socket and at its own paths. */
const sandbox = createSandbox({ seed: 7, latencyScale: 0 });
let url = '';
let models: GoogleGenAI['models'];
beforeAll(async () => {
  url = sandboxBaseUrls((await sandbox.start()).baseUrl).gemini;
  models = new GoogleGenAI({ apiKey: 'fake-key', httpOptions: { baseUrl: url.replace(/\/v1beta$/, '') } }).models;
});
afterAll(() => sandbox.close());

const MODEL = 'gemini-2.5-ultra';

const paramsOf = (members: Partial<GenerateContentParameters>): GenerateContentParameters => ({
  model: MODEL,
  contents: 'Tell me of the sea.',
  ...members,
});
const ask = (members: Partial<GenerateContentParameters> = {}) => models.generateContent(paramsOf(members));

/** All parts of a stream, neighbouring texts joined, and what the last event says besides. */
async function stream(members: Partial<GenerateContentParameters> = {}) {
  const parts: Part[] = [];
  let last: Awaited<ReturnType<typeof ask>> | null = null;
  for await (const event of await models.generateContentStream(paramsOf(members))) {
    parts.push(...(event.candidates?.[0]?.content?.parts ?? []));
    last = event;
  }
  return { parts, last };
}
const joined = (parts: readonly Part[], thought: boolean): string =>
  parts.map((part) => ((part.thought === true) === thought ? (part.text ?? '') : '')).join('');

async function failure(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error(`no error of the package: ${String(error)}`);
  return { status: error.status, message: error.message };
}

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${url}/${path}`, { method: 'POST', body: JSON.stringify(body) });
const HELLO = { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] };

const TOOLS = [
  {
    functionDeclarations: [
      { name: 'get_weather', parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } } },
      { name: 'local_time' },
    ],
  },
];

describe('an answer', () => {
  test('is the same streamed as whole, and says what it comes from', async () => {
    const whole = await ask();
    expect(whole).toMatchObject({ modelVersion: MODEL, candidates: [{ finishReason: 'STOP' }] });
    expect(whole.text).toContain(SANDBOX_NOTICE);
    const { parts, last } = await stream();
    expect(joined(parts, false)).toBe(whole.text);
    expect(last?.usageMetadata).toEqual(whole.usageMetadata);
    const raw = await post(`models/${MODEL}:generateContent`, HELLO);
    expect(raw.headers.get('x-alidade-sandbox')).toBe(SANDBOX_NOTICE);
    expect(await raw.json()).toHaveProperty('systemFingerprint', SANDBOX_NOTICE);
  });

  test('counts up over the events of a stream and names its reason at the end only', async () => {
    const counts: number[] = [];
    const reasons: unknown[] = [];
    for await (const event of await models.generateContentStream(paramsOf({}))) {
      counts.push(event.usageMetadata?.totalTokenCount ?? 0);
      reasons.push(event.candidates?.[0]?.finishReason);
    }
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(reasons.filter((reason) => reason !== undefined)).toEqual(['STOP']);
    expect(reasons.at(-1)).toBe('STOP');
  });

  test('is one JSON array where the stream is not asked for as events', async () => {
    const response = await post(`models/${MODEL}:streamGenerateContent`, HELLO);
    expect(await response.json()).toMatchObject([{ candidates: [{ finishReason: 'STOP' }] }]);
  });

  test('keeps limits, stop texts and the number of candidates', async () => {
    const cut = await ask({ config: { maxOutputTokens: 3 } });
    expect(cut).toMatchObject({
      candidates: [{ finishReason: 'MAX_TOKENS' }],
      usageMetadata: { candidatesTokenCount: 3 },
    });
    const stopped = await ask({ contents: 'one two', config: { stopSequences: ['two'] } });
    expect(stopped.text?.endsWith('"one ')).toBe(true);
    expect((await ask({ config: { candidateCount: 3 } })).candidates).toHaveLength(3);
  });

  test.each([
    ['JSON Schema', { responseJsonSchema: { type: 'object', properties: { days: { type: 'integer' } } } }],
    ['the subset of OpenAPI', { responseSchema: { type: 'OBJECT', properties: { days: { type: 'INTEGER' } } } }],
  ])('follows a schema in %s', async (_form, schema) => {
    const body = { ...HELLO, generationConfig: { responseMimeType: 'application/json', ...schema } };
    const answer = (await (await post(`models/${MODEL}:generateContent`, body)).json()) as {
      candidates: { content: { parts: { text: string }[] } }[];
    };
    expect(JSON.parse(answer.candidates[0]?.content.parts[0]?.text ?? '')).toEqual({ days: 0 });
  });

  test('may have images in front of it', async () => {
    const inlineData = { mimeType: 'image/png', data: 'iVBORw0KGgo=' };
    expect((await ask({ contents: [{ inlineData }, 'What is this?'] })).text).toContain('What is this?');
  });

  test('shows thoughts where they are asked for, and counts them apart', async () => {
    const config = { thinkingConfig: { includeThoughts: true, thinkingBudget: 1_024 } };
    const whole = await ask({ config });
    const { parts } = await stream({ config });
    for (const all of [whole.candidates?.[0]?.content?.parts ?? [], parts]) {
      expect(joined(all, true)).toContain('no thoughts');
      expect(joined(all, false)).toContain('the sea');
    }
    const { promptTokenCount = 0, candidatesTokenCount = 0, thoughtsTokenCount = 0 } = whole.usageMetadata ?? {};
    expect(thoughtsTokenCount).toBeGreaterThan(0);
    expect(whole.usageMetadata?.totalTokenCount).toBe(promptTokenCount + candidatesTokenCount + thoughtsTokenCount);
    expect((await ask({ config: { thinkingConfig: { thinkingBudget: 0 } } })).usageMetadata).not.toHaveProperty(
      'thoughtsTokenCount',
    );
  });
});

describe('tools', () => {
  const asked = { contents: 'The weather and the local time in San Marino, please', config: { tools: TOOLS } };

  test('are called side by side, the first call signed, with STOP as the reason', async () => {
    const { parts, last } = await stream(asked);
    const whole = await ask(asked);
    const said = whole.candidates?.[0]?.content?.parts ?? [];
    const calls = (all: readonly Part[]) => all.filter((part) => part.functionCall !== undefined);
    expect(calls(parts)).toEqual(said);
    expect(said).toEqual([
      { functionCall: { name: 'get_weather', args: { city: 'San Marino' } }, thoughtSignature: expect.any(String) },
      { functionCall: { name: 'local_time', args: {} } },
    ]);
    expect([last?.candidates?.[0]?.finishReason, whole.candidates?.[0]?.finishReason]).toEqual(['STOP', 'STOP']);
  });

  test.each([
    ['NONE', [], 0],
    ['ANY', ['local_time'], 1],
  ])('are called as mode %s with names %j says', async (mode, names, expected) => {
    const body = {
      ...HELLO,
      tools: TOOLS,
      toolConfig: { functionCallingConfig: { mode, ...(names.length === 0 ? {} : { allowedFunctionNames: names }) } },
    };
    const answer = await (await post(`models/${MODEL}:generateContent`, body)).text();
    expect(answer.match(/"functionCall"/g) ?? []).toHaveLength(expected);
  });

  test('need as many results as calls, and their signatures as they were', async () => {
    const said = (await ask(asked)).candidates?.[0]?.content?.parts ?? [];
    const result = (name: string): Part => ({ functionResponse: { name, response: { output: '21 degrees' } } });
    const turns = (calls: Part[], results: Part[]): Content[] => [
      { role: 'user', parts: [{ text: asked.contents }] },
      { role: 'model', parts: calls },
      { role: 'user', parts: results },
    ];
    const both = [result('get_weather'), result('local_time')];
    expect((await ask({ ...asked, contents: turns(said, both) })).text).toContain('21 degrees');
    const fewer = await failure(ask({ ...asked, contents: turns(said, both.slice(1)) }));
    expect(fewer).toMatchObject({ status: 400, message: expect.stringContaining('number of function response parts') });
    const forged = said.map((part, place) => (place === 0 ? { ...part, thoughtSignature: 'Zm9yZ2Vk' } : part));
    expect((await failure(ask({ ...asked, contents: turns(forged, both) }))).message).toContain('signature');
    const documented = [{ ...said[0], thoughtSignature: 'skip_thought_signature_validator' }, said[1] as Part];
    await expect(ask({ ...asked, contents: turns(documented, both) })).resolves.toBeDefined();
  });
});

test('embeddings come one by one and in batches, in the size asked for', async () => {
  const texts = ['the cat sat on the mat', 'the cat sat on a mat', 'quarterly revenue'];
  const { embeddings = [] } = await models.embedContent({
    model: MODEL,
    contents: texts,
    config: { outputDimensionality: 128 },
  });
  const [a, b, c] = embeddings.map(({ values = [] }) => values);
  const dot = (x: number[] = [], y: number[] = []) => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  expect(a).toHaveLength(128);
  expect(dot(a, b)).toBeGreaterThan(dot(a, c));
  const single = await post(`models/${MODEL}:embedContent`, { content: { parts: [{ text: texts[0] }] } });
  expect(await single.json()).toHaveProperty('embedding.values');
  expect((await post(`models/${MODEL}:batchEmbedContents`, { requests: [] })).status).toBe(400);
});

test('tokens are counted, and the programs are listed', async () => {
  const counted = await models.countTokens({ model: MODEL, contents: 'Tell me of the sea.' });
  expect(counted.totalTokens).toBe((await ask()).usageMetadata?.promptTokenCount);
  const names: unknown[] = [];
  for await (const model of await models.list()) names.push(model.name);
  expect(names).toEqual(sandbox.deployments.map(({ upstreamModel }) => `models/${upstreamModel}`));
});

describe('errors', () => {
  test.each([
    ['an unknown model', { model: 'unknown' }, 404, 'NOT_FOUND'],
    ['no contents', { contents: [] }, 400, 'INVALID_ARGUMENT'],
    ['an empty text', { contents: [{ role: 'user', parts: [{ text: '' }] }] }, 400, 'INVALID_ARGUMENT'],
    ['a role that is none', { contents: [{ role: 'tool', parts: [{ text: 'x' }] }] }, 400, 'INVALID_ARGUMENT'],
    ['an injected fault', { model: `${MODEL}+fault-503` }, 503, 'UNAVAILABLE'],
  ])('%s is refused in the shape of this dialect', async (_what, members, status, canonical) => {
    const { model, contents } = paramsOf(members);
    const body = { contents: typeof contents === 'string' ? [{ parts: [{ text: contents }] }] : contents };
    const path = `models/${encodeURIComponent(model)}`;
    const value = { error: { code: status, status: canonical, message: expect.stringContaining(SANDBOX_NOTICE) } };
    const whole = await post(`${path}:generateContent`, body);
    expect([whole.status, await whole.json()]).toMatchObject([status, value]);
    const streamed = await post(`${path}:streamGenerateContent?alt=sse`, body);
    expect([streamed.status, await streamed.json()]).toMatchObject([status, [value]]);
  });

  test('say when to try again, in the body as the vendor does', async () => {
    const response = await post(`models/${MODEL}+fault-429+retry-after-7:generateContent`, HELLO);
    expect(await response.json()).toMatchObject({ error: { details: [{ retryDelay: '7s' }] } });
  });

  test('a prompt beyond the window says so in the words that clients look for', async () => {
    const { message } = await failure(ask({ model: 'deepseek-v3', contents: 'word '.repeat(120_000) }));
    expect(message).toMatch(/input token count.*exceeds the maximum/);
  });

  // Google's own package passes over such an event, so what is sent is looked at itself.
  test('in the middle of a stream is an event of its own', async () => {
    const path = `models/${MODEL}+fault-error-after-2:streamGenerateContent?alt=sse`;
    const events = (await (await post(path, HELLO)).text()).trimEnd().split('\r\n\r\n');
    expect(events).toHaveLength(3);
    const last = JSON.parse(events[2]?.replace(/^data: /, '') ?? '');
    expect(last).toMatchObject({ error: { code: 503, status: 'UNAVAILABLE' } });
  });

  test('a refusal is a blocked prompt, a filter a reason of its own', async () => {
    const refused = await ask({ model: `${MODEL}+fault-refuse` });
    expect([refused.candidates, refused.promptFeedback?.blockReason]).toEqual([undefined, 'PROHIBITED_CONTENT']);
    const { last } = await stream({ model: `${MODEL}+fault-content-filter` });
    expect(last?.candidates?.[0]?.finishReason).toBe('SAFETY');
  });

  test.each(['models/%zz:generateContent', 'models/x:unknownVerb', 'nonsense'])('%s is no path', async (path) => {
    const response = await post(path, HELLO);
    expect([response.status, await response.json()]).toMatchObject([404, { error: { status: 'NOT_FOUND' } }]);
  });
});
