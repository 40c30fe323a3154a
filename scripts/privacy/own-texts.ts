// Texts of our own with their labels by hand, as people send them, and how well findings cover the labels.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detect } from '../../src/privacy/detect.ts';
import type { Finding } from '../../src/privacy/finding.ts';
import { isMaskedByDefault } from '../../src/privacy/types-of-data.ts';
import { newTally, overlaps, type Tally, TYPES_OF_FIELD } from './sentences.ts';

interface Label {
  /** A field of the sentences, or one of our types. */
  field: string;
  /** Right where it is found, no miss where it is not: initials of a state, a month. */
  optional: boolean;
  start: number;
  end: number;
}

interface OwnText {
  language: string;
  genre: string;
  text: string;
  labels: Label[];
}

export interface OwnTally extends Tally {
  /** A finding that is masked by default overlaps. */
  masked: number;
}

export interface OwnResult {
  byField: Map<string, OwnTally>;
  byLanguage: Map<string, OwnTally>;
  overall: OwnTally;
  misses: string[];
  falses: string[];
}

/** Reads one half, `looked-at` or `counted`; labels stand in the text as `⟦field|value⟧`, optional ones as `⟦?field|value⟧`. */
export function readOwnTexts(dataDir: string, half: string): OwnText[] {
  return readFileSync(join(dataDir, `${half}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const entry = JSON.parse(line) as { language: string; genre: string; text: string };
      return { ...entry, ...withoutMarks(entry.text) };
    });
}

export function withoutMarks(marked: string): { text: string; labels: Label[] } {
  const labels: Label[] = [];
  let text = '';
  let last = 0;
  for (const match of marked.matchAll(/⟦(\??)(\w+)\|([^⟧]+)⟧/g)) {
    text += marked.slice(last, match.index);
    const value = match[3] ?? '';
    labels.push({
      field: match[2] ?? '',
      optional: match[1] === '?',
      start: text.length,
      end: text.length + value.length,
    });
    text += value;
    last = match.index + match[0].length;
  }
  return { text: text + marked.slice(last), labels };
}

const typesOf = (field: string): readonly string[] => TYPES_OF_FIELD[field] ?? [field];

export function judgeOwnTexts(texts: readonly OwnText[]): OwnResult {
  const result: OwnResult = {
    byField: new Map(),
    byLanguage: new Map(),
    overall: { ...newTally(), masked: 0 },
    misses: [],
    falses: [],
  };
  for (const text of texts) judge(text, result);
  return result;
}

function count(result: OwnResult, language: string, field: string, add: (tally: OwnTally) => void): void {
  const of = (map: Map<string, OwnTally>, key: string): OwnTally => {
    const tally = map.get(key) ?? { ...newTally(), masked: 0 };
    map.set(key, tally);
    return tally;
  };
  for (const tally of [of(result.byField, field), of(result.byLanguage, language), result.overall]) add(tally);
}

function judge({ language, text, labels }: OwnText, result: OwnResult): void {
  const findings = detect(text, { leastScore: 0, nested: true });
  const around = ({ start, end }: { start: number; end: number }): string =>
    `${JSON.stringify(text.slice(start, end))} in ${JSON.stringify(text.slice(Math.max(0, start - 60), end + 40))}`;
  for (const label of labels) {
    if (label.optional) continue;
    const right = findings.filter((finding) => typesOf(label.field).includes(finding.type) && overlaps(finding, label));
    count(result, language, label.field, (tally) => {
      tally.expected += 1;
      if (right.length > 0) tally.found += 1;
      if (right.some((finding) => isExact(finding, label))) tally.exact += 1;
      if (right.some(isMaskedByDefault)) tally.masked += 1;
    });
    if (right.length === 0) result.misses.push(`${language} ${label.field}: ${around(label)}`);
  }
  for (const finding of findings) {
    if (labels.some((label) => fits(finding, label))) continue;
    const field =
      Object.keys(TYPES_OF_FIELD).find((name) => TYPES_OF_FIELD[name]?.includes(finding.type)) ?? finding.type;
    count(result, language, field, (tally) => {
      tally.false += 1;
    });
    result.falses.push(`${language} ${finding.type}@${finding.score}: ${around(finding)}`);
  }
}

/** Places and codes lie inside an address, which counts for them. */
const isExact = (finding: Finding, { field, start, end }: Label): boolean =>
  (finding.start === start && finding.end === end) ||
  (['place', 'postal_code'].includes(field) && finding.start <= start && finding.end >= end);

const PARTS_OF_ADDRESS = ['city', 'region', 'country', 'postal_code'];

const fits = (finding: Finding, label: Label): boolean =>
  overlaps(finding, label) &&
  (typesOf(label.field).includes(finding.type) ||
    (label.field === 'address' && PARTS_OF_ADDRESS.includes(finding.type)));
