import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { openAiClient } from '../support/vendors/clients.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// What applications do at the edges of OpenAI's dialect, in front of a vendor of each.

const served = serveVendors();
const client = (): OpenAI => openAiClient(served);

describe.each(DIALECTS)('the openai package in front of %s', (dialect) => {
  const vendor = () => served.vendor(dialect);
  const question = { role: 'user' as const, content: 'Tell me about the sea.' };
  const ask = { model: MODELS[dialect], max_completion_tokens: 500, messages: [question] };
  const lossOf = (response: Response): string[] => response.headers.get('x-alidade-loss')?.split(', ').sort() ?? [];
  const call = (id: string, text: string) => ({
    id,
    type: 'function' as const,
    function: { name: 'weather', arguments: text },
  });

  test.each([1, 7])('reads a stream that comes in pieces of %i bytes', async (bytes) => {
    vendor().slices(bytes);
    vendor().says({
      text: ['Größe 🌊', ' 海 "\\n"'],
      calls: [{ id: 'call_1', name: 'f', arguments: { text: '„ü🌍“\n' } }],
      signature: 'c2xpY2U=',
    });
    const completion = await client().chat.completions.stream(ask).finalChatCompletion();
    expect(completion.choices[0]?.message.content).toBe('Größe 🌊 海 "\\n"');
    expect(completion.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'f', arguments: '{"text":"„ü🌍“\\n"}' },
    });
  });

  test('hears that an answer was held back', async () => {
    vendor().says({ text: ['It'], finish: 'filtered' }, { text: ['It'], finish: 'filtered' });
    const whole = await client().chat.completions.create(ask);
    expect(whole.choices[0]?.finish_reason).toBe('content_filter');
    const reasons: unknown[] = [];
    for await (const { choices } of await client().chat.completions.create({ ...ask, stream: true })) {
      if (choices[0]?.finish_reason) reasons.push(choices[0].finish_reason);
    }
    expect(reasons).toEqual(['content_filter']);
  });

  test('brings a history with calls and no tools', async () => {
    vendor().says({ text: ['Fine.'] });
    await client().chat.completions.create({
      ...ask,
      messages: [
        question,
        { role: 'assistant', content: '', tool_calls: [call('call_1', '{"city":"Bern"}')] },
        { role: 'tool', tool_call_id: 'call_1', content: '' },
        { role: 'user', content: 'So?' },
      ],
    });
    expect(vendor().seen()).toMatchObject({ calls: [{ name: 'weather', arguments: { city: 'Bern' } }] });
  });

  test('brings turns with nothing in them', async () => {
    vendor().says({ text: ['Fine.'] });
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'system', content: '' },
      question,
      { role: 'assistant', content: '' },
      { role: 'user', content: ' ' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'user', content: 'So?' },
    ];
    expect((await client().chat.completions.create({ ...ask, messages })).choices).toHaveLength(1);
    expect(vendor().seen().said.join()).toContain('user: So?');
  });

  test('gives instructions in the middle', async () => {
    vendor().says({ text: ['Fine.'] });
    await client().chat.completions.create({
      ...ask,
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        question,
        { role: 'assistant', content: 'Wet.' },
        { role: 'system', content: 'Now in German.' },
        { role: 'user', content: 'And the wind?' },
      ],
    });
    const { system } = vendor().seen();
    expect(system).toContain('Be brief.');
    expect(system + vendor().seen().said.join()).toContain('Now in German.');
  });

  test('stops at its own words', async () => {
    vendor().says({ text: ['One, two'] });
    const { data, response } = await client()
      .chat.completions.create({ ...ask, stop: ['three', '\n'], reasoning_effort: 'none' })
      .withResponse();
    expect(data.choices[0]?.finish_reason).toBe('stop');
    expect(JSON.stringify(vendor().received())).toContain('"three"');
    // Anthropic refuses blank ones.
    expect(lossOf(response).includes('dropped:stop')).toBe(dialect === 'anthropic');
  });

  test('gets one answer where it asks for two, and is told so', async () => {
    vendor().says({ text: ['Wet.'] });
    const { data, response } = await client()
      .chat.completions.create({ ...ask, n: 2 })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Wet.');
    expect(lossOf(response)).toEqual(dialect === 'openai' ? [] : ['degraded:n']);
  });

  test('shows it files and images by address', async () => {
    vendor().says({ text: ['A letter.'] });
    const { response } = await client()
      .chat.completions.create({
        ...ask,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
              { type: 'image_url', image_url: { url: 'https://example.com/sea.png', detail: 'low' } },
              { type: 'text', text: 'What is this?' },
            ],
          },
        ],
      })
      .withResponse();
    expect(vendor().seen().media).toContainEqual({ mediaType: 'application/pdf', data: 'JVBERi0=' });
    expect(JSON.stringify(vendor().received())).toContain('"https://example.com/sea.png"');
    if (dialect !== 'openai') expect(lossOf(response)).toContain('dropped:image.detail');
  });

  test('shows it images that are of another type than it says', async () => {
    vendor().says({ text: ['A photo.'] });
    const jpeg = '/9j/4AAQSkZJRg==';
    const { response } = await client()
      .chat.completions.create({
        ...ask,
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${jpeg}` } }] },
        ],
      })
      .withResponse();
    const mediaType = dialect === 'openai' ? 'image/png' : 'image/jpeg';
    expect(vendor().seen().media).toEqual([{ mediaType, data: jpeg }]);
    expect(lossOf(response)).toEqual([]);
  });

  test('forbids parallel calls', async () => {
    vendor().says({ text: ['Well.'] });
    const tools: OpenAI.ChatCompletionTool[] = [
      { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } },
    ];
    const { response } = await client()
      .chat.completions.create({ ...ask, tools, parallel_tool_calls: false })
      .withResponse();
    const sent = vendor().received();
    if (dialect === 'openai') expect(sent.parallel_tool_calls).toBe(false);
    if (dialect === 'anthropic') expect(sent.tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true });
    if (dialect === 'gemini') expect(lossOf(response)).toContain('dropped:parallel_tool_calls');
  });

  test('keeps the tools whose names and schemas another vendor would refuse', async () => {
    const name = `search.files/${'x'.repeat(60)}`;
    vendor().says({ text: ['Well.'] });
    const parameters = {
      type: 'object',
      properties: { node: { $ref: '#/$defs/node' }, kind: { enum: ['a', null] }, at: { type: ['string', 'null'] } },
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
    };
    // OpenAI itself takes no such name: relayed requests are the caller's own.
    const given = dialect === 'openai' ? 'search' : name;
    await client().chat.completions.create({
      ...ask,
      tools: [{ type: 'function', function: { name: given, parameters } }],
      tool_choice: { type: 'function', function: { name: given } },
    });
    const { tools, toolChoice } = vendor().seen();
    expect(toolChoice).toBe(tools[0]);
    vendor().says({ calls: [{ id: 'call_1', name: tools[0] as string, arguments: {} }], signature: 'bmFtZQ==' });
    const { choices } = await client().chat.completions.create({
      ...ask,
      tools: [{ type: 'function', function: { name: given, parameters } }],
    });
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: given } }]);
  });

  test('gets its receipt with the last chunk when it asks for it', async () => {
    vendor().says({ text: ['Wet.'] }, { text: ['Wet.'] });
    const wish = { alidade: { receipt: true } };
    const whole = await client().chat.completions.create({ ...ask, ...wish });
    expect(whole).toMatchObject({ alidade: { deployment: dialect, outcome: 'ok', usage: { input_tokens: 100 } } });
    const streamed: unknown[] = [];
    for await (const chunk of await client().chat.completions.create({ ...ask, ...wish, stream: true })) {
      streamed.push((chunk as { alidade?: unknown }).alidade);
    }
    expect(streamed.filter((receipt) => receipt !== undefined)).toMatchObject([
      { deployment: dialect, outcome: 'ok', usage: { input_tokens: 100, cached_input_tokens: 60, output_tokens: 20 } },
    ]);
    // Ours, and none of the vendor's business.
    expect(vendor().received().alidade).toBeUndefined();
  });

  test('is answered by the next vendor when the first one fails, in the dialect of that one', async () => {
    const next = DIALECTS[(DIALECTS.indexOf(dialect) + 1) % DIALECTS.length] as (typeof DIALECTS)[number];
    vendor().fails('overloaded');
    served.vendor(next).says({ text: ['From the ', 'other.'] });
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      question,
      { role: 'assistant', content: null, tool_calls: [call('call_1', '{"city":"Bern"}')] },
      { role: 'tool', tool_call_id: 'call_1', content: 'dry' },
    ];
    const { data, response } = await client()
      .chat.completions.create({ ...ask, messages, stream: true, ...{ models: [MODELS[dialect], MODELS[next]] } })
      .withResponse();
    let text = '';
    for await (const { choices } of data) text += choices[0]?.delta.content ?? '';
    expect(text).toBe('From the other.');
    expect(response.headers.get('x-alidade-deployment')).toBe(next);
    expect(response.headers.get('x-alidade-attempts')).toBe('2');
    expect(served.vendor(next).seen().results).toEqual(['dry']);
  });

  test('sets no limit, and hears of one that had to be made up', async () => {
    vendor().says({ text: ['Wet.'] });
    const { model, messages } = ask;
    const { response } = await client().chat.completions.create({ model, messages }).withResponse();
    expect(lossOf(response)).toEqual(dialect === 'anthropic' ? ['synthesised:max_tokens'] : []);
  });

  test('streams an answer that came whole although a stream was asked for', async () => {
    vendor().saysWhole({ text: ['Wet.'] });
    const completion = await client().chat.completions.stream(ask).finalChatCompletion();
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Wet.' } });
  });
});

test('where the openai package is strict, the first vendor that loses nothing answers', async () => {
  served.vendor('openai').says({ text: ['Wet.'] });
  const models = [MODELS.anthropic, MODELS.gemini, MODELS.openai];
  const { response } = await client()
    .chat.completions.create(
      {
        model: MODELS.anthropic,
        max_completion_tokens: 5,
        messages: [{ role: 'user', content: 'Hello' }],
        logit_bias: { '1': 1 },
        ...{ models },
      },
      { headers: { 'x-alidade-strict': 'true' } },
    )
    .withResponse();
  expect(response.headers.get('x-alidade-deployment')).toBe('openai');
  expect(response.headers.get('x-alidade-loss')).toBeNull();
});
