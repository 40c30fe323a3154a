import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { testEvidence } from '../../contracts/test-evidence.ts';
import { testDeployment, testRoute, testWorld } from '../../routing/test-world.ts';
import { type ImportInput, readEvidence } from './import-evidence.ts';

const GLM = 'zhipu/glm-5.2';
const GPT = 'openai/gpt-5.5';
const WORLD = testWorld(
  [testDeployment('glm@zai', GLM), testDeployment('gpt@openai', GPT)],
  [testRoute({ default: true, primary: [GLM] })],
);

function importing(name: string, text: string, more: Partial<ImportInput> & { mappingText?: string } = {}) {
  const folder = temporaryFolder();
  const file = join(folder, name);
  writeFileSync(file, text);
  const { mappingText, ...rest } = more;
  const mapping = mappingText === undefined ? null : join(folder, 'mapping.yaml');
  if (mapping !== null) writeFileSync(mapping, mappingText as string);
  const input = { file, mapping, adapter: null, models: null, skipUnknown: false, date: '2026-11-22', ...rest };
  return readEvidence(input, WORLD);
}

const RESULTS = `
instrument: our-suite
version: "3"
percent: true
columns: { model: Model, task: Category, n: Items, mean: Score, usd_per_item: Dollars }
values: { model: { Five: openai/gpt-5.5 }, task: { Coding: code_generation } }
constants: { language: en }
`;
const HEAD = 'Model,Category,Items,Score,Dollars\n';

describe('a file with a line a result', () => {
  test('becomes a row a line, by its mapping', () => {
    const { rows, skipped } = importing(
      'r.csv',
      `${HEAD}Five,Coding,300,87.0%,0.012\n"glm-5.2",agentic_tool_use,120,91,\n`,
      { mappingText: RESULTS },
    );
    expect(skipped).toEqual([]);
    expect(rows).toMatchObject([
      {
        ...{ model: GPT, deployment: null, n: 300, mean: 0.87, usd_per_item: 0.012, kind: 'own', metric: 'accuracy' },
        ...{ date: '2026-11-22', instrument: { name: 'our-suite', version: '3' }, outcomes: null, sandbox: false },
        cell: { task: 'code_generation', language: 'en', length: null, use_case: null },
      },
      { model: GLM, n: 120, mean: 0.91, usd_per_item: null, cell: { task: 'agentic_tools' } },
    ]);
    expect(rows[0]?.interval[0]).toBeCloseTo(0.827, 3);
  });

  test('is refused whole, with every line that is wrong', () => {
    const bad = [
      'Nobody,Coding,300,87,1',
      'Five,Cooking,300,87,1',
      'Five,Coding,300,870,1',
      'Five,Coding,0,87,1',
      'Five,Coding,many,87,1',
      'Five,Coding,300,87',
      ',Coding,300,87,1',
      'Five,Coding,300,,1',
    ];
    const text = `${HEAD}Five,Coding,300,87,1\n${bad.join('\n')}\n`;
    expect(() => importing('r.csv', text, { mappingText: RESULTS })).toThrow('line 8: there are 4 fields');
    const rest = bad.filter((_, index) => index !== 5);
    const problems = [
      'line 3: there is no model "Nobody".',
      'line 4: task: there is no task or label "Cooking".',
      'line 7: n: "many" is no number.',
      'line 8: model: nobody is named.',
      'line 9: there is neither a score of one item nor a mean with its n.',
      'line 5: mean: ',
      'line 6: n: ',
      'Nothing was imported.',
    ];
    for (const problem of problems) {
      const run = () =>
        importing('r.csv', `${HEAD}Five,Coding,300,87,1\n${rest.join('\n')}\n`, { mappingText: RESULTS });
      expect(run).toThrow(problem);
    }
  });

  test('must have the columns that its mapping names, and a mapping that is one', () => {
    expect(() => importing('r.csv', 'Model,Category,Items\nFive,Coding,3\n', { mappingText: RESULTS })).toThrow(
      'there is no column "Score"',
    );
    expect(() => importing('r.csv', HEAD, { mappingText: 'instrument: x\ncolums: {}\n' })).toThrow('mapping.yaml: ');
    expect(() => importing('r.csv', HEAD, { mappingText: '{' })).toThrow('neither YAML nor JSON');
  });

  test('may leave out models that nobody knows, and says which', () => {
    const text = `${HEAD}Nobody,Coding,300,87,1\nFive,Coding,300,87,1\n`;
    const { rows, skipped } = importing('r.csv', text, { mappingText: RESULTS, skipUnknown: true });
    expect([rows.length, skipped]).toEqual([1, ['Nobody']]);
  });
});

describe('a table that nobody explains', () => {
  test('is refused with what would explain it', () => {
    expect(() => importing('r.csv', `${HEAD}Five,Coding,300,87,1\n`)).toThrow(/r\.csv is a table: say with --mapping/);
  });
});

describe('a file with a line an item', () => {
  const mappingText = 'instrument: items\ncolumns: { deployment: who, task: task, item: id, score: ok }\n';
  const line = (id: number, ok: boolean) => JSON.stringify({ who: 'glm@zai', task: 'quantitative', id: `q${id}`, ok });

  test('becomes a row a deployment and cell, with the score of each item', () => {
    const { rows } = importing('i.jsonl', [line(1, true), line(2, false), line(3, true)].join('\n'), { mappingText });
    expect(rows).toMatchObject([
      { deployment: 'glm@zai', model: GLM, n: 3, outcomes: { q1: 1, q2: 0, q3: 1 }, cell: { task: 'quantitative' } },
    ]);
    expect(rows[0]?.mean).toBeCloseTo(2 / 3, 9);
  });

  test('holds each item once', () => {
    expect(() => importing('i.jsonl', `${line(1, true)}\n${line(1, true)}\n`, { mappingText })).toThrow(
      'i.jsonl line 2: item: "q1" was there before.',
    );
  });
});

