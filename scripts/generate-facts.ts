// Writes src/catalog/facts/fact-table.ts and country-groups.ts from data/facts/: `node scripts/generate-facts.ts`.
// The published package has no data/, so what it decides by is part of the program.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const rowsOf = (name: string): Record<string, unknown>[] =>
  readFileSync(new URL(`../data/facts/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const HEAD = '// Written by `node scripts/generate-facts.ts` from data/facts/; edit those files.\n';

export function factTableModule(): string {
  const rows = rowsOf('facts.jsonl').map((row) => JSON.stringify(row));
  return `${HEAD}import type { FactRow } from './fact-row.ts';

/** What vendors and law were found to say, with dates. */
export const FACT_TABLE: readonly FactRow[] = [
${rows.map((row) => `  ${row},`).join('\n')}
];
`;
}

export function countryGroupsModule(): string {
  const groups = rowsOf('country-groups.jsonl').map(({ valid_until: validUntil, certainty, ...group }) => ({
    ...group,
    validUntil,
    certainty,
  }));
  return `${HEAD}import type { CountryGroup } from '../../contracts/policy.ts';

/** Countries that law treats alike; see the source of each. */
export const COUNTRY_GROUPS: readonly (CountryGroup & { certainty: string })[] = [
${groups.map((group) => `  ${JSON.stringify(group)},`).join('\n')}
];
`;
}

/** File -> text, before the formatter. */
export const FACT_MODULES: Readonly<Record<string, () => string>> = {
  'src/catalog/facts/fact-table.ts': factTableModule,
  'src/catalog/facts/country-groups.ts': countryGroupsModule,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of Object.entries(FACT_MODULES)) writeFileSync(`${root}${file}`, text());
  const files = Object.keys(FACT_MODULES);
  spawnSync('npx', ['biome', 'check', '--write', ...files], { cwd: root, stdio: 'inherit' });
}
