import type { ApiKey } from '../contracts/api-key.ts';
import { AppError } from '../contracts/errors.ts';
import { applyDetection } from './apply-detection.ts';
import type { RequestDetector } from './detection.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { PolicyGuard } from './policy-guard.ts';
import type { PreparedRequest } from './prepare.ts';

/** Rules and facts that change so often while one request waits are no ground to decide on. */
const MOST_ROUNDS = 8;

/** A request about which something is to be decided. */
export interface VettingQuestion {
  /** Reads it under the configuration of this moment. */
  understand(): PreparedRequest;
  world(): GatewayWorld;
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
   * and a request that was read under another configuration is read anew.
   * @throws AppError (or rejects) where it cannot be known
   */
  vet(question: VettingQuestion): Promise<void> | null {
    const world = question.world();
    const prepared = question.understand();
    const waiting = this.#inspect(prepared, world) ?? this.#policy.prepare(prepared.facts, question.key);
    if (waiting !== null) return this.#vetLater(question, prepared, world, waiting);
    question.decide(prepared);
    return null;
  }

  async #vetLater(
    { understand, world, key, decide }: VettingQuestion,
    read: PreparedRequest,
    readIn: GatewayWorld,
    first: Promise<void>,
  ): Promise<void> {
    let prepared = read;
    let known = readIn;
    let waiting: Promise<void> | null = first;
    for (let round = 0; waiting !== null; round += 1) {
      if (round === MOST_ROUNDS) {
        throw new AppError('policy_unavailable', 'Policy changes faster than it can be asked.');
      }
      await waiting;
      waiting = null;
      if (world() !== known) {
        known = world();
        prepared = understand();
        waiting = this.#inspect(prepared, known);
      }
      waiting ??= this.#policy.prepare(prepared.facts, key);
    }
    decide(prepared);
  }

  /** null: it is done. */
  #inspect(prepared: PreparedRequest, gateway: GatewayWorld): Promise<void> | null {
    const detection = this.#detector?.detect(prepared.texts) ?? null;
    if (detection === null) return null;
    if (detection instanceof Promise) return detection.then((found) => applyDetection(prepared, found, gateway));
    applyDetection(prepared, detection, gateway);
    return null;
  }
}
