import { describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { PolicyStore, type RuleCompiler } from './policy-store.ts';

const rule = (id: string): string =>
  `@id("${id}") forbid (principal, action, resource) when { resource.operator == "x" };\n`;
const folder = (...texts: readonly string[]) => ({
  files: texts.map((text, index) => ({ name: `${index}.cedar`, text })),
  problems: [],
});
const compiler: RuleCompiler = { compile: async (files, known) => compileRules(files, known) };

describe('PolicyStore', () => {
  it('puts a whole bundle in force at once', async () => {
    const store = new PolicyStore(compiler, []);
    const before = store.bundle;
    expect(await store.publish(folder(rule('a'), rule('b')))).toMatchObject({ ok: true });
    expect(store.bundle.digest).not.toBe(before.digest);
    expect([...store.bundle.rulesById.keys()]).toEqual(['a', 'b', 'permit_unless_forbidden']);
  });

  it('keeps the last good bundle when one file of a folder is wrong, and names the place', async () => {
    const store = new PolicyStore(compiler, []);
    await store.publish(folder(rule('a')));
    const good = store.bundle;
    const result = await store.publish(folder(rule('b'), rule('c').slice(0, -10)));
    expect(result).toMatchObject({ ok: false, reason: 'problems', problems: [{ file: '1.cedar', line: 1 }] });
    expect(store.bundle).toBe(good);
  });

  it('lets one of two win who publish at once', async () => {
    const store = new PolicyStore(compiler, []);
    const expected = store.bundle.digest;
    const results = await Promise.all([
      store.publish(folder(rule('a')), { expected }),
      store.publish(folder(rule('b')), { expected }),
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
    expect(results[1]).toMatchObject({ reason: 'conflict', current: store.bundle.digest });
    expect(store.bundle.rulesById.has('a')).toBe(true);
  });

  it('makes a bundle with a permit of its own a list of what is allowed', async () => {
    const store = new PolicyStore(compiler, []);
    await store.publish(
      folder('@id("only_x") permit (principal, action, resource) when { resource.operator == "x" };'),
    );
    expect([...store.bundle.rulesById.keys()]).toEqual(['only_x']);
  });

  it('refuses countries and groups of countries that do not exist, since a rule about them protects nobody', async () => {
    const about = (condition: string): string =>
      `@id("a")\nforbid (principal, action, resource)\nwhen { ${condition} };\n`;
    const store = new PolicyStore(compiler, []);
    await store.publish(folder(about('resource.region_groups.contains("eea") && resource.region == "gb"')));
    const good = store.bundle;
    for (const [condition, hint] of [
      ['resource.operator_groups.contains("us_countries_of_concern")', /us_country_of_concern/],
      ['!resource.region_groups.containsAny(["eu", "eea"])', /"eea"/],
      ['context.subject_jurisdictions.contains("uk")', /"gb"/],
      ['["uk"].contains(resource.operator_country)', /"gb"/],
      ['resource.maker_country == "zz"', null],
    ] as const) {
      const result = await store.publish(folder(about(condition)));
      const place = { file: '0.cedar', line: 3, hint: hint === null ? null : expect.stringMatching(hint) };
      expect(result).toMatchObject({ ok: false, problems: [place] });
      expect(store.bundle).toBe(good);
    }
  });

  it('refuses a number that would be another when it is evaluated, and says where it stands', async () => {
    const limit = (number: string): string =>
      `@id("é")\nforbid (principal, action, resource)\nwhen { resource has retention_days && resource.retention_days > ${number} };\n`;
    const store = new PolicyStore(compiler, []);
    expect(await store.publish(folder(limit('9007199254740991')))).toMatchObject({ ok: true });
    const good = store.bundle;
    for (const number of ['9007199254740993', '9223372036854775807']) {
      const result = await store.publish(folder(limit(number)));
      expect(result).toMatchObject({ ok: false, problems: [{ file: '0.cedar', line: 3, column: 65 }] });
      expect(store.bundle).toBe(good);
    }
  });
});
