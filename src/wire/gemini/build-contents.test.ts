import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryChatRequest } from '../../../test/support/chat-requests.ts';
import { build } from '../../../test/support/gemini-fixtures.ts';
import type { AssistantPart, ToolCallPart, ToolResultPart, Turn } from '../../contracts/chat-request.ts';
import type { GeminiContent } from './wire-types.ts';

const user = (...texts: string[]): Turn => ({ role: 'user', parts: texts.map((text) => ({ type: 'text', text })) });
const model = (...parts: AssistantPart[]): Turn => ({ role: 'assistant', parts });
const said = (text: string): AssistantPart => ({ type: 'text', text });
const call = (id: string, more: Partial<ToolCallPart> = {}): ToolCallPart => ({
  type: 'tool-call',
  id,
  name: 'get_weather',
  arguments: '{"city":"Paris"}',
  ...more,
});
const result = (id: string, text: string, more: Partial<ToolResultPart> = {}): ToolResultPart => ({
  type: 'tool-result',
  id,
  parts: [{ type: 'text', text }],
  ...more,
});
const results = (...given: ToolResultPart[]): Turn => ({ role: 'tool', results: given });
const contents = (turns: Turn[], upstreamModel?: string): readonly GeminiContent[] =>
  build({ turns }, upstreamModel).body.contents;
const signed = { signature: { origin: 'gemini', value: 'AAAA' } } as const;

describe('quirk 1: instructions', () => {
  const turns: Turn[] = [
    { role: 'system', parts: [said('One.') as never, said('Two.') as never] },
    user('Hi'),
    { role: 'developer', parts: [{ type: 'text', text: 'Three.' }] },
    user('Bye'),
  ];

  test('stand apart, every block on its own, those of mid-conversation too', () => {
    const { body, said: losses } = build({ turns });
    expect(body.systemInstruction).toEqual({ parts: [{ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' }] });
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'Hi' }, { text: 'Bye' }] }]);
    expect(losses).toEqual(['degraded messages.system']);
  });

  test('go into the first turn where the model takes none', () => {
    const { body } = build({ turns: turns.slice(0, 2) }, 'gemma-3-27b-it');
    expect(body).not.toHaveProperty('systemInstruction');
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'One.' }, { text: 'Two.' }, { text: 'Hi' }] }]);
  });

  test('alone do not make a conversation: a turn of the user is made up, and said to be', () => {
    const { body, said: losses } = build({ turns: turns.slice(0, 1) });
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: ' ' }] }]);
    expect(losses).toEqual(['synthesised messages']);
  });
});

describe('quirk 8: results of calls', () => {
  const turns = [
    user('Weather?'),
    model(call('a', signed), call('b')),
    results(result('b', 'rain'), result('a', 'sun')),
    user('And then?'),
  ];

  test('stand in the order of the calls, alone in their content', () => {
    const { body, said: losses } = build({ turns });
    expect(body.contents.slice(2)).toEqual([
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'get_weather', response: { output: 'sun' } } },
          { functionResponse: { id: 'b', name: 'get_weather', response: { output: 'rain' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'And then?' }] },
    ]);
    expect(losses).toEqual(['degraded messages.tool_result']);
  });

  test('are put together when the caller sent them in several turns, with a text between', () => {
    const split = [
      turns[0],
      turns[1],
      results(result('a', 'sun')),
      user('Wait'),
      results(result('b', 'rain')),
    ] as Turn[];
    const built = build({ turns: split });
    expect(built.body.contents.slice(2).map(({ parts }) => parts.map((part) => Object.keys(part)[0]))).toEqual([
      ['functionResponse', 'functionResponse'],
      ['text'],
    ]);
  });

  test('are made up where the caller sent none, and that is said', () => {
    const { body, said: losses } = build({ turns: [...turns.slice(0, 2), results(result('b', 'rain'))] as Turn[] });
    expect(body.contents[2]?.parts[0]).toEqual({
      functionResponse: { id: 'a', name: 'get_weather', response: { output: '' } },
    });
    expect(losses).toEqual(['synthesised messages.tool_result']);
  });

  test('without their call, or a second one of a call, are texts of the user', () => {
    const twice = results(result('a', 'sun'), result('b', 'rain'), result('a', 'again'), result('zz', 'lost'));
    const { body, said: losses } = build({ turns: [...turns.slice(0, 2), twice] as Turn[] });
    expect(body.contents[3]).toEqual({ role: 'user', parts: [{ text: 'again' }, { text: 'lost' }] });
    expect(losses).toEqual(['degraded messages.tool_result']);
  });

  test('say that they failed in the member that Google names', () => {
    const failed = contents([
      ...turns.slice(0, 2),
      results(result('a', 'no', { isError: true }), result('b', 'x')),
    ] as Turn[]);
    expect(failed[2]?.parts[0]?.functionResponse?.response).toEqual({ error: 'no' });
  });
});

