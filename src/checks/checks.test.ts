import { describe, expect, it } from 'vitest';
import { findJson, jsonDifferences } from './json.ts';
import { schemaProblems, UnsupportedSchema } from './json-schema.ts';
import { chosenLabel, chosenLetter } from './label.ts';
import { looseForm, normaliseText, withoutMarkdown } from './normalise.ts';
import { finalNumber, findNumbers, parseNumber, withinTolerance } from './number.ts';
import { callProblems, readCall } from './tool-call.ts';

describe('texts', () => {
  it('that mean the same have one form', () => {
    expect(normaliseText('  It’s\u00a0“fine”\u200b —  ok\n')).toBe('It\'s "fine" - ok');
    expect(withoutMarkdown('## Title\n**7** and `x` and *y*')).toBe('Title\n7 and x and y');
    expect(looseForm('**“Paris.”**')).toBe('paris');
  });
});

describe('numbers', () => {
  it.each([
    ['1,234.5', 1234.5],
    ['$7', 7],
    ['-3', -3],
    ['2e5', 200000],
    ['3/4', 0.75],
    ['12 %', 12],
    ['.5', 0.5],
    ['１２', 12],
    ['−4', -4],
    ['abc', null],
    ['', null],
    ['1/0', null],
    ['3-4', null],
    ['12 eggs', null],
  ] as const)('are read from %j as %j', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it('are found in order, with grouping and signs, and a minus between digits is no sign', () => {
    expect(findNumbers('From 3-4 to -5, $1,200.50 and .5').map(({ value }) => value)).toEqual([3, 4, -5, 1200.5, 0.5]);
  });

  it.each([
    ['#### 42', 42],
    ['so 3 * 4 = 12. The answer is 12.', 12],
    ['The answer is **1,234**.', 1234],
    ['\\boxed{18}', 18],
    ['Answer: $18.00', 18],
    ['The answer is 5 (over 2 days).', 5],
    ['A: 26', 26],
    ['答案是 15。', 15],
    ['She has 7 left', 7],
    ['The answer is 5. Wait, the answer is 6.', 6],
    ['The final answer is 3 * 4 = 12', 12],
    ['#### **9**', 9],
    ['Die Antwort ist 5 (nach 2 Tagen).', 5],
    ['La réponse est de 7 euros pour 3 jours', 7],
    ['La respuesta es 8, no 9', 8],
    ['A resposta é 4 (de 10)', 4],
    ['La risposta è 6 (su 10)', 6],
    ['答えは15です（3日分）', 15],
    ['Das kostet 3,5 Euro', 3.5],
    ['Insgesamt: 1.234,50 €', 1234.5],
    ['Es bleiben 0,125', 0.125],
    ['in total 1,234', 1234],
    ['1,234,567.5 in all', 1234567.5],
    ['es sind -2,25', -2.25],
    ['The answer is −8', -8],
    ['none at all', null],
    ['', null],
  ] as const)('are concluded from %j as %j', (text, value) => {
    expect(finalNumber(text)?.value ?? null).toBe(value);
  });

  it('are equal within the wider tolerance', () => {
    expect(withinTolerance(101, 100, 0, 0.01)).toBe(true);
    expect(withinTolerance(101.1, 100, 0, 0.01)).toBe(false);
    expect(withinTolerance(0.1, 0, 0.2, 0)).toBe(true);
  });
});

describe('choices', () => {
  it.each([
    ['The answer is (C)', 'C'],
    ['**C**', 'C'],
    ['\\boxed{C}', 'C'],
    ['C', 'C'],
    ['c', 'C'],
    ['Answer: C', 'C'],
    ['(C) because', 'C'],
    ['C) Paris', 'C'],
    ['The correct answer is C.', 'C'],
    ['答案是C', 'C'],
    ['正确答案：C', 'C'],
    ['故选C。', 'C'],
    ['If the answer is (A) then no, so the answer is (C)', 'C'],
    ['Let me think.\nIt is long.\nC.', 'C'],
    ['The answer is Cairo', null],
    ['I am not sure', null],
    ['A dog barks', null],
    ["I'm sorry, I cannot help with that.", null],
    ['', null],
    ['The answer is (J)', null],
  ] as const)('are read from %j as %j', (text, letter) => {
    expect(chosenLetter(text, 4)).toBe(letter);
  });

  it('of a label are read only where exactly one is named', () => {
    const labels = ['positive', 'negative', 'neutral'];
    expect(chosenLabel('**Positive.**', labels)).toBe('positive');
    expect(chosenLabel('The sentiment is negative here', labels)).toBe('negative');
    expect(chosenLabel('positive or negative', labels)).toBeNull();
    expect(chosenLabel('nonpositive', labels)).toBeNull();
  });
});

describe('JSON', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['Here:\n```json\n{"a":[1,2]}\n```\nDone', { a: [1, 2] }],
    ['Sure {"a":"}"} ok', { a: '}' }],
    ['null', null],
    ['text', undefined],
    ['{"a":', undefined],
  ] as const)('is found in %j', (text, value) => {
    expect(findJson(text)).toEqual(value);
  });

  it('differences name their places', () => {
    expect(jsonDifferences({ a: 1, b: [1, 2], 'x/y': 1 }, { a: 1.4, b: [1], c: 0 }, 0.5)).toEqual([
      { path: '/b/1', kind: 'unexpected' },
      { path: '/c', kind: 'missing' },
      { path: '/x~1y', kind: 'unexpected' },
    ]);
  });
});

