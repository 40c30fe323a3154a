import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { evidenceRowSchema } from '../contracts/evidence.ts';
import { EvidenceFiles } from './evidence-files.ts';
import { FeedbackLedger, type RatedAnswer } from './feedback-ledger.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

const answer = (id: string, deployment = 'a@x', task: RatedAnswer['cell']['task'] = 'creative'): RatedAnswer => ({
  request_id: id,
  cell: { task, language: 'en', length: 'short', use_case: null },
  model: `m/${deployment[0]}`,
  deployment,
  sandbox: false,
});

function ledgerIn(folder: string, problems: string[] = []): FeedbackLedger {
  let now = NOW;
  const clock = (): number => {
    now += 1_000;
    return now;
  };
  return new FeedbackLedger(folder, clock, (problem) => problems.push(problem));
}

describe('feedback', () => {
  test('becomes one row for each cell and deployment, which evidence takes', () => {
    const folder = temporaryFolder();
    const ledger = ledgerIn(folder);
    ledger.take(answer('1'), 1, 'k1');
    ledger.take(answer('2'), 0.5, 'k2');
    ledger.take(answer('3', 'b@y'), 0, 'k1');
    const rows = ledger.unpublished(false);
    expect(rows.map(({ deployment, n, mean }) => [deployment, n, mean])).toEqual([
      ['a@x', 2, 0.75],
      ['b@y', 1, 0],
    ]);
    expect(rows[0]).toMatchObject({ kind: 'own', instrument: { name: 'feedback' }, outcomes: { 1: 1, 2: 0.5 } });
    for (const row of rows) expect(evidenceRowSchema.parse(row)).toEqual(row);
    expect(ledger.unpublished(true)).toEqual([]);
    expect(new EvidenceFiles(folder, () => NOW).add(rows, 'feedback')).toMatchObject({ rows: 2, promoted: false });
  });

  test('of one key counts ten times in a cell at most, the newest ten', () => {
    const ledger = ledgerIn(temporaryFolder());
    const counted = Array.from({ length: 30 }, (_, index) =>
      ledger.take(answer(`r${index}`), Number(index >= 20), 'k'),
    );
    expect(Math.max(...counted)).toBe(10);
    expect(ledger.unpublished(false)).toMatchObject([{ n: 10, mean: 1 }]);
    expect(ledger.take(answer('other', 'a@x', 'quantitative'), 1, 'k')).toBe(1);
    expect(ledger.take(answer('another'), 0, 'somebody else')).toBe(1);
    expect(ledger.unpublished(false)).toMatchObject([{ n: 11 }, { n: 1 }]);
  });

  test('is capped over all deployments of a cell together, and leaves no row without a rating', () => {
    const ledger = ledgerIn(temporaryFolder());
    ledger.take(answer('first', 'b@y'), 1, 'k');
    for (let index = 0; index < 20; index += 1) ledger.take(answer(`r${index}`), 1, 'k');
    const rows = ledger.unpublished(false);
    expect(rows.map(({ deployment, n }) => [deployment, n])).toEqual([
      ['b@y', 1],
      ['a@x', 9],
    ]);
  });

  test('of one key counts ten times for a kind of work, in however many cells, which are pooled where they hold little', () => {
    const ledger = ledgerIn(temporaryFolder());
    const languages = ['en', 'de', 'fr', 'zh', 'ja', 'ko', 'es', 'it', 'pt', 'nl'];
    const rate = (language: string, index: number, key: string) => {
      const { cell, ...rest } = answer(`${key}-${language}-${index}`, index % 2 === 0 ? 'a@x' : 'b@y');
      return ledger.take({ ...rest, cell: { ...cell, language } }, index % 2, key);
    };
    for (const language of languages) for (let index = 0; index < 10; index += 1) rate(language, index, 'k');
    const items = () => ledger.unpublished(false).reduce((sum, { n }) => sum + n, 0);
    expect(items()).toBe(10);
    ledger.markPublished(ledger.unpublishedIds(false));
    for (let index = 0; index < 10; index += 1) rate('en', index, 'another');
    ledger.markPublished(ledger.unpublishedIds(false));
    // What is no longer counted elsewhere is published as well.
    rate('fr', 0, 'another');
    expect(ledger.unpublished(false).map(({ cell, n }) => [cell.language, n])).toContainEqual(['fr', 1]);
    expect(new Set(ledger.unpublished(false).map(({ cell }) => cell.language))).toEqual(new Set(['en', 'fr']));
  });

  test('on a request that was rated before replaces what was said', () => {
    const ledger = ledgerIn(temporaryFolder());
    ledger.take(answer('1'), 1, 'k');
    expect(ledger.take(answer('1'), 0, 'k')).toBe(1);
    expect(ledger.unpublished(false)).toMatchObject([{ n: 1, mean: 0 }]);
  });

  test.each(['{"request_id":"2","ce', '{"request_id":"2"}', 'null'])(
    'goes on with the ratings that can be read, tells of those that cannot, and keeps them aside: %s',
    (damage) => {
      const folder = temporaryFolder();
      const path = join(folder, 'feedback.jsonl');
      const problems: string[] = [];
      ledgerIn(folder).take(answer('1'), 1, 'k');
      const damaged = `${readFileSync(path, 'utf8')}${damage}\n`;
      writeFileSync(path, damaged);
      const ledger = ledgerIn(folder, problems);
      expect(ledger.take(answer('3'), 0, 'k')).toBe(2);
      expect(ledger.unpublished(false)).toMatchObject([{ n: 2, mean: 0.5 }]);
      expect(problems).toEqual([expect.stringContaining('1 of the ratings')]);
      expect(readFileSync(`${path}.broken`, 'utf8')).toBe(damaged);
      expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(2);
    },
  );

  test('survives a restart, and is published once', () => {
    const folder = temporaryFolder();
    ledgerIn(folder).take(answer('1'), 1, 'k');
    const again = ledgerIn(folder);
    expect(again.unpublished(false)).toHaveLength(1);
    again.markPublished(again.unpublishedIds(false));
    expect(ledgerIn(folder).unpublished(false)).toEqual([]);
    expect(readFileSync(join(folder, 'feedback.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(1);
    const later = ledgerIn(folder);
    later.take(answer('2'), 0, 'k');
    expect(later.unpublished(false)).toMatchObject([{ n: 2, mean: 0.5 }]);
  });
});
