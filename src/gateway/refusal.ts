import type { Decision, Removal, World } from '../contracts/decision.ts';
import { AppError } from '../contracts/errors.ts';
import type { RemovedBecause } from '../contracts/vocabulary.ts';

const rulesOf = (removed: readonly Removal[], because: RemovedBecause): string[] => [
  ...new Set(removed.filter((entry) => entry.removed_because === because).flatMap((entry) => entry.rules)),
];

const list = (values: readonly string[]): string => (values.length === 0 ? '' : ` (${values.join(', ')})`);

/**
 * The error for a decision without a plan. Of several kinds of removal the hardest is named first: what policy forbids
 * must read as forbidden, even where something else is missing as well.
 */
export function refusalOf(decision: Decision, world: World): AppError {
  const { removed } = decision;
  const first = (because: RemovedBecause): boolean => removed.some((entry) => entry.removed_because === because);
  if (first('policy')) {
    const rules = rulesOf(removed, 'policy');
    return new AppError('denied_by_policy', `Policy forbids every deployment for this request${list(rules)}.`, {
      rules,
    });
  }
  if (first('allow_list')) {
    const text = `This key or the request's own preferences allow none of the deployments${list(rulesOf(removed, 'allow_list'))}.`;
    return new AppError('model_not_allowed', text);
  }
  if (first('capability')) {
    const text = `No deployment has what the request needs${list(rulesOf(removed, 'capability'))}.`;
    return new AppError('no_capable_deployment', text);
  }
  if (first('over_budget') || first('unpriced')) {
    const rules = [...rulesOf(removed, 'over_budget'), ...rulesOf(removed, 'unpriced')];
    const left = rules.includes('budget_left_usd') ? `, of which $${decision.moment.budget_left_usd} is left` : '';
    return new AppError('budget_exceeded', `No deployment fits the budget${list(rules)}${left}.`);
  }
  if (first('deadline')) return new AppError('deadline_exceeded', 'No deployment can answer within the deadline.');
  return new AppError('no_deployment', noDeployment(decision, world));
}

function noDeployment(decision: Decision, world: World): string {
  const reasons = decision.unavailable.map(({ model, reason }) => `${model}: ${reason}`);
  if (reasons.length > 0) return `Nothing is configured that could answer. ${reasons.join(' ')}`;
  return world.deployments.length === 0
    ? 'No deployment is configured. Set a key such as OPENAI_API_KEY or ZAI_API_KEY, or add endpoints to alidade.yaml.'
    : 'No configured deployment serves this request.';
}
