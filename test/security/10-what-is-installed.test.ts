import { expect, test } from 'vitest';
import { readLockedPackages, readManifest, readRepositoryFile } from '../support/repository.ts';

// Elsewhere a publishing token was stolen through an unpinned tool of the build, and for forty minutes every fresh
// installation ran what came with it; images built from pins were not touched.

const runtime = [...readLockedPackages()].filter(([, { dev }]) => dev !== true);

test('every package is fixed by the hash of its bytes, so that a changed one does not install', () => {
  expect(runtime.length).toBeGreaterThan(20);
  for (const [path, { integrity }] of readLockedPackages()) expect(integrity, path).toMatch(/^sha512-/);
});

test('nothing that the product runs with has a script that runs at installation', () => {
  expect(runtime.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
  expect(Object.entries(readManifest().allowScripts)).toEqual([['node', true]]);
});

test('the image is built from the lock file, runs no script of a package, and names its base exactly', () => {
  const lines = readRepositoryFile('Dockerfile').split('\n');
  const installs = lines.filter((line) => /npm (ci|install|i)\b/.test(line));
  expect(installs.length).toBeGreaterThan(0);
  for (const line of installs) expect(line).toMatch(/npm ci .*--ignore-scripts/);
  for (const line of lines.filter((known) => known.startsWith('FROM '))) expect(line).toMatch(/:\d+\.\d+\.\d+/);
});

test('the product fetches no code while it runs', () => {
  expect(Object.keys(readManifest().scripts).filter((name) => /^(pre|post)?(install|prepare)/.test(name))).toEqual([]);
});
