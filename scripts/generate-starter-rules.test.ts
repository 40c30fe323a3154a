import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COUNTRY_GROUPS } from '../src/catalog/facts/country-groups.ts';
import { createBundle } from '../src/policy/bundle.ts';
import { type PolicyCase, runPolicyCase } from '../src/policy/policy-case.ts';
import { STARTER_RULES } from '../src/policy/starter-rules.ts';
import { starterRulesModule } from './generate-starter-rules.ts';

const folder = new URL('../src/policy/starter/', import.meta.url);
const TODAY = new Date('2026-11-22T12:00:00Z');

const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.test.yaml'))
  .flatMap((name) => parse(readFileSync(new URL(name, folder), 'utf8')) as PolicyCase[]);

const failing = (rules = STARTER_RULES, chosen: readonly PolicyCase[] = cases): string[] => {
  const bundle = createBundle(rules);
  return chosen.flatMap((policyCase) => {
    const { name, differences } = runPolicyCase(bundle, policyCase, COUNTRY_GROUPS, TODAY);
    return differences.map((difference) => `${name}: ${difference}`);
  });
};

describe('the starter bundle', () => {
  it('decides every case of its test files as written', () => {
    expect(cases.length).toBeGreaterThan(80);
    expect(failing()).toEqual([]);
  });

  it('has no rule whose loss its test files would not notice', () => {
    const unnoticed = STARTER_RULES.filter(({ id, actions }) => {
      const sends = actions.includes('send_raw') || actions.includes('send_tokenised');
      const about = cases.filter(({ expect: { rules, obligations = [], forbidden_uses: uses = [] } }) =>
        sends ? rules?.includes(id) : obligations.length + uses.length > 0,
      );
      return (
        failing(
          STARTER_RULES.filter((rule) => rule.id !== id),
          about,
        ).length === 0
      );
    });
    expect(unnoticed.map(({ id }) => id)).toEqual([]);
  });

  it('carries an id, a legal basis, an owner and a message on every rule', () => {
    for (const rule of STARTER_RULES) {
      expect(rule.id).toMatch(/^[a-z][a-z0-9_]+$/);
      for (const text of [rule.legalBasis, rule.owner, rule.message]) expect(text?.length, rule.id).toBeGreaterThan(3);
    }
  });

  it('is compiled from its files as they are', () => {
    const literal = /JSON\.parse\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/.exec(starterRulesModule())?.[1] as string;
    expect(STARTER_RULES).toEqual(JSON.parse(JSON.parse(literal) as string));
  });
});
