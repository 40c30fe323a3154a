import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { AttemptRecord } from '../contracts/receipt.ts';
import type { AttemptRole } from '../contracts/vocabulary.ts';
import { capReply } from '../wire/cap-reply.ts';
import type { Lane, UpstreamBody } from '../wire/dialect.ts';
import { seriousLosses } from '../wire/losses.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import { AttemptLedger } from './attempt-ledger.ts';
import type { AttemptPlan } from './attempt-plan.ts';
import { lossError } from './exchange-errors.ts';
import type { ExchangeParts, ExchangeServices } from './exchange-parts.ts';
import { type AttemptBudget, NO_BUDGET } from './limits/request-budget.ts';
import { notKeptByVendor, obligationsOf, withPinnedRegion } from './obligations.ts';
import type { PlannedCall } from './plan-walk.ts';
import { upstreamHeaders } from './upstream-headers.ts';

/** A call that is begun. */
interface Begun {
  call: PlannedCall;
  role: AttemptRole;
  carried: string | null;
}

/** The attempts of one request: begun, running, booked. Whatever ends one of them, it is booked exactly once. */
export class RunningAttempts {
  readonly #owner: AttemptOwner;
  readonly #parts: ExchangeParts;
  readonly #services: ExchangeServices;
  readonly #plan: AttemptPlan;
  readonly #trailer: (attempt: Attempt) => string;
  readonly #ledger: AttemptLedger;
  /** At most two: an attempt and its hedge. */
  #running: Attempt[] = [];
  /** How many were begun. */
  started = 0;
  /** Begun last. */
  last: Attempt | null = null;
  /** From the request's arrival to the first call, milliseconds. */
  overheadMs: number | null = null;

  constructor(
    owner: AttemptOwner,
    parts: ExchangeParts,
    services: ExchangeServices,
    plan: AttemptPlan,
    trailer: (attempt: Attempt) => string,
  ) {
    this.#owner = owner;
    this.#parts = parts;
    this.#services = services;
    this.#plan = plan;
    this.#trailer = trailer;
    this.#ledger = new AttemptLedger(parts.request.operation, parts.facts, services.clock, services.rests);
  }

  /** Of those that have ended, in the order in which they began. */
  get records(): readonly AttemptRecord[] {
    return this.#ledger.records;
  }

  /** The one that was begun first of those that still run. */
  get first(): Attempt | null {
    return this.#running[0] ?? null;
  }

  get any(): boolean {
    return this.#running.length > 0;
  }

