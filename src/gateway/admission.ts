import type { UseCaseConfig } from '../contracts/configuration.ts';
import { AppError } from '../contracts/errors.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { Limiter, LimitSubject } from '../contracts/limits.ts';
import type { Clock } from './clock.ts';
import type { GatewayWorld } from './gateway-world.ts';
import { limitError, subjectsOf } from './limits/limit-subjects.ts';
import { RequestBudget } from './limits/request-budget.ts';

type Team = { id: string; limits: LimitSubject['limits'] } | null;

/** What is asked of a request here. */
type Asking = Pick<GatewayRequest, 'key' | 'headers' | 'requestId'>;

/** Lets requests in: each as often as its key, use case and team may, and none twice at a time under one Idempotency-Key. */
export class Admissions {
  readonly #limiter: Limiter;
  readonly #clock: Clock;
  /** Of requests in flight, with the key they came by. */
  readonly #idempotencyKeys = new Set<string>();

  constructor(limiter: Limiter, clock: Clock) {
    this.#limiter = limiter;
    this.#clock = clock;
  }

  /** Nothing is taken yet. Whatever is, `end` gives back. */
  open(request: Asking, world: GatewayWorld): Admission {
    const budget = this.#budgetOf(world, request.requestId);
    return new Admission(request, world, budget, this.#idempotencyKeys);
  }

  /** For what nobody asked from outside: only the limits of the use case concern it. @throws AppError rate_limited */
  admitUseCase(useCase: UseCaseConfig | null, world: GatewayWorld, requestId: string): RequestBudget {
    const budget = this.#budgetOf(world, requestId);
    const refusal = budget.admit(subjectsOf(null, null, useCase, teamOf(useCase?.team, world)));
    if (refusal !== null) throw limitError(refusal);
    return budget;
  }

  #budgetOf({ deadlineMs }: GatewayWorld, requestId: string): RequestBudget {
    return new RequestBudget({ limiter: this.#limiter, clock: this.#clock, deadlineMs, requestId });
  }
}

function teamOf(id: string | undefined, { teams }: GatewayWorld): Team {
  const limits = id === undefined ? undefined : teams?.get(id);
  return id === undefined || limits === undefined ? null : { id, limits };
}

/** One request's leave to be worked on. */
export class Admission {
  readonly budget: RequestBudget;
  readonly #request: Asking;
  readonly #world: GatewayWorld;
  readonly #idempotencyKeys: Set<string>;
  #held: string | null = null;

  constructor(request: Asking, world: GatewayWorld, budget: RequestBudget, idempotencyKeys: Set<string>) {
    this.#request = request;
    this.#world = world;
    this.budget = budget;
    this.#idempotencyKeys = idempotencyKeys;
  }

  /** Before the request is read. @throws AppError rate_limited, duplicate_request */
  admitKey(): void {
    const { key } = this.#request;
    this.#admit(subjectsOf(key, this.#world.defaultLimits, null, teamOf(key?.team, this.#world)));
    this.#holdIdempotencyKey();
  }

  /** As soon as one knows for what the request is. @throws AppError rate_limited */
  admitUseCase(useCase: UseCaseConfig | null): void {
    // A key's team stands for all that the key does.
    const team = this.#request.key?.team === undefined ? teamOf(useCase?.team, this.#world) : null;
    this.#admit(subjectsOf(null, null, useCase, team));
  }

  /** The request is over, however it ended. */
  end(): void {
    try {
      this.budget.end();
    } finally {
      if (this.#held !== null) this.#idempotencyKeys.delete(this.#held);
      this.#held = null;
    }
  }

  #admit(subjects: readonly LimitSubject[]): void {
    const refusal = this.budget.admit(subjects);
    if (refusal !== null) throw limitError(refusal);
  }

  #holdIdempotencyKey(): void {
    const { key, headers } = this.#request;
    if (headers.idempotencyKey === null) return;
    const held = `${key?.id ?? ''}\u0000${headers.idempotencyKey}`;
    if (this.#idempotencyKeys.has(held)) {
      throw new AppError('duplicate_request', 'A request with this Idempotency-Key is still being answered.');
    }
    this.#idempotencyKeys.add(held);
    this.#held = held;
  }
}
