import type { BodyCommitment } from '../contracts/body-log.ts';
import { AppError } from '../contracts/errors.ts';
import type { AttemptRecord, Loss, Receipt } from '../contracts/receipt.ts';
import type { Seat } from '../lib/churning-set.ts';
import { distinctLosses } from '../wire/losses.ts';
import type { Attempt, AttemptOwner } from './attempt.ts';
import { AttemptPlan } from './attempt-plan.ts';
import { keepBodies } from './body-keeper.ts';
import { ClientAnswer, isSandbox } from './client-answer.ts';
import { type ClientListener, ClientSide } from './client-side.ts';
import type { Timed } from './deadlines.ts';
import { summaryOf } from './exchange-errors.ts';
import type { ExchangeParts, ExchangeServices } from './exchange-parts.ts';
import { receiptOf, trailerOf } from './exchange-receipt.ts';
import { Hedging } from './hedging.ts';
import type { PlannedCall } from './plan-walk.ts';
import { PolicyWait } from './policy-wait.ts';
import { RunningAttempts } from './running-attempts.ts';
import { StreamRecovery } from './stream-recovery.ts';

/** A client that does not read for so long is gone. */
const CLIENT_STALL_MS = 60_000;
/** How long a stream that has finished may still deliver its usage to a client that has left. */
const DRAIN_MS = 800;
/** How long an upstream may keep a connection open after its stream has ended. */
const LINGER_MS = 1_000;

const NO_LOSS: readonly Loss[] = Object.freeze([]);

const superseded = (): AppError => new AppError('superseded', 'Another attempt answered first.');

/**
 * From the plan to the receipt: attempts until one answers (attempt-plan.ts says which), two commit points, one receipt.
 * Everything is synchronous: callbacks of the upstream in, calls to the client's sink out.
 */
export class Exchange implements AttemptOwner, ClientListener, Timed {
  readonly #parts: ExchangeParts;
  readonly #services: ExchangeServices;
  readonly #plan: AttemptPlan;
  readonly #policy: PolicyWait;
  readonly #attempts: RunningAttempts;
  readonly #recovery: StreamRecovery;
  readonly #client: ClientSide;
  readonly #answer: ClientAnswer;
  /** null: no second call is made for speed. */
  readonly #hedging: Hedging | null;
  readonly #deadlineAtMs: number;
  /** The one whose content came first: what the client gets is its answer. */
  #lead: Attempt | null = null;
  /** A retry that waits for its time. */
  #waiting: { call: PlannedCall; untilMs: number } | null = null;
  /** Until when the lead's content is held back; null: it is not. */
  #holdUntilMs: number | null = null;
  #errors: AppError[] = [];
  #finished = false;
  #seat: Seat<Timed> | null = null;

