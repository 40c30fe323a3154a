// Shows the promise about where data may go, and that it can be proved afterwards: `npm run demo:egress [SEED]`.
// Three parts: random rules decide about random requests and an oracle that knows nothing of the product says what is
// forbidden; a running gateway is called about people in the EU while its permitted endpoints are killed, and every byte
// that reaches the other endpoint is looked at; one bit of the journal is flipped and the verifier names the record.
// Exits 1 when a promise is broken. `--small` runs a hundredth of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, demonstrate } from './demo-egress/demonstrate.ts';

const small = process.argv.includes('--small');
const seed = process.argv.slice(2).find((word) => !word.startsWith('--')) ?? 'egress';
const size = small ? { bundles: 10, requests: 100, calls: 200 } : { bundles: 1_000, requests: 1_000, calls: 10_000 };
const folder = mkdtempSync(join(tmpdir(), 'alidade-egress-'));
const startedAt = performance.now();

const print = ({ title, lines, kept }: Account): void => {
  process.stdout.write(`\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}  ${kept ? 'KEPT' : 'BROKEN'}\n`);
};

try {
  process.stdout.write(`seed: ${seed}\n`);
  const accounts = await demonstrate(size, seed, folder, print, (text) => process.stderr.write(text));
  const broken = accounts.filter(({ kept }) => !kept).length;
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stdout.write(`\n${accounts.length - broken} of ${accounts.length} promises kept, ${seconds} s\n`);
  process.exitCode = broken === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
