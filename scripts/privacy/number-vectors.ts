// stdnum's vectors against our rules: does a number that its issuer would accept pass, and no other.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compactIdentifier, isIdentifier } from '../../src/privacy/identifier.ts';
import { NUMBERS } from '../../src/privacy/recognizers/numbers-list.ts';

interface Vector {
  country: string;
  type: string;
  value: string;
  valid: boolean;
  error: string | null;
}

export interface VectorResult extends Vector {
  name: string;
  ok: boolean;
}

/** Every vector whose `country.type` one of our numbers is called. */
export function runNumberVectors(dataDir: string): VectorResult[] {
  const lines = readFileSync(join(dataDir, 'id-numbers-stdnum-vectors', 'vectors.jsonl'), 'utf8').split('\n');
  const results: VectorResult[] = [];
  for (const line of lines) {
    if (line === '') continue;
    const vector = JSON.parse(line) as Vector;
    const name = `${vector.country}.${vector.type}`;
    const ours = NUMBERS.filter(({ aliases }) => aliases?.split(' ').includes(name));
    if (ours.length === 0) continue;
    const compact = compactIdentifier(vector.value);
    const accepted = ours.some((identifier) => isIdentifier(identifier, compact));
    results.push({ ...vector, name, ok: accepted === vector.valid });
  }
  return results;
}
