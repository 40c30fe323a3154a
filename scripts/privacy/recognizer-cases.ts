// Presidio's own test cases as a differential test: what is expected there, and what we find at the same place.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detect } from '../../src/privacy/detect.ts';
import type { Finding } from '../../src/privacy/finding.ts';
import { compactIdentifier, isIdentifier } from '../../src/privacy/identifier.ts';
import { NUMBERS } from '../../src/privacy/recognizers/numbers-list.ts';
import { TYPES } from '../../src/privacy/types-of-data.ts';

interface Case {
  file: string;
  entities: string[] | null;
  params: Record<string, unknown>;
}

const OF_ONE_COUNTRY = new Set(['PH_MOBILE_NUMBER', 'TR_PHONE_NUMBER']);

export interface CaseResult {
  entity: string;
  text: string;
  expected: [number, number][] | null;
  count: number;
  found: Finding[];
  ok: boolean;
  /** A miss where the issuer's own rule refuses the number that is expected. */
  disputed: boolean;
}

const isSpan = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((entry) => typeof entry === 'number');

function spansOf(value: unknown): [number, number][] | null {
  if (isSpan(value)) return [value];
  if (Array.isArray(value) && value.every(isSpan)) return value;
  return null;
}

/** Our types for Presidio's entity, by the aliases that each type declares. */
function typesFor(entity: string): Set<string> {
  // The cases of language models ask for people and dates in one.
  if (entity === 'PERSON') return new Set(['person', 'date']);
  return new Set([...TYPES.values()].filter(({ aliases }) => aliases.includes(entity)).map(({ type }) => type));
}

interface Expected {
  count: number;
  spans: [number, number][] | null;
}

function expectedOf({ params }: Case): Expected | null {
  const count = params.expected_len;
  if (typeof count !== 'number') return null;
  const { expected_positions, expected_position, expected_res, expected_start, expected_end } = params;
  const spans =
    typeof expected_start === 'number' && typeof expected_end === 'number'
      ? [[expected_start, expected_end] as [number, number]]
      : spansOf(expected_positions ?? expected_position ?? expected_res);
  return { count, spans: spans !== null && spans.length === count ? spans : null };
}

/** Every case with a text and an expected count whose entity one of our types is called. */
export function runRecognizerCases(dataDir: string): CaseResult[] {
  const lines = readFileSync(join(dataDir, 'pii-presidio-recognizer-cases', 'cases.jsonl'), 'utf8').split('\n');
  const results: CaseResult[] = [];
  for (const line of lines) {
    if (line === '') continue;
    const entry = JSON.parse(line) as Case;
    const entity = entry.entities?.[0] ?? (entry.file === 'test_phone_recognizer.py' ? 'PHONE_NUMBER' : null);
    const text = entry.params.text ?? entry.params.iban;
    const expected = expectedOf(entry);
    if (entity === null || typeof text !== 'string' || expected === null) continue;
    const types = typesFor(entity);
    if (types.size === 0) continue;
    // Our type is a phone number of whatever country, so that a case which says "not one of this country's" asks for less.
    if (expected.count === 0 && OF_ONE_COUNTRY.has(entity)) continue;
    const found = detect(text, { leastScore: 0, nested: true }).filter(({ type }) => types.has(type));
    const ok = agrees(found, expected);
    results.push({
      entity,
      text,
      expected: expected.spans,
      count: expected.count,
      found,
      ok,
      disputed: !ok && found.length < expected.count && isRefused(types, text, expected),
    });
  }
  return results;
}

/** Whether a number at an expected place, or the whole text, breaks the rule of every type that it could be. */
function isRefused(types: ReadonlySet<string>, text: string, { count, spans }: Expected): boolean {
  const identifiers = NUMBERS.filter(({ type }) => types.has(type));
  if (identifiers.length === 0) return false;
  const written = spans?.map(([start, end]) => text.slice(start, end)) ?? text.match(/[A-Z\d][A-Z\d .-]{6,}/gi) ?? [];
  const accepted = written.filter((value) =>
    identifiers.some((identifier) => isIdentifier(identifier, compactIdentifier(value))),
  );
  return accepted.length < count;
}

function agrees(found: readonly Finding[], { count, spans }: Expected): boolean {
  if (found.length !== count) return false;
  return (
    spans === null ||
    spans.every(([start, end]) => found.some((finding) => finding.start === start && finding.end === end))
  );
}
