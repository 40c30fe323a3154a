import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArchitecture } from '../../scripts/import-matrix.ts';
import { listRepositoryFiles, repositoryRoot } from '../support/repository.ts';

const files = await listRepositoryFiles();
const code = files.filter((path) => path.endsWith('.ts'));
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

describe('names', () => {
  // A name that says nothing collects everything.
  const empty = /^(utils?|helpers?|common|shared|misc|managers?|services?)$/;

  it('say what is inside', () => {
    const offenders = files.filter((path) =>
      path.split('/').some((part) => part.split(/[.-]/).some((word) => empty.test(word))),
    );
    expect(offenders).toEqual([]);
  });

  it('are kebab-case for code', () => {
    expect(
      code.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.e2e)?(\.(test|config|d|generated))?\.ts$/.test(basename(path))),
    ).toEqual([]);
  });
});

describe('source files', () => {
  it('hold no note to do later', () => {
    const marks = new RegExp(
      `\\b(${['TO', 'FIX', 'X', 'HA'].map((a, i) => a + ['DO', 'ME', 'XX', 'CK'][i]).join('|')})\\b`,
    );
    expect(code.filter((path) => marks.test(read(path)))).toEqual([]);
  });

  it('mock no module in tests', () => {
    const mocks = new RegExp(`\\bvi\\.(${['mock', 'doMock', 'stubGlobal'].join('|')})\\(`);
    expect(code.filter((path) => path.endsWith('.test.ts') && mocks.test(read(path)))).toEqual([]);
  });

  it('import TypeScript by its real extension and built-in modules by `node:`', () => {
    const relative = /from '(\.[^']*?)(?<!\.ts|\.json|\.mjs)';/;
    expect(code.filter((path) => !path.startsWith('test/house/') && relative.test(read(path)))).toEqual([]);
  });

  it('begin, in the main file of each folder, with its purpose, its imports and where to start', () => {
    for (const name of Object.keys(readArchitecture().entries)) {
      const inside = code.filter((path) => path.startsWith(`src/${name}/`) && !path.endsWith('.test.ts'));
      if (inside.length === 0) continue;
      const introduced = inside.filter((path) => /^(#!.*\n)?(\/\/ .*\n){5}/.test(read(path)));
      expect(introduced.length, `src/${name}/ has no file that introduces it`).toBeGreaterThan(0);
    }
  });
});

describe('tracked files', () => {
  it('name no machine of ours', () => {
    const places = new RegExp(
      ['/work/(main|shared)', '(?<!\\w)/root/', '/home/[a-z]+/', '/tmp/(brief|bash_jobs)'].join('|'),
    );
    // Labelled prompts speak of machines that nobody has.
    const texts = files.filter(
      (path) => !/\.(png|gz|db)$|^data\/tasks\//.test(path) && path !== 'test/house/tree.test.ts',
    );
    expect(texts.filter((path) => places.test(read(path)))).toEqual([]);
  });
});
