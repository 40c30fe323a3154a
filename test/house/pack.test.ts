import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installProduct, packProduct } from '../support/packed-product.ts';
import { readManifest, repositoryRoot, runProgram } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What a user's own program would hold; the second construction must not type-check, else our types are `any`. */
const CONSUMER = `import { createAlidade, ModelRouter } from 'alidade';
new ModelRouter({ performanceMonitoring: true });
// @ts-expect-error
if (process.argv.length > 99) new ModelRouter(42);
console.log(typeof createAlidade);
`;

describe('the published package', () => {
  it('installs from its tarball elsewhere, without scripts, and runs', { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    const installed = join(folder, 'elsewhere');
    await installProduct(await packProduct(folder), installed);

    const content = readdirSync(join(installed, 'node_modules/alidade'), { recursive: true, encoding: 'utf8' });
    expect(content).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/cli/main.js']));
    expect(content.filter((path) => /\.test\.|(?<!\.d)\.ts$|fixtures|compiled/.test(path))).toEqual([]);
    expect(content.filter((path) => path.startsWith('test') || path.startsWith('src'))).toEqual([]);

    const executable = join(installed, 'node_modules/.bin/alidade');
    const plain = await runProgram(executable, ['version'], { cwd: installed });
    expect(plain).toEqual({ exitCode: 0, stdout: expect.stringContaining(readManifest().version), stderr: '' });

    const json = await runProgram(executable, ['version', '--json'], { cwd: installed });
    expect(JSON.parse(json.stdout)).toEqual({ version: readManifest().version, node: process.versions.node });

    writeFileSync(join(installed, 'consumer.mts'), CONSUMER);
    const imported = await runProgram(process.execPath, ['consumer.mts'], { cwd: installed });
    expect(imported).toEqual({ exitCode: 0, stdout: 'function\n', stderr: '' });

    const compiler = join(repositoryRoot, 'node_modules/.bin/tsc');
    const types = ['--typeRoots', join(repositoryRoot, 'node_modules/@types'), '--types', 'node'];
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024', ...types];
    const checked = await runProgram(compiler, [...options, 'consumer.mts'], { cwd: installed });
    expect(checked).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});
