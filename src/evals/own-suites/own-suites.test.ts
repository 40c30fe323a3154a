import { describe, expect, it } from 'vitest';
import type { Sample } from '../../contracts/evaluation.ts';
import { regexScorer } from '../scorers/text-scorers.ts';
import { questionOf } from '../suites/suite.ts';
import { csvSamples, jsonLinesSamples, type OwnSuiteOptions, ownSuite } from './own-suite.ts';
import { suitesFromPromptfoo } from './promptfoo.ts';

const options = { name: 'ours', version: '3', scorer: 'exact' };

const suiteFromJsonLines = (text: string, named: OwnSuiteOptions) =>
  ownSuite(named, [...jsonLinesSamples(text, named.scorer)]);
const suiteFromCsv = (text: string, named: OwnSuiteOptions) => ownSuite(named, [...csvSamples(text, named.scorer)]);

describe('own suites', () => {
  it('come from JSON Lines, with ids, clusters and metadata', () => {
    const suite = suiteFromJsonLines(
      '{"input":"Capital of Norway?","target":"Oslo","cluster":"geo","metadata":{"level":2}}\n\n{"id":"b","input":"Of Italy?","target":"Rome"}\n',
      options,
    );
    expect(suite.samples).toMatchObject([
      { id: 'row/1', target: 'Oslo', cluster: 'geo', metadata: { level: 2 } },
      { id: 'b', target: 'Rome', cluster: null },
    ]);
  });

  it('may begin with a byte order mark and end their lines as Windows does', () => {
    expect(
      suiteFromJsonLines('\uFEFF{"input":"x","target":"1"}\r\n{"input":"y","target":"2"}\r\n', options).samples,
    ).toMatchObject([
      { id: 'row/1', target: '1' },
      { id: 'row/2', target: '2' },
    ]);
    expect(suiteFromCsv('\uFEFFinput,target\r\n"Say ""x"",\r\nplease",1\r\n', options).samples.map(questionOf)).toEqual(
      ['Say "x",\r\nplease'],
    );
  });

  it("hold whole conversations, and tools in OpenAI's form", () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const row = {
      input: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello!' },
        { role: 'user', content: 'Weather in Oslo?' },
      ],
      tools: [{ type: 'function', function: { name: 'weather', description: 'Now', parameters } }, { name: 'time' }],
      target: { calls: [{ name: 'weather', arguments: { city: ['Oslo'] } }] },
    };
    const [sample] = suiteFromJsonLines(JSON.stringify(row), { ...options, scorer: 'tool_calls' }).samples;
    expect(sample?.input.turns.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(sample?.input.tools).toMatchObject([
      { kind: 'function', name: 'weather', description: 'Now', parameters },
      { kind: 'function', name: 'time', description: null },
    ]);
    expect(questionOf(sample as Sample)).toBe('Weather in Oslo?');
  });

  it('come from CSV, with JSON where the scorer needs it', () => {
    expect(suiteFromCsv('input,target\n"One, two?",Yes\n', options).samples[0]).toMatchObject({ target: 'Yes' });
    const label = suiteFromCsv('input,target\nSpam?,"{""label"":""a"",""labels"":[""a"",""b""]}"\n', {
      ...options,
      scorer: 'label',
    });
    expect(label.samples[0]?.target).toEqual({ label: 'a', labels: ['a', 'b'] });
  });

  it.each([
    ['{"target":1}', /Row 1 has no text/],
    ['{"input":"x"}', /Row 1 has no "target"/],
    ['{"input":[],"target":1}', /Row 1 has an "input" whose last turn/],
    ['{"input":[{"role":"user","content":1}],"target":1}', /Row 1 has a message without a text/],
    ['{"input":[{"role":"tool","content":"x"}],"target":1}', /Row 1 has a message whose "role"/],
    ['{"input":"x","target":1,"tools":{}}', /Row 1 has "tools" that are no list/],
    ['{"input":"x","target":1,"tools":[{"description":"nameless"}]}', /Row 1 has a tool without a "name"/],
    ['\n{', /Row 2 is not JSON/],
    ['[]', /Row 1 is no object/],
    ['', /has no samples/],
    ['{"id":"a","input":"x","target":1}\n{"id":"a","input":"y","target":1}', /comes twice/],
  ])('refuse %j', (text, message) => {
    expect(() => suiteFromJsonLines(text, options)).toThrow(message);
  });

  it.each([
    ['input,target\n"x,1\ny,2\n', /quote is opened in the row of line 2 and never closed/],
    ['input;target\nx;1\n', /none is "input": "input;target". Cells are parted by commas/],
    ['input,answer\nx,1\n', /none is "target"/],
    ['input,target\nWhat is 1, or 2?,3\n', /The row of line 2 has 3 cells, the first has 2/],
    ['input,target,target\nx,1,2\n', /Two columns are called "target"/],
  ])('in CSV refuse %j', (text, message) => {
    expect(() => suiteFromCsv(text, options)).toThrow(message);
  });

  it.each([
    ['{"type":"strin"}', /uses type strin/],
    ['{"properties":{"a":{"items":{"anyOf":[{"typ":"string"}]}}}}', /uses typ, which/],
    ['{"if":{"const":1},"then":{"formt":"x"}}', /uses formt/],
  ])('refuse the schema %s before anything is asked', (schema, message) => {
    expect(() => suiteFromJsonLines(`{"input":"x","target":${schema}}`, { ...options, scorer: 'json_schema' })).toThrow(
      message,
    );
  });

  it('refuse a scorer that does not exist', () => {
    expect(() => suiteFromJsonLines('{"input":"x","target":1}', { ...options, scorer: 'best' })).toThrow(
      /There is no scorer best/,
    );
  });
});

