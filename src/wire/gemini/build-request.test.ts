import { describe, expect, test } from 'vitest';
import { functionTool } from '../../../test/support/chat-requests.ts';
import { build } from '../../../test/support/gemini-fixtures.ts';
import type { ChatRequest, FunctionTool, ReasoningRequest, ResponseFormat } from '../../contracts/chat-request.ts';

const config = (said: Partial<ChatRequest>, model?: string) => build(said, model).body.generationConfig;
const reasoning = (said: Partial<ReasoningRequest>): ReasoningRequest => ({
  mode: null,
  effort: null,
  budgetTokens: null,
  display: null,
  ...said,
});
const tool = (given: Partial<FunctionTool> = {}): FunctionTool => functionTool(given);

test('a plain question is nothing but its contents: what nobody said is not sent, safety settings least of all', () => {
  const { body, path, losses } = build({});
  expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] });
  expect(path).toBe('/models/gemini-3.8-flash:generateContent');
  expect(losses).toEqual([]);
});

test('a stream is asked for at its own path, as server-sent events', () => {
  expect(build({ stream: true }).path).toBe('/models/gemini-3.8-flash:streamGenerateContent?alt=sse');
  expect(build({}, 'tunedModels/my model').path).toBe('/tunedModels/my%20model:generateContent');
});

test('limits, sampling, stops and seeds have their counterparts', () => {
  const said = { maxOutputTokens: 100, temperature: 0.5, topP: 0.9, topK: 40, stop: ['END'], seed: 7 };
  expect(build(said, 'gemini-2.5-flash')).toMatchObject({
    body: {
      generationConfig: {
        maxOutputTokens: 100,
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        stopSequences: ['END'],
        seed: 7,
      },
    },
    losses: [],
  });
});

test('quirk 2: a limit above what the model can answer is lowered', () => {
  const { body, said } = build({ maxOutputTokens: 100_000 });
  expect(body.generationConfig).toEqual({ maxOutputTokens: 65_536 });
  expect(said).toEqual(['degraded max_tokens']);
});

test('quirk 2: a limit of nothing, as Anthropic takes it, is raised to the least there is', () => {
  const { body, said } = build({ origin: 'anthropic', maxOutputTokens: 0 });
  expect(body.generationConfig).toEqual({ maxOutputTokens: 1 });
  expect(said).toEqual(['degraded max_tokens']);
});

test('quirk 3: sampling is left out where the model chooses itself', () => {
  const { body, said } = build({ temperature: 0, topP: 0.9, topK: 3 }, 'gemini-3.8-flash');
  expect(body).not.toHaveProperty('generationConfig');
  expect(said).toEqual(['dropped temperature', 'dropped top_p', 'dropped top_k']);
});

test('penalties are left out where they are refused; a penalty of nothing is no loss', () => {
  expect(config({ frequencyPenalty: 1, presencePenalty: 0.5 }, 'gemini-2.0-flash')).toEqual({
    frequencyPenalty: 1,
    presencePenalty: 0.5,
  });
  expect(build({ frequencyPenalty: 1, presencePenalty: 0 }, 'gemini-2.5-flash').said).toEqual([
    'dropped frequency_penalty',
  ]);
});

test('quirk 6: the first five stop texts are sent, empty ones are not', () => {
  const { body, said } = build({ stop: ['a', '', 'b', 'c', 'd', 'e', 'f'] });
  expect(body.generationConfig?.stopSequences).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(said).toEqual(['dropped stop', 'degraded stop']);
});

describe('quirk 25: several answers and log probabilities', () => {
  test('are asked for where the model makes them', () => {
    expect(config({ choices: 3, logprobs: { top: 40 } }, 'gemini-2.0-flash')).toEqual({
      candidateCount: 3,
      responseLogprobs: true,
      logprobs: 20,
    });
    const inCloud = 'publishers/google/models/gemini-2.5-flash';
    expect(config({ logprobs: { top: null } }, inCloud)).toEqual({ responseLogprobs: true });
  });

  test.each(['gemini-2.5-flash', 'gemini-3.5-flash', 'gemini-3.8-flash', 'publishers/google/models/gemini-3.5-flash'])(
    'are not asked for where they are refused, and that is said: %s',
    (model) => {
      const { body, said } = build({ logprobs: { top: 3 } }, model);
      expect(body).not.toHaveProperty('generationConfig');
      expect(said).toEqual(['dropped logprobs']);
    },
  );

  test('become one answer where it makes only one, and that is said', () => {
    expect(build({ choices: 3 }, 'gemini-3.8-flash')).toMatchObject({ said: ['degraded n'] });
    expect(build({ choices: 3 }, 'gemini-3.8-flash').body).not.toHaveProperty('generationConfig');
  });
});

