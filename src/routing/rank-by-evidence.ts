import type { PlanEntry, PlanEvidence } from '../contracts/decision.ts';
import type { EvidenceTask } from '../contracts/evidence.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Objective } from '../contracts/route.ts';
import type { PreparedRow } from './candidates.ts';
import { cacheValueUsd, tokensFor } from './costs.ts';
import type { Arena, Standings } from './evidence/arena.ts';
import type { RequestCell } from './evidence/cell-path.ts';
import { type Field, filledColumns, ratesAt } from './field.ts';
import { OPEN } from './list-columns.ts';
import { byWriting, costAt, isFailing, isOneTier, ownReason, planEntry, sortByTable } from './rank-by-table.ts';
import { saidAt } from './seen.ts';
import { sortByGroup } from './sort-places.ts';

/** What is compared: a field or one tier of its health. */
interface Contest {
  field: Field;
  arena: Arena;
  objective: Objective;
  /** Those that evidence speaks of, in any order. */
  proven: readonly number[];
  /** The table's order, by which equals are told apart. */
  compare: (a: number, b: number) => number;
  /** By slot, against the best. */
  standings: Standings;
  /** Place of the one of highest quality; -1 where nobody is proven. */
  best: number;
  /** Whether what was billed for the same items is what they cost. */
  billed: boolean;
}

/** Whether anything was measured of the candidate at a place; nothing was of one that comes from elsewhere than the row. */
function isProven({ means }: Arena, { list }: Field, place: number): boolean {
  const slot = list.slot[place] as number;
  return slot !== -1 && !Number.isNaN(means[slot] as number);
}

const isKept = ({ standings, field }: Contest, place: number): boolean =>
  standings.kept[field.list.slot[place] as number] === 1;

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
  const { model } = field.list;
  const leading = model[field.first];
  const found = arenas.find((arena) => {
    let first = false;
    let rival = false;
    for (const place of field.places) {
      if (!isProven(arena, field, place)) continue;
      if (model[place] === leading) first = true;
      else rival = true;
      if (first && rival) return true;
    }
    return false;
  });
  return found ?? null;
}

/**
 * Who has not been timed is taken for average, neither favoured nor put off. The sum is exact, so that it is the same in
 * whatever order they come.
 */
function usualMs({ health }: Field, places: readonly number[]): number {
  const { firstTokenMs } = health;
  let sum = 0;
  let timed = 0;
  for (const place of places) {
    const ms = firstTokenMs[place] as number;
    if (ms < 0) continue;
    sum += ms;
    timed += 1;
  }
  return timed === 0 ? 0 : sum / timed;
}

/**
 * Whether all of them were billed for the same items and receipts have taught nothing yet: then those dollars count.
 * Else what receipts and list prices say; never some one way and some the other.
 */
const areBilled = ({ seen, list }: Field, places: readonly number[], { usd }: Arena): boolean =>
  places.every(
    (place) => saidAt(seen.learned, place) === undefined && !Number.isNaN(usd[list.slot[place] as number] as number),
  );

