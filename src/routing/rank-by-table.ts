import type { PlanEntry, PlanEvidence } from '../contracts/decision.ts';
import type { SelectedBecause } from '../contracts/vocabulary.ts';
import { placeIn } from './allow-list.ts';
import { discountOf, expectedUsd, listedUsd, tokensFor } from './costs.ts';
import { candidateAt, columnsWithRoom, type Field, filledColumns, ratesAt } from './field.ts';
import { hasHighErrorRate } from './health-order.ts';
import { OPEN, type UseColumns, useColumns, writtenPlace } from './list-columns.ts';
import { weightedDraw } from './seeded-draw.ts';
import { saidAt } from './seen.ts';
import { sortNearlySorted } from './sort-places.ts';

const UNKNOWN_COST = Number.POSITIVE_INFINITY;
const NEVER = Number.POSITIVE_INFINITY;

/** Cost where rates depend on the clock or on the length of the prompt; NaN: unknown. */
function varyingCost(field: Field, { cachedShare, calls }: UseColumns, reply: number, place: number): number {
  const rates = ratesAt(field, place);
  if (rates === null) return Number.NaN;
  const tokens = tokensFor(field.facts, saidAt(field.seen.ratios, place));
  const share = cachedShare[place] as number;
  return expectedUsd(rates.input, rates.output, discountOf(rates), tokens, reply, share, calls[place] as number);
}

/** Tokens of all replies that are asked for, by place: at most what the request says, else what the deployment gives. */
function repliesOf({ facts }: Field, { reply, boundedReply }: UseColumns): { tokens: Float64Array; most: number } {
  const { maxOutputTokens } = facts;
  if (facts.operation === 'embeddings') return { tokens: boundedReply, most: 0 };
  return maxOutputTokens === null ? { tokens: boundedReply, most: Infinity } : { tokens: reply, most: maxOutputTokens };
}

/** Fills the columns of cost where all have a list price and no vendor counts tokens in a way of its own. */
function weighListed(field: Field): void {
  const { places, list, facts, seen, candidates } = field;
  const { costUsd, marginalUsd } = filledColumns();
  const { input, output, discount } = list;
  const use = useColumns(seen.learned, candidates, list);
  const { cachedShare, calls } = use;
  const { tokens: replies, most } = repliesOf(field, use);
  const { choices = 1, estimatedTokens: tokens } = facts;
  const learned = seen.learned.at !== null;
  for (const place of places) {
    const reply = Math.min(replies[place] as number, most) * choices;
    const rate = input[place] as number;
    const replyRate = output[place] as number;
    costUsd[place] = learned
      ? expectedUsd(
          rate,
          replyRate,
          discount[place] as number,
          tokens,
          reply,
          cachedShare[place] as number,
          calls[place] as number,
        )
      : listedUsd(rate, replyRate, tokens, reply);
  }
  marginalUsd.set(costUsd);
}

/** Fills the columns of cost. */
function weighCosts(field: Field): void {
  const { places, list, facts, seen, candidates } = field;
  if (list.listed && seen.ratios.at === null) {
    weighListed(field);
    return;
  }
  const { costUsd, marginalUsd } = filledColumns();
  const { owned, varies, input, output, discount } = list;
  const use = useColumns(seen.learned, candidates, list);
  const { cachedShare, calls } = use;
  const { tokens: replies, most } = repliesOf(field, use);
  const { choices = 1, estimatedTokens } = facts;
  const { ratios } = seen;
  for (const place of places) {
    const reply = Math.min(replies[place] as number, most) * choices;
    const tokens = ratios.at === null ? estimatedTokens : tokensFor(facts, ratios.at[place]);
    const usd =
      varies[place] === 1
        ? varyingCost(field, use, reply, place)
        : expectedUsd(
            input[place] as number,
            output[place] as number,
            discount[place] as number,
            tokens,
            reply,
            cachedShare[place] as number,
            calls[place] as number,
          );
    costUsd[place] = usd;
    marginalUsd[place] = owned[place] === 1 ? 0 : Number.isNaN(usd) ? UNKNOWN_COST : usd;
  }
}

/** Fills the column of the written order, where a caller's own order or a conversation may have a say. */
function weighWritten({ places, list, facts, moment, candidates }: Field): void {
  const { written } = filledColumns();
  written.set(list.written);
  const order = facts.preferences?.order ?? [];
  if (order.length > 0) {
    for (const place of places) {
      const { deployment, position } = candidateAt({ candidates }, place);
      written[place] = writtenPlace(deployment.id === moment.session, position, placeIn(order, deployment));
    }
  } else if (moment.session !== null) {
    const place = list.ids.indexOf(moment.session);
    if (place !== -1) written[place] = writtenPlace(true, candidateAt({ candidates }, place).position, -1);
  }
}

/** Fills the columns by which the table orders. */
export function weighByTable(field: Field): void {
  const { places, seen, candidates } = field;
  const { length } = candidates;
  const { expiresS, draw } = columnsWithRoom(length);
  weighWritten(field);
  weighCosts(field);
  draw.fill(Number.NaN, 0, length);
  expiresS.fill(NEVER, 0, length);
  if (seen.quota.at === null) return;
  for (const place of places) expiresS[place] = saidAt(seen.quota, place) ?? NEVER;
}

