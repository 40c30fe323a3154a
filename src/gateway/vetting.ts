import type { ApiKey } from '../contracts/api-key.ts';
import { AppError } from '../contracts/errors.ts';
import { applyDetection } from './apply-detection.ts';
import type { RequestDetector } from './detection.ts';
import type { PolicyGuard } from './policy-guard.ts';
import type { PreparedRequest } from './prepare.ts';

/** Rules and facts that change so often while one request waits are no ground to decide on. */
export const MOST_ROUNDS = 8;

export const changesTooFast = (): AppError =>
  new AppError('policy_unavailable', 'Policy changes faster than it can be asked.');

/** A request about which something is to be decided. */
export interface VettingQuestion {
  /** Reads it under the configuration of this moment. */
  understand(): PreparedRequest;
  /** Whether it was read under what still holds. */
  isCurrent(prepared: PreparedRequest): boolean;
  key: ApiKey | null;
  decide(prepared: PreparedRequest): void;
}

/** What has to be known of a request before anything may be decided: what is in it, and what policy says of that. */
export class Vetting {
  readonly #detector: RequestDetector | null;
  readonly #policy: PolicyGuard;

  /** Without a detector nobody looks into requests, which only tests and commands that send nothing may do. */
  constructor(detector: RequestDetector | null, policy: PolicyGuard) {
    this.#detector = detector;
    this.#policy = policy;
  }

  /**
   * Calls `decide` as soon as all is known that it needs, at once where nothing has to be waited for (null is returned
   * then). Nothing changes between the last look and `decide`: rules or facts that did while we waited are asked again,
   * and a request that was read under another configuration, or with a key that has changed since, is read anew.
   * @throws AppError (or rejects) where it cannot be known
   */
  vet(question: VettingQuestion): Promise<void> | null {
    const prepared = question.understand();
    const waiting = this.#inspect(prepared) ?? this.#policy.prepare(prepared.facts, question.key);
    if (waiting !== null) return this.#vetLater(question, prepared, waiting);
    question.decide(prepared);
    return null;
  }

  async #vetLater(
    { understand, isCurrent, key, decide }: VettingQuestion,
    read: PreparedRequest,
    first: Promise<void>,
  ): Promise<void> {
    let prepared = read;
    let waiting: Promise<void> | null = first;
    for (let round = 0; waiting !== null; round += 1) {
      if (round === MOST_ROUNDS) throw changesTooFast();
      await waiting;
      waiting = null;
      if (!isCurrent(prepared)) {
        prepared = understand();
        waiting = this.#inspect(prepared);
      }
      waiting ??= this.#policy.prepare(prepared.facts, key);
    }
    decide(prepared);
  }

  /** null: it is done. */
  #inspect(prepared: PreparedRequest): Promise<void> | null {
    const detection = this.#detector?.detect(prepared.texts) ?? null;
    if (detection === null) return null;
    if (detection instanceof Promise) return detection.then((found) => applyDetection(prepared, found));
    applyDetection(prepared, detection);
    return null;
  }
}
