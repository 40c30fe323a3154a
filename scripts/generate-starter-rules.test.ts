import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COUNTRY_GROUPS } from '../src/catalog/facts/country-groups.ts';
import { createBundle } from '../src/policy/bundle.ts';
import { type PolicyCase, runPolicyCase } from '../src/policy/policy-case.ts';
import type { Expression, Rule } from '../src/policy/rule.ts';
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

/** Operands of a chain of one operator, left to right. */
function operandsOf(expression: Expression, operator: '&&' | '||'): Expression[] {
  const sides = (expression as Record<string, { left: Expression; right: Expression } | undefined>)[operator];
  return sides === undefined
    ? [expression]
    : [...operandsOf(sides.left, operator), ...operandsOf(sides.right, operator)];
}

const chained = (operands: readonly Expression[], operator: string): Expression =>
  operands.reduce((left, right) => ({ [operator]: { left, right } }) as Expression);

/** The rule without one clause `unless`, and without one operand of each of its chains. */
function mutantsOf(rule: Rule): { lost: string; rule: Rule }[] {
  const without = (lost: string, conditions: Rule['conditions']) => ({
    lost,
    // Other text, another digest: what is compiled once is kept by it.
    rule: { ...rule, text: `${rule.text}\n// without ${lost}`, conditions },
  });
  return rule.conditions.flatMap((condition, place) => {
    const replaced = (body: Expression) =>
      rule.conditions.map((other, at) => (at === place ? { ...other, body } : other));
    const shorter = (['&&', '||'] as const).flatMap((operator) => {
      const operands = operandsOf(condition.body, operator);
      if (operands.length === 1) return [];
      return operands.map((_, at) =>
        without(
          `${condition.kind} ${operator} ${at}`,
          replaced(
            chained(
              operands.filter((_other, index) => index !== at),
              operator,
            ),
          ),
        ),
      );
    });
    if (condition.kind !== 'unless') return shorter;
    const rest = rule.conditions.filter((_, at) => at !== place);
    return [...shorter, without(`unless ${place}`, rest)];
  });
}

/** Whether a case that the rule alone decides otherwise fails with the mutant in its place. */
function isNoticed(rule: Rule, mutant: Rule): boolean {
  const verdict = (rules: readonly Rule[], policyCase: PolicyCase): string =>
    JSON.stringify(runPolicyCase(createBundle(rules), policyCase, COUNTRY_GROUPS, TODAY).verdict);
  const others = STARTER_RULES.filter(({ id }) => id !== rule.id);
  return cases.some(
    (policyCase) =>
      verdict([rule], policyCase) !== verdict([mutant], policyCase) &&
      failing([...others, mutant], [policyCase]).length > 0,
  );
}

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

  it('has no part of a condition whose loss its test files would not notice', () => {
    const unnoticed = STARTER_RULES.flatMap((rule) =>
      mutantsOf(rule)
        .filter(({ rule: mutant }) => !isNoticed(rule, mutant))
        .map(({ lost }) => `${rule.id}: ${lost}`),
    );
    expect(unnoticed).toEqual([]);
    expect(STARTER_RULES.flatMap(mutantsOf).length).toBeGreaterThan(80);
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