test('quirk 20: a result with $ref in it is sent as text', () => {
  const schema = '{"properties":{"a":{"$ref":"#/$defs/A"}}}';
  const built = contents([user('Describe'), model(call('a', signed)), results(result('a', schema))]);
  expect(built[2]?.parts[0]?.functionResponse?.response).toEqual({ output: schema });
});

describe('quirk 9: ids of calls', () => {
  const turns = [user('Weather?'), model(call('toolu_01', signed)), results(result('toolu_01', 'sun'))];

  test('stand in call and result where the model has them, whoever made them', () => {
    const built = contents(turns);
    expect(built[1]?.parts[0]?.functionCall?.id).toBe('toolu_01');
    expect(built[2]?.parts[0]?.functionResponse?.id).toBe('toolu_01');
  });

  test('are left out before Gemini 3, which refuses them', () => {
    expect(JSON.stringify(contents(turns, 'gemini-2.5-flash'))).not.toContain('toolu_01');
  });
});

describe('quirk 28: thought signatures', () => {
  const steps = (first: ToolCallPart, second: ToolCallPart) => [
    user('Old question'),
    model(call('old')),
    results(result('old', 'x')),
    user('Weather?'),
    model(first),
    results(result(first.id, 'sun')),
    model(second, call('c')),
    results(result(second.id, 'rain'), result('c', 'snow')),
  ];
  const signaturesOf = (built: readonly GeminiContent[]) =>
    built.flatMap(({ parts }) => parts.flatMap((part) => (part.functionCall ? [part.thoughtSignature ?? null] : [])));

  test('go back on the call that they came with', () => {
    const { body, said: losses } = build({ turns: steps(call('a', signed), call('b', signed)) });
    expect(signaturesOf(body.contents)).toEqual([null, 'AAAA', 'AAAA', null]);
    expect(losses).toEqual([]);
  });

  test('of another vendor, or none, become the documented placeholder since the last turn of the user', () => {
    const foreign = { signature: { origin: 'anthropic', value: 'BBBB' } } as const;
    const { body, said: losses } = build({ turns: steps(call('a', foreign), call('b')) });
    const placeholder = 'skip_thought_signature_validator';
    expect(signaturesOf(body.contents)).toEqual([null, placeholder, placeholder, null]);
    expect(losses).toEqual(['dropped messages.signature', 'synthesised messages.signature']);
  });

  test('are not made up for models that ask for none', () => {
    const { body, losses } = build({ turns: steps(call('a'), call('b')) }, 'gemini-2.5-pro');
    expect(signaturesOf(body.contents)).toEqual([null, null, null, null]);
    expect(losses).toEqual([]);
  });

  test('stay on texts, also on an empty one', () => {
    const text = (value: string): AssistantPart => ({ type: 'text', text: value, ...signed });
    expect(contents([user('a'), model(text('b'), text('')), user('c')])[1]?.parts).toEqual([
      { text: 'b', thoughtSignature: 'AAAA' },
      { text: '', thoughtSignature: 'AAAA' },
    ]);
  });
});

test('quirk 27: thoughts go back as they came, but for those that another vendor has signed', () => {
  const turns = [
    user('a'),
    model(
      { type: 'reasoning', text: 'mine', ...signed },
      { type: 'reasoning', text: 'unsigned' },
      { type: 'reasoning', text: 'theirs', signature: { origin: 'anthropic', value: 'x' } },
      said('b'),
    ),
    user('c'),
  ];
  const { body, said: losses } = build({ turns });
  expect(body.contents[1]?.parts).toEqual([
    { text: 'mine', thought: true, thoughtSignature: 'AAAA' },
    { text: 'unsigned', thought: true },
    { text: 'b' },
  ]);
  expect(losses).toEqual(['dropped messages.reasoning']);
});

test('quirk 27: a model that does not think gets no thoughts', () => {
  const turns = [user('a'), model({ type: 'reasoning', text: 'hm' }, said('b')), user('c')];
  const { body, said: losses } = build({ turns }, 'gemini-2.0-flash');
  expect(body.contents[1]?.parts).toEqual([{ text: 'b' }]);
  expect(losses).toEqual(['dropped messages.reasoning']);
});

describe('quirk 14: arguments', () => {
  const argsOf = (part: ToolCallPart) => {
    const built = build({ turns: [user('a'), model({ ...part, ...signed }), results(result(part.id, 'x'))] });
    return { args: built.body.contents[1]?.parts[0]?.functionCall?.args, losses: built.said };
  };

  test('that are cut off are kept, inside an object', () => {
    expect(argsOf(call('a', { arguments: '{"city":"Par' }))).toEqual({
      args: { arguments: '{"city":"Par' },
      losses: ['degraded messages.tool_calls.arguments'],
    });
  });

  test('quirk 11: that are empty are an empty object', () => {
    expect(argsOf(call('a', { arguments: '' }))).toEqual({ args: {}, losses: [] });
  });

  test('that are free text are kept, inside an object', () => {
    expect(argsOf(call('a', { arguments: 'ls -l', custom: true }))).toEqual({
      args: { input: 'ls -l' },
      losses: ['degraded messages.tool_calls.custom'],
    });
  });
});

