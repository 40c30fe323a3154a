import type { HealthSnapshot, Moment, Removal } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Obligation, RemovedBecause } from '../contracts/vocabulary.ts';
import { allowListRules, tagsNarrow } from './allow-list.ts';
import type { Candidate } from './candidates.ts';
import { missingCapabilities } from './capability.ts';
import { leastUsd, p95TokensFor, type Rates } from './costs.ts';
import type { Eligibility } from './eligibility.ts';
import { type Field, ratesAt } from './field.ts';
import { healthColumns, listColumns } from './list-columns.ts';
import { type SeenMoment, saidAt } from './seen.ts';

/** Rule ids of removals that rest on a limit. */
const LIMIT_RULES = {
  budget: 'budget_left_usd',
  maxInputPrice: 'max_price.prompt',
  maxOutputPrice: 'max_price.completion',
  deadline: 'deadline_ms',
} as const;

/** Rule of a deployment whose vendor's answers came from elsewhere than its facts say. */
const QUARANTINE_RULE = 'region_echo_mismatch';

export interface FilterResult {
  field: Field;
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
  field: Field;
  eligibility: Eligibility;
  tagged: boolean;
  gates: readonly string[];
  /** Nothing but policy and the length of the prompt can remove: so it is with most requests. */
  free: boolean;
  /** Nor can the length: the smallest of the windows has room. */
  fits: boolean;
  removed: Removal[];
}

const isFree = (facts: RequestFacts, gates: readonly string[]): boolean =>
  facts.operation === 'chat' &&
  facts.preferences === null &&
  facts.allowedModels === null &&
  facts.deadlineMs === null &&
  facts.needs.length === 0 &&
  gates.length === 0;

function remove(
  context: FilterContext,
  { deployment }: Candidate,
  because: RemovedBecause,
  rules: readonly string[],
  wouldAdmit: string | null = null,
): false {
  context.removed.push({ deployment: deployment.id, removed_because: because, rules, would_admit: wouldAdmit });
  return false;
}

/** Every filter after policy; whether the candidate stays. */
function passes(candidate: Candidate, place: number, context: FilterContext): boolean {
  const { deployment } = candidate;
  const { field, gates } = context;
  const { facts, moment, seen } = field;
  const notAllowed = allowListRules(facts, deployment, context.tagged, moment.now);
  if (notAllowed.length > 0) return remove(context, candidate, 'allow_list', notAllowed);
  const missing = missingCapabilities(facts, deployment, saidAt(seen.ratios, place));
  if (missing.length > 0) return remove(context, candidate, 'capability', missing);
  const rates = gates.length === 0 ? null : ratesAt(field, place);
  if (rates !== null) {
    const tooDear = budgetRules(facts, deployment, rates, moment.budget_left_usd);
    if (tooDear.length > 0) return remove(context, candidate, 'over_budget', tooDear);
  }
  if (tooSlow(facts, saidAt(seen.health, place))) return remove(context, candidate, 'deadline', [LIMIT_RULES.deadline]);
  if (rates === null && gates.length > 0) return remove(context, candidate, 'unpriced', gates);
  return true;
}

/** Where nothing else can remove it, this is all that is asked of a candidate after policy. */
function fitsWindow({ facts, list, seen }: Field, place: number): boolean {
  const reply = facts.maxOutputTokens ?? (list.usualReply[place] as number);
  return p95TokensFor(facts, saidAt(seen.ratios, place)) + reply <= (list.window[place] as number);
}

/** Whether every window has room, which one comparison says where nobody's tokens are counted in a way of their own. */
function fitsEverywhere({ facts, list, seen }: Field): boolean {
  const { maxOutputTokens } = facts;
  if (seen.ratios.at !== null) return false;
  const tokens = p95TokensFor(facts, undefined);
  return maxOutputTokens === null ? tokens <= list.leastRoom : tokens + maxOutputTokens <= list.leastWindow;
}

/** Whether the candidate stays. */
function judge(candidate: Candidate, place: number, context: FilterContext): boolean {
  const { deployment } = candidate;
  const { field } = context;
  const { facts, seen } = field;
  if (seen.quarantined.length > 0 && seen.quarantined.includes(deployment.id)) {
    return remove(context, candidate, 'policy', [QUARANTINE_RULE]);
  }
  const verdict = context.eligibility(facts, deployment);
  if (!verdict.permitted) return remove(context, candidate, 'policy', verdict.rules, verdict.wouldAdmit);
  const asked = !context.fits && !(context.free && fitsWindow(field, place));
  if (asked && !passes(candidate, place, context)) return false;
  if (verdict.obligations.length === 0 && facts.obligations.length === 0) return true;
  field.obligations ??= [];
  field.obligations[place] = mergeObligations(verdict.obligations, facts.obligations);
  return true;
}

/** Asks policy and every filter of all candidates; the places of those that stay. */
function judgeAll(context: FilterContext): number[] {
  const { candidates, list } = context.field;
  // A copy of all places has its room at once; growing to it would cost as much as a filter.
  const places = list.all.slice();
  let staying = 0;
  for (let place = 0; place < candidates.length; place += 1) {
    if (!judge(candidates[place] as Candidate, place, context)) continue;
    places[staying] = place;
    staying += 1;
  }
  if (staying < places.length) places.length = staying;
  return places;
}

/** Candidates come by position. */
const firstOfRow = ({ places, list }: Field): number => places.find((place) => list.slot[place] !== -1) ?? -1;

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
  const list = listColumns(candidates);
  const health = healthColumns(seen.health, candidates);
  const field: Field = { candidates, list, health, facts, moment, seen, first: -1, places: [], obligations: null };
  const gates = priceGates(facts, moment);
  const removed: Removal[] = [];
  const tagged = tagsNarrow(facts, candidates);
  const free = isFree(facts, gates);
  const fits = free && fitsEverywhere(field);
  field.places = judgeAll({ field, eligibility, tagged, gates, free, fits, removed });
  field.first = firstOfRow(field);
  return { field, removed };
}
