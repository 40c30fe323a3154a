import type { Moment } from '../contracts/decision.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Obligation } from '../contracts/vocabulary.ts';
import type { Candidate } from './candidates.ts';
import { type Rates, ratesOf } from './costs.ts';
import type { HealthColumns, ListColumns } from './list-columns.ts';
import type { SeenMoment } from './seen.ts';

/** Candidates of one request that every hard filter let through. A candidate is named by its place in the list. */
export interface Field {
  candidates: readonly Candidate[];
  list: ListColumns;
  health: HealthColumns;
  facts: RequestFacts;
  moment: Moment;
  seen: SeenMoment;
  /** Place of the first survivor that the row itself names; -1: none. */
  first: number;
  /** Places of the survivors, in the order of the list until `sortByTable` puts them in the table's. */
  places: number[];
  /** By place: what must be fulfilled before the call; null or undefined: nothing. */
  obligations: (readonly Obligation[] | undefined)[] | null;
}

export const candidateAt = ({ candidates }: Pick<Field, 'candidates'>, place: number): Candidate =>
  candidates[place] as Candidate;

/** Rates for this request; null where the price is unknown. */
export function ratesAt({ candidates, facts, moment }: Field, place: number): Rates | null {
  const { fixedRates, deployment } = candidates[place] as Candidate;
  return fixedRates === 'varies' ? ratesOf(deployment.price, facts.estimatedTokens, moment.now) : fixedRates;
}

/** Numbers of one request that order its field, by place. */
interface Columns {
  /** Conversation, position in the row and place in the caller's order, as one number. */
  written: Float64Array;
  /** Seconds until quota that is paid for and unused expires; infinite where none is known to. */
  expiresS: Float64Array;
  /** What an answer probably costs; NaN: unknown. */
  costUsd: Float64Array;
  /** What one more call costs: nothing on owned hardware, which is paid for anyway; infinite where nobody knows. */
  marginalUsd: Float64Array;
  /** Sort key of a draw by weight and seed; NaN until two are equal in all else, which is seldom. */
  draw: Float64Array;
  /** US dollars: what the answer is worth, less what it costs in money, waiting and errors. */
  utility: Float64Array;
  /** In which part of the order by evidence it stands. */
  group: Uint8Array;
}

const columnsFor = (candidates: number): Columns => ({
  written: new Float64Array(candidates),
  expiresS: new Float64Array(candidates),
  costUsd: new Float64Array(candidates),
  marginalUsd: new Float64Array(candidates),
  draw: new Float64Array(candidates),
  utility: new Float64Array(candidates),
  group: new Uint8Array(candidates),
});

/** Room for the worlds that most people have; 49 bytes each. */
let room = 64;
let columns = columnsFor(room);

/**
 * Columns with room for so many candidates. They are one set for all requests, since each is decided in one go: objects
 * for every candidate of every request cost more than the whole rest of a decision. Only numbers stay in them.
 */
export function columnsWithRoom(candidates: number): Columns {
  if (candidates > room) {
    room = 2 * candidates;
    columns = columnsFor(room);
  }
  return columns;
}

/** Those that were filled last. */
export const filledColumns = (): Columns => columns;
