import type { BodyRecord } from '../contracts/body-log.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError, ERRORS } from '../contracts/errors.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { AttemptRecord, Loss, Receipt } from '../contracts/receipt.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { ActiveTrace } from '../contracts/tracing.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import { isoTime } from '../lib/iso-time.ts';
import type { ClientDialect, Lane, UpstreamBody } from '../wire/dialect.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import type { BodyKeeper } from './body-keeper.ts';
import { type ClientListener, ClientSide } from './client-side.ts';
import type { Clock } from './clock.ts';
import type { DeadlineSweeper, Timed } from './deadlines.ts';
import type { HealthBoard } from './health.ts';
import type { LimitState } from './limiter.ts';
import { outcomeOfAttempt, recordOfAttempt, roundMs, totalCost, totalUsage } from './receipt-builder.ts';
import { costHeader, errorHeaders, headOf } from './response-headers.ts';
import { countsAgainst, outcomeOf } from './upstream-failure.ts';

/** With no content by then, headers and pings go out so that no proxy in between times out (DESIGN 5.6). */
const HEADER_COMMIT_MS = 10_000;
/** A client that does not read for so long is gone. */
const CLIENT_STALL_MS = 60_000;
/** How long a stream that has finished may still deliver its usage to a client that has left. */
const DRAIN_MS = 800;
/** How long an upstream may keep a connection open after its stream has ended. */
const LINGER_MS = 1_000;

const UPSTREAM_HEADERS = Object.freeze({ 'content-type': 'application/json', accept: 'application/json' });
const UPSTREAM_STREAM_HEADERS = Object.freeze({ 'content-type': 'application/json', accept: 'text/event-stream' });

const NO_LOSS: readonly Loss[] = Object.freeze([]);

/** `strict`: a deployment that would lose something is passed over; with none left the request is refused. */
function lossError(deployment: Deployment, loss: readonly Loss[]): AppError {
  const lost = loss.map(({ kind, field, why }) => `${field} ${kind}: ${why}`).join('; ');
  return new AppError('translation_loss', `${deployment.id} cannot keep everything (${lost}).`);
}

export interface ExchangeParts {
  request: GatewayRequest;
  client: ClientDialect;
  facts: RequestFacts;
  decision: Decision;
  plan: readonly Deployment[];
  /** A new lane for each attempt. @throws AppError where the request cannot be put in the deployment's dialect */
  laneFor(deployment: Deployment): Lane;
  stream: boolean;
  /** The caller asked for its receipt inside the answer. */
  receiptInAnswer: boolean;
  /** Rather refuse than lose anything of the request on the way. */
  strict: boolean;
  /** Added to the upstream model of the first attempt, sandbox only. */
  faultSuffix: string | null;
  deadlineMs: number;
  requests: LimitState | null;
  /** For use cases that keep bodies. */
  keeper: BodyKeeper | null;
  trace: ActiveTrace | null;
}

export interface ExchangeServices {
  upstream: UpstreamClient;
  clock: Clock;
  sweeper: DeadlineSweeper;
  health: HealthBoard;
  onReceipt(receipt: Receipt): void;
  onBodies(record: BodyRecord): void;
  /** Called exactly once, after the receipt. */
  onEnd(exchange: Exchange): void;
}

/**
 * From the plan to the receipt: attempts in the plan's order until one answers, two commit points, one receipt.
 * Everything is synchronous: callbacks of the upstream in, calls to the client's sink out.
 */
export class Exchange implements AttemptOwner, ClientListener, Timed {
  #parts: ExchangeParts;
  #services: ExchangeServices;
  #next = 0;
  #attempt: Attempt | null = null;
  #records: AttemptRecord[] = [];
  #errors: AppError[] = [];
  /** What the running attempt could not keep of the request. */
  #loss: readonly Loss[] = [];
  #client: ClientSide;
  #finished = false;
  #overheadMs: number | null = null;
  #lastPingMs = 0;

  constructor(parts: ExchangeParts, services: ExchangeServices) {
    this.#parts = parts;
    this.#services = services;
    this.#client = new ClientSide(parts.request.sink, parts.keeper, this, services.clock);
  }