describe('quirk 21: empty content', () => {
  test('of the user is a blank, and said to be', () => {
    const { body, said: losses } = build({ turns: [{ role: 'user', parts: [] }] });
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: ' ' }] }]);
    expect(losses).toEqual(['dropped messages.content']);
  });

  test('of the model is left out, and empty texts beside calls, too', () => {
    expect(contents([user('a'), model(said('')), user('b')])).toEqual([
      { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
    ]);
    expect(contents([user('a'), model(said(''), call('x', signed)), results(result('x', 'y'))])[1]?.parts).toHaveLength(
      1,
    );
  });
});

describe('quirk 22: turns of one role', () => {
  test('become one content', () => {
    expect(contents([user('a'), user('b'), model(said('c')), model(said('d')), user('e')])).toEqual([
      { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
      { role: 'model', parts: [{ text: 'c' }, { text: 'd' }] },
      { role: 'user', parts: [{ text: 'e' }] },
    ]);
  });

  test('a conversation that begins with the model gets a turn of the user before it', () => {
    const { body, said: losses } = build({ turns: [model(said('Hi')), user('a')] });
    expect(body.contents.map(({ role }) => role)).toEqual(['user', 'model', 'user']);
    expect(losses).toEqual(['synthesised messages']);
  });
});

describe('quirk 24: a beginning of the answer', () => {
  const turns = [user('JSON, please'), model(said('{'))];

  test('is left out where the model refuses it, and that is said', () => {
    const { body, said: losses } = build({ turns }, 'gemini-3.8-flash');
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'JSON, please' }] }]);
    expect(losses).toEqual(['dropped prefill']);
  });

  test('is sent where the model goes on from it', () => {
    const { body, losses } = build({ turns }, 'gemini-2.5-flash');
    expect(body.contents[1]).toEqual({ role: 'model', parts: [{ text: '{' }] });
    expect(losses).toEqual([]);
  });
});

test('quirk 17: earlier calls are sent, whether tools are declared or not', () => {
  const turns = [user('a'), model(call('x', signed)), results(result('x', 'y'))];
  const { body, losses } = build({ turns, tools: [] });
  expect(body).not.toHaveProperty('tools');
  expect(body.contents[1]?.parts[0]?.functionCall?.name).toBe('get_weather');
  expect(losses).toEqual([]);
});

test('quirk 30: cache marks are lost, and that is said once', () => {
  const cache = { ttl: '1h' } as const;
  const { said: losses } = build({
    turns: [
      { role: 'system', parts: [{ type: 'text', text: 'a', cache }] },
      { role: 'user', parts: [{ type: 'text', text: 'b', cache }] },
    ],
  });
  expect(losses).toEqual(['dropped cache_control']);
});

describe('any conversation', () => {
  const models = fc.constantFrom('gemini-3.8-flash', 'gemini-3-pro-preview', 'gemini-2.5-flash', 'gemini-1.5-pro');

  test('keeps the rules that Google checks: who begins, who follows whom, results alone and one for each call', () => {
    fc.assert(
      fc.property(arbitraryChatRequest, models, (request, upstreamModel) => {
        const { body } = build(request, upstreamModel);
        expect(body.contents[0]?.role).toBe('user');
        body.contents.forEach(({ role, parts }, place) => {
          expect(parts.length).toBeGreaterThan(0);
          const before = body.contents[place - 1];
          const answered = parts.filter((part) => part.functionResponse !== undefined).length;
          if (answered > 0) {
            expect(answered).toBe(parts.length);
            expect(answered).toBe(before?.parts.filter((part) => part.functionCall !== undefined).length);
          } else if (role === 'model') expect(before?.role).toBe('user');
          else if (before?.role === 'user') expect(before.parts[0]?.functionResponse).toBeDefined();
        });
      }),
    );
  });

  test('loses no text, no arguments and no result', () => {
    fc.assert(
      fc.property(arbitraryChatRequest, models, (request, upstreamModel) => {
        const { body } = build(request, upstreamModel);
        const parts = [...(body.systemInstruction?.parts ?? []), ...body.contents.flatMap((content) => content.parts)];
        const texts = parts.flatMap((part) => part.text ?? []);
        const outputs = parts.flatMap((part) => part.functionResponse?.response.output ?? []);
        const args = parts.flatMap((part) => (part.functionCall === undefined ? [] : [part.functionCall.args]));
        for (const turn of request.turns) {
          if (turn.role === 'tool') {
            for (const { parts: given } of turn.results) {
              for (const part of given) if (part.type === 'text') expect(outputs).toContain(part.text);
            }
            continue;
          }
          for (const part of turn.parts) {
            if (part.type === 'text') expect(texts).toContain(part.text);
            if (part.type === 'tool-call') expect(args).toContainEqual(JSON.parse(part.arguments));
          }
        }
      }),
    );
  });
});