/** What an answer of the survivor probably costs; null: unknown. */
export function costAt(place: number): number | null {
  const usd = filledColumns().costUsd[place] as number;
  return Number.isNaN(usd) ? null : usd;
}

function drawOf(field: Field, place: number): number {
  const { draw } = filledColumns();
  const known = draw[place] as number;
  if (!Number.isNaN(known)) return known;
  const { idHash, deployment } = candidateAt(field, place);
  const drawn = weightedDraw(idHash, field.moment.seed, deployment.weight);
  draw[place] = drawn;
  return drawn;
}

/** The last of what orders within one model: a draw by weight and seed. */
function compareDraws(field: Field, a: number, b: number): number {
  const drawn = drawOf(field, a) - drawOf(field, b);
  if (drawn !== 0) return drawn;
  const one = field.list.ids[a] as string;
  const other = field.list.ids[b] as string;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The written order: conversation, place in the row, then within one model quota, cost, latency and weight. */
export function byWriting(field: Field): (a: number, b: number) => number {
  const { written, expiresS, marginalUsd } = filledColumns();
  const { latency } = field.health;
  return (a, b) => {
    const apart = (written[a] as number) - (written[b] as number);
    if (apart !== 0) return apart;
    if (expiresS[a] !== expiresS[b]) return (expiresS[a] as number) < (expiresS[b] as number) ? -1 : 1;
    if (marginalUsd[a] !== marginalUsd[b]) return (marginalUsd[a] as number) < (marginalUsd[b] as number) ? -1 : 1;
    return (latency[a] as number) - (latency[b] as number) || compareDraws(field, a, b);
  };
}

export function ownReason(field: Field, place: number): SelectedBecause {
  if (field.health.tier[place] === OPEN) return 'last_resort';
  if (field.list.ids[place] === field.moment.session) return 'session';
  switch (candidateAt(field, place).origin) {
    case 'named':
      return 'pinned';
    case 'primary':
      return 'primary_optimal';
    case 'fallback':
    case 'session':
      return 'table_fallback';
  }
}

/** Whether its error rate puts the survivor behind, breaker or not. */
export const isFailing = ({ seen }: Field, place: number): boolean => hasHighErrorRate(saidAt(seen.health, place));

/**
 * Why the first of the plan leads. It is the article's fallback where health alone put it there: the one that would
 * lead by the written order has a high error rate. A pinned model that changes its endpoint stays `pinned`.
 */
function leadingReason(field: Field, first: number, written: number): SelectedBecause {
  const own = ownReason(field, first);
  if (first === written || own === 'last_resort' || !isFailing(field, written)) return own;
  const sameModel = field.list.models[first] === field.list.models[written];
  return own === 'pinned' && sameModel ? own : 'fallback_high_error_rate';
}

/** A primary that went behind for its errors is no longer one. */
function followingReason(field: Field, place: number, written: number): SelectedBecause {
  const own = ownReason(field, place);
  return place === written && own === 'primary_optimal' ? 'table_fallback' : own;
}

const NO_OBLIGATIONS: PlanEntry['obligations'] = Object.freeze([]);

export function planEntry(
  { list, health, obligations }: Field,
  place: number,
  because: SelectedBecause,
  evidence: PlanEvidence | null,
  expectedCostUsd: number | null,
): PlanEntry {
  return {
    deployment: list.ids[place] as string,
    model: list.models[place] as string,
    selected_because: because,
    obligations: obligations?.[place] ?? NO_OBLIGATIONS,
    evidence,
    expected_cost_usd: expectedCostUsd,
    expected_latency_ms: health.latencyMs[place] as number | null,
  };
}

/** Whether health tells none of the survivors from another. */
export function isOneTier({ places, health: { tier, alike } }: Field): boolean {
  if (alike) return true;
  const first = tier[places[0] as number];
  for (const place of places) if (tier[place] !== first) return false;
  return true;
}

/** Who would lead if health did not order. */
function leaderAsWritten(field: Field): number {
  const { places } = field;
  let leader = places[0] as number;
  if (isOneTier(field)) return leader;
  const compare = byWriting(field);
  for (const place of places) if (compare(place, leader) < 0) leader = place;
  return leader;
}

/**
 * Puts survivors that were weighed in the table's written order, healthy deployments first. Within one model: unused
 * quota that expires soonest, what another call costs (owned hardware first, unknown prices last), latency, and a draw by
 * weight and seed. The same survivors and seed give the same order in whatever order they come.
 */
export function sortByTable(field: Field): void {
  const compare = byWriting(field);
  const { tier } = field.health;
  sortNearlySorted(field.places, (a, b) => (tier[a] as number) - (tier[b] as number) || compare(a, b));
}

/** The plan in the table's order. */
export function planByTable(field: Field): readonly PlanEntry[] {
  sortByTable(field);
  const { places } = field;
  const [first] = places;
  if (first === undefined) return [];
  const written = leaderAsWritten(field);
  return places.map((place) => {
    const because = place === first ? leadingReason(field, place, written) : followingReason(field, place, written);
    return planEntry(field, place, because, null, costAt(place));
  });
}
