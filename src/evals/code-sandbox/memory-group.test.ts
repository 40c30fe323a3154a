import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { findMemoryGroups } from './memory-group.ts';

it('finds no groups where the kernel shows none, and leaves nothing in a folder that only looks like it', () => {
  expect(findMemoryGroups(2 ** 30, '/nonexistent')).toBeNull();
  const root = temporaryFolder();
  const own = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  const folders = own.flatMap((line) => {
    const path = line.split(':').slice(2).join(':');
    return [join(root, path), join(root, 'memory', path)];
  });
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  expect(findMemoryGroups(2 ** 30, root)).toBeNull();
  for (const folder of folders) expect(readdirSync(folder).filter((name) => name.startsWith('alidade'))).toEqual([]);
});