describe('quirk 4: how hard to think', () => {
  const thinking = (said: Partial<ReasoningRequest>, model: string) => {
    const built = build({ reasoning: reasoning(said) }, model);
    return [built.body.generationConfig?.thinkingConfig, built.said];
  };
  const effort = ['degraded reasoning.effort'];
  const budget = ['degraded reasoning.budget_tokens'];

  test.each([
    [{ effort: 'low' }, 'gemini-2.5-flash', { thinkingBudget: 1024 }, effort],
    [{ effort: 'high' }, 'gemini-2.5-flash', { thinkingBudget: 24_576 }, effort],
    [{ effort: 'max' }, 'gemini-2.5-pro', { thinkingBudget: 32_768 }, effort],
    [{ budgetTokens: 5000 }, 'gemini-2.5-pro', { thinkingBudget: 5000 }, []],
    [{ budgetTokens: 50 }, 'gemini-2.5-pro', { thinkingBudget: 128 }, budget],
    [{ budgetTokens: 60_000 }, 'gemini-2.5-flash-lite', { thinkingBudget: 24_576 }, budget],
    [{ mode: 'adaptive' }, 'gemini-2.5-flash', { thinkingBudget: -1 }, []],
    [{ mode: 'off' }, 'gemini-2.5-flash', { thinkingBudget: 0 }, []],
    [{ mode: 'off' }, 'gemini-2.5-pro', { thinkingBudget: 128 }, ['degraded reasoning']],
    [{ effort: 'low' }, 'gemini-3.8-flash', { thinkingLevel: 'low' }, []],
    [{ effort: 'minimal' }, 'gemini-3.8-flash', { thinkingLevel: 'low' }, effort],
    [{ effort: 'minimal' }, 'gemini-3.5-flash-lite', { thinkingLevel: 'minimal' }, []],
    [{ effort: 'xhigh' }, 'gemini-3.1-pro-preview', { thinkingLevel: 'high' }, effort],
    [{ effort: 'medium' }, 'gemini-3-pro-preview', { thinkingLevel: 'low' }, effort],
    [{ budgetTokens: 10_000 }, 'gemini-3.8-flash', { thinkingLevel: 'medium' }, budget],
    [{ mode: 'off' }, 'gemini-3.8-flash', { thinkingLevel: 'low' }, ['degraded reasoning']],
    [{ mode: 'adaptive' }, 'gemini-3.8-flash', undefined, []],
    [{ effort: 'high' }, 'gemini-2.0-flash', undefined, ['dropped reasoning']],
    [{ mode: 'off' }, 'gemini-2.0-flash', undefined, []],
  ] as const)('%o to %s', (said, model, expected, losses) => {
    expect(thinking(said, model)).toEqual([expected, losses]);
  });

  test('never says a budget and a level at once, which is refused', () => {
    for (const model of ['gemini-2.5-pro', 'gemini-3-pro-preview', 'gemini-3.8-flash', 'gemini-4-argon']) {
      const built = config({ reasoning: reasoning({ mode: 'on', effort: 'high', budgetTokens: 9000 }) }, model);
      const { thinkingBudget, thinkingLevel } = built?.thinkingConfig ?? {};
      expect([thinkingBudget, thinkingLevel].filter((value) => value !== undefined)).toHaveLength(1);
    }
  });

  test('shows thoughts to who asks for them, or switched thinking on', () => {
    const shown = (said: Partial<ReasoningRequest>) =>
      config({ reasoning: reasoning(said) })?.thinkingConfig?.includeThoughts;
    expect(shown({ display: 'shown' })).toBe(true);
    expect(shown({ mode: 'on' })).toBe(true);
    expect(shown({ mode: 'on', display: 'omitted' })).toBeUndefined();
    expect(shown({ effort: 'high' })).toBeUndefined();
  });
});

