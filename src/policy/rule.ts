import type { PolicyAction } from '../contracts/policy.ts';

/** An expression of a rule as Cedar's JSON form writes it: one member, the operator. */
export type Expression = Readonly<Record<string, unknown>>;

/** Where something in a rule file is; line and column count from 1, the column in characters. */
export interface RulePlace {
  file: string;
  line: number;
  column: number;
}

/** One rule, compiled. Plain data: it crosses to the thread that evaluates. */
export interface Rule {
  /** `@id`, or file and line where a rule has none. */
  id: string;
  effect: 'permit' | 'forbid';
  /** Actions that it is about, groups spelled out. */
  actions: readonly PolicyAction[];
  /** Its text in Cedar, annotations included. */
  text: string;
  place: RulePlace;
  /** `@message`: one sentence for whoever is refused; or null. */
  message: string | null;
  /** `@legal_basis`, or null. */
  legalBasis: string | null;
  /** `@owner`, or null. */
  owner: string | null;
  /** `@admit`: the smallest change to the deployment's facts that this rule would accept; or null. */
  admit: string | null;
  conditions: readonly { kind: 'when' | 'unless'; body: Expression }[];
}

/** Something wrong with a rule; an error keeps the whole bundle from being used. */
export interface RuleProblem extends RulePlace {
  severity: 'error' | 'warning';
  message: string;
  /** What would be right, or null. */
  hint: string | null;
}

/** `policies/finance.cedar:3:14: error: ...`, as editors and people read it. */
export function formatRuleProblem({ file, line, column, severity, message, hint }: RuleProblem): string {
  return `${file}:${line}:${column}: ${severity}: ${message}${hint === null ? '' : ` ${hint}`}`;
}
