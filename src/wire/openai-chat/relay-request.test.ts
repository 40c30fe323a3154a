import { describe, expect, test } from 'vitest';
import { sampleDeployment } from '../../../test/support/deployments.ts';
import type { UpstreamQuirks } from '../../contracts/deployment.ts';
import type { AppError } from '../../contracts/errors.ts';
import { scanJson } from '../../lib/json-scan.ts';
import { packToolCallId } from '../tool-call-ids.ts';
import { readOpenAiRequest } from './read-request.ts';
import { buildRelayRequest } from './relay-request.ts';

const QUIRKS: UpstreamQuirks = {
  maxTokensMember: 'either',
  streamUsage: 'ask',
  refusedMembers: [],
  embeddings: true,
};

function build(text: string, quirks: Partial<UpstreamQuirks> = {}) {
  const bytes = Buffer.from(text);
  const scan = scanJson(bytes, { maxDepth: 64, maxKeys: 10_000 });
  if (!scan.ok) throw new Error(scan.message);
  const request = readOpenAiRequest('chat', JSON.parse(text) as Record<string, unknown>);
  const deployment = sampleDeployment({ upstreamModel: 'glm-5.2', quirks: { ...QUIRKS, ...quirks } });
  const built = buildRelayRequest(bytes, scan, request, deployment);
  return { ...built, text: built.body.toString('utf8') };
}

test('changes the model and leaves unknown members, big numbers, order and white space alone', () => {
  const text =
    '{ "seed": 12345678901234567890,\n "model":"auto" , "x_new": {"a":1e400}, "messages":[{"role":"user","content":"hé"}] }';
  expect(build(text).text).toBe(text.replace('"auto"', '"glm-5.2"'));
});

test('asks for usage on a stream when the client did not, and keeps its other stream options', () => {
  const text =
    '{"model":"auto","stream":true,"stream_options":{"include_obfuscation":false},"messages":[{"role":"user","content":"a"}]}';
  expect(JSON.parse(build(text).text).stream_options).toEqual({ include_obfuscation: false, include_usage: true });
  expect(build(text, { streamUsage: 'always' }).text).toContain('"stream_options":{"include_obfuscation":false}');
});

test('does not touch stream options when the client asked for usage itself', () => {
  const text =
    '{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"a"}]}';
  expect(build(text).text).toBe(text.replace('"m"', '"glm-5.2"'));
});

describe('the limit of the reply', () => {
  const sent = (limits: string, maxTokensMember: UpstreamQuirks['maxTokensMember']): unknown => {
    const text = `{"model":"m",${limits},"messages":[{"role":"user","content":"a"}]}`;
    const { max_tokens, max_completion_tokens } = JSON.parse(build(text, { maxTokensMember }).text);
    return { max_tokens, max_completion_tokens };
  };

  test.each(['either', 'max_tokens', 'max_completion_tokens'] as const)(
    'of two that differ is the one that money is reserved for, where %s is taken',
    (member) => {
      const wanted = member === 'either' ? 'max_completion_tokens' : member;
      expect(sent('"max_tokens":90000,"max_completion_tokens":7', member)).toEqual({ [wanted]: 7 });
      expect(sent('"max_completion_tokens":7,"max_tokens":1', member)).toEqual({ [wanted]: 7 });
    },
  );

  test.each(['either', 'max_tokens', 'max_completion_tokens'] as const)(
    'is not lost behind one that is null, where %s is taken',
    (member) => {
      const wanted = member === 'either' ? 'max_tokens' : member;
      expect(sent('"max_completion_tokens":null,"max_tokens":7', member)).toEqual({ [wanted]: 7 });
    },
  );

  test('stays as it is where the upstream takes it', () => {
    const text = '{"model":"m", "max_tokens": 7, "messages":[{"role":"user","content":"a"}]}';
    expect(build(text, { maxTokensMember: 'max_tokens' }).text).toBe(text.replace('"m"', '"glm-5.2"'));
    expect(build(text).text).toBe(text.replace('"m"', '"glm-5.2"'));
  });
});

test('takes out what is ours and what other gateways would read', () => {
  const text =
    '{"model":"auto","alidade":{"task":"creative"},"models":["a/b"],"provider":{"order":["x"]},"messages":[{"role":"user","content":"a"}]}';
  expect(Object.keys(JSON.parse(build(text).text))).toEqual(['model', 'messages']);
});