describe('tools', () => {
  test('are declared with their schema as JSON Schema', () => {
    const { body, losses } = build({ tools: [tool()] });
    expect(body.tools).toEqual([
      {
        functionDeclarations: [
          {
            name: 'get_weather',
            description: 'The weather in a place.',
            parametersJsonSchema: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
          },
        ],
      },
    ]);
    expect(body).not.toHaveProperty('toolConfig');
    expect(losses).toEqual([]);
  });

  test('quirk 19: are declared in the older subset to older models', () => {
    const parameters = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    const { body, said } = build({ tools: [tool({ parameters })] }, 'gemini-1.5-pro');
    expect(body.tools?.[0]?.functionDeclarations[0]).toEqual({
      name: 'get_weather',
      description: 'The weather in a place.',
      parameters: { type: 'object', properties: { a: { type: 'string' } } },
    });
    expect(said).toEqual(['degraded tools.parameters']);
  });

  test('quirk 11: without arguments have no schema', () => {
    const { body } = build({ tools: [tool({ parameters: { type: 'object', properties: {} }, description: null })] });
    expect(body.tools?.[0]?.functionDeclarations).toEqual([{ name: 'get_weather' }]);
  });

  test('quirk 18: of another vendor are left out, and named', () => {
    const { body, losses } = build({
      tools: [{ kind: 'server', origin: 'anthropic', name: 'web_search_20250305', value: {} }],
      toolChoice: { mode: 'auto', tools: null },
    });
    expect(body).not.toHaveProperty('tools');
    expect(body).not.toHaveProperty('toolConfig');
    expect(losses).toMatchObject([{ kind: 'dropped', field: 'web_search_20250305' }]);
  });

  test('quirk 15: a wish for one call at a time cannot be kept', () => {
    expect(build({ tools: [tool()], parallelToolCalls: false }).said).toEqual(['dropped parallel_tool_calls']);
    expect(build({ tools: [tool()], parallelToolCalls: true }).said).toEqual([]);
  });

  test.each([
    [{ mode: 'auto', tools: null }, { mode: 'AUTO' }],
    [{ mode: 'required', tools: null }, { mode: 'ANY' }],
    [{ mode: 'none' }, { mode: 'NONE' }],
    [
      { mode: 'tool', name: 'get_weather' },
      { mode: 'ANY', allowedFunctionNames: ['get_weather'] },
    ],
  ] as const)('16: the choice %o is %o', (toolChoice, expected) => {
    const { body, losses } = build({ tools: [tool()], toolChoice });
    expect(body.toolConfig).toEqual({ functionCallingConfig: expected });
    expect(losses).toEqual([]);
  });

  test('quirk 16: a list of allowed tools is kept by declaring no others', () => {
    const toolChoice = { mode: 'required', tools: ['b'] } as const;
    const { body, said } = build({ tools: [tool({ name: 'a' }), tool({ name: 'b' })], toolChoice });
    expect(body.tools?.[0]?.functionDeclarations.map(({ name }) => name)).toEqual(['b']);
    expect(said).toEqual(['degraded tool_choice.tools']);
  });

  test('strict arguments are asked for by a mode where there is one', () => {
    const tools = [tool({ strict: true })];
    expect(build({ tools })).toMatchObject({
      body: { toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } } },
      losses: [],
    });
    expect(build({ tools }, 'gemini-2.5-pro')).toMatchObject({ said: ['dropped tools.strict'] });
  });
});

describe('format of the answer', () => {
  const schema = { type: 'object', properties: { answer: { type: 'string' } } };
  const format: ResponseFormat = { kind: 'json-schema', name: null, description: 'An answer', schema, strict: true };

  test('quirk 19: a schema is asked for as JSON Schema, with its description in it', () => {
    const { body, losses } = build({ responseFormat: format });
    expect(body.generationConfig).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { ...schema, description: 'An answer' },
    });
    expect(losses).toEqual([]);
  });

  test('quirk 19: and in the older subset from older models', () => {
    expect(config({ responseFormat: format }, 'gemini-1.5-flash')).toMatchObject({
      responseMimeType: 'application/json',
      responseSchema: schema,
    });
  });

  test('any JSON is asked for by its type, text by nothing', () => {
    expect(config({ responseFormat: { kind: 'json-object' } })).toEqual({ responseMimeType: 'application/json' });
    expect(config({ responseFormat: { kind: 'text' } })).toBeUndefined();
  });

  test('stands beside tools where the model takes both, never beside a forced call', () => {
    const both = { tools: [tool()], responseFormat: format };
    expect(config(both)?.responseMimeType).toBe('application/json');
    expect(build(both, 'gemini-2.5-pro').said).toEqual(['dropped response_format']);
    const forced = build({ ...both, toolChoice: { mode: 'required', tools: null } });
    expect([forced.body.generationConfig, forced.said]).toEqual([undefined, ['dropped response_format']]);
  });
});