describe('JSON Schema', () => {
  const schema = {
    type: 'object',
    required: ['name', 'age'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', minLength: 1, pattern: '^[A-Z]' },
      age: { type: 'integer', minimum: 0, exclusiveMaximum: 150 },
      tags: { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true, maxItems: 2 },
      next: { $ref: '#' },
      either: { oneOf: [{ type: 'string' }, { type: 'number', multipleOf: 0.5 }] },
    },
  };

  it('accepts what fits', () => {
    expect(
      schemaProblems({ name: 'Ann', age: 3, tags: ['a'], next: { name: 'Bo', age: 1 }, either: 1.5 }, schema),
    ).toEqual([]);
  });

  it.each([
    [{ name: 'Ann' }, 'must have age'],
    [{ name: 'ann', age: 1 }, '/name must match'],
    [{ name: 'Ann', age: 1.5 }, '/age must be integer'],
    [{ name: 'Ann', age: 150 }, 'must be below'],
    [{ name: 'Ann', age: 1, extra: 1 }, '/extra must not be there'],
    [{ name: 'Ann', age: 1, tags: ['c'] }, '/tags/0 must be one of'],
    [{ name: 'Ann', age: 1, tags: ['a', 'a'] }, 'must not repeat'],
    [{ name: 'Ann', age: 1, next: {} }, '/next must have name'],
    [{ name: 'Ann', age: 1, either: 1.2 }, 'exactly one'],
    ['text', 'must be object'],
  ] as const)('refuses %j', (value, problem) => {
    expect(schemaProblems(value, schema).join('\n')).toContain(problem);
  });

  it('never passes over a keyword that it does not know', () => {
    expect(() => schemaProblems({}, { dependentSchemas: {} })).toThrow(UnsupportedSchema);
    expect(() => schemaProblems({}, { constructor: {} })).toThrow(UnsupportedSchema);
    expect(() => schemaProblems({}, { $ref: 'http://127.0.0.1/schema' })).toThrow(UnsupportedSchema);
    expect(() => schemaProblems({}, { $ref: '#' })).toThrow(UnsupportedSchema);
  });

  it('chooses by if, then and else', () => {
    const conditional: unknown = JSON.parse('{"if":{"const":1},"then":{"maximum":1},"else":{"type":"string"}}');
    expect(schemaProblems(1, conditional)).toEqual([]);
    expect(schemaProblems(2, conditional)).toHaveLength(1);
  });
});

describe('tool calls', () => {
  const tool = {
    kind: 'function' as const,
    name: 'weather',
    description: null,
    parameters: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
    strict: null,
  };
  const call = (name: string, text: string) => ({ type: 'tool-call' as const, id: 'call_1', name, arguments: text });

  it('fit, or say why not', () => {
    expect(callProblems(call('weather', '{"city":"Oslo"}'), [tool])).toEqual([]);
    expect(callProblems(call('weather', '{}'), [tool])).toEqual(['/ must have city']);
    expect(callProblems(call('weather', '{"city":'), [tool])).toHaveLength(1);
    expect(callProblems(call('other', '{}'), [tool])).toEqual(['There is no tool other']);
    expect(readCall(call('weather', ''))).toEqual({ name: 'weather', arguments: {} });
  });
});
