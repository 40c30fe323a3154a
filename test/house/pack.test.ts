import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installProduct, packProduct } from '../support/packed-product.ts';
import { readManifest, runProgram } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the published package', () => {
  it('installs from its tarball elsewhere, without scripts, and runs', { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    const installed = join(folder, 'elsewhere');
    await installProduct(await packProduct(folder), installed);

    const content = readdirSync(join(installed, 'node_modules/alidade'), { recursive: true, encoding: 'utf8' });
    expect(content).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/cli/main.js']));
    expect(content.filter((path) => /\.test\.|(?<!\.d)\.ts$|fixtures/.test(path))).toEqual([]);
    expect(content.filter((path) => path.startsWith('test') || path.startsWith('src'))).toEqual([]);

    const executable = join(installed, 'node_modules/.bin/alidade');
    const plain = await runProgram(executable, ['version'], { cwd: installed });
    expect(plain).toEqual({ exitCode: 0, stdout: expect.stringContaining(readManifest().version), stderr: '' });

    const json = await runProgram(executable, ['version', '--json'], { cwd: installed });
    expect(JSON.parse(json.stdout)).toEqual({ version: readManifest().version, node: process.versions.node });
  });
});
