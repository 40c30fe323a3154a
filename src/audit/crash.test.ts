import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { ChainedRecord } from '../contracts/journal.ts';
import { openJournal } from './journal.ts';
import { verifyJournal } from './verify.ts';

const writer = fileURLToPath(new URL('../../test/support/journal-writer.ts', import.meta.url));

/** Starts a writer, kills it with SIGKILL once it has acknowledged so many lines, and returns all that it did. */
function killAfter(directory: string, from: number, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, directory, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > acknowledgements) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output.split('\n').slice(0, -1)));
  });
}

function recordsIn(directory: string): ChainedRecord[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.jsonl'));
  return names
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as ChainedRecord);
}

describe('kill -9', () => {
  it('takes nothing that flush has acknowledged, three times over, and the chain verifies', async () => {
    const directory = temporaryFolder();
    for (const [round, acknowledgements] of [30, 111, 400].entries()) {
      const from = round * 100_000;
      const acknowledged = await killAfter(directory, from, acknowledgements);
      expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgements);
      const kept = new Set(
        recordsIn(directory)
          .filter((record) => record.kind === 'intent' || record.kind === 'receipt')
          .map((record) => `${record.kind} ${Number(record.request_id.slice(4))}`),
      );
      expect(acknowledged.filter((line) => !kept.has(line))).toEqual([]);
      const journal = await openJournal({ directory, now: Date.now, onProblem: () => {} });
      await journal.close();
      expect(await verifyJournal(directory)).toMatchObject({ ok: true, first_bad: null });
    }
  }, 60_000);
});
