import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOMAINS, TASKS } from '../../src/contracts/vocabulary.ts';
import { repositoryRoot } from '../support/repository.ts';

const folder = join(repositoryRoot, 'data/tasks');
const LANGUAGES = ['en', 'zh', 'ja', 'ko', 'de', 'fr', 'es'];
const MEMBERS = ['prompt', 'earlier', 'task', 'domain', 'language', 'why'];

interface Labelled {
  place: string;
  row: Record<string, unknown>;
}

const labelled: Labelled[] = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .sort()
  .flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line, index) => ({ place: `${name}:${index + 1}`, row: JSON.parse(line) as Record<string, unknown> })),
  );

const offenders = (wrong: (row: Record<string, unknown>) => boolean): string[] =>
  labelled.filter(({ row }) => wrong(row)).map(({ place }) => place);

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** Letters and digits only: what is left when case, marks and spaces are gone. */
const bare = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** Runs of three words; of four characters where a language writes no spaces. */
function shingles(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length >= 8) return new Set(words.slice(2).map((_, at) => words.slice(at, at + 3).join(' ')));
  const letters = [...bare(text)];
  return new Set(letters.slice(3).map((_, at) => letters.slice(at, at + 4).join('')));
}

describe('labelled prompts', () => {
  it('have a prompt, a known class, a known domain, a known language and a reason', () => {
    expect(offenders(({ prompt }) => !isText(prompt))).toEqual([]);
    expect(offenders(({ task }) => ![...TASKS, 'unsure'].includes(task as 'unsure'))).toEqual([]);
    expect(offenders(({ domain }) => domain !== null && !(DOMAINS as readonly unknown[]).includes(domain))).toEqual([]);
    expect(offenders(({ language }) => !LANGUAGES.includes(language as string))).toEqual([]);
    expect(offenders(({ why }) => !isText(why))).toEqual([]);
    expect(
      offenders(({ earlier }) => earlier !== undefined && !(Array.isArray(earlier) && earlier.every(isText))),
    ).toEqual([]);
    expect(offenders((row) => Object.keys(row).some((member) => !MEMBERS.includes(member)))).toEqual([]);
  });

  it('are no prompt twice, whatever case and marks; a follow-up may repeat after another turn', () => {
    const seen = new Map<string, string>();
    const twice: string[] = [];
    for (const { place, row } of labelled) {
      const key = `${bare(String(row.prompt))}\n${JSON.stringify(row.earlier ?? null)}`;
      const before = seen.get(key);
      if (before !== undefined && bare(String(row.prompt)) !== '') twice.push(`${before} and ${place}`);
      seen.set(key, place);
    }
    expect(twice).toEqual([]);
  });

  it('of one class are not each other with a few words changed', () => {
    const holders = new Map<string, number[]>();
    const sets = labelled.map(({ row }) => shingles(String(row.prompt)));
    for (const [index, set] of sets.entries()) {
      for (const shingle of set) {
        const before = holders.get(shingle);
        if (before === undefined) holders.set(shingle, [index]);
        else before.push(index);
      }
    }
    const near: string[] = [];
    for (const [index, set] of sets.entries()) {
      if (set.size < 12) continue;
      const common = new Map<number, number>();
      for (const shingle of set) {
        for (const other of holders.get(shingle) ?? []) {
          if (other < index) common.set(other, (common.get(other) ?? 0) + 1);
        }
      }
      for (const [other, count] of common) {
        const alike = count / (set.size + (sets[other] as Set<string>).size - count);
        const [one, two] = [labelled[index] as Labelled, labelled[other] as Labelled];
        if (alike > 0.8 && one.row.task === two.row.task) near.push(`${one.place} and ${two.place}`);
      }
    }
    expect(near).toEqual([]);
  });

  it('are at least 1,500, no class under 5 % and no language under 80', () => {
    expect(labelled.length).toBeGreaterThanOrEqual(1_500);
    for (const task of TASKS) {
      const share = labelled.filter(({ row }) => row.task === task).length / labelled.length;
      expect(share, task).toBeGreaterThan(0.05);
    }
    for (const language of LANGUAGES) {
      expect(labelled.filter(({ row }) => row.language === language).length, language).toBeGreaterThanOrEqual(80);
    }
  });
});