  constructor(parts: ExchangeParts, services: ExchangeServices) {
    const { request, facts, plan, deadlineMs } = parts;
    const { health, rests, bank, retries, gate, clock, random } = services;
    this.#parts = parts;
    this.#services = services;
    this.#deadlineAtMs = request.startedAtMs + deadlineMs;
    this.#plan = new AttemptPlan({
      plan,
      facts,
      health,
      rests,
      bank,
      retries,
      gate,
      clock,
      random,
      deadlineAtMs: this.#deadlineAtMs,
    });
    this.#policy = new PolicyWait(gate, services.onFault);
    this.#attempts = new RunningAttempts(this, parts, services, this.#plan, (attempt) =>
      this.#trailer(this.#attempts.preview(attempt), attempt),
    );
    this.#recovery = new StreamRecovery(parts, this.#plan, this.#attempts);
    this.#client = new ClientSide(request.sink, parts.keeper, this, clock);
    this.#answer = new ClientAnswer(parts, this.#client, this.#attempts, () => this.#loss());
    this.#hedging = parts.hedge ? new Hedging(parts, services, this.#plan, this.#attempts) : null;
  }

  start(): void {
    // What was ended while it waited to be on record must not call anybody.
    if (this.#finished) return;
    this.#seat = this.#services.sweeper.add(this);
    this.#whenDecided(null, () => this.#launch(this.#plan.next(), null));
  }

  /** Ends an exchange from outside, started or not: the server stops, or the journal cannot record. */
  endWith(error: AppError): void {
    if (!this.#finished) this.#giveUp(error);
  }

  check(nowMs: number): void {
    if (this.#finished) this.#linger(nowMs);
    else this.#guarded(() => this.#check(nowMs));
  }

  #check(nowMs: number): void {
    if (nowMs > this.#deadlineAtMs) {
      const text = `The deadline of ${this.#parts.deadlineMs} ms passed before the answer was complete.`;
      return this.#giveUp(new AppError('deadline_exceeded', text));
    }
    const { blockedSinceMs, goneAtMs } = this.#client;
    if (goneAtMs !== null && nowMs - goneAtMs > DRAIN_MS) return this.#leaveClient();
    if (blockedSinceMs !== null && nowMs - blockedSinceMs > CLIENT_STALL_MS) {
      this.#client.destroy();
      return this.#leaveClient();
    }
    if (this.#parts.stream && (!this.#client.contentSent || this.#lead === null)) this.#answer.keepAlive(nowMs);
    this.#checkAttempts(nowMs);
  }

  onContent(attempt: Attempt): void {
    this.#guarded(() => this.#content(attempt));
  }

  #content(attempt: Attempt): void {
    const { holdBack } = this.#parts;
    this.#lead = attempt;
    this.#attempts.cancel(attempt, superseded, this.#client.gone);
    if (this.#client.contentSent || holdBack === null) this.#commit(attempt);
    else this.#holdUntilMs = this.#services.clock.monotonic() + holdBack.ms;
  }

  onBytes(attempt: Attempt, bytes: Buffer): void {
    if (attempt === this.#lead && this.#holdUntilMs === null) return this.#deliver(bytes);
    attempt.hold(bytes);
    const { holdBack } = this.#parts;
    if (holdBack === null || attempt !== this.#lead) return;
    if (attempt.estimatedOutputTokens >= holdBack.tokens) this.#commit(attempt);
  }

  onAnswer(attempt: Attempt, body: Buffer): void {
    this.#guarded(() => this.#whole(attempt, body));
  }

  #whole(attempt: Attempt, body: Buffer): void {
    this.#lead = attempt;
    const record = this.#attempts.ended(attempt, this.#client.gone);
    const bytes = attempt.lane.answer(body, this.#parts.receiptInAnswer ? this.#trailer(record, attempt) : null);
    this.#answer.whole(attempt, bytes, record);
    this.#finish(null);
  }

  onComplete(attempt: Attempt): void {
    this.#guarded(() => this.#complete(attempt));
  }

  #complete(attempt: Attempt): void {
    if (this.#holdUntilMs !== null) this.#commit(attempt);
    this.#attempts.ended(attempt, this.#client.gone);
    this.#client.end();
    this.#finish(null);
  }

  onFailed(attempt: Attempt, error: AppError): void {
    this.#guarded(() => this.#failed(attempt, error));
  }

  #failed(attempt: Attempt, error: AppError): void {
    if (error.code === 'internal') this.#services.onFault(error.cause ?? error);
    this.#attempts.ended(attempt, this.#client.gone);
    this.#plan.restCredential(attempt.call, error, attempt.status);
    this.#errors.push(error);
    this.#holdUntilMs = null;
    if (this.#client.gone) return this.#refuse(error);
    // Its rival may still answer.
    if (this.#attempts.any) return;
    const wasLead = attempt === this.#lead;
    this.#lead = null;
    if (!this.#client.contentSent) return this.#whenDecided(null, () => this.#replace(attempt, error));
    this.#answer.heard(this.#services.clock.monotonic());
    const { continuation } = this.#parts;
    this.#whenDecided(continuation?.possible === true ? continuation.text : null, () => {
      if (!this.#recovery.takeOver(attempt, error, wasLead)) this.#refuse(this.#recovery.error ?? error);
    });
  }

  onBlocked(): void {
    this.#lead?.pause();
  }

  onUnblocked(): void {
    this.#lead?.resume();
  }

  onGone(): void {
    // Hundreds may leave at once, and to end one takes a fraction of a millisecond.
    this.#services.turns.add(() => this.#guarded(() => this.#left()));
  }

  #left(): void {
    if (this.#finished) return;
    const attempt = this.#lead;
    // The model has finished and only its usage is missing: worth a moment, since it is what will be billed.
    if (attempt !== null && attempt.finish !== null && attempt.usage === null && !attempt.ended) attempt.resume();
    else this.#leaveClient();
  }

  /** What follows calls somebody: policy says first whom it may be. */
  #whenDecided(carried: string | null, work: () => void): void {
    this.#guarded(() =>
      this.#policy.before(carried, () => {
        if (!this.#finished) this.#guarded(work);
      }),
    );
  }

  /** A fault of ours must not leave a client waiting nor an attempt unbooked: the connection is broken off. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (fault) {
      this.#breakOff(fault);
    }
  }

  #breakOff(fault: unknown): void {
    this.#services.onFault(fault);
    if (this.#finished) return;
    const error = new AppError('internal', 'Something went wrong on our side.', { cause: fault });
    this.#cancelAll(error);
    this.#client.destroy();
    this.#finish(error);
  }

  /** Nothing of the failed attempt was sent: by the plan another one takes its place. */
  #replace(attempt: Attempt, error: AppError): void {
    const step = this.#plan.after(attempt.call, error);
    if (step === null) return this.#refuse(summaryOf(error, this.#errors, this.#attempts.records));
    if (step.kind === 'call') return this.#launch(step.call, error);
    if (step.untilMs <= this.#services.clock.monotonic()) this.#launch(this.#plan.resume(step.call), error);
    else this.#waiting = step;
  }

  /** Calls what was planned, or what comes after it where the request cannot be put so. */
  #launch(planned: PlannedCall | null, error: AppError | null): void {
    let refused: AppError | null = null;
    for (let call = planned; call !== null; call = this.#plan.next()) {
      const { deployment, place } = call;
      const role = this.#parts.role ?? (place === 0 ? 'primary' : 'fallback');
      refused = this.#attempts.begin(call, role, () => this.#parts.laneFor(deployment));
      if (refused === null) return;
    }
    // What an upstream said tells the caller more than why the last deployment could not even be asked.
    if (error !== null) this.#refuse(summaryOf(error, this.#errors, this.#attempts.records));
    else this.#refuse(refused ?? this.#policy.error ?? this.#plan.refusal());
  }

  #checkAttempts(nowMs: number): void {
    const waiting = this.#waiting;
    if (waiting !== null && nowMs >= waiting.untilMs) {
      this.#waiting = null;
      return this.#whenDecided(null, () => this.#launch(this.#plan.resume(waiting.call), this.#errors.at(-1) ?? null));
    }
    if (this.#lead !== null && this.#holdUntilMs !== null && nowMs >= this.#holdUntilMs) this.#commit(this.#lead);
    if (this.#hedging !== null && this.#lead === null) this.#hedge(this.#hedging, nowMs);
    this.#attempts.check(nowMs);
  }

  #hedge(hedging: Hedging, nowMs: number): void {
    const late = hedging.lateCall(nowMs);
    if (late === null) return;
    this.#whenDecided(null, () => {
      if (this.#lead === null) hedging.call(late);
    });
  }

  /** The content commit: what was held goes out, and from here on the answer cannot be begun anew. */
  #commit(attempt: Attempt): void {
    this.#holdUntilMs = null;
    if (!this.#client.contentSent) {
      this.#answer.beginStream(attempt);
      this.#client.contentSent = true;
    }
    for (const bytes of attempt.takeHeld()) this.#deliver(bytes);
    if (this.#client.blockedSinceMs !== null) attempt.pause();
  }

  #deliver(bytes: Buffer): void {
    if (this.#finished) return;
    try {
      this.#parts.continuation?.onDelivered(bytes);
      this.#client.write(bytes);
    } catch (fault) {
      this.#breakOff(fault);
    }
  }

  /** Of the request and, as far as it has come, of the answer. */
  #loss(): readonly Loss[] {
    const loss = (this.#lead ?? this.#attempts.last)?.loss ?? NO_LOSS;
    const { loss: before } = this.#recovery;
    return before.length === 0 ? loss : distinctLosses([...before, ...loss]);
  }

  #trailer(record: AttemptRecord, attempt: Attempt): string {
    const { request, decision } = this.#parts;
    const { records, started } = this.#attempts;
    return trailerOf({ request, decision, attempt, record, records, attempts: started });
  }

  #leaveClient(): void {
    const error = new AppError('client_gone', 'The client closed the connection.');
    this.#cancelAll(error);
    this.#finish(error);
  }

  #giveUp(error: AppError): void {
    this.#cancelAll(error);
    this.#refuse(error);
  }

  #cancelAll(error: AppError): void {
    this.#waiting = null;
    this.#attempts.cancel(null, () => error, this.#client.gone);
  }

  #refuse(reason: AppError): void {
    this.#finish(this.#answer.refuse(reason));
  }

  #finish(error: AppError | null): void {
    if (this.#finished) return;
    this.#finished = true;
    try {
      const receipt = this.#receipt(error, keepBodies(this.#parts.keeper, this.#services));
      this.#services.onReceipt(receipt);
      this.#parts.trace?.end(receipt);
    } finally {
      this.#services.onEnd();
      if (this.#lead === null || this.#lead.closed) this.#leaveSweeper();
    }
  }

  /** A stream may be complete before its connection is over; some upstreams would keep it for long. */
  #linger(nowMs: number): void {
    const attempt = this.#lead;
    if (attempt !== null && !attempt.closed) {
      if (nowMs - (attempt.endedAtMs ?? 0) <= LINGER_MS) return;
      attempt.cancel(new AppError('client_gone', 'The exchange is over.'));
    }
    this.#leaveSweeper();
  }

  #leaveSweeper(): void {
    if (this.#seat !== null) this.#services.sweeper.delete(this.#seat);
  }

  #receipt(error: AppError | null, commitment: BodyCommitment | null): Receipt {
    const { request, facts, decision, stream } = this.#parts;
    const endedAtMs = this.#services.clock.monotonic();
    return receiptOf({
      request,
      facts,
      decision,
      stream,
      error,
      commitment,
      records: this.#attempts.records,
      answered: this.#lead,
      clientGone: this.#client.gone,
      continued: this.#recovery.error !== null,
      status: this.#client.status,
      totalMs: endedAtMs - request.startedAtMs,
      overheadMs: this.#attempts.overheadMs ?? endedAtMs - request.startedAtMs,
      loss: this.#loss(),
      tokenCounts: this.#parts.tokenCounts,
      sandbox: isSandbox(this.#parts),
    });
  }
}
