import type { HealthSnapshot, LearnedUse, Moment, Removal, TokenRatio } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Obligation, RemovedBecause } from '../contracts/vocabulary.ts';
import { allowListRules, tagsNarrow } from './allow-list.ts';
import type { Candidate } from './candidates.ts';
import { missingCapabilities } from './capability.ts';
import { leastUsd, type Rates, ratesOf } from './costs.ts';
import type { Eligibility } from './eligibility.ts';
import { healthOf } from './health-order.ts';

/** Rule ids of removals that rest on a limit. */
const LIMIT_RULES = {
  budget: 'budget_left_usd',
  maxInputPrice: 'max_price.prompt',
  maxOutputPrice: 'max_price.completion',
  deadline: 'deadline_ms',
} as const;

/** A candidate that every hard filter let through, with what ranking needs. */
export interface Survivor {
  candidate: Candidate;
  obligations: readonly Obligation[];
  /** null: unknown price. */
  rates: Rates | null;
  health: HealthSnapshot | undefined;
  learned: LearnedUse | undefined;
  ratio: TokenRatio | undefined;
}

/** What the moment says of an id that somebody chose; `constructor` is a legal one. */
const entryOf = <T>(entries: Readonly<Record<string, T>> | undefined, id: string): T | undefined =>
  entries !== undefined && Object.hasOwn(entries, id) ? entries[id] : undefined;

export interface FilterResult {
  survivors: readonly Survivor[];
  removed: Removal[];
  /** Of every candidate that the moment knows, and of nobody else. */
  health: Moment['health'];
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

function judge(candidate: Candidate, health: HealthSnapshot | undefined, context: FilterContext): Survivor | null {
  const { deployment, fixedRates } = candidate;
  const { facts, moment, gates } = context;
  const verdict = context.eligibility(facts, deployment);
  if (!verdict.permitted) return remove(context, candidate, 'policy', verdict.rules, verdict.wouldAdmit);
  const notAllowed = allowListRules(facts, deployment, context.tagged);
  if (notAllowed.length > 0) return remove(context, candidate, 'allow_list', notAllowed);
  const ratio = entryOf(moment.token_ratios, deployment.id);
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
  return { candidate, obligations, rates, health, learned: entryOf(moment.learned, deployment.id), ratio };
}

/**
 * Applies the hard filters in their order: policy, allow_list, capability, over_budget, deadline, unpriced. The first
 * that objects removes the deployment and says why. Nothing relaxes them: an empty result is an answer.
 */
export function applyHardFilters(
  candidates: readonly Candidate[],
  facts: RequestFacts,
  moment: Moment,
  eligibility: Eligibility,
): FilterResult {
  const survivors: Survivor[] = [];
  const health: Moment['health'] = {};
  const tagged = tagsNarrow(facts, candidates);
  const context = { facts, moment, eligibility, tagged, gates: priceGates(facts, moment), removed: [] };
  for (const candidate of candidates) {
    const { id } = candidate.deployment;
    const entry = healthOf(moment, id);
    if (entry !== undefined) health[id] = entry;
    const survivor = judge(candidate, entry, context);
    if (survivor !== null) survivors.push(survivor);
  }
  return { survivors, removed: context.removed, health };
}