describe('rows of evidence', () => {
  test('are taken as they stand, checked line by line', () => {
    const row = testEvidence(GLM, 80, 100);
    expect(importing('e.jsonl', `${JSON.stringify(row)}\n`).rows).toEqual([row]);
    const text = `${JSON.stringify(row)}\n{"cell"\n${JSON.stringify({ ...row, mean: 2 })}\n[]\n`;
    expect(() => importing('e.jsonl', text)).toThrow(
      /line 2: this is not JSON\.\n.*line 3: mean: .*\n.*line 4: this is no object/,
    );
    const wrong = [row, { ...row, mean: 2 }, { ...row, model: 'x/y' }].map((entry) => JSON.stringify(entry)).join('\n');
    expect(() => importing('e.jsonl', wrong)).toThrow(/line 2: mean: .*\n.*line 3: there is no model "x\/y"/);
  });

  test('that is wrong in many ways says all of them, in the order of its lines', () => {
    const text = `{"n": -5, "mean": 1.7}\n${'not JSON\n'.repeat(2)}`;
    expect(() => importing('e.jsonl', text)).toThrow(
      /line 1: cell: .*line 1: n: .*line 1: mean: .*line 2: this is not JSON\.\n.*line 3: this is not JSON/s,
    );
    const many = `{"foo": 1}\n${'not JSON\n'.repeat(40)}`;
    expect(() => importing('e.jsonl', many)).toThrow(/^\S+ line 1: cell/);
  });
});

describe('published tables', () => {
  test('of BFCL are priors about tools, by function calls and not by prompts', () => {
    const text =
      'Rank,Overall Acc,Model,Latency Mean (s)\n1,77.47%,GLM-5.2 (FC),4.38\n2,70.00%,GLM-5.2 (Prompt),1\n3,60.5%,gpt-5.5 (FC thinking),2\n';
    const { rows } = importing('b.csv', text, { adapter: 'bfcl-leaderboard' });
    expect(rows).toMatchObject([
      { model: GLM, mean: 0.7747, n: 20, kind: 'public', seconds_per_item: 4.38, cell: { task: 'agentic_tools' } },
      { model: GPT, mean: 0.605 },
    ]);
  });

  test('of RouteLLM keep who was right on which item', () => {
    const item = (id: string, subject: string, a: boolean, b: boolean) =>
      JSON.stringify({ id, benchmark: 'mmlu', subject, prompt: 'x', correct: { weak: a, strong: b } });
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'models.yaml'), `weak: ${GLM}\nstrong: ${GPT}\n`);
    const { rows } = importing(
      'm.jsonl',
      [
        item('1', 'anatomy', true, true),
        item('2', 'anatomy', false, true),
        item('3', 'college_mathematics', false, true),
      ].join('\n'),
      { adapter: 'routellm-replay', models: join(folder, 'models.yaml') },
    );
    expect(rows).toMatchObject([
      { model: GLM, cell: { task: 'conversational' }, outcomes: { 1: 1, 2: 0 } },
      { model: GPT, cell: { task: 'conversational' }, outcomes: { 1: 1, 2: 1 } },
      { model: GLM, cell: { task: 'quantitative' }, n: 1, mean: 0 },
      { model: GPT, cell: { task: 'quantitative' }, n: 1, mean: 1 },
    ]);
  });

  test('of LLMRouterBench have dollars an item, and each data set is an instrument of its own', () => {
    const tables = {
      samples: { AIME: 60, Tau2: 278 },
      accuracy: { 'glm-5.2': { AIME: 85, Tau2: 50, Average: 60 }, 'gpt-5.5': { AIME: 90 } },
      cost: { 'glm-5.2': { AIME: 6, Tau2: 27.8, Total: 33.8 }, 'gpt-5.5': { AIME: 12 } },
    };
    const { rows } = importing('t.json', JSON.stringify(tables), { adapter: 'llmrouterbench' });
    expect(rows).toMatchObject([
      {
        model: GLM,
        mean: 0.85,
        n: 60,
        usd_per_item: 0.1,
        instrument: { version: 'AIME' },
        cell: { task: 'quantitative' },
      },
      {
        model: GLM,
        mean: 0.5,
        n: 278,
        usd_per_item: 0.1,
        instrument: { version: 'Tau2' },
        cell: { task: 'agentic_tools' },
      },
      { model: GPT, mean: 0.9, n: 60, usd_per_item: 0.2 },
    ]);
  });

  test('must be what they are said to be', () => {
    expect(() => importing('t.json', '[]', { adapter: 'llmrouterbench' })).toThrow('has no tables');
    expect(() => importing('t.json', '{', { adapter: 'llmrouterbench' })).toThrow('is not JSON');
    expect(() => importing('m.jsonl', '{"id":"1"}', { adapter: 'routellm-replay' })).toThrow('line 1: correct: ');
    expect(() => importing('x.csv', HEAD, { adapter: 'another' })).toThrow('there are bfcl-leaderboard, ');
  });
});
