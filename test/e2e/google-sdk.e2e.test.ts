import { ApiError, type Content, FunctionCallingConfigMode, GoogleGenAI, type Part } from '@google/genai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../support/vendors/clients.ts';
import { VENDOR_KEY } from '../support/vendors/kinds.ts';
import type { Said } from '../support/vendors/said.ts';
import { UPSTREAM_MODELS } from '../support/vendors/served-vendors.ts';
import { createVendor, type Vendor } from '../support/vendors/vendor.ts';

/**
 * Google's own package as the reader of reference for the Gemini vendor of these tests: what that vendor says, the
 * package must be able to read, and what the package asks, the vendor must not refuse. Fixtures are read in
 * src/wire/gemini/official-reader.test.ts.
 */
const vendors: Vendor[] = [];
const vendor = (): Vendor => vendors[0] as Vendor;
const model = UPSTREAM_MODELS.gemini;

beforeAll(async () => {
  vendors.push(await createVendor('gemini'));
});
afterAll(() => vendor().close());
afterEach(() => expect(vendor().complaints).toEqual([]));

const client = (): GoogleGenAI =>
  new GoogleGenAI({ apiKey: VENDOR_KEY, httpOptions: { baseUrl: vendor().upstream.origin } });

const WEATHER = {
  name: 'weather',
  parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const BERN = { id: 'fc_1', name: 'weather', arguments: { city: 'Bern' } };
const OSLO = { id: 'fc_2', name: 'weather', arguments: { city: 'Oslo' } };

/** Parts of an answer, whole or streamed. */
async function partsOf(said: Said, stream: boolean): Promise<Part[]> {
  vendor().says(said);
  const ask = { model, contents: 'Hello', config: { tools: [{ functionDeclarations: [WEATHER] }] } };
  if (!stream) return (await client().models.generateContent(ask)).candidates?.[0]?.content?.parts ?? [];
  const parts: Part[] = [];
  for await (const { candidates } of await client().models.generateContentStream(ask)) {
    parts.push(...(candidates?.[0]?.content?.parts ?? []));
  }
  // The last event has the reason of the end and an empty text.
  return parts.filter(({ text, thoughtSignature }) => text !== '' || thoughtSignature !== undefined);
}

describe.each([false, true])('the @google/genai package reads what our vendor says (stream: %s)', (stream) => {
  test('in words', async () => {
    const parts = await partsOf({ text: ['It is ', 'wet.'], signature: 'dGV4dA==' }, stream);
    expect(parts.map(({ text }) => text).join('')).toBe('It is wet.');
    expect(parts.at(-1)?.thoughtSignature).toBe('dGV4dA==');
  });

  test('in thoughts', async () => {
    const parts = await partsOf({ thoughts: ['Deep ', 'water.'], text: ['Wet.'] }, stream);
    const thoughts = parts.filter(({ thought }) => thought === true);
    expect(thoughts.map(({ text }) => text).join('')).toBe('Deep water.');
  });

  test('in parallel calls', async () => {
    const parts = await partsOf({ calls: [BERN, OSLO], signature: 'Y2FsbA==' }, stream);
    expect(parts).toEqual([
      { functionCall: { id: 'fc_1', name: 'weather', args: { city: 'Bern' } }, thoughtSignature: 'Y2FsbA==' },
      { functionCall: { id: 'fc_2', name: 'weather', args: { city: 'Oslo' } } },
    ]);
  });
});

describe('the @google/genai package', () => {
  test('reads finish and usage', async () => {
    vendor().says({ text: ['It'], finish: 'length' });
    const answer = await client().models.generateContent({ model, contents: 'Hello' });
    expect(answer.candidates?.[0]?.finishReason).toBe('MAX_TOKENS');
    expect(answer.modelVersion).toBe(model);
    expect(answer.usageMetadata).toMatchObject({
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 15,
      thoughtsTokenCount: 5,
      totalTokenCount: 120,
    });
  });

  test('keeps a chat with tools that our vendor accepts, signatures included', async () => {
    vendor().says({ text: ['Look.'], calls: [BERN, OSLO], signature: 'Y2hhdA==' }, { text: ['Fine.'] });
    const chat = client().chats.create({
      model,
      config: {
        systemInstruction: 'Be brief.',
        temperature: 0.5,
        maxOutputTokens: 200,
        tools: [{ functionDeclarations: [WEATHER] }],
        toolConfig: {
          functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['weather'] },
        },
      },
    });
    const asked = await chat.sendMessage({ message: 'How is the weather?' });
    const results = (asked.functionCalls ?? []).map(({ id, name, args }) => ({
      functionResponse: { id: id as string, name: name as string, response: { output: `sunny in ${args?.city}` } },
    }));
    const answer = await chat.sendMessage({ message: results });
    expect(answer.text).toBe('Fine.');
    expect(vendor().seen()).toMatchObject({
      system: 'Be brief.',
      maxTokens: 200,
      tools: ['weather'],
      toolChoice: 'weather',
      results: ['sunny in Bern', 'sunny in Oslo'],
      signatures: ['Y2hhdA=='],
    });
  });

  test('asks for JSON and shows images in ways that our vendor knows', async () => {
    vendor().says({ text: ['{"name":"x"}'] });
    const contents: Content[] = [
      { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'aGVsbG8=' } }, { text: 'What?' }] },
    ];
    const responseJsonSchema = { type: 'object', properties: { name: { type: 'string' } } };
    const config = { responseMimeType: 'application/json', responseJsonSchema };
    await client().models.generateContent({ model, contents, config });
    expect(vendor().seen()).toMatchObject({
      media: [{ mediaType: 'image/png', data: 'aGVsbG8=' }],
      schema: ['name'],
      said: ['user: What?'],
    });
  });

  test.each([
    { failure: 'invalid' as const, status: 400 },
    { failure: 'key' as const, status: 400 },
    { failure: 'model' as const, status: 404 },
    { failure: 'rate' as const, status: 429 },
    { failure: 'overloaded' as const, status: 503 },
  ])('raises its error for $failure', async ({ failure, status }) => {
    vendor().fails(failure);
    const error = await failureOf<ApiError>(client().models.generateContent({ model, contents: 'Hello' }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error.status).toBe(status);
  });
});