/** A failed call costs its dollars and its wait once more. */
function utilityOf(quality: number, usd: number, seconds: number, errors: number, objective: Objective): number {
  // An unknown price is not 0: such a deployment comes behind those whose cost is known.
  if (usd === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  const wait = objective.usd_per_second_waited * seconds;
  return objective.usd_per_success * quality - usd - wait - errors * (usd + wait);
}

/** Fills the column of utility. */
function weighWorth(
  field: Field,
  arena: Arena,
  proven: readonly number[],
  billed: boolean,
  objective: Objective,
): void {
  const usual = field.health.timedAlike ? 0 : usualMs(field, proven);
  const { utility, marginalUsd } = filledColumns();
  const { slot, owned } = field.list;
  const { errors, firstTokenMs } = field.health;
  const { means, usd: billedUsd } = arena;
  for (const place of proven) {
    const at = slot[place] as number;
    const usd = billed && owned[place] === 0 ? billedUsd[at] : marginalUsd[place];
    const timed = firstTokenMs[place] as number;
    const seconds = (timed < 0 ? usual : timed) / 1_000;
    utility[place] = utilityOf(means[at] as number, usd as number, seconds, errors[place] as number, objective);
  }
}

/** Whether one of two equals comes first by the table; there is no first before anybody was looked at. */
const isBefore = ({ compare }: Pick<Contest, 'compare'>, place: number, first: number): boolean =>
  first === -1 || compare(place, first) < 0;

/** The one of highest quality, the first by the table among equals; -1: nobody is proven. */
function bestOf(field: Field, { means }: Arena, proven: readonly number[], compare: Contest['compare']): number {
  const { slot } = field.list;
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (const place of proven) {
    const mean = means[slot[place] as number] as number;
    if (mean < most || (mean === most && !isBefore({ compare }, place, best))) continue;
    best = place;
    most = mean;
  }
  return best;
}

const NOBODY: Standings = Object.freeze({ kept: new Uint8Array(0), shown: Object.freeze([]) });

function contestOf(
  field: Field,
  proven: readonly number[],
  arena: Arena,
  objective: Objective,
  compare: Contest['compare'],
): Contest {
  const best = bestOf(field, arena, proven, compare);
  const standings = best === -1 ? NOBODY : arena.standingColumns(field.list.slot[best] as number, objective);
  const billed = areBilled(field, proven, arena);
  weighWorth(field, arena, proven, billed, objective);
  return { field, arena, objective, proven, compare, standings, best, billed };
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
    if (worth < most || !isKept(contest, place)) continue;
    if (worth === most && !isBefore(contest, place, first)) continue;
    first = place;
    most = worth;
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
  const { field, proven, standings, compare } = contest;
  const leader = leaderOf(contest);
  const { operator, slot } = field.list;
  const { kept } = standings;
  const own = operator[leader];
  const { utility: key, group } = filledColumns();
  // Those who were kept before inferior ones, in each those of other operators first.
  for (const place of proven) {
    group[place] = 2 - 2 * (kept[slot[place] as number] as number) + (operator[place] === own ? 1 : 0);
  }
  const order = proven.slice();
  order[order.indexOf(leader)] = order[0] as number;
  order[0] = leader;
  sortByGroup(order, 1, { group, key, compare });
  return order;
}

/** Entries of proven ones, of one tier of health, in this order; `leads` is whether the first of them leads the plan. */
function provenEntries(contest: Contest, order: readonly number[], leads: boolean): PlanEntry[] {
  const { field, best, billed, arena } = contest;
  const { kept, shown } = contest.standings;
  const { slot, ids } = field.list;
  const isOpen = field.health.tier[order[0] as number] === OPEN;
  const { costUsd } = filledColumns();
  const { usd } = arena;
  const { length } = order;
  // Room for all at once: growing to it would cost as much as a sixth of the entries.
  const plan = new Array<PlanEntry>(length);
  for (let next = 0; next < length; next += 1) {
    const place = order[next] as number;
    const at = slot[place] as number;
    const found = kept[at] === 1 ? 'cheapest_non_inferior' : 'table_fallback';
    const because = isOpen ? 'last_resort' : place === best ? 'best_evidence' : found;
    const cost = (billed ? usd[at] : costUsd[place]) as number;
    plan[next] = planEntry(field, place, because, shown[at] as PlanEvidence, Number.isNaN(cost) ? null : cost);
  }
  const [first] = plan;
  if (leads && !isOpen && first !== undefined && ids[order[0] as number] === field.moment.session) {
    first.selected_because = 'session';
  }
  return plan;
}

/** Proven ones share their places among themselves; an unproven one keeps the table's. `places` are in its order. */
function entriesOf(contest: Contest, places: readonly number[], leads: boolean): PlanEntry[] {
  const { field, arena, proven } = contest;
  if (proven.length === 0) return places.map((place) => unprovenEntry(field, place));
  const leadsProven = leads && isProven(arena, field, places[0] as number);
  const entries = provenEntries(contest, ordered(contest), leadsProven);
  let next = 0;
  return places.map((place) => {
    if (!isProven(arena, field, place)) return unprovenEntry(field, place);
    next += 1;
    return entries[next - 1] as PlanEntry;
  });
}

const unprovenEntry = (field: Field, place: number): PlanEntry =>
  planEntry(field, place, ownReason(field, place), null, costAt(place));

/** Survivors by tier of health, the healthy first; in each the order in which they came. */
function byTier(field: Field, places: readonly number[]): (readonly number[])[] {
  if (isOneTier(field)) return [places];
  const { tier } = field.health;
  const tiers: number[][] = [[], [], []];
  for (const place of places) tiers[tier[place] as number]?.push(place);
  return tiers.filter(({ length }) => length > 0);
}

/** By tiers of health, so that what is down never leads for having been good. */
function planByTiers(field: Field, arena: Arena, objective: Objective, allProven: boolean): PlanEntry[] {
  const compare = byWriting(field);
  const plans = byTier(field, field.places).map((places, tierAt) => {
    const proven = allProven ? places : places.filter((place) => isProven(arena, field, place));
    const contest = contestOf(field, proven, arena, objective, compare);
    if (allProven) return provenEntries(contest, ordered(contest), tierAt === 0);
    return entriesOf(contest, places, tierAt === 0);
  });
  return plans.length === 1 ? (plans[0] as PlanEntry[]) : plans.flat();
}

/** Whether health alone put the first in front: without it one with a high error rate would lead. */
function tookOver({ deployment }: PlanEntry, field: Field, arena: Arena, objective: Objective): boolean {
  if (isOneTier(field)) return false;
  const { places } = field;
  const first = places.find((place) => field.list.ids[place] === deployment) as number;
  if (field.health.tier[first] === OPEN) return false;
  const compare = byWriting(field);
  const written = places.reduce((one, other) => (compare(other, one) < 0 ? other : one));
  const proven = places.filter((place) => isProven(arena, field, place));
  const leads = isProven(arena, field, written);
  const leader = leads ? leaderOf(contestOf(field, proven, arena, objective, compare)) : written;
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
  const allProven = (arena.complete && field.list.allOfRow) || places.every((place) => isProven(arena, field, place));
  // Unproven ones keep the table's places. Where there are none its order tells equals apart and does nothing else.
  if (!allProven) sortByTable(field);
  const plan = planByTiers(field, arena, objective, allProven);
  const first = plan[0] as PlanEntry;
  if (tookOver(first, field, arena, objective)) plan[0] = { ...first, selected_because: 'fallback_high_error_rate' };
  return plan;
}
