import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleReceipt } from '../../test/support/receipts.ts';
import { repositoryRoot, runProgram } from '../../test/support/repository.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openSignedJournal } from './open-signed.ts';

const MAIN = join(repositoryRoot, 'src/audit/verify-main.ts');
/** `import type` is gone before the program runs; everything else is part of it. */
const IMPORT = /^(?:import|export)(?! type\b)[^;]*?from '([^']+)';|\bimport\('([^']+)'\)/gm;

/** Every file that the program runs, and every module that is not one of ours. */
function closureOf(main: string): { files: string[]; modules: string[] } {
  const files = new Set<string>();
  const modules = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [statement, from, dynamic] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = from ?? dynamic ?? '';
      const typesOnly = /^import \{(\s*type \w+,?)+\s*\} from/.test(statement);
      if (typesOnly) continue;
      if (target.startsWith('.')) visit(resolve(dirname(file), target));
      else modules.add(target);
    }
  };
  visit(main);
  return { files: [...files].map((file) => relative(repositoryRoot, file)).sort(), modules: [...modules].sort() };
}

async function journalOf(dataDir: string): Promise<string> {
  const journal = await openSignedJournal(dataDir, { now: Date.now, onProblem: () => undefined });
  for (let index = 0; index < 20; index += 1) journal.append(sampleReceipt(index));
  await journal.close();
  return join(dataDir, 'journal', readdirSync(join(dataDir, 'journal'))[0] as string);
}

const verify = (...args: string[]) =>
  runProgram(process.execPath, [MAIN, ...args], { cwd: temporaryFolder(), env: {} });

describe('the verifier', () => {
  it('consists of these files and of Node alone: no package, no configuration, no key', () => {
    const { files, modules } = closureOf(MAIN);
    expect(files).toEqual([
      'src/audit/anchor-check.ts',
      'src/audit/anchor.ts',
      'src/audit/chain-line.ts',
      'src/audit/checkpoint.ts',
      'src/audit/key-lineage.ts',
      'src/audit/key-rotation.ts',
      'src/audit/read.ts',
      'src/audit/segments.ts',
      'src/audit/verify-folder.ts',
      'src/audit/verify-main.ts',
      'src/audit/verify-report.ts',
      'src/audit/verify.ts',
      'src/contracts/journal.ts',
      'src/lib/line-reader.ts',
    ]);
    expect(modules).toEqual([
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:timers/promises',
      'node:util',
    ]);
    const lines = files.map((file) => readFileSync(join(repositoryRoot, file), 'utf8').split('\n').length);
    // Small enough to be read by whoever has to believe it.
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(1_400);
  });

  it('passes a whole journal and names the first bad record of another', async () => {
    const dataDir = temporaryFolder();
    const file = await journalOf(dataDir);
    const whole = await verify(dataDir);
    expect(whole).toMatchObject({ exitCode: 0, stderr: '' });
    expect(whole.stdout).toMatch(
      /^ok: 24 records, .*\nsigned: 2 checkpoints by key [0-9a-f]{16}, the last over record 23; 1 after it\n$/,
    );
    expect(JSON.parse((await verify('--json', dataDir)).stdout)).toEqual({ ok: true, records: 24, first_bad: null });
    const bytes = readFileSync(file);
    const at = bytes.indexOf('"outcome"', bytes.length / 2);
    bytes[at] = bytes[at]! ^ 2;
    writeFileSync(file, bytes);
    const line = bytes.subarray(0, at).toString('latin1').split('\n').length;
    const bad = await verify('--json', dataDir);
    expect(bad.exitCode).toBe(1);
    expect(JSON.parse(bad.stdout)).toMatchObject({ ok: false, records: line - 1, first_bad: { line, seq: line } });
  });

  it('ends with 2 where it is called wrongly, and with 1 where there is no journal', async () => {
    const empty = temporaryFolder();
    expect(await verify()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('usage') });
    expect(await verify('--nonsense', empty)).toMatchObject({ exitCode: 2 });
    expect(await verify(empty)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('There is no journal') });
    await journalOf(empty);
    expect(await verify('--public-key', MAIN, empty)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no Ed25519 public key'),
    });
  });
});
