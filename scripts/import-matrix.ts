import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface MatrixEntry {
  tier: number;
  holds: string;
  folders: string[];
  packages: string[];
}

export interface Architecture {
  entries: Record<string, MatrixEntry>;
}

const BEGIN = '<!-- matrix: written by `node scripts/import-matrix.ts` from architecture.json -->';
const END = '<!-- /matrix -->';

export function readArchitecture(): Architecture {
  return JSON.parse(readFileSync(new URL('../architecture.json', import.meta.url), 'utf8')) as Architecture;
}

const TIER_NAMES = ['0 foundation', '1 pure', '2 parts', '3 wiring', '4 faces'];

function importsOf(name: string, entries: Architecture['entries']): string {
  const folders = entries[name]?.folders ?? [];
  const tierOf = (folder: string): number => entries[folder]?.tier ?? -1;
  const others = Object.keys(entries).filter((other) => tierOf(other) < (entries[name]?.tier ?? 0));
  if (folders.length > 5 && others.every((other) => folders.includes(other))) return 'everything in lower tiers';
  const pure = Object.keys(entries).filter((other) => tierOf(other) === 1);
  if (pure.every((other) => folders.includes(other))) return 'contracts, lib, all of tier 1';
  return folders.join(', ') || 'nothing';
}

/** The import matrix as a Markdown table, in the order of architecture.json. */
export function renderMatrix(architecture: Architecture): string {
  const rows = Object.entries(architecture.entries).map(([name, entry]) => {
    const label = name.endsWith('.ts') ? name : `${name}/`;
    return `| ${TIER_NAMES[entry.tier]} | \`${label}\` | ${entry.holds} | ${importsOf(name, architecture.entries)} | ${entry.packages.join(', ')} |`;
  });
  return ['| tier | entry | holds | may import | packages |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Puts the table between the markers of a document; throws where the markers are missing. */
export function withMatrix(document: string, architecture: Architecture): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('src/README.md has lost the markers around its matrix.');
  return `${document.slice(0, begin)}${BEGIN}\n\n${renderMatrix(architecture)}\n\n${document.slice(end)}`;
}

if (import.meta.main) {
  const path = fileURLToPath(new URL('../src/README.md', import.meta.url));
  writeFileSync(path, withMatrix(readFileSync(path, 'utf8'), readArchitecture()));
}
