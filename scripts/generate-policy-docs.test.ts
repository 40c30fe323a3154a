import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLAIM_TABLE_FILE, claimTableModule } from './generate-claims.ts';
import { FACT_MODULES } from './generate-facts.ts';
import { policyDocument } from './generate-policy-docs.ts';

const repository = new URL('../', import.meta.url);
/** Rows of a generated module, however the formatter has broken and quoted them. */
const literals = (text: string): string => text.replace(/^\/\/.*$/gm, '').replace(/[\s"',\\]|\/\*.*?\*\//g, '');

describe('generated tables', () => {
  it('docs/policy.md lists the rules and attributes of the code', () => {
    expect(readFileSync(new URL('docs/policy.md', repository), 'utf8')).toBe(policyDocument());
  });

  it.each(Object.entries(FACT_MODULES))('%s holds what data/facts/ holds', (file, module) => {
    expect(literals(readFileSync(new URL(file, repository), 'utf8'))).toBe(literals(module()));
  });

  it('the table of claims holds what data/claims/ holds', () => {
    expect(literals(readFileSync(new URL(CLAIM_TABLE_FILE, repository), 'utf8'))).toBe(literals(claimTableModule()));
  });
});