  start(): void {
    this.#services.sweeper.add(this);
    this.#startNext();
  }

  /** Ends an exchange from outside, started or not: the server stops, or the journal cannot record. */
  endWith(error: AppError): void {
    if (!this.#finished) this.#giveUp(error);
  }

  check(nowMs: number): void {
    const attempt = this.#attempt;
    if (this.#finished) {
      if (attempt === null || attempt.closed) this.#services.sweeper.delete(this);
      else if (nowMs - (attempt.endedAtMs ?? 0) > LINGER_MS) {
        attempt.cancel(new AppError('client_gone', 'The exchange is over.'));
        this.#services.sweeper.delete(this);
      }
      return;
    }
    const { startedAtMs } = this.#parts.request;
    if (nowMs - startedAtMs > this.#parts.deadlineMs) {
      const text = `The deadline of ${this.#parts.deadlineMs} ms passed before the answer was complete.`;
      this.#giveUp(new AppError('deadline_exceeded', text));
      return;
    }
    const { blockedSinceMs, goneAtMs, contentSent } = this.#client;
    if (goneAtMs !== null && nowMs - goneAtMs > DRAIN_MS) return this.#leaveClient();
    if (blockedSinceMs !== null && nowMs - blockedSinceMs > CLIENT_STALL_MS) {
      this.#client.destroy();
      return this.#leaveClient();
    }
    if (this.#parts.stream && !contentSent) this.#keepAlive(nowMs);
    attempt?.check(nowMs);
  }

  onContent(): void {
    this.#sendHead(this.#attempt);
    this.#client.commit();
  }

  onBytes(bytes: Buffer): void {
    this.#client.bytes(bytes);
  }

  onAnswer(attempt: Attempt, body: Buffer): void {
    const record = this.#settle(attempt);
    const bytes = attempt.lane.answer(body, this.#parts.receiptInAnswer ? this.#trailer(record) : null);
    const head = this.#head(attempt, 'application/json');
    head.push('content-length', String(bytes.length), ...costHeader(record));
    this.#client.head(200, head);
    this.#client.end(bytes);
    this.#finish(null);
  }

  onComplete(attempt: Attempt): void {
    this.#settle(attempt);
    this.#client.end();
    this.#finish(null);
  }

  onFailed(attempt: Attempt, error: AppError): void {
    this.#settle(attempt);
    this.#errors.push(error);
    this.#client.dropPending();
    const { contentSent, gone } = this.#client;
    const hasNext = this.#next < this.#parts.plan.length;
    if (!contentSent && !gone && hasNext && ERRORS[error.code].retry === 'next_deployment') {
      this.#startNext();
      return;
    }
    this.#refuse(this.#summary(error));
  }

  #startNext(): void {
    const { plan, request, stream, trace } = this.#parts;
    const { clock, upstream } = this.#services;
    const deployment = plan[this.#next] as Deployment;
    const role = this.#next === 0 ? 'primary' : 'fallback';
    this.#next += 1;
    const built = this.#build(deployment);
    if (built === null) return;
    const { lane, upstreamBody } = built;
    const attempt = new Attempt(this, {
      deployment,
      role,
      lane,
      upstreamBody,
      stream,
      credential: 0,
      headers: this.#upstreamHeaders(deployment, upstreamBody, trace?.traceparent ?? request.headers.traceparent),
      trailer: this.#parts.receiptInAnswer ? () => this.#trailer(this.#preview()) : null,
      clock,
    });
    this.#attempt = attempt;
    if (this.#overheadMs === null) this.#overheadMs = clock.monotonic() - request.startedAtMs;
    attempt.start(upstream);
  }

  #asAddressed(deployment: Deployment): Deployment {
    const { faultSuffix } = this.#parts;
    if (faultSuffix === null || this.#next !== 1) return deployment;
    return { ...deployment, upstreamModel: deployment.upstreamModel + faultSuffix };
  }

  /** The request in the deployment's dialect; null when it cannot be put so, which passes the deployment over. */
  #build(deployment: Deployment): { lane: Lane; upstreamBody: UpstreamBody } | null {
    try {
      const lane = this.#parts.laneFor(deployment);
      const upstreamBody = lane.build(this.#asAddressed(deployment));
      const { loss } = upstreamBody;
      if (this.#parts.strict && loss.length > 0) throw lossError(deployment, loss);
      this.#loss = loss;
      return { lane, upstreamBody };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#passOver(error);
      return null;
    }
  }

  #passOver(error: AppError): void {
    this.#loss = [];
    if (this.#next < this.#parts.plan.length) this.#startNext();
    // What an upstream said tells the caller more than why the last deployment could not even be asked.
    else this.#refuse(this.#errors.at(-1) ?? error);
  }

  #upstreamHeaders(
    deployment: Deployment,
    { headers: ofDialect }: UpstreamBody,
    traceparent: string | null,
  ): Readonly<Record<string, string>> {
    const fixed = this.#parts.stream ? UPSTREAM_STREAM_HEADERS : UPSTREAM_HEADERS;
    const fault = deployment.sandbox ? this.#parts.request.headers.sandboxFault : null;
    if (traceparent === null && fault === null && ofDialect === undefined) return fixed;
    return {
      ...fixed,
      ...ofDialect,
      ...(traceparent === null ? {} : { traceparent }),
      ...(fault === null ? {} : { 'x-alidade-sandbox-fault': fault }),
    };
  }

  /** Books an ended attempt: its record, and what it says about the deployment's health. */
  #settle(attempt: Attempt): AttemptRecord {
    const record = recordOfAttempt(attempt, this.#parts.facts, this.#client.gone);
    this.#records.push(record);
    const ok = attempt.error === null;
    if (attempt.malformedEvents > 0) this.#noteMalformed(attempt.malformedEvents);
    // Embeddings say nothing about how a deployment chats, and must not be able to spoil its record.
    const counts = this.#parts.facts.operation === 'chat';
    if (counts && (ok || countsAgainst(attempt.error as AppError))) {
      const { health, clock } = this.#services;
      health.record(attempt.deployment, ok, attempt.firstTokenMs, clock.now());
    }
    return record;
  }

  /** Of the request and, as far as it has come, of the answer. */
  #allLoss(): readonly Loss[] {
    const ofAnswer = this.#attempt?.lane.answerLoss?.() ?? NO_LOSS;
    return ofAnswer.length === 0 ? this.#loss : [...this.#loss, ...ofAnswer];
  }

  #noteMalformed(events: number): void {
    const why = `${events} of the upstream's events could not be read and were left out`;
    this.#loss = [...this.#loss, { kind: 'dropped', field: 'stream', why }];
  }

  /** The running attempt as it will be recorded, for a receipt that rides on the last chunk of its own stream. */
  #preview(): AttemptRecord {
    return recordOfAttempt(this.#attempt as Attempt, this.#parts.facts, false);
  }

  #trailer(record: AttemptRecord): string {
    const { request, decision } = this.#parts;
    const cost = totalCost([...this.#records.filter((known) => known !== record), record]);
    return JSON.stringify({
      request_id: request.requestId,
      model: this.#attempt?.deployment.model,
      deployment: record.deployment,
      task: decision.task_type,
      reason: decision.routing_reason,
      attempts: this.#next,
      outcome: record.outcome,
      usage: record.usage,
      usage_source: record.usage_source,
      cost_usd: cost,
      sandbox: this.#attempt?.deployment.sandbox ?? false,
    });
  }

  #head(attempt: Attempt | null, contentType: string): string[] {
    return headOf({
      client: this.#parts.client,
      requestId: this.#parts.request.requestId,
      contentType,
      decision: this.#parts.decision,
      attempt,
      attempts: this.#next,
      overheadMs: this.#overheadMs,
      requests: this.#parts.requests,
      loss: attempt === null ? [] : this.#allLoss(),
      sandbox: this.#isSandbox(),
    });
  }

  #isSandbox(): boolean {
    return this.#parts.plan[0]?.sandbox ?? false;
  }

  #sendHead(attempt: Attempt | null): void {
    const head = this.#head(attempt, 'text/event-stream; charset=utf-8');
    // nginx and its kin buffer streams unless told not to.
    head.push('cache-control', 'no-cache', 'x-accel-buffering', 'no');
    this.#client.head(200, head);
  }

