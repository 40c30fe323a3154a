// Makes dist/ from src/ and nothing else: `node scripts/build.ts [folder]`.
// TypeScript becomes JavaScript by plain `tsc` and few files by bundle.ts; the page's own files are copied as they are;
// compile-ahead.ts runs it once and keeps what V8 made of it.
// The folder is emptied first, so that a module that is gone from src/ is not published.

import { spawnSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { compileAhead } from './compile-ahead.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const target = resolve(process.argv[2] ?? join(root, 'dist'));

const NOT_PUBLISHED = /\.ts$|\.md$|\.test\.|\.cedar$|(^|\/)(fixtures\/|tsconfig\.json$)/;

function compile(): boolean {
  const compiler = join(root, 'node_modules/@typescript/native/bin/tsc');
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', target];
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function copyAssets(): void {
  const source = join(root, 'src');
  const files = globSync('**/*.*', { cwd: source }).map((path) => path.replaceAll('\\', '/'));
  for (const path of files.filter((name) => !NOT_PUBLISHED.test(name))) cpSync(join(source, path), join(target, path));
}

rmSync(target, { recursive: true, force: true });
if (compile()) {
  await bundle(root, target);
  copyAssets();
  const whyNot = await compileAhead(target);
  if (whyNot !== null) process.stderr.write(`Nothing is compiled ahead, so a first start takes longer: ${whyNot}\n`);
} else {
  process.exitCode = 1;
}
