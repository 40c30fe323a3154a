import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFault } from '../../src/providers/sandbox/fault.ts';
import { listRepositoryFiles, readManifest, readRepositoryFile, repositoryRoot } from '../support/repository.ts';

const documents = (await listRepositoryFiles()).filter((path) => path.endsWith('.md') && !path.includes('/fixtures/'));

describe.each(documents)('%s', (path) => {
  const text = readRepositoryFile(path);

  it('links only to files that exist', () => {
    const targets = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)]*)?\)/g)].map((link) => link[1] ?? '');
    const broken = targets.filter(
      (target) => !existsSync(join(repositoryRoot, normalize(join(dirname(path), target)))),
    );
    expect(broken).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const known = Object.keys(readManifest().scripts);
    const named = [...text.matchAll(/\bnpm (?:run (?:--silent )?([a-z:-]+)|(start|test)\b)/g)];
    for (const [command, run, short] of named) expect(known, command).toContain(run ?? short);
  });
});

it('the README names every fault that can be asked of the sandbox', () => {
  const known = /Known: (.*)\.$/.exec(parseFault('nonsense') as string)?.[1]?.split(', ') ?? [];
  expect(known).toContain('status');
  const readme = readRepositoryFile('README.md');
  expect(known.filter((name) => !new RegExp(`\`${name}[\`=]`).test(readme))).toEqual([]);
});
