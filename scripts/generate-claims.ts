// Writes src/catalog/claims/claim-table.ts from data/claims/: `node scripts/generate-claims.ts`.
// The published package has no data/, so what it can tell is part of the program.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = new URL('../data/claims/', import.meta.url);

export const CLAIM_TABLE_FILE = 'src/catalog/claims/claim-table.ts';

/** Text of the module, before the formatter. */
export function claimTableModule(): string {
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.stringify(JSON.parse(line)));
  return `// Written by \`node scripts/generate-claims.ts\` from data/claims/; edit those files.
import type { Claim } from '../../contracts/claim.ts';

/** Figures that somebody published. */
export const CLAIM_TABLE: readonly Claim[] = [
${lines.map((line) => `  ${line},`).join('\n')}
];
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${root}${CLAIM_TABLE_FILE}`, claimTableModule());
  spawnSync('npx', ['biome', 'check', '--write', CLAIM_TABLE_FILE], { cwd: root, stdio: 'inherit' });
}
