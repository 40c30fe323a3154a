import type { Decision, PublishedDecision } from '../contracts/decision.ts';
import { AppError } from '../contracts/errors.ts';
import type { Receipt } from '../contracts/receipt.ts';
import { type Difference, firstDifference } from '../lib/first-difference.ts';
import { factsOf } from '../routing/recorded-request.ts';
import { createDecider } from './decide-again.ts';
import type { OfflineWorldInput } from './offline-world.ts';
import { worldOfThen } from './world-of-then.ts';

/** What became of making a decision again. */
export interface Replay {
  request_id: string;
  /** The same decision came out, member by member. */
  same: boolean;
  world: string;
  /** Parts of the world that could not be had as they were; null: the journal no longer says what it was. */
  changed_parts: readonly string[] | null;
  /** null where `same`. */
  first_difference: { member: string; recorded: unknown; replayed: unknown } | null;
  recorded: readonly string[];
  replayed: readonly string[];
}

/** Of the world's version nobody decides; everything else must come out as it was. */
function comparable(decision: Decision & Partial<PublishedDecision>): unknown {
  const { explanation: _explanation, versions: _versions, world: _world, ...rest } = decision;
  return JSON.parse(JSON.stringify(rest));
}

const shownDifference = (difference: Difference | null): Replay['first_difference'] =>
  difference === null
    ? null
    : { member: difference.path, recorded: difference.a ?? null, replayed: difference.b ?? null };

const planned = ({ plan }: Decision): string[] => plan.map(({ deployment }) => deployment);

/**
 * Makes a decision of the record again, from what the record holds: the world, the facts and the moment.
 * @throws AppError not_found where the decision does not hold what it was made from
 */
export async function replayDecision(
  { request_id: id, purpose }: Pick<Receipt, 'request_id' | 'purpose'>,
  decision: Decision,
  journal: string,
  input: OfflineWorldInput,
): Promise<Replay> {
  const facts = factsOf(decision);
  if (facts === null) {
    throw new AppError('not_found', `${id} was decided by a version that did not keep all it decided from.`);
  }
  const { world, changed } = await worldOfThen(decision.world, new Date(decision.moment.now), journal, input);
  const again = await createDecider(world)(facts, decision.moment, purpose);
  const difference = firstDifference(comparable(decision), comparable(again));
  return {
    request_id: id,
    same: difference === null,
    world: decision.world,
    changed_parts: changed,
    first_difference: shownDifference(difference),
    recorded: planned(decision),
    replayed: planned(again),
  };
}
