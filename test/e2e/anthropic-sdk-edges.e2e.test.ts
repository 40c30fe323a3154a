import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/contracts/vocabulary.ts';
import { anthropicClient } from '../support/vendors/clients.ts';
import { MODELS, serveVendors } from '../support/vendors/served-vendors.ts';

// What applications do at the edges of Anthropic's dialect, in front of a vendor of each.

const served = serveVendors();
const client = (): Anthropic => anthropicClient(served);

describe.each(DIALECTS)('the @anthropic-ai/sdk package in front of %s', (dialect) => {
  const vendor = () => served.vendor(dialect);
  const question: Anthropic.MessageParam = { role: 'user', content: 'Tell me about the sea.' };
  const ask = { model: MODELS[dialect], max_tokens: 500, messages: [question] };
  const lossOf = (response: Response): string[] => response.headers.get('x-alidade-loss')?.split(', ').sort() ?? [];
  const use = (id: string, input: unknown): Anthropic.ToolUseBlockParam => ({
    type: 'tool_use',
    id,
    name: 'weather',
    input,
  });

  test.each([1, 7])('reads a stream that comes in pieces of %i bytes', async (bytes) => {
    vendor().slices(bytes);
    vendor().says({
      thoughts: ['Tiefe „Ü', '🌊“'],
      text: ['Größe 🌊', ' 海 "\\n"'],
      calls: [{ id: 'call_1', name: 'f', arguments: { text: '„ü🌍“\n' } }],
      signature: 'c2xpY2U=',
    });
    const message = await client().messages.stream(ask).finalMessage();
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Tiefe „Ü🌊“' },
      { type: 'text', text: 'Größe 🌊 海 "\\n"' },
      { type: 'tool_use', name: 'f', input: { text: '„ü🌍“\n' } },
    ]);
  });

  test('hears that an answer was held back', async () => {
    vendor().says({ text: ['It'], finish: 'filtered' }, { text: ['It'], finish: 'filtered' });
    expect((await client().messages.create(ask)).stop_reason).toBe('refusal');
    expect((await client().messages.stream(ask).finalMessage()).stop_reason).toBe('refusal');
  });

  test('brings a history with calls and no tools', async () => {
    vendor().says({ text: ['Fine.'] });
    // Anthropic itself refuses such a request: relayed requests are the caller's own.
    const tools: Anthropic.Tool[] = [{ name: 'weather', input_schema: { type: 'object' } }];
    await client().messages.create({
      ...ask,
      ...(dialect === 'anthropic' ? { tools } : {}),
      messages: [
        question,
        { role: 'assistant', content: [use('toolu_1', { city: 'Bern' })] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
      ],
    });
    expect(vendor().seen()).toMatchObject({ calls: [{ name: 'weather', arguments: { city: 'Bern' } }] });
  });

  test('shows it documents, and images that a tool has found', async () => {
    vendor().says({ text: ['A letter.'] });
    await client().messages.create({
      ...ask,
      tools: [{ name: 'weather', input_schema: { type: 'object' } }],
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              title: 'A letter',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            },
            { type: 'image', source: { type: 'url', url: 'https://example.com/sea.png' } },
            { type: 'text', text: 'What is this?' },
          ],
        },
        { role: 'assistant', content: [use('toolu_1', {})] },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              content: [
                { type: 'text', text: 'found' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGVsbG8=' } },
              ],
            },
          ],
        },
      ],
    });
    const sent = JSON.stringify(vendor().received());
    expect(vendor().seen().media).toContainEqual({ mediaType: 'application/pdf', data: 'JVBERi0=' });
    expect(sent).toContain('"https://example.com/sea.png"');
    expect(sent).toContain('aGVsbG8=');
    expect(vendor().seen().results.join()).toContain('found');
  });

  test('marks what shall be cached, and hears where it cannot be', async () => {
    vendor().says({ text: ['Wet.'] });
    const { response } = await client()
      .messages.create({
        ...ask,
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      })
      .withResponse();
    const isMarked = JSON.stringify(vendor().received()).includes('cache_control');
    expect([isMarked, lossOf(response)]).toEqual(
      dialect === 'anthropic' ? [true, []] : [false, ['dropped:cache_control']],
    );
  });

  test('hears that a tool of one vendor cannot be used at another', async () => {
    vendor().says({ text: ['Wet.'] });
    const { response } = await client()
      .messages.create({
        ...ask,
        tools: [
          { type: 'web_search_20260209', name: 'web_search' },
          { name: 'weather', input_schema: { type: 'object' } },
        ],
      })
      .withResponse();
    const isKept = dialect === 'anthropic';
    expect(lossOf(response)).toEqual(isKept ? [] : ['dropped:web_search_20260209']);
    expect(vendor().seen().tools).toEqual(isKept ? ['web_search', 'weather'] : ['weather']);
  });

  test('brings what the tools of another vendor have found, and instructions in the middle', async () => {
    vendor().says({ text: ['Fine.'] });
    const searched: Anthropic.ContentBlockParam[] = [
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'sea' } },
      {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: [{ type: 'web_search_result', url: 'https://example.com', title: 'Sea', encrypted_content: 'eA==' }],
      },
      {
        type: 'text',
        text: 'It is wet.',
        citations: [
          {
            type: 'web_search_result_location',
            url: 'https://example.com',
            title: 'Sea',
            encrypted_index: 'eA==',
            cited_text: 'wet',
          },
        ],
      },
    ];
    // Anthropic itself knows these: what it takes of them is not ours to test.
    if (dialect === 'anthropic') searched.splice(0, 2);
    const middle: Anthropic.MessageParam[] = [{ role: 'system', content: 'Now in German.' }];
    const { response } = await client()
      .messages.create({
        ...ask,
        messages: [
          question,
          { role: 'assistant', content: searched },
          { role: 'user', content: 'And the wind?' },
          ...(dialect === 'anthropic' ? [] : middle),
        ],
      })
      .withResponse();
    const { said, system } = vendor().seen();
    expect(said).toContain('assistant: It is wet.');
    if (dialect === 'anthropic') return;
    expect(system + said.join()).toContain('Now in German.');
    expect(lossOf(response)).toContain('dropped:web_search_tool_result');
  });

  test('stops at its own words', async () => {
    vendor().says({ text: ['One, two'] });
    const message = await client().messages.create({ ...ask, stop_sequences: ['three'] });
    expect(message.stop_reason).toBe('end_turn');
    expect(JSON.stringify(vendor().received())).toContain('"three"');
  });

  test('gets its receipt with the last event when it asks for it', async () => {
    vendor().says({ text: ['Wet.'] }, { text: ['Wet.'] });
    const wish = { ...ask, alidade: { receipt: true } };
    const whole = await client().messages.create(wish);
    expect(whole).toMatchObject({ alidade: { deployment: dialect, outcome: 'ok', usage: { input_tokens: 100 } } });
    const streamed: unknown[] = [];
    for await (const event of await client().messages.create({ ...wish, stream: true })) {
      if (event.type === 'message_delta') streamed.push((event as { alidade?: unknown }).alidade);
    }
    expect(streamed).toMatchObject([
      { deployment: dialect, outcome: 'ok', usage: { input_tokens: 100, cached_input_tokens: 60, output_tokens: 20 } },
    ]);
    // Ours, and none of the vendor's business.
    expect(vendor().received().alidade).toBeUndefined();
  });

  test('is answered by the next vendor when the first one fails, in the dialect of that one', async () => {
    const next = DIALECTS[(DIALECTS.indexOf(dialect) + 1) % DIALECTS.length] as (typeof DIALECTS)[number];
    vendor().fails('overloaded');
    served.vendor(next).says({ text: ['From the ', 'other.'] });
    const stream = client().messages.stream({ ...ask, ...{ models: [MODELS[dialect], MODELS[next]] } });
    const { data, response } = await stream.withResponse();
    expect((await data.finalMessage()).content).toMatchObject([{ type: 'text', text: 'From the other.' }]);
    expect(response.headers.get('x-alidade-deployment')).toBe(next);
    expect(response.headers.get('x-alidade-attempts')).toBe('2');
  });

  test('streams an answer that came whole although a stream was asked for', async () => {
    vendor().saysWhole({ text: ['Wet.'] });
    const message = await client().messages.stream(ask).finalMessage();
    expect(message).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: 'Wet.' }] });
  });
});