  check(nowMs: number): void {
    // A copy where there are two: a check may end one and begin another.
    for (const attempt of this.#running.length > 1 ? [...this.#running] : this.#running) attempt.check(nowMs);
  }

  /**
   * Calls, or says why this deployment cannot be called with this request; the planned call is given back then. `carried`
   * as in AttemptGate.
   */
  begin(call: PlannedCall, role: AttemptRole, laneFor: () => Lane, carried: string | null = null): AppError | null {
    const attempt = this.#make({ call, role, carried }, laneFor);
    if (attempt instanceof AppError) {
      this.#plan.giveBack(call);
      return attempt;
    }
    this.started += 1;
    this.#running.push(attempt);
    this.last = attempt;
    this.overheadMs ??= this.#services.clock.monotonic() - this.#parts.request.startedAtMs;
    try {
      attempt.start(this.#services.upstream);
      return null;
    } catch (cause) {
      // A fault of ours, of which no upstream knows: whoever is next may still answer.
      const error = new AppError('internal', 'The call could not be made.', { cause });
      this.#services.onFault(cause);
      attempt.cancel(error);
      this.ended(attempt, false);
      return error;
    }
  }

  /** Books an attempt that has ended by itself. */
  ended(attempt: Attempt, clientGone: boolean): AttemptRecord {
    this.#running = this.#running.length === 1 ? [] : this.#running.filter((running) => running !== attempt);
    return this.#ledger.settle(attempt, clientGone);
  }

  preview(attempt: Attempt): AttemptRecord {
    return this.#ledger.preview(attempt);
  }

  /** Ends all that run but `winner`. */
  cancel(winner: Attempt | null, error: () => AppError, clientGone: boolean): void {
    if (this.#running.length === 0 || (this.#running.length === 1 && this.#running[0] === winner)) return;
    const losers = this.#running.filter((attempt) => attempt !== winner);
    this.#running = winner === null ? [] : [winner];
    for (const loser of losers) {
      loser.cancel(error());
      this.#ledger.settle(loser, clientGone);
    }
  }

  /** All that comes before a call. A fault of ours leaves nothing taken, and whoever is next may still answer. */
  #make(begun: Begun, laneFor: () => Lane): Attempt | AppError {
    const { call } = begun;
    let budget: AttemptBudget = NO_BUDGET;
    try {
      const built = this.#build(call.deployment, laneFor);
      if (built instanceof AppError) return built;
      const reserved = this.#reserve(call.deployment);
      if (reserved instanceof AppError) return reserved;
      budget = reserved;
      const body = this.#within(budget, call.deployment, built.body);
      if (body !== null) return this.#create(begun, built.lane, body, budget);
      budget.release();
      return new AppError('budget_exceeded', 'What is left of a budget does not pay for the whole of this request.');
    } catch (cause) {
      budget.release();
      this.#services.onFault(cause);
      return new AppError('internal', 'The call could not be made.', { cause });
    }
  }

  /** Tokens and dollars for one attempt, or which limit has none left. Counting tokens costs none. */
  #reserve(deployment: Deployment): AttemptBudget | AppError {
    const { request, facts, budget: ofRequest } = this.#parts;
    if (request.operation === 'count_tokens') return NO_BUDGET;
    const answer = ofRequest.reserve(facts, deployment);
    return answer.ok ? answer.budget : answer.error;
  }

  /** The call cut to what the budget pays for; null where it may not be cut. */
  #within({ maxTokens, atMost }: AttemptBudget, deployment: Deployment, body: UpstreamBody): UpstreamBody | null {
    if (maxTokens === null && atMost === null) return body;
    // What only may be too much is asked for where nothing may be lost, or where the reply cannot be cut so short.
    if (maxTokens === null) return this.#parts.strict ? body : (capReply(body, deployment, atMost as number) ?? body);
    return this.#parts.strict ? null : capReply(body, deployment, maxTokens);
  }

  /** The request in the deployment's dialect, or why it cannot be put so. */
  #build(deployment: Deployment, laneFor: () => Lane): { lane: Lane; body: UpstreamBody } | AppError {
    try {
      const lane = laneFor();
      const built = notKeptByVendor(lane.build(this.#asAddressed(deployment)), this.#parts.facts, deployment);
      const pinned = obligationsOf(this.#parts.decision, deployment).includes('pin_region');
      const body = pinned ? withPinnedRegion(built, deployment) : built;
      const serious = this.#parts.strict ? seriousLosses(body.loss) : [];
      return serious.length > 0 ? lossError(deployment, serious) : { lane, body };
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  #asAddressed(deployment: Deployment): Deployment {
    const { faultSuffix } = this.#parts;
    if (faultSuffix === null || this.started > 0) return deployment;
    return { ...deployment, upstreamModel: deployment.upstreamModel + faultSuffix };
  }

  #create({ call, role, carried }: Begun, lane: Lane, upstreamBody: UpstreamBody, budget: AttemptBudget): Attempt {
    const { request, facts, stream, trace, receiptInAnswer } = this.#parts;
    const { clock, turns, health, bank, gate } = this.#services;
    const { deployment } = call;
    const { traceparent, sandboxFault } = request.headers;
    return new Attempt(this.#owner, {
      number: this.started,
      call,
      role,
      lane,
      upstreamBody,
      stream,
      choices: facts.choices ?? 1,
      headers: upstreamHeaders(deployment, upstreamBody, stream, trace?.traceparent ?? traceparent, sandboxFault),
      trailer: receiptInAnswer ? this.#trailer : null,
      firstTokenLimitMs: health.firstTokenLimitMs(deployment),
      budget,
      ticket: bank.take(deployment, call.credential, this.#plan.needOf(deployment)),
      gate,
      carried,
      clock,
      turns,
    });
  }
}
