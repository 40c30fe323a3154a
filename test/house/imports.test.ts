import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArchitecture, withMatrix } from '../../scripts/import-matrix.ts';
import { type Finished, readRepositoryFile, repositoryRoot, runProgram } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function checkImports(root: string, folders = ['src']): Promise<Finished> {
  const executable = join(repositoryRoot, 'node_modules/.bin/depcruise');
  const config = join(repositoryRoot, '.dependency-cruiser.mjs');
  return runProgram(executable, ['--config', config, ...folders], { cwd: root });
}

function plantTree(files: Record<string, string>): string {
  const root = temporaryFolder();
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  cpSync(join(repositoryRoot, 'package.json'), join(root, 'package.json'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const TARGET = 'export const word = 1;\n';
const WORD = { 'src/contracts/word.ts': TARGET };

const FORBIDDEN: readonly [what: string, rule: string, from: string, specifier: string][] = [
  ['a pure folder that imports its neighbour', 'matrix-wire', 'src/wire/a.ts', '../routing/decide.ts'],
  ['a tier-2 folder that imports its neighbour', 'matrix-store', 'src/store/b.ts', '../audit/chain.ts'],
  ['an import that points upwards', 'matrix-gateway', 'src/gateway/c.ts', '../app.ts'],
  ['a type of a neighbour', 'matrix-lib', 'src/lib/type-d.ts', '../contracts/word.ts'],
  ['a package outside its home', 'packages-gateway', 'src/gateway/e.ts', 'undici'],
  ['files in the pure core', 'pure-core', 'src/routing/f.ts', 'node:fs'],
  ['a development dependency', 'no-development-dependency', 'src/lib/g.ts', 'fast-check'],
  ['a test', 'product-stands-alone', 'src/lib/h.ts', './tool.test.ts'],
  ['a module that is missing', 'resolvable', 'src/lib/i.ts', './gone.ts'],
  ['a folder that the matrix does not know', 'listed-in-the-matrix', 'src/novelty/j.ts', '../lib/tool.ts'],
  ['a cycle, of types too', 'no-cycles', 'src/lib/type-k.ts', './type-l.ts'],
  ['an example that reaches behind the public face', 'examples-use-the-public-face', 'examples/m.ts', '../src/app.ts'],
  ['a benchmark that measures from inside', 'benchmarks-stand-outside', 'bench/n.ts', '../src/app.ts'],
];

/** All of them in one tree, because each run of the checker costs a second. */
let forbiddenTree: Promise<Finished> | undefined;

function plantForbidden(): Promise<Finished> {
  const files: Record<string, string> = {
    ...WORD,
    'src/routing/decide.ts': TARGET,
    'src/audit/chain.ts': TARGET,
    'src/app.ts': TARGET,
    'src/lib/tool.ts': TARGET,
    'src/lib/tool.test.ts': TARGET,
    'src/lib/type-l.ts': "import type { Z } from './type-k.ts';\nexport type word = Z | 2;\n",
  };
  for (const [, , from, specifier] of FORBIDDEN) {
    const keyword = from.includes('/type-') ? 'import type' : 'import';
    files[from] = `${keyword} { word } from '${specifier}';\nexport type Z = typeof word;\n`;
  }
  return checkImports(plantTree(files), ['src', 'examples', 'bench']);
}

describe('the import matrix', () => {
  it('passes a tree whose imports it allows, test files included', async () => {
    const root = plantTree({
      ...WORD,
      'src/lib/tool.ts': "import { createHash } from 'node:crypto';\nexport const tool = createHash;\n",
      'src/wire/read.ts': "import { word } from '../contracts/word.ts';\nexport const read = word;\n",
      'src/providers/call.ts': "import { read } from '../wire/read.ts';\nexport const call = read;\n",
      'src/providers/call.test.ts': "import { tool } from '../lib/tool.ts';\nimport '../store/open.ts';\nvoid tool;\n",
      'src/store/open.ts': "import { Kysely } from 'kysely';\nexport const open = Kysely;\n",
    });
    const result = await checkImports(root);
    expect(result.stdout).toContain('no dependency violations found');
    expect(result.exitCode).toBe(0);
  });

  it.each(FORBIDDEN)('refuses %s', async (_what, rule, from) => {
    forbiddenTree ??= plantForbidden();
    const result = await forbiddenTree;
    expect(result.stdout).toContain(`error ${rule}: ${from}`);
    expect(result.exitCode).toBeGreaterThan(0);
  });

  // A run over the whole tree, of many seconds where the machine is busy. One tells both: what is planted is all that is wrong.
  it('sees a forbidden import planted in a copy of this very source, and nothing else', {
    timeout: 120_000,
  }, async () => {
    const root = plantTree({});
    for (const folder of ['src', 'test']) {
      cpSync(join(repositoryRoot, folder), join(root, folder), { recursive: true });
    }
    // In a file that nobody imports: else it would close a thousand cycles, and to print them takes longer than to find it.
    writeFileSync(join(root, 'src/contracts/planted.ts'), "import '../cli/program.ts';\n");
    const { stdout, exitCode } = await checkImports(root);
    expect(stdout).toContain('error matrix-contracts: src/contracts/planted.ts');
    expect(stdout).toContain('1 dependency violations');
    expect(exitCode).toBe(1);
  });
});

describe('architecture.json', () => {
  const { entries } = readArchitecture();

  it('lists every folder and file directly under src/', () => {
    const found = readdirSync(join(repositoryRoot, 'src'), { withFileTypes: true })
      .filter((item) => item.isDirectory() || item.name.endsWith('.ts'))
      .filter((item) => !item.isDirectory() || readdirSync(join(repositoryRoot, 'src', item.name)).length > 0)
      .map((item) => item.name)
      .filter((name) => !name.endsWith('.test.ts'));
    expect(Object.keys(entries)).toEqual(expect.arrayContaining(found));
  });

  it('points downwards only, and within a tier to no neighbour', () => {
    const order = Object.keys(entries);
    for (const [name, entry] of Object.entries(entries)) {
      for (const folder of entry.folders) {
        const target = entries[folder];
        expect(target, `${name} -> ${folder}`).toBeDefined();
        // Wiring and faces are few, and the later may build on the earlier: a cycle stays impossible.
        const isLate = entry.tier >= 3 && target?.tier === entry.tier;
        if (isLate && order.indexOf(folder) < order.indexOf(name)) continue;
        expect(target?.tier, `${name} -> ${folder}`).toBeLessThan(entry.tier);
      }
    }
  });

  it('is what src/README.md shows', () => {
    expect(existsSync(join(repositoryRoot, 'src/README.md'))).toBe(true);
    const shown = readRepositoryFile('src/README.md');
    expect(shown).toBe(withMatrix(shown, readArchitecture()));
  });
});