test('names the reply limit as the upstream wants it', () => {
  const text = '{"model":"m","max_tokens":7,"messages":[{"role":"user","content":"a"}]}';
  const renamed = JSON.parse(build(text, { maxTokensMember: 'max_completion_tokens' }).text);
  expect(renamed.max_completion_tokens).toBe(7);
  expect(renamed).not.toHaveProperty('max_tokens');
  expect(build(text, { maxTokensMember: 'max_tokens' }).text).toBe(text.replace('"m"', '"glm-5.2"'));
});

test('drops what the upstream refuses, and says so', () => {
  const text = '{"model":"m","presence_penalty":1,"messages":[{"role":"user","content":"a"}]}';
  const built = build(text, { refusedMembers: ['presence_penalty', 'logit_bias'] });
  expect(built.text).not.toContain('presence_penalty');
  expect(built.loss).toEqual([{ kind: 'dropped', field: 'presence_penalty', why: 'the upstream refuses it' }]);
});

const code = (body: Record<string, unknown>): string => {
  try {
    readOpenAiRequest('chat', body);
    return 'accepted';
  } catch (error) {
    return `${(error as AppError).code} ${(error as AppError).param}`;
  }
};

test.each([
  [{ messages: [{ role: 'user', content: 'a' }] }, 'invalid_request model'],
  [{ model: 5, messages: [{ role: 'user', content: 'a' }] }, 'invalid_request model'],
  [{ model: 'auto' }, 'invalid_request messages'],
  [{ model: 'auto', messages: [] }, 'invalid_request messages'],
  [{ model: 'auto', messages: 'hi' }, 'invalid_request messages'],
  [{ model: 'auto', messages: ['hi'] }, 'invalid_request messages[0]'],
  [{ model: 'auto', messages: [{ content: 'a' }] }, 'invalid_request messages[0].role'],
  [{ model: 'auto', messages: [{ role: 'user', content: 5 }] }, 'invalid_request messages[0].content'],
  [{ model: 'auto', stream: 'yes', messages: [{ role: 'user', content: 'a' }] }, 'invalid_request stream'],
  [{ model: 'auto', max_tokens: -1, messages: [{ role: 'user', content: 'a' }] }, 'invalid_request max_tokens'],
  [{ model: 'auto', tools: 'x', messages: [{ role: 'user', content: 'a' }] }, 'invalid_request tools'],
  [{ model: 'auto', temperature: 'hot', messages: [{ role: 'user', content: 'a' }] }, 'invalid_request temperature'],
  [
    { model: 'auto', response_format: 'json', messages: [{ role: 'user', content: 'a' }] },
    'invalid_request response_format',
  ],
  [
    { model: 'auto', stream_options: { include_usage: 1 }, messages: [{ role: 'user', content: 'a' }] },
    'invalid_request stream_options.include_usage',
  ],
  [{ model: 'auto', messages: [{ role: 'hacker', content: 'a' }] }, 'invalid_request messages[0].role'],
  [{ model: 'auto', alidade: 'x', messages: [{ role: 'user', content: 'a' }] }, 'invalid_request alidade'],
  [{ model: 'auto', base_url: 'http://evil', messages: [{ role: 'user', content: 'a' }] }, 'forbidden_member base_url'],
  [{ model: 'auto', api_key: 'x', messages: [{ role: 'user', content: 'a' }] }, 'forbidden_member api_key'],
  [
    { model: 'auto', stream: null, tools: null, unknown: 1, messages: [{ role: 'developer', content: null }] },
    'accepted',
  ],
])('reads %j as %s', (body, expected) => {
  expect(code(body)).toBe(expected);
});

test('drops stream options that the upstream refuses, which loses nothing where usage comes unasked', () => {
  const strict: Partial<UpstreamQuirks> = { streamUsage: 'always', refusedMembers: ['stream_options'] };
  for (const includeUsage of [true, false]) {
    const text = `{"model":"m","stream":true,"stream_options":{"include_usage":${includeUsage}},"messages":[{"role":"user","content":"a"}]}`;
    const built = build(text, strict);
    expect(built.text).not.toContain('stream_options');
    expect(built.loss).toEqual([]);
  }
});

