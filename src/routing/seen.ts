import type { HealthSnapshot, LearnedUse, TokenRatio } from '../contracts/decision.ts';
import type { Candidate } from './candidates.ts';

/** What a part of the moment says of the candidates: as recorded, and by their places. */
export interface Seen<T> {
  /** Of the candidates and of nobody else; undefined where nothing is said of any. */
  record: Readonly<Record<string, T>> | undefined;
  /** By place of the candidate; null where nothing is said of any. */
  at: readonly (T | undefined)[] | null;
}

/** What the moment says of the candidates. */
export interface SeenMoment {
  health: Seen<HealthSnapshot>;
  /** Seconds until paid quota expires. */
  quota: Seen<number>;
  learned: Seen<LearnedUse>;
  ratios: Seen<TokenRatio>;
  /** Candidates that are closed to this request. */
  quarantined: readonly string[];
}

const NOTHING: Seen<never> = Object.freeze({ record: undefined, at: null });

/** What is said of the candidate at a place. */
export const saidAt = <T>({ at }: Seen<T>, place: number): T | undefined => (at === null ? undefined : at[place]);

/**
 * What was published is one object for a whole epoch, and a row's candidates one list for a whole world, so that most
 * decisions find this done.
 */
const known = new WeakMap<object, WeakMap<readonly Candidate[], Seen<unknown>>>();

function lookUp<T>(published: Readonly<Record<string, T>>, candidates: readonly Candidate[]): Seen<T> {
  let record: Record<string, T> | undefined;
  const at = candidates.map(({ deployment: { id } }) => {
    // Ids are chosen by people, and `constructor` is a legal one.
    if (!Object.hasOwn(published, id)) return undefined;
    record ??= {};
    record[id] = published[id] as T;
    return published[id];
  });
  return record === undefined ? NOTHING : { record, at };
}

/** Looks up what is published of each candidate. The answer is shared: nobody may change it. */
export function seenOf<T>(
  published: Readonly<Record<string, T>> | undefined,
  candidates: readonly Candidate[],
): Seen<T> {
  if (published === undefined) return NOTHING;
  const ofObject = known.get(published);
  const found = ofObject?.get(candidates) as Seen<T> | undefined;
  if (found !== undefined) return found;
  const made = lookUp(published, candidates);
  if (ofObject === undefined) known.set(published, new WeakMap([[candidates, made]]));
  else ofObject.set(candidates, made);
  return made;
}
