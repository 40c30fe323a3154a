import type { PlanEntry } from '../contracts/decision.ts';
import type { EvidenceTask } from '../contracts/evidence.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Objective } from '../contracts/route.ts';
import type { SelectedBecause } from '../contracts/vocabulary.ts';
import type { PreparedRow } from './candidates.ts';
import { cacheValueUsd, tokensFor } from './costs.ts';
import type { Arena, Standing } from './evidence/arena.ts';
import type { RequestCell } from './evidence/cell-path.ts';
import type { Posterior } from './evidence/posterior.ts';
import { hasHighErrorRate } from './health-order.ts';
import { compareWritten, OPEN, ownReason, planEntry, type Ranked, sortNearlySorted } from './rank-by-table.ts';

/** Calls that a measured error rate must outweigh before it counts as it is. */
const ERROR_PRIOR_CALLS = 20;

/** A deployment that evidence speaks of, beside its place in the table. */
interface Participant {
  ranked: Ranked;
  posterior: Posterior;
  standing: Standing;
  isBest: boolean;
  /** What an answer of it is expected to cost; null: unknown. */
  costUsd: number | null;
  /** US dollars: what its answer is worth, less what it costs in money, waiting and errors. */
  utility: number;
  /** Not inferior before inferior, and within each the leader's rivals before other deployments of its operator. */
  group: number;
  /** Place among those that evidence speaks of, by the table. */
  place: number;
}

const posteriorIn = (arena: Arena, { slot }: Ranked): Posterior | null =>
  slot === -1 ? null : (arena.posteriors[slot] as Posterior | null);

/** The work of which evidence is asked: the label that chose the row where that was measured, else the text's class. */
function taskOf(facts: RequestFacts, row: PreparedRow): EvidenceTask | null {
  const { label } = row.route.when;
  if (label !== undefined && row.arenas.knows(label)) return label;
  return facts.task === 'unsure' ? null : facts.task;
}

function cellOf(facts: RequestFacts, row: PreparedRow): RequestCell | null {
  const task = taskOf(facts, row);
  if (task === null) return null;
  return { task, language: facts.language, length: facts.lengthBucket, useCase: facts.useCase };
}

/**
 * Where the first model of the row and one of another can be compared; null: nowhere, so the table decides. The first
 * model is that of those which the hard filters left.
 */
function arenaFor(ranked: readonly Ranked[], arenas: readonly Arena[]): Arena | null {
  if (arenas.length === 0) return null;
  let leader: Ranked | null = null;
  for (const entry of ranked) {
    if (entry.slot !== -1 && (leader === null || entry.position < leader.position)) leader = entry;
  }
  if (leader === null) return null;
  const { model } = leader.deployment;
  const found = arenas.find((arena) => {
    let first = false;
    let rival = false;
    for (const entry of ranked) {
      if (posteriorIn(arena, entry) === null) continue;
      if (entry.deployment.model === model) first = true;
      else rival = true;
      if (first && rival) return true;
    }
    return false;
  });
  return found ?? null;
}

/** Seconds to the first token as bucketed in the table's order; null while unmeasured. */
const secondsOf = ({ latency }: Ranked): number | null => (latency === 0 ? null : (1.5 * 2 ** (latency - 1)) / 1_000);

/** Who has not been timed is taken for average, neither favoured nor put off. */
function usualSeconds(participants: readonly Ranked[]): number {
  let sum = 0;
  let timed = 0;
  for (const entry of participants) {
    const seconds = secondsOf(entry);
    if (seconds === null) continue;
    sum += seconds;
    timed += 1;
  }
  return timed === 0 ? 0 : sum / timed;
}

/** Chance that a call fails, drawn towards none while few calls were made. */
function errorRateOf({ survivor: { health } }: Ranked): number {
  if (health === undefined) return 0;
  const { calls, error_rate: rate } = health;
  return calls === null ? rate : (rate * calls) / (calls + ERROR_PRIOR_CALLS);
}

/**
 * Whether all of them were billed for the same items and receipts have taught nothing yet: then those dollars count.
 * Else what receipts and list prices say; never some one way and some the other.
 */