describe('quirk 23: images, audio and files', () => {
  const parts = (part: object, model?: string) => {
    const built = build({ turns: [{ role: 'user', parts: [part as never] }] }, model);
    return [built.body.contents[0]?.parts, built.said];
  };
  const url = (address: string, mediaType: string | null = null) => ({ kind: 'url', url: address, mediaType });

  test('are sent as bytes where the caller sent bytes', () => {
    const source = { kind: 'base64', mediaType: 'image/jpg', data: 'AAAA' };
    expect(parts({ type: 'image', source, detail: 'auto' })).toEqual([
      [{ inlineData: { mimeType: 'image/jpeg', data: 'AAAA' } }],
      [],
    ]);
    expect(parts({ type: 'audio', source: { ...source, mediaType: 'audio/wav' } })).toEqual([
      [{ inlineData: { mimeType: 'audio/wav', data: 'AAAA' } }],
      [],
    ]);
  });

  test('are of the type that their bytes say, and a loss where it is not read', () => {
    const image = (mediaType: string, data: string) =>
      parts({ type: 'image', source: { kind: 'base64', mediaType, data } });
    expect(image('image/png', '/9j/4AAQ')[0]).toEqual([{ inlineData: { mimeType: 'image/jpeg', data: '/9j/4AAQ' } }]);
    expect(image('image/heic', 'AAAA')[1]).toEqual([]);
    expect(image('image/gif', 'R0lGODlh')).toEqual([[{ text: ' ' }], ['dropped image', 'dropped messages.content']]);
    expect(parts({ type: 'image', source: url('https://a.example/cat.gif') })[1]).toEqual([
      'dropped image',
      'dropped messages.content',
    ]);
  });

  test('documents are PDF and texts; those of word processors are a loss', () => {
    const file = (mediaType: string) => parts({ type: 'file', source: { kind: 'base64', mediaType, data: 'AAAA' } });
    const sent = (mimeType: string) => [{ inlineData: { mimeType, data: 'AAAA' } }];
    for (const mediaType of ['application/pdf', 'text/markdown', 'application/json', 'image/png']) {
      expect(file(mediaType)).toEqual([sent(mediaType), []]);
    }
    expect(file('application/xml')).toEqual([sent('text/plain'), ['degraded file']]);
    const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    for (const mediaType of [docx, 'application/octet-stream', 'image/gif']) {
      expect(file(mediaType)).toEqual([[{ text: ' ' }], ['dropped file', 'dropped messages.content']]);
    }
  });

  test('behind an address need a type, guessed from the name where nobody said it', () => {
    expect(parts({ type: 'image', source: url('https://a.example/cat.webp?x=1.png') })).toEqual([
      [{ fileData: { mimeType: 'image/webp', fileUri: 'https://a.example/cat.webp?x=1.png' } }],
      ['synthesised media_type'],
    ]);
    expect(parts({ type: 'file', source: url('https://a.example/doc', 'application/pdf') })).toEqual([
      [{ fileData: { mimeType: 'application/pdf', fileUri: 'https://a.example/doc' } }],
      [],
    ]);
  });

  test('behind an address that the model does not fetch are a loss', () => {
    expect(parts({ type: 'image', source: url('https://a.example/a.png') }, 'gemini-2.0-flash')).toEqual([
      [{ text: ' ' }],
      ['dropped image.url', 'dropped messages.content'],
    ]);
    expect(parts({ type: 'image', source: url('data:image/png,%89PNG') })[1]).toEqual([
      'dropped image.url',
      'dropped messages.content',
    ]);
    expect(parts({ type: 'file', source: url('gs://bucket/a.pdf') }, 'gemini-2.0-flash')[0]).toEqual([
      { fileData: { mimeType: 'application/pdf', fileUri: 'gs://bucket/a.pdf' } },
    ]);
  });

  test('that lie with another vendor, and wishes about them, are losses', () => {
    expect(parts({ type: 'file', source: { kind: 'file-id', id: 'file_1', origin: 'openai' } })[1]).toEqual([
      'dropped file.id',
      'dropped messages.content',
    ]);
    const source = { kind: 'base64', mediaType: 'image/png', data: 'AAAA' };
    expect(parts({ type: 'image', source, detail: 'high' })[1]).toEqual(['dropped image.detail']);
  });

  test('given as text are sent as a file of text, with title and context before it', () => {
    const source = { kind: 'text', text: 'Süß', mediaType: 'text/plain' };
    expect(parts({ type: 'file', source, title: 'T', context: 'C', citable: true, filename: 'a.txt' })).toEqual([
      [{ text: 'T\nC' }, { inlineData: { mimeType: 'text/plain', data: 'U8O8w58=' } }],
      ['dropped file.filename', 'dropped file.citations', 'degraded file.title'],
    ]);
  });

  test('in tool results stay there where the model takes them, else follow as a turn of the user', () => {
    const image = { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } } as const;
    const turns: ChatRequest['turns'] = [
      { role: 'user', parts: [{ type: 'text', text: 'Look' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'tool-call', id: 'a', name: 'shot', arguments: '{}', signature: { origin: 'gemini', value: 'AAAA' } },
        ],
      },
      { role: 'tool', results: [{ type: 'tool-result', id: 'a', parts: [{ type: 'text', text: 'ok' }, image] }] },
    ];
    const inline = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    expect(build({ turns }).body.contents[2]?.parts).toEqual([
      { functionResponse: { id: 'a', name: 'shot', response: { output: 'ok' }, parts: [inline] } },
    ]);
    const older = build({ turns }, 'gemini-2.5-pro');
    expect(older.body.contents.slice(2)).toEqual([
      { role: 'user', parts: [{ functionResponse: { name: 'shot', response: { output: 'ok' } } }] },
      { role: 'user', parts: [inline] },
    ]);
    expect(older.said).toEqual(['degraded messages.tool_result']);
  });
});

