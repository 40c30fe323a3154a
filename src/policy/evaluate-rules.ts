import {
  type DeploymentAttributes,
  POLICY_ACTIONS,
  type PolicyAction,
  type RequestAttributes,
} from '../contracts/policy.ts';
import { NO_RULE_PERMITS, type PolicyBundle, slicesOf } from './bundle.ts';
import type { Rule } from './rule.ts';
import { holdings } from './rule-holds.ts';

type Slices = Readonly<Partial<Record<PolicyAction, readonly string[]>>>;

/** One request's attributes against every kind of deployment that has no verdict yet. */
export interface EvaluationRequest {
  context: RequestAttributes;
  /** For each action that rules could forbid: the ids of the rules that may decide it. Absent: worked out here. */
  slices?: Slices;
  /** At least the attributes that rules of the slices read. */
  deployments: readonly Partial<DeploymentAttributes>[];
}

/**
 * For each deployment, in order: per action of the slices the ids of all rules that forbid it; empty: permitted. Those
 * with equal answers share one object, also when it has crossed from another thread.
 */
export type EvaluationAnswer = readonly Readonly<Partial<Record<PolicyAction, readonly string[]>>>[];

/** Whoever can decide: the thread, or this thread in tests and on the command line. */
export interface RuleEvaluator {
  evaluate(bundle: PolicyBundle, request: EvaluationRequest): Promise<EvaluationAnswer>;
}

/** Of one deployment: by number of the rule among those asked, whether it holds, and whether it failed while it ran. */
interface Applied {
  holds: readonly boolean[];
  failed: readonly boolean[];
}

/**
 * Forbid wins, and what no rule permits is forbidden. A rule that fails while it runs is left out by Cedar; a forbid that
 * is left out would open what it closes, so that every failure forbids.
 */
function forbidding(rules: readonly Rule[], slice: ReadonlySet<string>, { holds, failed }: Applied): readonly string[] {
  const forbids: string[] = [];
  let permitted = false;
  for (const [index, { id, effect }] of rules.entries()) {
    if (!slice.has(id)) continue;
    if (failed[index] === true || (effect === 'forbid' && holds[index] === true)) forbids.push(id);
    else if (holds[index] === true) permitted = true;
  }
  return forbids.length > 0 || permitted ? forbids : [NO_RULE_PERMITS];
}

function sharing(answer: EvaluationAnswer): EvaluationAnswer {
  const known = new Map<string, EvaluationAnswer[number]>();
  return answer.map((entry) => {
    const key = JSON.stringify(entry);
    const same = known.get(key) ?? entry;
    known.set(key, same);
    return same;
  });
}

/**
 * Lets Cedar say of each rule whether it holds: conditions never ask for the action (compile-rules.ts sees to that), so a
 * rule holds for each action that it is about or for none. @throws Error when it cannot, which callers treat as forbidden
 *
 * @param pause called before each rule, by a thread that lets others work meanwhile
 */
export function evaluateRules(
  bundle: PolicyBundle,
  request: EvaluationRequest,
  pause: () => void = () => undefined,
): EvaluationAnswer {
  const slices = Object.entries(request.slices ?? slicesOf(bundle, POLICY_ACTIONS, request.context));
  if (slices.length === 0) return request.deployments.map(() => ({}));
  const sets = slices.map(([action, ids]) => [action, new Set(ids)] as const);
  const asked = [...new Set(slices.flatMap(([, ids]) => ids))].sort();
  const rules = asked.flatMap((id) => bundle.rulesById.get(id) ?? []);
  const columns = rules.map((rule) => {
    pause();
    return holdings(rule, request.context, request.deployments);
  });
  return sharing(
    request.deployments.map((_, index) => {
      const applied = {
        holds: columns.map((column) => column[index] === 'holds'),
        failed: columns.map((column) => column[index] === 'failed'),
      };
      return Object.fromEntries(sets.map(([action, slice]) => [action, forbidding(rules, slice, applied)]));
    }),
  );
}

/** Decides in the calling thread, which it blocks. */
export const evaluateHere: RuleEvaluator = {
  evaluate: async (bundle, request) => evaluateRules(bundle, request),
};
