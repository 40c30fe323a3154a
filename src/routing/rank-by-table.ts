import type { Moment, PlanEntry, PlanEvidence } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { SelectedBecause } from '../contracts/vocabulary.ts';
import { placeIn } from './allow-list.ts';
import { expectedUsd } from './costs.ts';
import type { Survivor } from './hard-filters.ts';
import { hasHighErrorRate } from './health-order.ts';
import { weightedDraw } from './seeded-draw.ts';

/** Healthy, then those with a high error rate, then those whose breaker is open. */
const HEALTHY = 0;
const FAILING = 1;
export const OPEN = 2;

const UNKNOWN_COST = Number.POSITIVE_INFINITY;
const NEVER = Number.POSITIVE_INFINITY;
const NOT_NAMED = Number.MAX_SAFE_INTEGER;

/** A survivor with everything that orders it. */
export interface Ranked {
  survivor: Survivor;
  deployment: Deployment;
  /** Of the candidate in its row. */
  slot: number;
  tier: number;
  /** 0 for the deployment of the conversation so far. */
  session: number;
  position: number;
  /** Place in the caller's `provider.order`. */
  order: number;
  /** Seconds until quota that is paid for and unused expires; infinite where none is known to. */
  expiresS: number;
  /** What one more call costs: nothing on owned hardware, which is paid for anyway. */
  marginalUsd: number;
  costUsd: number | null;
  /** Powers of two of the median time to the first token; 0 while unmeasured, so that it gets measured. */
  latency: number;
  /** Of the request, for the draw among equals. */
  seed: number;
  /** Sort key of a draw by weight and seed; NaN until two are equal in all else, which is seldom. */
  draw: number;
}

const latencyBucket = (ms: number | null | undefined): number => (ms == null ? 0 : 32 - Math.clz32(ms));

function rankOf(survivor: Survivor, facts: RequestFacts, moment: Moment): Ranked {
  const { session, seed } = moment;
  const { candidate, rates, health, learned, ratio, quotaExpiresS } = survivor;
  const { deployment } = candidate;
  const failing = hasHighErrorRate(health) ? FAILING : HEALTHY;
  const costUsd = rates === null ? null : expectedUsd(facts, deployment, rates, learned, ratio);
  const order = facts.preferences === null ? NOT_NAMED : placeIn(facts.preferences.order, deployment);
  return {
    survivor,
    deployment,
    slot: candidate.slot,
    tier: health?.breaker === 'open' ? OPEN : failing,
    session: deployment.id === session ? 0 : 1,
    position: candidate.position,
    order: order === -1 ? NOT_NAMED : order,
    expiresS: quotaExpiresS ?? NEVER,
    marginalUsd: deployment.price?.kind === 'owned' ? 0 : (costUsd ?? UNKNOWN_COST),
    costUsd,
    latency: latencyBucket(health?.latency_ms),
    seed,
    draw: Number.NaN,
  };
}

function drawOf(ranked: Ranked): number {
  if (Number.isNaN(ranked.draw)) {
    ranked.draw = weightedDraw(ranked.survivor.candidate.idHash, ranked.seed, ranked.deployment.weight);
  }
  return ranked.draw;
}

/** The written order: conversation, place in the row, then within one model quota, cost, latency and weight. */
export function compareWritten(a: Ranked, b: Ranked): number {
  if (a.session !== b.session) return a.session - b.session;
  if (a.position !== b.position) return a.position - b.position;
  if (a.order !== b.order) return a.order - b.order;
  if (a.expiresS !== b.expiresS) return a.expiresS < b.expiresS ? -1 : 1;
  if (a.marginalUsd !== b.marginalUsd) return a.marginalUsd < b.marginalUsd ? -1 : 1;
  if (a.latency !== b.latency) return a.latency - b.latency;
  const drawn = drawOf(a) - drawOf(b);
  if (drawn !== 0) return drawn;
  return a.deployment.id < b.deployment.id ? -1 : a.deployment.id > b.deployment.id ? 1 : 0;
}

