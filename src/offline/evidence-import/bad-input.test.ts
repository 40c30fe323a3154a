import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { testEvidence, testOutcomes } from '../../contracts/test-evidence.ts';
import { testDeployment, testRoute, testWorld } from '../../routing/test-world.ts';
import { readEvidence } from './import-evidence.ts';

const GLM = 'zhipu/glm-5.2';
const GPT = 'openai/gpt-5.5';
const WORLD = testWorld(
  [testDeployment('glm@zai', GLM), testDeployment('gpt@openai', GPT)],
  [testRoute({ default: true, primary: [GLM] })],
);
const MAPPING = `
instrument: our-suite
columns: { model: Model, task: Category, n: Items, mean: Score, usd_per_item: Dollars, date: Day }
values: { model: { Five: openai/gpt-5.5 }, task: { Coding: code_generation } }
`;
const HEAD = 'Model,Category,Items,Score,Dollars,Day';

interface How {
  mapping?: string | null;
  adapter?: string | null;
}

function importing(name: string, text: string | Buffer, { mapping = null, adapter = null }: How = {}) {
  const folder = temporaryFolder();
  const file = join(folder, name);
  writeFileSync(file, text);
  if (mapping !== null) writeFileSync(join(folder, 'mapping.yaml'), mapping);
  const path = mapping === null ? null : join(folder, 'mapping.yaml');
  const input = { file, mapping: path, adapter, models: null, skipUnknown: false, date: '2026-11-22' };
  return readEvidence(input, WORLD).rows;
}

const table = (...lines: readonly string[]) => importing('r.csv', [HEAD, ...lines].join('\n'), { mapping: MAPPING });
const rows = (...each: readonly object[]) => importing('e.jsonl', each.map((row) => JSON.stringify(row)).join('\n'));
const row = testEvidence(GLM, 80, 100);

describe('a file as people have them', () => {
  test.each([
    ['Latin-1', Buffer.from(`${HEAD},Fall\nFive,Coding,300,.87,1,,Verträge\n`, 'latin1')],
    ['UTF-16', Buffer.from(`\uFEFF${HEAD},Fall\nFive,Coding,300,.87,1,,Verträge\n`, 'utf16le')],
  ])('is refused in %s: its names would be others', (_name, bytes) => {
    const mapping = MAPPING.replace('date: Day', 'date: Day, use_case: Fall');
    expect(() => importing('r.csv', bytes, { mapping })).toThrow(/r\.csv is not UTF-8 text: save it as UTF-8/);
  });

  test('may begin with a byte order mark and end its lines in two characters', () => {
    expect(importing('e.jsonl', `\uFEFF${JSON.stringify(row)}\r\n`)).toEqual([row]);
    const text = `\uFEFF${HEAD}\r\n"Five",Coding,300,.87,1,\r\n\r\n`;
    expect(importing('r.csv', text, { mapping: MAPPING })).toMatchObject([{ model: GPT, n: 300, mean: 0.87 }]);
  });

  test('may write right and wrong as its program does', () => {
    const mapping = 'instrument: x\ncolumns: { model: m, task: t, score: s }\n';
    const text = ['True', 'FALSE', true, 'true'].map((s) => JSON.stringify({ m: GPT, t: 'code_generation', s }));
    expect(importing('i.jsonl', text.join('\n'), { mapping })).toMatchObject([{ n: 4, mean: 0.75 }]);
  });

  test('may hold results of several days, and versions of a model beside each other', () => {
    expect(table('Five,Coding,300,.87,1,2026-10-01', 'Five,Coding,300,.89,1,2026-11-01')).toHaveLength(2);
    expect(rows(row, { ...row, model_version: '0815' })).toHaveLength(2);
  });

  test('holds items of several days, dated by the last', () => {
    const mapping = 'instrument: x\ncolumns: { model: m, task: t, score: s, date: d }\n';
    const text = ['2026-10-01', '2026-11-01', '2026-10-07'].map((d) =>
      JSON.stringify({ m: GPT, t: 'code_generation', s: 1, d }),
    );
    expect(importing('i.jsonl', text.join('\n'), { mapping })).toMatchObject([{ n: 3, date: '2026-11-01' }]);
  });

  test('names models as it likes, and its rows are found under the names that decisions look for', () => {
    expect(rows({ ...row, model: 'glm-5.2' }, { ...row, model: 'GPT-5.5' }).map(({ model }) => model)).toEqual([
      GLM,
      GPT,
    ]);
    expect(rows({ ...row, model: 'glm-5.2', deployment: 'glm@zai' })).toMatchObject([
      { model: GLM, deployment: 'glm@zai' },
    ]);
    expect(rows({ ...row, deployment: 'glm-5.2' })).toMatchObject([{ model: GLM, deployment: null }]);
  });

  test('tells times in any zone, which are kept in one', () => {
    expect(rows({ ...row, date: '2026-11-22T01:00:00+09:00' })).toMatchObject([{ date: '2026-11-21T16:00:00.000Z' }]);
    expect(rows({ ...row, date: '2026-11-21T16:00:00Z' })).toMatchObject([{ date: '2026-11-21T16:00:00Z' }]);
  });
});

