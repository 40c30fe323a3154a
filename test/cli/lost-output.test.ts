import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { MAIN_FILE } from '../support/served-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function folderWith(configuration: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'alidade.yaml'), configuration);
  return folder;
}

const check = (cwd: string, stdout: 'pipe' | number) =>
  spawn(process.execPath, [MAIN_FILE, 'config', 'check'], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    stdio: ['ignore', stdout, 'pipe'],
  });

describe('standard output that nobody reads to its end', () => {
  it.each([
    ['sever: {}\n', 2],
    ['server: {}\n', 0],
  ])('leaves the exit code of %j what it is', async (configuration, expected) => {
    const child = check(folderWith(configuration), 'pipe');
    child.stdout?.destroy();
    const [[exitCode], notes] = await Promise.all([once(child, 'exit'), text(child.stderr as NodeJS.ReadableStream)]);
    expect({ exitCode, notes }).toEqual({ exitCode: expected, notes: '' });
  });

  it.skipIf(!existsSync('/dev/full'))('is a failure in one sentence where the disk is full', async () => {
    const child = check(folderWith('server: {}\n'), openSync('/dev/full', 'w'));
    const [[exitCode], notes] = await Promise.all([once(child, 'exit'), text(child.stderr as NodeJS.ReadableStream)]);
    expect({ exitCode, notes }).toEqual({ exitCode: 1, notes: 'Standard output cannot be written (ENOSPC).\n' });
  });
});