describe('targets', () => {
  const suite = (scorer: string, target: unknown) =>
    suiteFromJsonLines(JSON.stringify({ input: 'x', target }), { ...options, scorer });

  it.each([
    ['regex', '(', /regular expression.*Unterminated group/],
    ['regex', { flags: 'i' }, /an object with "pattern" and "flags"/],
    ['numeric', 'many', /That text is no number/],
    ['numeric', { value: '5' }, /for numeric it must be a number/],
    ['choice', { letter: 'Z', options: 4 }, /for choice it must be/],
    ['label', { label: 'a', labels: ['b', 'c'] }, /none of its labels/],
    ['tool_calls', { calls: [{ name: 'f', arguments: { x: 1 } }] }, /a list of accepted values/],
    ['ifeval', { instructions: [{ id: 'invented', arguments: {} }] }, /for ifeval it must be/],
    ['figures', 'text', /an object with "source"/],
    ['refusal', { should_refuse: 'yes' }, /true or false/],
    ['code', { entry_point: 'f', reference: 'x' }, /must have inputs/],
    ['code', { entry_point: 'f', inputs: [1], reference: 'x' }, /a list of argument lists/],
    ['judge', { rubric: 'x' }, /an object with "reference"/],
    ['exact', [], /a text, or a list of texts/],
  ])('of %s that do not fit, as %j, are refused with the row and what they must be', (scorer, target, message) => {
    expect(() => suite(scorer, target)).toThrow(message);
    expect(() => suite(scorer, target)).toThrow(/^Row 1 /);
  });

  it('of code are rows of the same names as elsewhere, and keep numbers that are given as text', () => {
    const row = { entry_point: 'f', inputs: [[1, 'a']], reference: 'def f(x, y): return x' };
    expect(suite('code', row).samples[0]?.target).toEqual({
      ...{ language: 'python', entryPoint: 'f', inputs: '[[1,"a"]]', reference: row.reference },
      ...{ absoluteTolerance: 0, preamble: '' },
    });
    const exact = { ...row, inputs: '[[12345678901234567890]]', language: 'javascript', absolute_tolerance: 0.1 };
    expect(suite('code', exact).samples[0]?.target).toMatchObject({
      ...{ language: 'javascript', inputs: '[[12345678901234567890]]', absoluteTolerance: 0.1 },
    });
  });

  it('may be missing where the scorer needs none, and any value is one of a JSON difference', () => {
    expect(suite('answered', null).samples[0]?.target).toBeNull();
    expect(suite('json_diff', [1, { a: null }]).samples[0]?.target).toEqual([1, { a: null }]);
  });
});

