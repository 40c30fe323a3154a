import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOSSES, type LossId } from './loss-table.ts';

const WIRE = new URL('./', import.meta.url);
const FOLDERS = { openai: 'openai-chat/', anthropic: 'anthropic/', gemini: 'gemini/' } as const;

function sourcesIn(folder: string): string {
  return readdirSync(new URL(folder, WIRE))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'loss-table.ts')
    .map((name) => readFileSync(new URL(folder + name, WIRE), 'utf8'))
    .join('\n');
}

/** What lies directly in wire/ may speak for any dialect, and so may the gateway. */
const shared = sourcesIn('./') + sourcesIn('../gateway/');
const sources = Object.fromEntries(
  Object.entries(FOLDERS).map(([dialect, folder]) => [dialect, sourcesIn(folder) + shared]),
);

describe.each(Object.keys(LOSSES) as LossId[])('the row %s', (id) => {
  const { to, toClient } = LOSSES[id];
  test.each([...new Set<string>([...to, ...toClient])])('is declared by something that speaks %s', (dialect) => {
    expect(sources[dialect]?.includes(`'${id}'`)).toBe(true);
  });
});

test.each(Object.entries(FOLDERS))('what speaks %s declares no loss that is not its own', (dialect, folder) => {
  const declared = [...sourcesIn(folder).matchAll(/\badd\(\s*'([a-z_0-9]+)'/g)].map(([, id]) => id as string);
  const foreign = declared.filter((id) => {
    if (!Object.hasOwn(LOSSES, id)) return false;
    const { to, toClient } = LOSSES[id as LossId];
    return !([...to, ...toClient] as string[]).includes(dialect);
  });
  expect(foreign).toEqual([]);
});