const compareRanked = (a: Ranked, b: Ranked): number => (a.tier === b.tier ? compareWritten(a, b) : a.tier - b.tier);

/** Moves an insertion sort may make for each entry before the built-in one is the better choice. */
const MOVES_EACH = 8;

/**
 * Sorts in place; fast where little is out of place, as with candidates that come by position and price. `compare` must
 * be a total order, so that it does not matter which of the two ways was taken.
 */
export function sortNearlySorted<T>(list: T[], compare: (a: T, b: T) => number): T[] {
  let left = MOVES_EACH * list.length;
  for (let next = 1; next < list.length; next += 1) {
    const entry = list[next] as T;
    let at = next;
    for (; at > 0 && compare(list[at - 1] as T, entry) > 0; at -= 1) list[at] = list[at - 1] as T;
    list[at] = entry;
    left -= next - at;
    if (left < 0) return list.sort(compare);
  }
  return list;
}

export function ownReason(ranked: Ranked): SelectedBecause {
  if (ranked.tier === OPEN) return 'last_resort';
  if (ranked.session === 0) return 'session';
  switch (ranked.survivor.candidate.origin) {
    case 'named':
      return 'pinned';
    case 'primary':
      return 'primary_optimal';
    case 'fallback':
    case 'session':
      return 'table_fallback';
  }
}

/**
 * Why the first of the plan leads. It is the article's fallback where health alone put it there: the one that would
 * lead by the written order has a high error rate. A pinned model that changes its endpoint stays `pinned`.
 */
function leadingReason(first: Ranked, written: Ranked): SelectedBecause {
  const own = ownReason(first);
  if (first === written || own === 'last_resort' || !hasHighErrorRate(written.survivor.health)) return own;
  return own === 'pinned' && first.deployment.model === written.deployment.model ? own : 'fallback_high_error_rate';
}

/** A primary that went behind for its errors is no longer one. */
function followingReason(ranked: Ranked, written: Ranked): SelectedBecause {
  const own = ownReason(ranked);
  return ranked === written && own === 'primary_optimal' ? 'table_fallback' : own;
}

export function planEntry(
  { survivor, deployment, costUsd }: Ranked,
  because: SelectedBecause,
  evidence: PlanEvidence | null = null,
  expectedCostUsd: number | null = costUsd,
): PlanEntry {
  return {
    deployment: deployment.id,
    model: deployment.model,
    selected_because: because,
    obligations: survivor.obligations,
    evidence,
    expected_cost_usd: expectedCostUsd,
    expected_latency_ms: survivor.health?.latency_ms ?? null,
  };
}

/** Who would lead if health did not order; `ranked` is sorted by tier and then as written. */
function leaderAsWritten(ranked: readonly Ranked[]): Ranked {
  let leader = ranked[0] as Ranked;
  if (ranked[ranked.length - 1]?.tier === leader.tier) return leader;
  for (const candidate of ranked) if (compareWritten(candidate, leader) < 0) leader = candidate;
  return leader;
}

/**
 * Survivors by the table's written order, healthy deployments first. Within one model: unused quota that expires soonest,
 * what another call costs (owned hardware first, unknown prices last), latency, and a draw by weight and seed. The same
 * survivors and seed give the same order in whatever order they come.
 */
export function rankSurvivors(survivors: readonly Survivor[], facts: RequestFacts, moment: Moment): Ranked[] {
  const ranked: Ranked[] = [];
  for (let at = 0; at < survivors.length; at += 1) ranked.push(rankOf(survivors[at] as Survivor, facts, moment));
  return sortNearlySorted(ranked, compareRanked);
}

/** The plan in the order of `rankSurvivors`. */
export function planByTable(ranked: readonly Ranked[]): readonly PlanEntry[] {
  const [first] = ranked;
  if (first === undefined) return [];
  const written = leaderAsWritten(ranked);
  return ranked.map((entry) =>
    planEntry(entry, entry === first ? leadingReason(first, written) : followingReason(entry, written)),
  );
}
