import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeLine } from './write-line.ts';

it('writes all of a line also where one write takes only a part, in the middle of a character too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alidade-line-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'lines');
  const descriptor = openSync(path, 'a+');
  const short = ((fd: number, data: string | Buffer, from?: number | null) =>
    writeSync(fd, Buffer.from(data).subarray(from ?? 0, (from ?? 0) + 4))) as typeof writeSync;
  expect(writeLine(descriptor, '{"text":"Größe 日本"}\n')).toBe(26);
  expect(writeLine(descriptor, '{"text":"Größe 日本"}\n', short)).toBe(26);
  expect(readFileSync(path, 'utf8')).toBe('{"text":"Größe 日本"}\n'.repeat(2));
});

it('leaves nothing of a line that a full disk takes only a part of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alidade-line-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'lines');
  const descriptor = openSync(path, 'a+');
  let left = 10;
  const full = ((fd: number, data: string | Buffer, from?: number | null) => {
    if (left === 0) throw new Error('ENOSPC');
    const part = Buffer.from(data).subarray(from ?? 0, (from ?? 0) + left);
    left -= part.length;
    return writeSync(fd, part);
  }) as typeof writeSync;
  writeLine(descriptor, '{"text":"first"}\n');
  expect(() => writeLine(descriptor, '{"text":"second"}\n', full)).toThrow('ENOSPC');
  writeLine(descriptor, '{"text":"third"}\n');
  expect(readFileSync(path, 'utf8')).toBe('{"text":"first"}\n{"text":"third"}\n');
});
