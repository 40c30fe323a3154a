import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PRODUCT_VERSION } from '../../src/contracts/product.ts';
import { readManifest, readRepositoryFile, repositoryRoot, runProgram } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const manifest = readManifest();
const pinnedNode = manifest.devDependencies.node ?? '';

describe('the toolchain', () => {
  it('is one Node 24 everywhere: package.json, .nvmrc, Dockerfile and the one that runs the tests', () => {
    expect(pinnedNode).toMatch(/^24\./);
    expect(readRepositoryFile('.nvmrc').trim()).toBe(pinnedNode);
    expect(readRepositoryFile('Dockerfile')).toContain(`node:${pinnedNode}-`);
    expect(process.versions.node).toBe(pinnedNode);
  });

  it('runs npm scripts on that Node, and TypeScript files without a warning', async () => {
    const folder = temporaryFolder();
    const script = 'const node: string = process.version;\nprocess.stdout.write(node);\n';
    writeFileSync(join(folder, 'probe.ts'), script);
    writeFileSync(join(folder, 'sqlite.ts'), `import 'node:sqlite';\n${script}`);
    for (const file of ['probe.ts', 'sqlite.ts']) {
      const result = await runProgram(join(repositoryRoot, 'node_modules/.bin/node'), [join(folder, file)]);
      expect(result).toEqual({ exitCode: 0, stdout: `v${pinnedNode}`, stderr: '' });
    }
  });

  it('checks types with TypeScript 7', async () => {
    const result = await runProgram(join(repositoryRoot, 'node_modules/.bin/tsc'), ['--version']);
    expect(result.stdout).toMatch(/^Version 7\./);
  });

  it('has the seven commands, and demonstrations beside them only', () => {
    const names = Object.keys(manifest.scripts).filter((name) => !name.startsWith('demo:'));
    expect(names.sort()).toEqual(['bench', 'build', 'check', 'cli', 'dev', 'start', 'test']);
  });
});

describe('the version', () => {
  it('is the same in package.json, in the product and at the top of the changelog', () => {
    expect(PRODUCT_VERSION).toBe(manifest.version);
    const newest = /^## (\d+\.\d+\.\d+)/m.exec(readRepositoryFile('CHANGELOG.md'))?.[1];
    expect(newest).toBe(manifest.version);
  });
});

describe('the executable', () => {
  const entry = readRepositoryFile('src/cli/main.ts').replaceAll(/^(#!|\/\/).*$/gm, '');

  it('imports nothing before it has checked the version of Node', () => {
    expect(entry).not.toMatch(/^\s*import\s+[^(]/m);
    expect(entry).not.toMatch(/^\s*export\s/m);
    expect(entry).not.toContain('await');
    expect(entry.indexOf('process.versions.node')).toBeLessThan(entry.indexOf("import('"));
  });

  it('says one clear sentence to a Node that is too old', async () => {
    const folder = temporaryFolder();
    const disguise = join(folder, 'disguise.mjs');
    writeFileSync(
      disguise,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });\n",
    );
    const result = await runProgram(process.execPath, ['--import', disguise, 'src/cli/main.ts', 'version']);
    expect(result.stderr).toBe('Alidade needs Node 22.19 or newer; this is Node 20.20.2.\n');
    expect(result.stdout).toBe('');
    expect(result.exitCode).toBe(2);
    expect(manifest.engines.node).toBe('>=22.19');
  });
});
