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
import { type Field, filledColumns, ratesAt } from './field.ts';
import { OPEN } from './list-columns.ts';
import { byWriting, costAt, isFailing, isOneTier, ownReason, planEntry } from './rank-by-table.ts';
import { saidAt } from './seen.ts';
import { sortByKey } from './sort-places.ts';

/** What is compared: a field or one tier of its health. */
interface Contest {
  field: Field;
  arena: Arena;
  objective: Objective;
  /** In the table's order. */
  places: readonly number[];
  /** Those of them that evidence speaks of; the others keep their places. */
  proven: readonly number[];
  /** By slot, against the best. */
  standings: readonly (Standing | null)[];
  /** Place of the one of highest quality; -1 where nobody is proven. */
  best: number;
  /** Whether what was billed for the same items is what they cost. */
  billed: boolean;
}

/** Whether anything was measured of the candidate at a place; nothing was of one that comes from elsewhere than the row. */
function isProven(arena: Arena, { list }: Field, place: number): boolean {
  const slot = list.slot[place] as number;
  return slot !== -1 && !Number.isNaN(arena.means[slot] as number);
}

/** Of a proven one. */
const posteriorAt = (arena: Arena, { list }: Field, place: number): Posterior =>
  arena.posteriors[list.slot[place] as number] as Posterior;

const standingAt = ({ standings, field }: Contest, place: number): Standing =>
  standings[field.list.slot[place] as number] as Standing;

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

/** Where the first model of the row and one of another can be compared; null: nowhere, so the table decides. */
function arenaFor(field: Field, arenas: readonly Arena[]): Arena | null {
  if (arenas.length === 0) return null;
  if (field.first === -1) return null;
  const { models } = field.list;
  const model = models[field.first];
  const found = arenas.find((arena) => {
    let first = false;
    let rival = false;
    for (const place of field.places) {
      if (!isProven(arena, field, place)) continue;
      if (models[place] === model) first = true;
      else rival = true;
      if (first && rival) return true;
    }
    return false;
  });
  return found ?? null;
}

/** Seconds to the first token as bucketed in the table's order; -1 while unmeasured. */
const SECONDS_OF = Float64Array.from({ length: 33 }, (_, bucket) =>
  bucket === 0 ? -1 : (1.5 * 2 ** (bucket - 1)) / 1_000,
);

const secondsAt = ({ health }: Field, place: number): number => SECONDS_OF[health.latency[place] as number] as number;

/** Who has not been timed is taken for average, neither favoured nor put off. */
function usualSeconds(field: Field, places: readonly number[]): number {
  let sum = 0;
  let timed = 0;
  for (const place of places) {
    const seconds = secondsAt(field, place);
    if (seconds < 0) continue;
    sum += seconds;
    timed += 1;
  }
  return timed === 0 ? 0 : sum / timed;
}

/**
 * Whether all of them were billed for the same items and receipts have taught nothing yet: then those dollars count.
 * Else what receipts and list prices say; never some one way and some the other.
 */
const areBilled = (field: Field, places: readonly number[], arena: Arena): boolean =>
  places.every(
    (place) =>
      saidAt(field.seen.learned, place) === undefined && posteriorAt(arena, field, place).pool.usdPerItem !== null,
  );

/** What an answer of a proven one is expected to cost; null: unknown. */
function answerUsd(
  { billed, arena, field }: Pick<Contest, 'billed' | 'arena' | 'field'>,
  place: number,
): number | null {
  return billed ? posteriorAt(arena, field, place).pool.usdPerItem : costAt(place);
}

