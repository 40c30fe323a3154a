// Where Cedar is asked: whether one rule holds for one request and one deployment. An answer depends on nothing but what
// the rule reads of them, so that it is remembered by that: most of what is new about a combination of attributes is
// about a few rules, and a call costs more than all else.

import { type PolicyJson, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { DeploymentAttributes, RequestAttributes } from '../contracts/policy.ts';
import { createLru } from '../lib/lru.ts';
import { type AttributeUse, attributeUseOf } from './attribute-use.ts';
import { mayApplyTo } from './partial-evaluation.ts';
import type { Rule } from './rule.ts';
import { partOf } from './signature.ts';

/** Whether the conditions of a rule hold; `failed` where Cedar gave up on it. */
export type Holding = 'holds' | 'not' | 'failed';

/** Parsed rules that are kept, a kilobyte or two each; parsing one costs as much as a few decisions. */
const PARSED_RULES = 2_048;
/** A few hundred bytes each. */
const REMEMBERED = 16_384;

const REQUEST = { type: 'Request', id: 'request' };
const DEPLOYMENT = { type: 'Deployment', id: 'deployment' };
const SEND = { type: 'Action', id: 'send' };
const POLICY = 'rule';

/**
 * The rule without its scope, which is about actions alone: without the group of an action among the entities, which would
 * double the time of a decision, Cedar would find no rule about `send` to apply.
 */
const openScope = ({ effect, conditions }: Rule): PolicyJson => ({
  effect,
  principal: { op: 'All' },
  action: { op: 'All' },
  resource: { op: 'All' },
  conditions: conditions as unknown as PolicyJson['conditions'],
});

/** Cedar keeps parsed sets by name for ever, so names are used again. */
function createParsedRules() {
  const free = Array.from({ length: PARSED_RULES + 1 }, (_, index) => `rule-${index}`);
  const names = createLru<Rule, string>(PARSED_RULES, (_rule, name) => free.push(name));
  return (rule: Rule): string => {
    const known = names.get(rule);
    if (known !== undefined) return known;
    const name = free.pop() as string;
    const answer = preparsePolicySet(name, { staticPolicies: { [POLICY]: openScope(rule) } });
    if (answer.type === 'failure') {
      free.push(name);
      throw new Error(`${rule.id} cannot be parsed: ${answer.errors.map(({ message }) => message).join('; ')}`);
    }
    names.set(rule, name);
    return name;
  };
}

const parsed = createParsedRules();

interface Known {
  number: number;
  use: AttributeUse;
}

const known = new WeakMap<Rule, Known>();
let rulesSeen = 0;

function knownOf(rule: Rule): Known {
  const before = known.get(rule);
  if (before !== undefined) return before;
  rulesSeen += 1;
  const entry = { number: rulesSeen, use: attributeUseOf([rule]) };
  known.set(rule, entry);
  return entry;
}

/** Of a deployment what the rule reads; what is not stated is left out. */
function only(attributes: Partial<DeploymentAttributes>, names: ReadonlySet<string>): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const name of names) {
    const value = attributes[name as keyof DeploymentAttributes];
    if (value !== undefined) part[name] = value;
  }
  return part;
}

function askCedar(rule: Rule, context: object, deployment: object): Holding {
  const answer = statefulIsAuthorized({
    principal: REQUEST,
    action: SEND,
    resource: DEPLOYMENT,
    context: context as never,
    preparsedPolicySetId: parsed(rule),
    entities: [{ uid: DEPLOYMENT, attrs: deployment as never, parents: [] }],
  });
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  const { reason, errors } = answer.response.diagnostics;
  if (errors.length > 0) return 'failed';
  return reason.length > 0 ? 'holds' : 'not';
}

const answers = createLru<string, Holding>(REMEMBERED);

/** Whether a rule holds for a request, for each deployment in order. @throws Error when Cedar cannot be asked */
export function holdings(
  rule: Rule,
  request: RequestAttributes,
  deployments: readonly Partial<DeploymentAttributes>[],
): readonly Holding[] {
  if (rule.conditions.length === 0) return deployments.map(() => 'holds');
  const { number, use } = knownOf(rule);
  const context = partOf(request, use);
  const asked = `${number} ${JSON.stringify(context)}`;
  return deployments.map((deployment) => {
    if (!mayApplyTo(rule, request, deployment)) return 'not';
    const attributes = only(deployment, use.deployment);
    const key = `${asked} ${JSON.stringify(attributes)}`;
    const before = answers.get(key);
    if (before !== undefined) return before;
    const holding = askCedar(rule, context, attributes);
    answers.set(key, holding);
    return holding;
  });
}
