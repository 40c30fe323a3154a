import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { DISK } from './files.ts';

it('counts what nobody can look at as not there', () => {
  const loop = join(temporaryFolder(), 'alidade.yaml');
  symlinkSync(loop, loop);
  expect([DISK.kind(loop), DISK.fingerprint(loop), DISK.readText(loop), DISK.names(loop)]).toEqual([
    null,
    null,
    null,
    [],
  ]);
});
