import type { HealthSnapshot, LearnedUse, Moment, Removal, TokenRatio } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Obligation, RemovedBecause } from '../contracts/vocabulary.ts';
import { allowListRules, tagsNarrow } from './allow-list.ts';
import type { Candidate } from './candidates.ts';
import { missingCapabilities } from './capability.ts';
import { leastUsd, type Rates, ratesOf } from './costs.ts';
import type { Eligibility } from './eligibility.ts';
import type { Seen } from './seen.ts';

/** Rule ids of removals that rest on a limit. */
const LIMIT_RULES = {
  budget: 'budget_left_usd',
  maxInputPrice: 'max_price.prompt',
  maxOutputPrice: 'max_price.completion',
  deadline: 'deadline_ms',
} as const;

/** Rule of a deployment whose vendor's answers came from elsewhere than its facts say. */
const QUARANTINE_RULE = 'region_echo_mismatch';

/** A candidate that every hard filter let through, with what ranking needs. */
export interface Survivor {
  candidate: Candidate;
  obligations: readonly Obligation[];
  /** null: unknown price. */
  rates: Rates | null;
  health: HealthSnapshot | undefined;
  learned: LearnedUse | undefined;
  ratio: TokenRatio | undefined;
  /** Seconds until quota that is paid for and unused expires. */
  quotaExpiresS: number | undefined;
}

/** What the moment says of the candidates. */
export interface SeenMoment {
  health: Seen<HealthSnapshot>;
  /** Seconds until paid quota expires. */
  quota: Seen<number>;
  learned: Seen<LearnedUse>;
  ratios: Seen<TokenRatio>;
  /** Candidates that are closed to this request. */
  quarantined: readonly string[];
}

export interface FilterResult {
  survivors: readonly Survivor[];
  removed: Removal[];
}

function priceRules(facts: RequestFacts, rates: Rates): readonly string[] {
  const max = facts.preferences?.maxPrice;
  if (max === null || max === undefined) return [];
  const rules: string[] = [];
  if (max.inputUsdPerMtok !== null && rates.input > max.inputUsdPerMtok) rules.push(LIMIT_RULES.maxInputPrice);
  if (max.outputUsdPerMtok !== null && rates.output > max.outputUsdPerMtok) rules.push(LIMIT_RULES.maxOutputPrice);
  return rules;
}

/** Limits that only a known price can be held against. */
function priceGates(facts: RequestFacts, moment: Moment): readonly string[] {
  const gates: string[] = [];
  if (moment.budget_left_usd !== null) gates.push(LIMIT_RULES.budget);
  const max = facts.preferences?.maxPrice;
  if (max?.inputUsdPerMtok != null) gates.push(LIMIT_RULES.maxInputPrice);
  if (max?.outputUsdPerMtok != null) gates.push(LIMIT_RULES.maxOutputPrice);
  return gates;
}

function budgetRules(
  facts: RequestFacts,
  deployment: Deployment,
  rates: Rates,
  budget: number | null,
): readonly string[] {
  const rules = priceRules(facts, rates);
  return budget !== null && leastUsd(facts, deployment, rates) > budget ? [LIMIT_RULES.budget, ...rules] : rules;
}

const tooSlow = (facts: RequestFacts, health: HealthSnapshot | undefined): boolean =>
  facts.deadlineMs !== null && typeof health?.latency_ms === 'number' && health.latency_ms > facts.deadlineMs;

const mergeObligations = (a: readonly Obligation[], b: readonly Obligation[]): readonly Obligation[] => {
  if (a.length === 0) return b;
  return b.length === 0 ? a : [...new Set([...a, ...b])];
};

/** What is the same for every candidate of one request. */
interface FilterContext {
  facts: RequestFacts;
  moment: Moment;
  seen: SeenMoment;
  eligibility: Eligibility;
  tagged: boolean;
  gates: readonly string[];
  removed: Removal[];
}

function remove(
  context: FilterContext,
  { deployment }: Candidate,
  because: RemovedBecause,
  rules: readonly string[],
  wouldAdmit: string | null = null,
): null {
  context.removed.push({ deployment: deployment.id, removed_because: because, rules, would_admit: wouldAdmit });
  return null;
}

function judge(candidate: Candidate, place: number, context: FilterContext): Survivor | null {
  const { deployment, fixedRates } = candidate;
  const { facts, moment, seen, gates } = context;
  const health = seen.health.at[place];
  const ratio = seen.ratios.at[place];
  if (seen.quarantined.includes(deployment.id)) return remove(context, candidate, 'policy', [QUARANTINE_RULE]);
  const verdict = context.eligibility(facts, deployment);
  if (!verdict.permitted) return remove(context, candidate, 'policy', verdict.rules, verdict.wouldAdmit);
  const notAllowed = allowListRules(facts, deployment, context.tagged);
  if (notAllowed.length > 0) return remove(context, candidate, 'allow_list', notAllowed);
  const missing = missingCapabilities(facts, deployment, ratio);
  if (missing.length > 0) return remove(context, candidate, 'capability', missing);
  const rates = fixedRates === 'varies' ? ratesOf(deployment.price, facts.estimatedTokens, moment.now) : fixedRates;
  if (rates !== null && gates.length > 0) {
    const tooDear = budgetRules(facts, deployment, rates, moment.budget_left_usd);
    if (tooDear.length > 0) return remove(context, candidate, 'over_budget', tooDear);
  }
  if (tooSlow(facts, health)) return remove(context, candidate, 'deadline', [LIMIT_RULES.deadline]);
  if (rates === null && gates.length > 0) return remove(context, candidate, 'unpriced', gates);
  const obligations = mergeObligations(verdict.obligations, facts.obligations);
  const learned = seen.learned.at[place];
  return { candidate, obligations, rates, health, learned, ratio, quotaExpiresS: seen.quota.at[place] };
}

/**
 * Applies the hard filters in their order: policy, allow_list, capability, over_budget, deadline, unpriced. The first
 * that objects removes the deployment and says why. Nothing relaxes them: an empty result is an answer.
 */
export function applyHardFilters(
  candidates: readonly Candidate[],
  facts: RequestFacts,
  moment: Moment,
  seen: SeenMoment,
  eligibility: Eligibility,
): FilterResult {
  const survivors: Survivor[] = [];
  const tagged = tagsNarrow(facts, candidates);
  const context = { facts, moment, seen, eligibility, tagged, gates: priceGates(facts, moment), removed: [] };
  for (let place = 0; place < candidates.length; place += 1) {
    const survivor = judge(candidates[place] as Candidate, place, context);
    if (survivor !== null) survivors.push(survivor);
  }
  return { survivors, removed: context.removed };
}
