// Sentences made from templates with slots, and how well findings cover what was put into the slots.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detect } from '../../src/privacy/detect.ts';
import type { Finding } from '../../src/privacy/finding.ts';
import { createValues } from './synthetic-values.ts';

export interface Slot {
  field: string;
  start: number;
  end: number;
}

export interface Sentence {
  text: string;
  slots: Slot[];
}

/** What a slot should be found as. Types of one row are as good as each other: a street may be an address or a place. */
export const TYPES_OF_FIELD: Readonly<Record<string, readonly string[]>> = {
  person: ['person'],
  organization: ['organization'],
  address: ['address'],
  place: ['city', 'region', 'country', 'address'],
  street: ['address', 'city'],
  postal_code: ['postal_code', 'address'],
  credit_card: ['credit_card'],
  iban: ['iban'],
  ssn: ['us_ssn'],
  driver_license: ['us_driver_license'],
  phone: ['phone'],
  email: ['email'],
  ip_address: ['ip_address'],
  url: ['url', 'domain'],
  date: ['date', 'date_of_birth'],
  age: ['age'],
  nationality: ['nationality', 'country'],
};

const FIELD_OF_SLOT: Readonly<Record<string, string>> = {
  address: 'address',
  age: 'age',
  building_number: 'street',
  city: 'place',
  country: 'place',
  credit_card_number: 'credit_card',
  date_of_birth: 'date',
  date_time: 'date',
  email: 'email',
  first_name: 'person',
  first_name_female: 'person',
  first_name_male: 'person',
  iban: 'iban',
  ip_address: 'ip_address',
  last_name: 'person',
  last_name_female: 'person',
  name: 'person',
  name_female: 'person',
  name_male: 'person',
  nation_woman: 'nationality',
  nationality: 'nationality',
  organization: 'organization',
  person: 'person',
  phone_number: 'phone',
  postcode: 'postal_code',
  secondary_address: 'street',
  ssn: 'ssn',
  street_name: 'street',
  url: 'url',
  us_driver_license: 'driver_license',
  zipcode: 'postal_code',
};

/** Slots that hold no personal data of their own: what is found there is counted neither for nor against. */
const IGNORED = new Set(['prefix', 'prefix_male', 'prefix_female', 'job', 'year', 'day_of_week']);

/** `rounds` sentences of each template, with the places of the values that were put in. */
export function makeSentences(dataDir: string, rounds: number, seed: number): Sentence[] {
  const lines = readFileSync(join(dataDir, 'pii-presidio-templates-dev', 'templates.dev.txt'), 'utf8').split('\n');
  const values = createValues(seed);
  const sentences: Sentence[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    for (let round = 0; round < rounds; round += 1) sentences.push(fill(line.replaceAll('\\n', '\n'), values));
  }
  return sentences;
}

function fill(template: string, values: Readonly<Record<string, () => string>>): Sentence {
  const slots: Slot[] = [];
  let text = '';
  let last = 0;
  for (const match of template.matchAll(/\{\{(\w+)\}\}/g)) {
    const field = match[1] ?? '';
    const draw = values[field];
    if (draw === undefined) throw new Error(`no value for the slot ${field}`);
    text += template.slice(last, match.index);
    const start = text.length;
    text += draw();
    slots.push({ field, start, end: text.length });
    last = match.index + match[0].length;
  }
  return { text: text + template.slice(last), slots };
}

export interface Tally {
  expected: number;
  /** A finding of a right type overlaps. */
  found: number;
  /** Its span is exact, or, for parts of an address, holds the whole part. */
  exact: number;
  false: number;
}

export interface SentenceResult {
  byField: Map<string, Tally>;
  overall: Tally;
  misses: string[];
  falses: string[];
}

export const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
  a.start < b.end && b.start < a.end;

export function judgeSentences(sentences: readonly Sentence[]): SentenceResult {
  const result: SentenceResult = { byField: new Map(), overall: newTally(), misses: [], falses: [] };
  for (const sentence of sentences) judge(sentence, result);
  for (const tally of result.byField.values()) {
    result.overall.expected += tally.expected;
    result.overall.found += tally.found;
    result.overall.exact += tally.exact;
    result.overall.false += tally.false;
  }
  return result;
}

export const newTally = (): Tally => ({ expected: 0, found: 0, exact: 0, false: 0 });

function tallyOf(result: SentenceResult, field: string): Tally {
  const tally = result.byField.get(field) ?? newTally();
  result.byField.set(field, tally);
  return tally;
}

function judge({ text, slots }: Sentence, result: SentenceResult): void {
  const findings = detect(text, { leastScore: 0, nested: true });
  for (const slot of slots) {
    const field = FIELD_OF_SLOT[slot.field];
    if (field === undefined) continue;
    const tally = tallyOf(result, field);
    tally.expected += 1;
    const right = findings.filter(
      (finding) => (TYPES_OF_FIELD[field] ?? []).includes(finding.type) && overlaps(finding, slot),
    );
    if (right.length > 0) tally.found += 1;
    else
      result.misses.push(
        `${field}: ${JSON.stringify(text.slice(slot.start, slot.end))} in ${JSON.stringify(text.slice(0, 160))}`,
      );
    if (right.some((finding) => isExact(finding, slot, field))) tally.exact += 1;
  }
  for (const finding of findings) {
    if (isRight(finding, slots)) continue;
    const field =
      Object.keys(TYPES_OF_FIELD).find((name) => TYPES_OF_FIELD[name]?.includes(finding.type)) ?? finding.type;
    tallyOf(result, field).false += 1;
    result.falses.push(
      `${finding.type}@${finding.score}: ${JSON.stringify(text.slice(finding.start, finding.end))} in ${JSON.stringify(text.slice(0, 160))}`,
    );
  }
}

function isExact(finding: Finding, slot: Slot, field: string): boolean {
  if (finding.start === slot.start && finding.end === slot.end) return true;
  return (
    (field === 'street' || field === 'place' || field === 'postal_code') &&
    finding.start <= slot.start &&
    finding.end >= slot.end
  );
}

function isRight(finding: Finding, slots: readonly Slot[]): boolean {
  return slots.some((slot) => {
    if (!overlaps(finding, slot)) return false;
    if (IGNORED.has(slot.field)) return true;
    // Parts of an address inside it are right too.
    if (slot.field === 'address' && ['city', 'region', 'country', 'postal_code'].includes(finding.type)) return true;
    return (TYPES_OF_FIELD[FIELD_OF_SLOT[slot.field] ?? ''] ?? []).includes(finding.type);
  });
}

/** F with recall weighing `beta` times as much as precision. */
export function fScore({ expected, found, false: wrong }: Tally, beta = 2): number {
  const precision = found + wrong === 0 ? 0 : found / (found + wrong);
  const recall = expected === 0 ? 0 : found / expected;
  const weight = beta * beta;
  return precision + recall === 0 ? 0 : ((1 + weight) * precision * recall) / (weight * precision + recall);
}