const areBilled = (entries: readonly Ranked[], arena: Arena): boolean =>
  entries.every(
    (entry) =>
      entry.survivor.learned === undefined && (posteriorIn(arena, entry) as Posterior).pool.usdPerItem !== null,
  );

/** A failed call costs its dollars and its wait once more. */
function utilityOf(quality: number, usd: number, seconds: number, errors: number, objective: Objective): number {
  // An unknown price is not 0: such a deployment comes behind those whose cost is known.
  if (usd === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  const wait = objective.usd_per_second_waited * seconds;
  return objective.usd_per_success * quality - usd - wait - errors * (usd + wait);
}

/** What one more call costs: nothing on owned hardware, which is paid for anyway; infinite where nobody knows. */
const marginalOf = ({ deployment }: Ranked, costUsd: number | null): number =>
  deployment.price?.kind === 'owned' ? 0 : (costUsd ?? Number.POSITIVE_INFINITY);

function bestOf(entries: readonly Ranked[], arena: Arena): Ranked {
  let best = entries[0] as Ranked;
  let bestMean = (posteriorIn(arena, best) as Posterior).mean;
  for (const entry of entries) {
    const { mean } = posteriorIn(arena, entry) as Posterior;
    if (mean <= bestMean) continue;
    best = entry;
    bestMean = mean;
  }
  return best;
}

/** Of those that evidence speaks of, in the table's order. */
function participantsOf(entries: readonly Ranked[], arena: Arena, objective: Objective): Participant[] {
  const best = bestOf(entries, arena);
  const standings = arena.standings(best.slot, objective);
  const usual = usualSeconds(entries);
  const billed = areBilled(entries, arena);
  return entries.map((ranked, place) => {
    const { slot } = ranked;
    const posterior = arena.posteriors[slot] as Posterior;
    const standing = standings[slot] as Standing;
    const costUsd = billed ? posterior.pool.usdPerItem : ranked.costUsd;
    const seconds = secondsOf(ranked) ?? usual;
    const utility = utilityOf(posterior.mean, marginalOf(ranked, costUsd), seconds, errorRateOf(ranked), objective);
    return { ranked, posterior, standing, isBest: ranked === best, costUsd, utility, group: 0, place };
  });
}

/** Not inferior before inferior, then by utility; equals keep the table's order. */
function compareUtility(a: Participant, b: Participant): number {
  if (a.group !== b.group) return a.group - b.group;
  return a.utility === b.utility ? a.place - b.place : b.utility > a.utility ? 1 : -1;
}

/** Of those that are not inferior, the one of most utility. */
function mostUseful(participants: readonly Participant[]): Participant {
  let first = participants[0] as Participant;
  for (const participant of participants) {
    if (participant.standing.kept !== first.standing.kept) {
      if (participant.standing.kept) first = participant;
    } else if (participant.utility > first.utility) {
      first = participant;
    }
  }
  return first;
}

/**
 * Where the conversation is, unless another is worth more than what the vendor's cache would no longer save. null: there
 * is no conversation, or it should move.
 */
function staying(participants: readonly Participant[], first: Participant, facts: RequestFacts): Participant | null {
  const current = participants.find(({ ranked }) => ranked.session === 0);
  if (current === undefined || current === first) return current ?? null;
  const { rates, learned, ratio } = current.ranked.survivor;
  const { tokens } = tokensFor(facts, ratio);
  const saved = rates === null ? 0 : cacheValueUsd(tokens * (learned?.cached_share ?? 1), rates);
  return first.utility - current.utility > saved ? null : current;
}

/** The leader, then by utility those of other operators before those of the same, inferior ones last. */
function ordered(participants: readonly Participant[], arena: Arena, facts: RequestFacts): Participant[] {
  const first = mostUseful(participants);
  const leader = staying(participants, first, facts) ?? first;
  const { operator } = leader.ranked.deployment.endpoint;
  for (const participant of participants) {
    const same = participant.ranked.deployment.endpoint.operator === operator;
    participant.group = (participant.standing.kept ? 0 : 2) + (same ? 1 : 0);
  }
  leader.group = -1;
  const sorted = sortNearlySorted(asLastTime(participants, arena), compareUtility);
  arena.lastOrder = sorted.map(({ ranked }) => ranked.slot);
  return sorted;
}

/** Nearly in order already, since little changes from one request to the next; sorting that takes one pass. */
function asLastTime(participants: readonly Participant[], arena: Arena): Participant[] {
  const bySlot: (Participant | undefined)[] = new Array(arena.posteriors.length);
  for (const participant of participants) bySlot[participant.ranked.slot] = participant;
  const order: Participant[] = [];
  for (const slot of arena.lastOrder) {
    const participant = bySlot[slot];
    if (participant === undefined) continue;
    order.push(participant);
    bySlot[slot] = undefined;
  }
  if (order.length === participants.length) return order;
  for (const participant of bySlot) if (participant !== undefined) order.push(participant);
  return order;
}

type Place = Participant | Ranked;
const isParticipant = (place: Place): place is Participant => 'posterior' in place;

/** Those that evidence speaks of share their places among themselves; an unproven one keeps the table's. */
function arrange(
  entries: readonly Ranked[],
  arena: Arena,
  facts: RequestFacts,
  objective: Objective,
): readonly Place[] {
  const proven = entries.filter((entry) => posteriorIn(arena, entry) !== null);
  if (proven.length === 0) return entries;
  const order = ordered(participantsOf(proven, arena, objective), arena, facts);
  if (order.length === entries.length) return order;
  let next = 0;
  return entries.map((entry) => {
    if (posteriorIn(arena, entry) === null) return entry;
    const placed = order[next] as Participant;
    next += 1;
    return placed;
  });
}

/** By tiers of health, so that what is down never leads for having been good. */
function arrangeTiers(
  ranked: readonly Ranked[],
  arena: Arena,
  facts: RequestFacts,
  objective: Objective,
): readonly Place[] {
  if (ranked[0]?.tier === ranked.at(-1)?.tier) return arrange(ranked, arena, facts, objective);
  const tiers = [...new Set(ranked.map(({ tier }) => tier))];
  return tiers.flatMap((tier) =>
    arrange(
      ranked.filter((entry) => entry.tier === tier),
      arena,
      facts,
      objective,
    ),
  );
}

const rankedOf = (place: Place): Ranked => (isParticipant(place) ? place.ranked : place);

function reasonOf(place: Place, leads: boolean): SelectedBecause {
  const ranked = rankedOf(place);
  const own = ownReason(ranked);
  if (!isParticipant(place) || own === 'last_resort') return own;
  if (own === 'session' && leads) return own;
  if (place.isBest) return 'best_evidence';
  return place.standing.kept ? 'cheapest_non_inferior' : 'table_fallback';
}

/** Whether health alone put the first in front: without it one with a high error rate would lead. */
function tookOver(first: Ranked, ranked: readonly Ranked[], withoutHealth: () => readonly Place[]): boolean {
  if (first.tier === OPEN || ranked[ranked.length - 1]?.tier === first.tier) return false;
  const [leader] = withoutHealth();
  return leader !== undefined && rankedOf(leader) !== first && hasHighErrorRate(rankedOf(leader).survivor.health);
}

/**
 * The plan by *cheapest non-inferior*: of those whose quality is, with probability 1 - alpha, at most `margin` below the
 * best's, the one of most utility. null where evidence has nothing to say of this request, and the table decides: a
 * pinned model, an order that the caller gave, no cell that compares the row's first model with another.
 */
export function rankByEvidence(
  ranked: readonly Ranked[],
  facts: RequestFacts,
  row: PreparedRow | null,
  objective: Objective,
): readonly PlanEntry[] | null {
  if (row === null || ranked.length < 2 || (facts.preferences?.order.length ?? 0) > 0) return null;
  const cell = cellOf(facts, row);
  const arena = cell === null ? null : arenaFor(ranked, row.arenas.of(cell));
  if (arena === null) return null;
  const places = arrangeTiers(ranked, arena, facts, objective);
  const first = rankedOf(places[0] as Place);
  const written = (): readonly Place[] => arrange(ranked.toSorted(compareWritten), arena, facts, objective);
  const moved = tookOver(first, ranked, written);
  return places.map((place, index) => {
    const because = index === 0 && moved ? 'fallback_high_error_rate' : reasonOf(place, index === 0);
    if (!isParticipant(place)) return planEntry(place, because);
    return planEntry(place.ranked, because, place.standing.shown, place.costUsd);
  });
}
