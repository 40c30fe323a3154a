import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSeededRandom } from '../../src/lib/seeded-random.ts';

const VERIFIER = fileURLToPath(new URL('../../src/audit/verify-main.ts', import.meta.url));

export interface Verdict {
  ok: boolean;
  records: number;
  first_bad: { file: string; line: number; seq: number | null; reason: string } | null;
}

export interface FlippedByte {
  before: Verdict;
  after: Verdict;
  restored: Verdict;
  /** Where the byte was flipped. */
  file: string;
  line: number;
  /** The verifier named that very line. */
  named: boolean;
}

/** The verifier as a program of its own, as an auditor runs it. */
function verify(dataDir: string): Promise<Verdict> {
  const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
  execFile(process.execPath, [VERIFIER, '--json', dataDir], { env: {} }, (error, stdout, stderr) => {
    if (error !== null && error.code !== 1) reject(new Error(stderr));
    else resolve(JSON.parse(stdout) as Verdict);
  });
  return promise;
}

/** Flips one bit of one byte somewhere in the journal, lets the verifier look, and puts it back. */
export async function flipByte(dataDir: string, seed: string): Promise<FlippedByte> {
  const before = await verify(dataDir);
  const random = createSeededRandom(`${seed} byte`);
  const journal = join(dataDir, 'journal');
  const names = readdirSync(journal).filter((name) => name.endsWith('.jsonl'));
  const file = names[random.integer(names.length)] as string;
  const path = join(journal, file);
  const bytes = readFileSync(path);
  const at = random.integer(bytes.length);
  const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] as number) ^ (1 << random.integer(8));
  writeFileSync(path, flipped);
  const after = await verify(dataDir);
  writeFileSync(path, bytes);
  const restored = await verify(dataDir);
  return {
    before,
    after,
    restored,
    file,
    line,
    named: after.first_bad?.file === file && after.first_bad.line === line,
  };
}