test('drops a member only when its value is none of those that the upstream takes, and says so', () => {
  const onlyValues = { tool_choice: ['auto'], n: [1] };
  const taken = '{"model":"m","tool_choice":"auto","n":1,"messages":[{"role":"user","content":"a"}]}';
  expect(build(taken, { onlyValues }).text).toBe(taken.replace('"m"', '"glm-5.2"'));
  const other = '{"model":"m","tool_choice":"required","n":2,"messages":[{"role":"user","content":"a"}]}';
  const built = build(other, { onlyValues });
  expect(Object.keys(JSON.parse(built.text))).toEqual(['model', 'messages']);
  expect(built.loss.map(({ kind, field }) => [kind, field])).toEqual([
    ['dropped', 'tool_choice'],
    ['dropped', 'n'],
  ]);
});

describe('a conversation with answers of another upstream', () => {
  const packed = packToolCallId('toolu_1', [
    { kind: 'thought', signature: { origin: 'anthropic', value: 'c2lnbmVk'.repeat(20) } },
  ]);
  const message = (more: object) => ({
    role: 'assistant',
    content: null,
    tool_calls: [{ id: packed, type: 'function', function: { name: 'f', arguments: '{}' } }],
    ...more,
  });
  const result = { role: 'tool', tool_call_id: packed, content: '1' };

  test('reaches this one under plain ids', () => {
    const built = build(JSON.stringify({ model: 'm', messages: [message({}), result] }));
    expect(JSON.parse(built.text).messages).toEqual([
      message({ tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{}' } }] }),
      { ...result, tool_call_id: 'toolu_1' },
    ]);
    expect(built.loss).toEqual([]);
  });

  test('loses members that this one refuses, and keeps digits and unknown members', () => {
    const text = `{"model":"m","messages":[{"role":"assistant","content":"a","reasoning_content":"hm","x_new":12345678901234567890}]}`;
    const built = build(text, { refusedMessageMembers: ['reasoning_content', 'reasoning_details'] });
    expect(built.text).toBe(
      '{"model":"glm-5.2","messages":[{"role":"assistant","content":"a","x_new":12345678901234567890}]}',
    );
    expect(built.loss).toEqual([
      { kind: 'dropped', field: 'messages[].reasoning_content', why: 'the upstream refuses it' },
    ]);
  });

  test('quirk 9: has ids of nine letters and digits where this one takes no others, the same in call and result', () => {
    const ids = ['toolu_1', 'call_abc', 'aB3dE6gH9'];
    const calls = ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }));
    const results = ids.map((id) => ({ role: 'tool', tool_call_id: id, content: id }));
    const text = JSON.stringify({ model: 'm', messages: [message({ tool_calls: calls }), ...results] });
    const built = build(text, { toolCallIds: 'nine_alphanumerics' });
    const [said, ...answers] = JSON.parse(built.text).messages;
    const sent: string[] = said.tool_calls.map(({ id }: { id: string }) => id);
    for (const id of sent) expect(id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(new Set(sent).size).toBe(3);
    expect(sent[2]).toBe('aB3dE6gH9');
    expect(answers.map(({ tool_call_id: id }: { tool_call_id: string }) => id)).toEqual(sent);
    expect(built.loss).toEqual([]);
    expect(build(text).text).toBe(text.replace('"m"', '"glm-5.2"'));
  });

  test('has something of the model between results and the user where this one demands it', () => {
    const asked = { role: 'user', content: 'And?' };
    const text = JSON.stringify({ model: 'm', messages: [message({}), result, asked, asked] });
    const built = build(text, { userAfterResults: false });
    expect(JSON.parse(built.text).messages.slice(1)).toEqual([
      { ...result, tool_call_id: 'toolu_1' },
      { role: 'assistant', content: '…' },
      asked,
      asked,
    ]);
    expect(built.loss.map(({ kind, field }) => `${kind} ${field}`)).toEqual(['synthesised messages']);
    const answered = `{"model":"m", "messages":[{"role":"tool","tool_call_id":"a","content":"1"},{"role":"assistant","content":"b"}]}`;
    expect(build(answered, { userAfterResults: false }).text).toBe(answered.replace('"m"', '"glm-5.2"'));
  });

  test('stays as it is where only its text speaks of such things', () => {
    const text =
      '{"model":"m", "messages":[ {"role":"user","content":"what is __al1_ and \\"reasoning_content\\"?"} ]}';
    expect(build(text, { refusedMessageMembers: ['reasoning_content'] }).text).toBe(text.replace('"m"', '"glm-5.2"'));
  });
});
