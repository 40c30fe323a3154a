import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { COUNTRY_GROUPS } from '../catalog/facts/country-groups.ts';
import { AppError } from '../contracts/errors.ts';
import { createBundle, type PolicyBundle } from '../policy/bundle.ts';
import { compileRules } from '../policy/compile-rules.ts';
import { type PolicyCase, PolicyCaseError, type PolicyCaseResult, runPolicyCase } from '../policy/policy-case.ts';
import { formatRuleProblem, type Rule, type RuleProblem } from '../policy/rule.ts';
import { STARTER_RULES } from '../policy/starter-rules.ts';
import { readRuleFolder } from '../policy-thread/read-rule-folder.ts';

export type { PolicyCaseResult, RuleProblem };

export interface CheckedPolicies {
  ok: boolean;
  /** Digest of everything that would be in force; null where something is wrong. */
  digest: string | null;
  files: readonly string[];
  rules: readonly { id: string; effect: string; message: string | null; legal_basis: string | null }[];
  problems: readonly RuleProblem[];
  bundle: PolicyBundle | null;
}

/** Each problem as a line with its place. */
export const problemLines = (problems: readonly RuleProblem[]): string[] => problems.map(formatRuleProblem);

const isBad = ({ severity }: RuleProblem): boolean => severity === 'error';

/** Checks a rule file or folder (null: none) together with the starter bundle, as publishing it would. */
export function checkPolicies(path: string | null, withStarter: boolean): CheckedPolicies {
  const starter: readonly Rule[] = withStarter ? STARTER_RULES : [];
  const folder = path === null ? { files: [], problems: [] } : readRuleFolder(path);
  const compiled = folder.problems.some(isBad) ? { rules: [], problems: [] } : compileRules(folder.files, starter);
  const problems = [...folder.problems, ...compiled.problems];
  const ok = !problems.some(isBad);
  const bundle = ok ? createBundle([...starter, ...compiled.rules]) : null;
  const rules = ok ? [...starter, ...compiled.rules] : [];
  return {
    ok,
    digest: bundle?.digest ?? null,
    files: folder.files.map(({ name }) => name),
    rules: rules.map(({ id, effect, message, legalBasis }) => ({ id, effect, message, legal_basis: legalBasis })),
    problems,
    bundle,
  };
}

const TEST_FILE = /\.test\.(yaml|yml|json)$/;

/** Test files beside rules: those of a folder, those beside a rule file, or the one that is named. */
export function findPolicyTests(path: string): readonly string[] {
  if (TEST_FILE.test(path)) return [path];
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
  try {
    return readdirSync(folder)
      .filter((name) => TEST_FILE.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (cause) {
    throw new AppError('config_invalid', `The folder ${folder} cannot be read.`, { cause });
  }
}

export interface PolicyTestResult extends PolicyCaseResult {
  file: string;
}

function readCases(file: string): PolicyCase[] {
  let parsed: unknown;
  try {
    parsed = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AppError('config_invalid', `${file}: ${cause instanceof Error ? cause.message : 'cannot be read'}`, {
      cause,
    });
  }
  const whole =
    Array.isArray(parsed) && parsed.every((entry) => typeof entry?.expect === 'object' && entry.name !== undefined);
  if (whole) return parsed as PolicyCase[];
  throw new AppError('config_invalid', `${file}: a list of cases with name and expect belongs here.`);
}

/** Runs every case of `files`. @throws AppError config_invalid for a case that cannot be understood, with its place */
export function runPolicyTests(bundle: PolicyBundle, files: readonly string[], now: Date): PolicyTestResult[] {
  return files.flatMap((file) =>
    readCases(file).map((policyCase) => {
      try {
        return { file, ...runPolicyCase(bundle, policyCase, COUNTRY_GROUPS, now) };
      } catch (cause) {
        if (!(cause instanceof PolicyCaseError)) throw cause;
        throw new AppError('config_invalid', `${file}: ${policyCase.name}: ${cause.message}`, { cause });
      }
    }),
  );
}
