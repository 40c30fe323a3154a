import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOSSES, type LossId } from '../src/wire/loss-table.ts';
import { readRepositoryFile, repositoryRoot } from '../test/support/repository.ts';
import { renderLosses, withLosses } from './generate-translation-docs.ts';

const FOLDERS = { openai: 'openai-chat', anthropic: 'anthropic', gemini: 'gemini' } as const;
const IDS = Object.keys(LOSSES) as LossId[];

/** Source text of the files of one folder of wire/, tests left out. */
function sourceOf(folder: string, top = 'src/wire'): string {
  return readdirSync(join(repositoryRoot, top, folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'loss-table.ts')
    .map((name) => readRepositoryFile(join(top, folder, name)))
    .join('\n');
}

const common = sourceOf('.') + sourceOf('gateway', 'src');

describe('losses in documents', () => {
  test('stand in docs/translation.md as the table in wire/ has them', () => {
    const document = readRepositoryFile('docs/translation.md');
    expect(document, 'run `node scripts/generate-translation-docs.ts`').toBe(withLosses(document));
  });

  test('are all there', () => {
    const text = renderLosses();
    for (const { why } of Object.values(LOSSES)) expect(text).toContain(why);
  });

  test('are not written into a document without the place for them', () => {
    expect(() => withLosses('# Translation\n')).toThrow('markers');
  });
});

describe.each(['openai', 'anthropic', 'gemini'] as const)('the table of losses for %s', (dialect) => {
  const source = sourceOf(FOLDERS[dialect]);
  const says = (id: LossId) => source.includes(`'${id}'`);
  /** Ids are words of wire formats too, so only those that are added to a report count the other way. */
  const adds = (id: LossId) => new RegExp(`\\.add\\(\\s*'${id}'`).test(source);
  const { to, toClient } = {
    to: IDS.filter((id) => (LOSSES[id].to as readonly string[]).includes(dialect)),
    toClient: IDS.filter((id) => (LOSSES[id].toClient as readonly string[]).includes(dialect)),
  };

  test('has no loss that nobody declares', () => {
    expect([...to, ...toClient].filter((id) => !says(id) && !common.includes(`'${id}'`))).toEqual([]);
  });

  test('has every loss that is declared', () => {
    const listed = new Set([...to, ...toClient]);
    expect(IDS.filter((id) => adds(id) && !listed.has(id))).toEqual([]);
  });
});