describe('promptfoo', () => {
  const FILE = `
prompts:
  - 'Translate {{text}} to {{ language }}.'
  - file://prompt.txt
defaultTest: { vars: { language: German } }
tests:
  - vars: { text: dog }
    assert:
      - { type: icontains, value: Hund }
      - { type: llm-rubric, value: is polite }
  - vars: { text: cat, language: French }
    assert: [{ type: equals, value: chat }]
  - vars: { text: owl }
    assert: [{ type: javascript, value: file://check.js }]
`;

  it('becomes one suite a scorer, and says what is not taken over', () => {
    const { suites, skipped } = suitesFromPromptfoo(FILE, 'words');
    expect(suites.map(({ name, scorer, samples }) => [name, scorer, samples.length])).toEqual([
      ['words/contains', 'contains', 1],
      ['words/exact', 'exact', 1],
    ]);
    expect(suites.map(({ samples }) => questionOf(samples[0] as Sample))).toEqual([
      'Translate dog to German.',
      'Translate cat to French.',
    ]);
    expect(skipped).toEqual([
      'An assertion "llm-rubric" of test 1 is not checked.',
      'An assertion "javascript" of test 3 is not checked.',
      'There is nothing in test 3 that can be checked here.',
      'Prompt 2 is no text in the file.',
    ]);
  });

  const only = (yaml: string) => suitesFromPromptfoo(yaml, 'x');
  const test = (vars: string, assertion: string): string => `tests: [{ vars: ${vars}, assert: [${assertion}] }]`;

  it('reads a list of values as one test each, which hang together', () => {
    const { suites } = only(
      `prompts: '{{a}}+{{b}}'\n${test('{ a: [1, 2], b: [3, 4] }', "{ type: contains, value: '{{b}}' }")}`,
    );
    expect(suites[0]?.samples.map((sample) => [sample.id, questionOf(sample), sample.target, sample.cluster])).toEqual([
      ['1/1/1', '1+3', '3', 'test 1'],
      ['1/1/2', '1+4', '4', 'test 1'],
      ['1/1/3', '2+3', '3', 'test 1'],
      ['1/1/4', '2+4', '4', 'test 1'],
    ]);
  });

  it.each(['{{ missing }}', '{{ a | upper }}', '{% if a %}x{% endif %}'])(
    'never asks a prompt with %s in it',
    (open) => {
      const { suites, skipped } = only(
        `prompts: ['Say ${open}', 'Say {{a}}']\n${test('{ a: "{{ b }}" }', '{ type: equals, value: x }')}`,
      );
      expect(suites[0]?.samples.map(questionOf)).toEqual(['Say {{ b }}']);
      expect(skipped).toEqual([expect.stringMatching(/^Prompt 1 is not asked for test 1: nothing here fills \{[{%]/)]);
    },
  );

  it('takes a prompt in JSON for a conversation, and values with quotes for texts in it', () => {
    const { suites } = only(
      `prompts: ['[{"role":"system","content":"Be brief."},{"role":"user","content":"Say {{a}}"}]']\n${test(`{ a: 'x "y"' }`, '{ type: equals, value: x }')}`,
    );
    expect(suites[0]?.samples[0]?.input.turns.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(questionOf(suites[0]?.samples[0] as Sample)).toBe('Say x "y"');
  });

  it.each([
    ['contains-any', '["a.b", "c|d"]', 'so a.b', 'so aXb c'],
    ['icontains-any', '"yes, no"', 'NO', 'maybe'],
    ['starts-with', '"{{a}}"', '1 is it', 'it is 1'],
    ['starts-with', '"Hello, world"', 'Hello, world: so be it', 'world peace'],
  ])('reads %s', async (type, value, right, wrong) => {
    const { suites } = only(`prompts: [p]\n${test('{ a: 1 }', `{ type: ${type}, value: ${value} }`)}`);
    const states = [right, wrong].map((text) =>
      regexScorer.read(
        suites[0]?.samples[0] as Sample,
        { text, toolCalls: [], finish: 'stop', refusalSignal: false },
        { budgetUsd: null },
      ),
    );
    expect(await Promise.all(states)).toMatchObject([{ state: 'correct' }, { state: 'wrong' }]);
  });

  it('says what of it is not applied', () => {
    const { skipped } = only(
      'prompts: [p]\nscenarios: []\ndefaultTest: { options: { transform: x } }\ntests: [{ threshold: 0.5, assert: [{ type: equals, value: x }] }]',
    );
    expect(skipped).toEqual([
      'Its "scenarios" are not read.',
      'The "options" of the default test is not applied.',
      'The "threshold" of test 1 is not applied.',
    ]);
  });

  it('that is no YAML is refused with the line', () => {
    expect(() => only('prompts: [a\n')).toThrow(/^This is no YAML: .* at line 2/);
  });

  it('without tests in the file is refused', () => {
    expect(() => suitesFromPromptfoo('prompts: [a]\ntests: file://tests.yaml', 'x')).toThrow(
      /lists of "prompts" and "tests"/,
    );
  });
});
