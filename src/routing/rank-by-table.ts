import type { PlanEntry, PlanEvidence } from '../contracts/decision.ts';
import type { SelectedBecause } from '../contracts/vocabulary.ts';
import { placeIn } from './allow-list.ts';
import { discountOf, expectedReply, expectedUsd, tokensFor } from './costs.ts';
import { candidateAt, columnsWithRoom, type Field, filledColumns, ratesAt } from './field.ts';
import { hasHighErrorRate } from './health-order.ts';
import { OPEN, writtenPlace } from './list-columns.ts';
import { weightedDraw } from './seeded-draw.ts';
import { saidAt } from './seen.ts';
import { sortNearlySorted } from './sort-places.ts';

const UNKNOWN_COST = Number.POSITIVE_INFINITY;
const NEVER = Number.POSITIVE_INFINITY;

/** NaN: unknown. */
function costOf(field: Field, place: number): number {
  const { facts, list, seen } = field;
  const learned = saidAt(seen.learned, place);
  const longest = list.longestReply[place] as number;
  const reply = expectedReply(facts, list.usualReply[place] as number, longest, learned) * (facts.choices ?? 1);
  const tokens = tokensFor(facts, saidAt(seen.ratios, place));
  if (list.varies[place] === 1) {
    const rates = ratesAt(field, place);
    return rates === null
      ? Number.NaN
      : expectedUsd(rates.input, rates.output, discountOf(rates), tokens, reply, learned);
  }
  const { input, output, discount } = list;
  return expectedUsd(
    input[place] as number,
    output[place] as number,
    discount[place] as number,
    tokens,
    reply,
    learned,
  );
}

function writtenAt({ facts, moment, candidates }: Field, place: number): number {
  const { deployment, position } = candidates[place] as Field['candidates'][number];
  const named = facts.preferences === null ? -1 : placeIn(facts.preferences.order, deployment);
  return writtenPlace(deployment.id === moment.session, position, named);
}

/** Fills the columns by which the table orders. */
function weigh(field: Field): void {
  const { places, list, facts, moment, seen, candidates } = field;
  const { written, expiresS, costUsd, marginalUsd, draw } = columnsWithRoom(candidates.length);
  const { owned } = list;
  const asListed = facts.preferences === null && moment.session === null;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    const usd = costOf(field, place);
    costUsd[place] = usd;
    marginalUsd[place] = owned[place] === 1 ? 0 : Number.isNaN(usd) ? UNKNOWN_COST : usd;
    written[place] = asListed ? (list.written[place] as number) : writtenAt(field, place);
    expiresS[place] = saidAt(seen.quota, place) ?? NEVER;
    draw[place] = Number.NaN;
  }
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

/** Whether health tells none of the ranked from another. */
export const isOneTier = ({ places, health: { tier } }: Field): boolean =>
  tier[places[0] as number] === tier[places[places.length - 1] as number];

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
 * Puts survivors in the table's written order, healthy deployments first. Within one model: unused quota that expires
 * soonest, what another call costs (owned hardware first, unknown prices last), latency, and a draw by weight and seed.
 * The same survivors and seed give the same order in whatever order they come.
 */
export function rankByTable(field: Field): void {
  weigh(field);
  const compare = byWriting(field);
  const { tier } = field.health;
  sortNearlySorted(field.places, (a, b) => (tier[a] as number) - (tier[b] as number) || compare(a, b));
}

/** The plan in the order of `rankByTable`. */
export function planByTable(field: Field): readonly PlanEntry[] {
  const { places } = field;
  const [first] = places;
  if (first === undefined) return [];
  const written = leaderAsWritten(field);
  return places.map((place) => {
    const because = place === first ? leadingReason(field, place, written) : followingReason(field, place, written);
    return planEntry(field, place, because, null, costAt(place));
  });
}