describe('quirk 26: what is said about a request', () => {
  test('has no counterpart and is a loss, each by its name', () => {
    const { said, losses } = build({
      userId: 'u',
      metadata: { a: 'b' },
      store: true,
      promptCacheKey: 'k',
      verbosity: 'low',
      logitBias: { 5: 1 },
      unread: ['web_search_options'],
    });
    expect(said).toEqual([
      'dropped user',
      'dropped metadata',
      'dropped store',
      'dropped prompt_cache_key',
      'dropped verbosity',
      'dropped web_search_options',
      'dropped logit_bias',
    ]);
    for (const loss of losses) expect(loss.why.length).toBeGreaterThan(10);
  });

  test('the tier is kept where Google has it', () => {
    expect(build({ serviceTier: 'flex' }).body.serviceTier).toBe('flex');
    expect(build({ serviceTier: 'auto' })).toMatchObject({ losses: [] });
    expect(build({ serviceTier: 'scale' }).said).toEqual(['dropped service_tier']);
  });
});

test('quirk 10: names that Google refuses are changed in declarations, choice, calls and results alike', () => {
  const name = `${'very-long-'.repeat(8)}name`;
  const { body, losses } = build({
    tools: [tool({ name })],
    toolChoice: { mode: 'tool', name },
    turns: [
      { role: 'user', parts: [{ type: 'text', text: 'a' }] },
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'x', name, arguments: '{}' }] },
      { role: 'tool', results: [{ type: 'tool-result', id: 'x', parts: [] }] },
    ],
  });
  const sent = body.tools?.[0]?.functionDeclarations[0]?.name as string;
  expect(sent).toMatch(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/);
  expect(body.toolConfig?.functionCallingConfig.allowedFunctionNames).toEqual([sent]);
  expect(body.contents[1]?.parts[0]?.functionCall?.name).toBe(sent);
  expect(body.contents[2]?.parts[0]?.functionResponse?.name).toBe(sent);
  expect(losses.map(({ field }) => field)).toEqual(['messages.signature']);
});