/** A failed call costs its dollars and its wait once more. */
function utilityOf(quality: number, usd: number, seconds: number, errors: number, objective: Objective): number {
  // An unknown price is not 0: such a deployment comes behind those whose cost is known.
  if (usd === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  const wait = objective.usd_per_second_waited * seconds;
  return objective.usd_per_success * quality - usd - wait - errors * (usd + wait);
}

/** Fills the column of utility. */
function weighWorth({ field, arena, proven, billed, objective }: Contest): void {
  const usual = usualSeconds(field, proven);
  const { utility, marginalUsd } = filledColumns();
  const { slot, owned } = field.list;
  const { errors } = field.health;
  for (const place of proven) {
    const mean = arena.means[slot[place] as number] as number;
    const timed = secondsAt(field, place);
    const usd =
      billed && owned[place] === 0 ? (answerUsd({ billed, arena, field }, place) as number) : marginalUsd[place];
    const seconds = timed < 0 ? usual : timed;
    utility[place] = utilityOf(mean, usd as number, seconds, errors[place] as number, objective);
  }
}

function contestOf(field: Field, places: readonly number[], arena: Arena, objective: Objective): Contest {
  const { slot } = field.list;
  const proven: number[] = [];
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (const place of places) {
    if (!isProven(arena, field, place)) continue;
    proven.push(place);
    const mean = arena.means[slot[place] as number] as number;
    if (mean <= most) continue;
    best = place;
    most = mean;
  }
  const standings = best === -1 ? [] : arena.standings(slot[best] as number, objective);
  const billed = areBilled(field, proven, arena);
  const contest = { field, arena, objective, places, proven, standings, best, billed };
  weighWorth(contest);
  return contest;
}

/**
 * Of those that are not inferior, as the best never is, the one of most utility; the first by the table among equals.
 * Utility is looked at first, since that is the comparison whose outcome a processor can guess.
 */
function mostUseful(contest: Contest): number {
  const { utility } = filledColumns();
  let first = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (const place of contest.proven) {
    const worth = utility[place] as number;
    if ((worth > most || first === -1) && standingAt(contest, place).kept) {
      first = place;
      most = worth;
    }
  }
  return first;
}

/**
 * Where the conversation is, unless another is worth more than what the vendor's cache would no longer save. null: there
 * is no conversation, or it should move.
 */
function staying({ field, proven }: Contest, first: number): number | null {
  const { session } = field.moment;
  if (session === null) return null;
  const current = proven.find((place) => field.list.ids[place] === session);
  if (current === undefined || current === first) return current ?? null;
  const { facts, seen } = field;
  const rates = ratesAt(field, current);
  const tokens = tokensFor(facts, saidAt(seen.ratios, current));
  const share = saidAt(seen.learned, current)?.cached_share ?? 1;
  const saved = rates === null ? 0 : cacheValueUsd(tokens * share, rates);
  const { utility } = filledColumns();
  return (utility[first] as number) - (utility[current] as number) > saved ? null : current;
}

/** Who leads among the proven. */
function leaderOf(contest: Contest): number {
  const first = mostUseful(contest);
  return staying(contest, first) ?? first;
}

/**
 * The leader, then by utility those of other operators before those of the same, inferior ones last. Equals keep the
 * table's order.
 */
function ordered(contest: Contest): readonly number[] {
  const { field, proven } = contest;
  const leader = leaderOf(contest);
  const { operator } = field.list;
  const groups: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const place of proven) {
    if (place === leader) continue;
    const group = (standingAt(contest, place).kept ? 0 : 2) + (operator[place] === operator[leader] ? 1 : 0);
    (groups[group] as number[]).push(place);
  }
  const { utility } = filledColumns();
  for (const group of groups) sortByKey(group, utility);
  return [leader].concat(...groups);
}

function reasonAt(contest: Contest, place: number, leads: boolean): SelectedBecause {
  const own = ownReason(contest.field, place);
  if (own === 'last_resort' || (own === 'session' && leads)) return own;
  if (place === contest.best) return 'best_evidence';
  return standingAt(contest, place).kept ? 'cheapest_non_inferior' : 'table_fallback';
}

/** Proven ones share their places among themselves; an unproven one keeps the table's. */
function addEntries(contest: Contest, plan: PlanEntry[]): void {
  const { field, arena, places, proven } = contest;
  const order = proven.length === 0 ? proven : ordered(contest);
  const allProven = proven.length === places.length;
  let next = 0;
  for (const place of places) {
    if (!allProven && !isProven(arena, field, place)) {
      plan.push(planEntry(field, place, ownReason(field, place), null, costAt(place)));
      continue;
    }
    const placed = order[next] as number;
    next += 1;
    const because = reasonAt(contest, placed, plan.length === 0);
    const { shown } = standingAt(contest, placed);
    plan.push(planEntry(field, placed, because, shown, answerUsd(contest, placed)));
  }
}

/** By tiers of health, so that what is down never leads for having been good. */
function planByTiers(field: Field, arena: Arena, objective: Objective): PlanEntry[] {
  const { places } = field;
  const plan: PlanEntry[] = [];
  if (isOneTier(field)) {
    addEntries(contestOf(field, places, arena, objective), plan);
    return plan;
  }
  const { tier } = field.health;
  for (const one of new Set(places.map((place) => tier[place]))) {
    const inTier = places.filter((place) => tier[place] === one);
    addEntries(contestOf(field, inTier, arena, objective), plan);
  }
  return plan;
}

/** Whether health alone put the first in front: without it one with a high error rate would lead. */
function tookOver({ deployment }: PlanEntry, field: Field, arena: Arena, objective: Objective): boolean {
  const { places } = field;
  const first = places.find((place) => field.list.ids[place] === deployment) as number;
  if (field.health.tier[first] === OPEN || isOneTier(field)) return false;
  const contest = contestOf(field, places.toSorted(byWriting(field)), arena, objective);
  const [written] = contest.places as [number];
  const leader = !isProven(arena, field, written) ? written : leaderOf(contest);
  return leader !== first && isFailing(field, leader);
}

/**
 * The plan by *cheapest non-inferior*: of those whose quality is, with probability 1 - alpha, at most `margin` below the
 * best's, the one of most utility. null where evidence has nothing to say of this request, and the table decides: a
 * pinned model, an order that the caller gave, no cell that compares the row's first model with another.
 */
export function planByEvidence(
  field: Field,
  row: PreparedRow | null,
  objective: Objective,
): readonly PlanEntry[] | null {
  const { facts, places } = field;
  if (row === null || places.length < 2 || (facts.preferences?.order.length ?? 0) > 0) return null;
  const cell = cellOf(facts, row);
  const arena = cell === null ? null : arenaFor(field, row.arenas.of(cell));
  if (arena === null) return null;
  const plan = planByTiers(field, arena, objective);
  const first = plan[0] as PlanEntry;
  if (tookOver(first, field, arena, objective)) plan[0] = { ...first, selected_because: 'fallback_high_error_rate' };
  return plan;
}