  onBlocked(): void {
    this.#attempt?.pause();
  }

  onUnblocked(): void {
    this.#attempt?.resume();
  }

  #keepAlive(nowMs: number): void {
    const sinceMs = this.#client.headSent ? this.#lastPingMs : this.#parts.request.startedAtMs;
    if (nowMs - sinceMs < HEADER_COMMIT_MS) return;
    this.#sendHead(null);
    this.#lastPingMs = nowMs;
    this.#client.write(this.#parts.client.ping);
  }

  onGone(): void {
    if (this.#finished) return;
    const attempt = this.#attempt;
    // The model has finished and only its usage is missing: worth a moment, since it is what will be billed.
    if (attempt !== null && attempt.finish !== null && attempt.usage === null && !attempt.ended) attempt.resume();
    else this.#leaveClient();
  }

  #leaveClient(): void {
    const error = new AppError('client_gone', 'The client closed the connection.');
    this.#cancelAttempt(error);
    this.#finish(error);
  }

  #giveUp(error: AppError): void {
    this.#cancelAttempt(error);
    this.#refuse(error);
  }

  #cancelAttempt(error: AppError): void {
    const attempt = this.#attempt;
    if (attempt === null || attempt.ended) return;
    attempt.cancel(error);
    this.#settle(attempt);
  }

  /** What the caller is told when more than one deployment was tried: the sum of it, not the last one's trouble. */
  #summary(last: AppError): AppError {
    if (this.#errors.length < 2 || ERRORS[last.code].blame === 'caller') return last;
    if (this.#errors.every((error) => error.code === 'upstream_rate_limited')) return last;
    const tried = this.#records.map((record) => `${record.deployment}: ${record.error}`).join(', ');
    return new AppError('all_deployments_down', `All ${this.#errors.length} permitted deployments failed (${tried}).`);
  }

  /** Tells the client: a status while nothing is sent, the dialect's terminal error event afterwards. */
  #refuse(error: AppError): void {
    const { request, client } = this.#parts;
    if (this.#client.headSent) {
      this.#client.end(client.errorEvent(error, request.requestId));
    } else {
      const body = Buffer.from(client.errorBody(error, request.requestId));
      const head = this.#head(null, 'application/json');
      head.push('content-length', String(body.length), ...errorHeaders(error, true));
      this.#client.head(error.status, head);
      this.#client.end(body);
    }
    this.#finish(error);
  }

  #finish(error: AppError | null): void {
    if (this.#finished) return;
    this.#finished = true;
    const receipt = this.#receipt(error);
    this.#services.onReceipt(receipt);
    if (this.#parts.keeper !== null) this.#services.onBodies(this.#parts.keeper.record());
    this.#parts.trace?.end(receipt);
    this.#services.onEnd(this);
    if (this.#attempt === null || this.#attempt.closed) this.#services.sweeper.delete(this);
  }

  #receipt(error: AppError | null): Receipt {
    const { request, facts, decision, stream } = this.#parts;
    const endedAtMs = this.#services.clock.monotonic();
    return {
      kind: 'receipt',
      request_id: request.requestId,
      client_request_id: request.clientRequestId,
      received_at: isoTime(request.receivedAtMs),
      operation: request.operation,
      dialect: request.dialect,
      stream,
      key: request.key?.id ?? null,
      use_case: facts.useCase,
      parent_id: null,
      decision,
      attempts: this.#records,
      outcome: this.#outcome(error),
      status: this.#client.status,
      error: error?.code ?? null,
      usage: totalUsage(this.#records),
      cost_usd: totalCost(this.#records),
      total_ms: roundMs(endedAtMs - request.startedAtMs),
      overhead_ms: roundMs(this.#overheadMs ?? endedAtMs - request.startedAtMs),
      loss: this.#allLoss(),
      obligations_applied: [],
      sandbox: this.#isSandbox(),
    };
  }

  #outcome(error: AppError | null): Receipt['outcome'] {
    if (this.#client.gone) return 'client_gone';
    if (error !== null) return outcomeOf(error);
    return this.#attempt === null ? 'unknown' : outcomeOfAttempt(this.#attempt);
  }
}
