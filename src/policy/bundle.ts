import { createHash } from 'node:crypto';
import { POLICY_ACTIONS, type PolicyAction, type RequestAttributes } from '../contracts/policy.ts';
import { type AttributeUse, attributeUseOf } from './attribute-use.ts';
import { mayApply } from './partial-evaluation.ts';
import type { Rule } from './rule.ts';

/** All rules in force together, immutable. */
export interface PolicyBundle {
  /** Of the rules' texts, whatever files they lie in and in whatever order; 16 hex digits. */
  digest: string;
  rules: readonly Rule[];
  rulesById: ReadonlyMap<string, Rule>;
  use: AttributeUse;
}

/** Permits whatever no rule forbids: a default deny could not say which rule is to blame. */
const PERMIT_UNLESS_FORBIDDEN: Rule = {
  id: 'permit_unless_forbidden',
  effect: 'permit',
  actions: [
    'send_raw',
    'send_tokenised',
    'leave_region_open',
    'keep_body',
    'cache',
    'evaluate_on',
    'judge_with',
    'export_for_tuning',
  ],
  text: '@id("permit_unless_forbidden")\npermit(principal, action, resource);',
  place: { file: 'built in', line: 1, column: 1 },
  message: null,
  legalBasis: null,
  owner: null,
  admit: null,
  conditions: [],
};

/** The rule named where nothing permits and nothing forbids either. */
export const NO_RULE_PERMITS = 'no_rule_permits';

/**
 * A bundle of `rules`. Where none of them permits anything, everything is permitted that none forbids; a bundle with a
 * permit of its own is a list of what is allowed.
 */
export function createBundle(rules: readonly Rule[]): PolicyBundle {
  const permits = rules.some(({ effect }) => effect === 'permit');
  const all = permits ? [...rules] : [PERMIT_UNLESS_FORBIDDEN, ...rules];
  all.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const digest = createHash('sha256')
    .update(JSON.stringify(all.map(({ id, text }) => [id, text])))
    .digest('hex')
    .slice(0, 16);
  return Object.freeze({
    digest,
    rules: all,
    rulesById: new Map(all.map((rule) => [rule.id, rule])),
    use: attributeUseOf(all),
  });
}

/**
 * For each of `actions` the ids of the rules that may decide it for one request; an action that is permitted whatever the
 * deployment is left out.
 */
export function slicesOf(
  bundle: PolicyBundle,
  actions: readonly PolicyAction[],
  context: RequestAttributes,
): Readonly<Partial<Record<PolicyAction, readonly string[]>>> {
  const applying = bundle.rules.filter((rule) => mayApply(rule, context));
  const slices: Partial<Record<PolicyAction, readonly string[]>> = {};
  for (const action of actions) {
    const relevant = applying.filter((rule) => rule.actions.includes(action));
    const forbids = relevant.some(({ effect }) => effect === 'forbid');
    const permitsAll = relevant.some(({ effect, conditions }) => effect === 'permit' && conditions.length === 0);
    if (forbids || !permitsAll) slices[action] = relevant.map(({ id }) => id);
  }
  return slices;
}

/** Whether every action is permitted whatever the deployment: what `slicesOf` would say with no slice at all. */
export function isOpen(bundle: PolicyBundle, context: RequestAttributes): boolean {
  const permitted = new Set<PolicyAction>();
  for (const rule of bundle.rules) {
    if (!mayApply(rule, context)) continue;
    // The first one that may forbid settles it: nearly every combination of labelled traffic ends here.
    if (rule.effect === 'forbid') return false;
    if (rule.conditions.length === 0) for (const action of rule.actions) permitted.add(action);
  }
  return permitted.size === POLICY_ACTIONS.length;
}
