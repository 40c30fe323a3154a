import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeOwnTexts, readOwnTexts, withoutMarks } from '../../scripts/privacy/own-texts.ts';
import { fScore, TYPES_OF_FIELD } from '../../scripts/privacy/sentences.ts';
import { GIVEN_NAMES, SURNAMES } from '../../src/privacy/lists/names.ts';
import { TYPES } from '../../src/privacy/types-of-data.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'data', 'privacy');
const NAMES = ['looked-at', 'counted', 'looked-at-2', 'counted-2'];
const halves = NAMES.map((half) => readOwnTexts(FOLDER, half));

describe('texts with personal data', () => {
  it('hold every language in each part, and no text twice', () => {
    for (const half of halves)
      expect(new Set(half.map(({ language }) => language))).toEqual(
        new Set(['en', 'de', 'fr', 'es', 'zh', 'ja', 'ko']),
      );
    const texts = halves.flat().map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.length).toBeGreaterThan(150);
  });

  it('have labels that mean something, and no mark left in the text', () => {
    const optional = new Set<string>();
    for (const { text, labels } of halves.flat()) {
      expect(text).not.toMatch(/[⟦⟧]/);
      for (const { field, optional: isOptional, start, end } of labels) {
        expect(text.slice(start, end).trim()).toBe(text.slice(start, end));
        if (isOptional) optional.add(field);
        else expect([...TYPES.keys(), ...Object.keys(TYPES_OF_FIELD)], text).toContain(field);
      }
    }
    expect(optional.size).toBeGreaterThan(0);
  });

  it('hold mostly names that our lists do not', () => {
    const listed = new Set(`${GIVEN_NAMES} ${SURNAMES}`.split(' '));
    const names = halves
      .flat()
      .flatMap(({ text, labels }) =>
        labels.filter(({ field }) => field === 'person').map(({ start, end }) => text.slice(start, end).toLowerCase()),
      );
    const known = names.filter((name) => name.split(/[ .-]/).some((word) => listed.has(word)));
    expect(known.length / names.length).toBeLessThan(0.15);
  });

  it('keep their labels in place when marks are taken out', () => {
    expect(withoutMarks('Hi ⟦person|Orla⟧ in ⟦?place|Ely⟧.')).toEqual({
      text: 'Hi Orla in Ely.',
      labels: [
        { field: 'person', optional: false, start: 3, end: 7 },
        { field: 'place', optional: true, start: 11, end: 14 },
      ],
    });
  });

  it('count what is found, missed and found wrongly', () => {
    const [own] = [{ language: 'en', genre: 'mail', ...withoutMarks('⟦email|a@b.example⟧, c@d.example, ⟦iban|DE00⟧') }];
    const { overall } = judgeOwnTexts([own as (typeof halves)[0][0]]);
    expect(overall).toEqual({ expected: 2, found: 1, exact: 1, masked: 1, false: 1 });
  });

  it.each(NAMES.map((name, index) => [name, index] as const))(
    'are found as well as the document says, %s',
    (_name, index) => {
      const { overall, byField } = judgeOwnTexts(halves[index] ?? []);
      expect(fScore(overall)).toBeGreaterThan(0.85);
      const people = byField.get('person');
      expect((people?.masked ?? 0) / (people?.expected ?? 1)).toBeGreaterThan(0.5);
    },
  );

  it('are described by the file beside them', () => {
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    for (const name of NAMES) expect(readme).toContain(`${name}.jsonl`);
  });
});