describe('a file is refused with its lines', () => {
  const refused: readonly [string, () => unknown, string][] = [
    ['where a percent sign is not meant', () => table('Five,Coding,300,0.5%,1,'), 'line 2: mean: "0.5%" needs percent'],
    ['where a count is a percent', () => table('Five,Coding,300%,.5,1,'), 'line 2: n: "300%" is no number'],
    ['where a number is in another base', () => table('Five,Coding,0x10,.5,1,'), 'line 2: n: "0x10" is no number'],
    ['where it is not a number', () => table('Five,Coding,300,NaN,1,'), 'line 2: mean: "NaN" is no number'],
    [
      'where it names what every object has',
      () => table('constructor,Coding,9,.5,1,'),
      'line 2: there is no model "con',
    ],
    ['for a number too', () => table('Five,Coding,toString,.5,1,'), 'line 2: n: "toString" is no number'],
    [
      'where the day is to come',
      () => table('Five,Coding,9,.5,1,2062-11-01'),
      'line 2: date: 2062-11-01 is yet to come',
    ],
    [
      'where a day is none',
      () => table('Five,Coding,9,.5,1,22/11/2026'),
      'line 2: date: neither YYYY-MM-DD nor RFC 3339',
    ],
    ['where nothing follows its columns', () => table(), 'line 1: there are no measurements'],
    [
      'where two lines speak of one thing',
      () => table('Five,Coding,9,.5,1,', 'Five,code_generation,10,.9,1,'),
      'line 3: there is a figure for this on line 2 already',
    ],
    [
      'where two columns have one name',
      () => importing('r.csv', `${HEAD},Score\nFive,Coding,300,.87,1,,.1\n`, { mapping: MAPPING }),
      'line 1: there are two columns "Score"',
    ],
    [
      'where a value is a list',
      () =>
        importing('r.jsonl', '{"Model":"Five","Category":"Coding","Items":[9],"Score":1,"Dollars":1,"Day":null}', {
          mapping: MAPPING,
        }),
      'line 1: n: [9] is no single value',
    ],
    [
      'where some items have no name',
      () =>
        importing('i.jsonl', '{"m":"glm@zai","t":"creative","s":1,"i":"1"}\n{"m":"glm@zai","t":"creative","s":0}', {
          mapping: 'instrument: x\ncolumns: { model: m, task: t, score: s, item: i }',
        }),
      'line 2: item: there is none',
    ],
    ['where rows repeat', () => rows(row, row), 'line 2: there is a figure for this on line 1 already'],
    ['where a deployment serves another model', () => rows({ ...row, deployment: 'gpt@openai' }), `not ${GLM}`],
    ['where a mean lies outside its interval', () => rows({ ...row, mean: 0.1 }), 'line 1: mean: 0.1 is outside'],
    [
      'where a mean is not that of its outcomes',
      () => rows({ ...row, outcomes: testOutcomes(10, 100) }),
      'line 1: mean: 0.8 is not the mean of its outcomes, 0.1',
    ],
  ];
  for (const [name, read, problem] of refused) test(name, () => expect(read).toThrow(problem));
});

describe('a published table', () => {
  test('that names a model with and without its way of calling counts once', () => {
    const text = 'Overall Acc,Model,Latency Mean (s)\n60%,glm-5.2,1\n70%,glm-5.2 (FC),2\n50%,gpt-5.5,1\n';
    const read = importing('b.csv', text, { adapter: 'bfcl-leaderboard' });
    expect(read.map(({ model, mean }) => [model, mean])).toEqual([
      [GLM, 0.7],
      [GPT, 0.5],
    ]);
  });

  test('that does not say what something cost leaves it unknown', () => {
    const tables = {
      samples: { AIME: 60 },
      accuracy: { 'glm-5.2': { AIME: 85 }, 'gpt-5.5': null },
      cost: { 'glm-5.2': { AIME: null } },
    };
    const read = importing('t.json', JSON.stringify(tables), { adapter: 'llmrouterbench' });
    expect(read).toMatchObject([{ model: GLM, usd_per_item: null }]);
  });
});
