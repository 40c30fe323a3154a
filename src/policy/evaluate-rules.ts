import { type PolicyJson, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import {
  type DeploymentAttributes,
  POLICY_ACTIONS,
  type PolicyAction,
  type RequestAttributes,
} from '../contracts/policy.ts';
import { createLru } from '../lib/lru.ts';
import { attributeUseOf } from './attribute-use.ts';
import { NO_RULE_PERMITS, type PolicyBundle, slicesOf } from './bundle.ts';
import type { Rule } from './rule.ts';

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

/** Parsed sets of rules that are kept; each is a few kilobytes, parsing one costs as much as a hundred decisions. */
const PARSED_SETS = 64;

const REQUEST = { type: 'Request', id: 'request' };
const DEPLOYMENT = { type: 'Deployment', id: 'deployment' };

/** Rules as Cedar holds them, and what they read: nothing else has to cross over to it. */
interface ParsedSet {
  name: string;
  context: ReadonlySet<string>;
  deployment: ReadonlySet<string>;
}

/**
 * The rule without its scope: a slice holds the rules of one action only, and without the group of that action among the
 * entities, which would double the time of a decision, Cedar would find no rule about `send` to apply.
 */
const openScope = ({ effect, conditions }: Rule): PolicyJson => ({
  effect,
  principal: { op: 'All' },
  action: { op: 'All' },
  resource: { op: 'All' },
  conditions: conditions as unknown as PolicyJson['conditions'],
});

/** Cedar keeps parsed sets by name for ever, so names are used again. */
function createParsedSets() {
  const free = Array.from({ length: PARSED_SETS + 1 }, (_, index) => `set-${index}`);
  const sets = createLru<string, ParsedSet>(PARSED_SETS, (_key, { name }) => free.push(name));
  return (bundle: PolicyBundle, ids: readonly string[]): ParsedSet => {
    const key = `${bundle.digest} ${ids.join(' ')}`;
    const known = sets.get(key);
    if (known !== undefined) return known;
    const rules = ids.flatMap((id) => bundle.rulesById.get(id) ?? []);
    const name = free.pop() as string;
    const answer = preparsePolicySet(name, {
      staticPolicies: Object.fromEntries(rules.map((rule) => [rule.id, openScope(rule)])),
    });
    if (answer.type === 'failure') {
      free.push(name);
      throw new Error(`Rules cannot be parsed: ${answer.errors.map(({ message }) => message).join('; ')}`);
    }
    const { request, deployment } = attributeUseOf(rules);
    const set = { name, context: new Set(request.keys()), deployment };
    sets.set(key, set);
    return set;
  };
}

const parsedSet = createParsedSets();

const only = (attributes: object, names: ReadonlySet<string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => names.has(name)));

function forbidding(
  set: ParsedSet,
  action: PolicyAction,
  context: Readonly<Record<string, unknown>>,
  deployment: Readonly<Record<string, unknown>>,
): readonly string[] {
  const answer = statefulIsAuthorized({
    principal: REQUEST,
    action: { type: 'Action', id: action },
    resource: DEPLOYMENT,
    context: context as never,
    preparsedPolicySetId: set.name,
    entities: [{ uid: DEPLOYMENT, attrs: deployment as never, parents: [] }],
  });
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  const { decision, diagnostics } = answer.response;
  // Cedar leaves out a rule that fails while it runs; a forbid that is left out would open what it closes.
  const failed = diagnostics.errors.map(({ policyId }) => policyId);
  if (decision === 'allow') return failed;
  const rules = [...new Set([...diagnostics.reason, ...failed])].sort();
  return rules.length === 0 ? [NO_RULE_PERMITS] : rules;
}

/** Rules of a set that forbid, for every deployment; those that the rules cannot tell apart are decided once. */
function decideSet(
  bundle: PolicyBundle,
  action: PolicyAction,
  ids: readonly string[],
  request: EvaluationRequest,
): readonly (readonly string[])[] {
  const set = parsedSet(bundle, ids);
  const context = only(request.context, set.context);
  const decided = new Map<string, readonly string[]>();
  return request.deployments.map((deployment) => {
    const attributes = only(deployment, set.deployment);
    const key = JSON.stringify(attributes);
    const rules = decided.get(key) ?? forbidding(set, action, context, attributes);
    decided.set(key, rules);
    return rules;
  });
}

/** Whether a rule of the slice permits everything, so that forbids alone decide. */
const permitsAll = (bundle: PolicyBundle, ids: readonly string[]): boolean =>
  ids.some((id) => {
    const rule = bundle.rulesById.get(id);
    return rule?.effect === 'permit' && rule.conditions.length === 0;
  });

/**
 * All actions by one decision for each deployment: conditions never ask for the action (compile-rules.ts sees to that), so
 * a forbid holds for each action that it is about or for none.
 */
function decideTogether(bundle: PolicyBundle, request: EvaluationRequest, slices: Slices): EvaluationAnswer {
  const actions = Object.keys(slices) as PolicyAction[];
  const ids = [...new Set(Object.values(slices).flat())].sort();
  return decideSet(bundle, actions[0] as PolicyAction, ids, request).map((rules) =>
    Object.fromEntries(actions.map((action) => [action, rules.filter((id) => slices[action]?.includes(id) === true)])),
  );
}

function decideApart(bundle: PolicyBundle, request: EvaluationRequest, slices: Slices): EvaluationAnswer {
  const columns = (Object.entries(slices) as [PolicyAction, readonly string[]][]).map(
    ([action, ids]) => [action, decideSet(bundle, action, ids, request)] as const,
  );
  return request.deployments.map((_, index) =>
    Object.fromEntries(columns.map(([action, column]) => [action, column[index] as readonly string[]])),
  );
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

/** Lets Cedar decide. @throws Error when it cannot, which callers treat as forbidden */
export function evaluateRules(bundle: PolicyBundle, request: EvaluationRequest): EvaluationAnswer {
  const slices = request.slices ?? slicesOf(bundle, POLICY_ACTIONS, request.context);
  const sets = Object.values(slices);
  if (sets.length === 0) return request.deployments.map(() => ({}));
  const together = sets.every((ids) => permitsAll(bundle, ids));
  return sharing(together ? decideTogether(bundle, request, slices) : decideApart(bundle, request, slices));
}

/** Decides in the calling thread, which it blocks. */
export const evaluateHere: RuleEvaluator = {
  evaluate: async (bundle, request) => evaluateRules(bundle, request),
};
