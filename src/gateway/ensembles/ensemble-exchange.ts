import type { BodyCommitment, BodyRecord } from '../../contracts/body-log.ts';
import type { ChatRequest } from '../../contracts/chat-request.ts';
import type { Decision } from '../../contracts/decision.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import type { Ensemble, EnsembleResult, RunEnsemble, Screen, Verifier } from '../../contracts/ensemble.ts';
import { AppError } from '../../contracts/errors.ts';
import type { GatewayRequest } from '../../contracts/gateway-request.ts';
import type { Loss, Receipt } from '../../contracts/receipt.ts';
import type { RequestFacts } from '../../contracts/request-facts.ts';
import type { ActiveTrace } from '../../contracts/tracing.ts';
import type { Seat } from '../../lib/churning-set.ts';
import type { ClientDialect } from '../../wire/dialect.ts';
import { type BodyKeeper, keepBodies } from '../body-keeper.ts';
import type { CallParent } from '../call-facts.ts';
import { type ClientListener, ClientSide } from '../client-side.ts';
import type { Clock } from '../clock.ts';
import type { FactsNow } from '../current-facts.ts';
import type { DeadlineSweeper, Timed } from '../deadlines.ts';
import { receiptOf } from '../exchange-receipt.ts';
import { inTurns } from '../in-turns.ts';
import type { InnerDoor } from '../inner-door.ts';
import type { AttemptBudgets } from '../limits/request-budget.ts';
import { errorHeaders, headOf } from '../response-headers.ts';
import { type Answered, type ClientBytes, clientBytes, ensembleHeader, ensembleTrailer } from './ensemble-answer.ts';

/** With no answer by then, headers and pings go out so that no proxy in between times out (DESIGN 5.6). */
const HEADER_COMMIT_MS = 10_000;
/** Calls keep their own time; what has not come to an end so long after it is ended. */
const GRACE_MS = 1_000;

/** One request to an ensemble that has been decided. */
export interface EnsembleParts {
  request: GatewayRequest;
  client: ClientDialect;
  ensemble: Ensemble;
  chat: ChatRequest;
  facts: RequestFacts;
  factsNow: FactsNow;
  decision: Decision;
  labelled: boolean;
  /** The caller's own name for the conversation; null: none. */
  session: string | null;
  receiptInAnswer: boolean;
  /** Rather leave a member out than lose anything of the request on the way to it. */
  strict: boolean;
  deadlineMs: number;
  budget: AttemptBudgets;
  keeper: BodyKeeper | null;
  trace: ActiveTrace | null;
}

/** What the gateway does not know of ensembles itself. */
export interface EnsembleSupport {
  run: RunEnsemble;
  verifiers: readonly Verifier[];
}

export interface EnsembleServices extends EnsembleSupport {
  /** What detection makes of a member's answer before anybody else sees it. */
  screen: Screen;
  door: InnerDoor;
  clock: Clock;
  sweeper: DeadlineSweeper;
  deploymentOf(id: string): Deployment | undefined;
  onReceipt(receipt: Receipt): void;
  onBodies(record: BodyRecord): BodyCommitment | null;
  /** A fault of ours that cost the request its answer. */
  onFault(error: unknown): void;
  /** Called exactly once, after the receipt. */
  onEnd(): void;
}

/** The client's side of an ensemble: pings while its members answer, then the chosen answer, one receipt for all of it. */
export class EnsembleExchange implements ClientListener, Timed {
  readonly #parts: EnsembleParts;
  readonly #services: EnsembleServices;
  readonly #client: ClientSide;
  readonly #ending = new AbortController();
  #seat: Seat<Timed> | null = null;
  /** Why it is over before there was an answer. */
  #ended: AppError | null = null;
  #started = false;
  #finished = false;
  #overheadMs: number | null = null;
  #lastPingMs = 0;
  #loss: readonly Loss[] = [];
  /** What was called is on record even where the answer cannot be written. */
  #result: EnsembleResult | null = null;

  constructor(parts: EnsembleParts, services: EnsembleServices) {
    this.#parts = parts;
    this.#services = services;
    this.#client = new ClientSide(parts.request.sink, parts.keeper, this, services.clock);
  }

  start(): void {
    if (this.#finished) return;
    this.#started = true;
    this.#seat = this.#services.sweeper.add(this);
    const close = this.#services.door.open(this.#parent());
    this.#run()
      .then((result) => this.#take(result))
      .catch((fault: unknown) => this.#breakOff(fault))
      .finally(close);
  }

  /** Ends it from outside: the server stops, the time is over, or the journal cannot record. */
  endWith(error: AppError): void {
    if (this.#ended !== null || this.#finished) return;
    this.#ended = error;
    this.#tell(error, null);
    if (this.#started) this.#ending.abort();
    else this.#finish(null, error);
  }

  check(nowMs: number): void {
    const { request, deadlineMs, chat } = this.#parts;
    if (nowMs > request.startedAtMs + deadlineMs + GRACE_MS) {
      const text = `The deadline of ${deadlineMs} ms passed before the answer was complete.`;
      this.endWith(new AppError('deadline_exceeded', text));
    } else if (chat.stream && this.#ended === null) this.#keepAlive(nowMs);
  }

  onBlocked(): void {
    // The answer is complete when the first byte of it is sent: there is nobody to slow down.
  }

  onUnblocked(): void {
    // As above.
  }

  onGone(): void {
    if (this.#finished || this.#ended !== null) return;
    this.#ended = new AppError('client_gone', 'The client closed the connection.');
    this.#ending.abort();
  }

  #parent(): CallParent {
    const { request, chat, factsNow, labelled, session, strict, budget, deadlineMs, trace } = this.#parts;
    const { requestId, key, headers, startedAtMs } = request;
    return {
      ...{ requestId, chat, key, factsNow, labelled, session, strict, budget },
      deadlineAtMs: startedAtMs + deadlineMs,
      traceparent: trace?.traceparent ?? headers.traceparent,
      sandboxFault: headers.sandboxFault,
    };
  }

  #run(): Promise<EnsembleResult> {
    const { request, ensemble, chat, facts, decision, deadlineMs } = this.#parts;
    const { run, door, screen, verifiers, clock } = this.#services;
    const nowMs = clock.monotonic();
    return run({
      ...{ ensemble, chat, screen, verifiers },
      parentId: request.requestId,
      task: facts.task,
      obligations: [...new Set(decision.plan.flatMap(({ obligations }) => obligations))],
      deadlineMs: Math.max(0, request.startedAtMs + deadlineMs - nowMs),
      seed: decision.moment.seed,
      signal: this.#ending.signal,
      call: (asked, options) => {
        this.#overheadMs ??= clock.monotonic() - request.startedAtMs;
        return door.call(asked, options);
      },
      consider: door.consider,
      now: () => clock.monotonic(),
    });
  }

  async #take(result: EnsembleResult): Promise<void> {
    this.#result = result;
    if (result.ok) {
      const written = this.#ended === null ? await this.#written(result) : null;
      // Whoever left meanwhile, or was told that the time is over, gets no answer any more.
      if (written === null || this.#ended !== null) return this.#finish(result, this.#ended);
      this.#answer(result, written);
      return this.#finish(result, null);
    }
    if (this.#ended !== null) return this.#finish(result, this.#ended);
    if (result.error.code === 'internal') this.#services.onFault(result.error);
    this.#tell(result.error, result);
    this.#finish(result, result.error);
  }

  #written(result: Answered): Promise<ClientBytes> {
    const { request, chat, facts, receiptInAnswer } = this.#parts;
    const trailer = receiptInAnswer ? ensembleTrailer(request, result) : null;
    return inTurns(clientBytes(request, chat, result, facts.estimatedTokens, trailer));
  }

  #answer(result: Answered, { bytes, loss }: ClientBytes): void {
    const { chat } = this.#parts;
    this.#loss = loss;
    if (chat.stream) this.#sendStreamHead(result);
    else {
      const cost = result.calls.costUsd;
      const head = this.#head(result, 'application/json');
      head.push('content-length', String(bytes.length));
      if (cost !== null) head.push('x-alidade-cost-usd', cost.toFixed(8));
      this.#client.head(200, head);
    }
    this.#client.contentSent = true;
    this.#client.end(bytes);
  }

  /** A status while nothing is sent, the dialect's terminal error event afterwards. */
  #tell(error: AppError, result: EnsembleResult | null): void {
    const { request, client } = this.#parts;
    if (this.#client.headSent) return this.#client.end(client.errorEvent(error, request.requestId));
    const body = Buffer.from(client.errorBody(error, request.requestId));
    const head = this.#head(result, 'application/json');
    head.push('content-length', String(body.length), ...errorHeaders(error, true));
    this.#client.head(error.status, head);
    this.#client.end(body);
  }

  #head(result: EnsembleResult | null, contentType: string): string[] {
    const { request, client, decision, ensemble, budget } = this.#parts;
    const answered = result?.ok === true ? this.#services.deploymentOf(result.deployment ?? '') : undefined;
    const head = headOf({
      ...{ client, contentType, decision, requestId: request.requestId },
      attempt: answered === undefined ? null : { deployment: answered },
      attempts: result?.calls.attempts.length ?? 0,
      overheadMs: this.#overheadMs,
      requests: budget.requests,
      loss: this.#loss,
      sandbox: result?.calls.sandbox ?? false,
    });
    // What is not known yet is not said.
    head.push('x-alidade-ensemble', result === null ? ensemble.name : ensembleHeader(result.record));
    return head;
  }

  #sendStreamHead(result: EnsembleResult | null): void {
    const head = this.#head(result, 'text/event-stream; charset=utf-8');
    // nginx and its kin buffer streams unless told not to.
    head.push('cache-control', 'no-cache', 'x-accel-buffering', 'no');
    this.#client.head(200, head);
  }

  #keepAlive(nowMs: number): void {
    const sinceMs = this.#client.headSent ? this.#lastPingMs : this.#parts.request.startedAtMs;
    if (nowMs - sinceMs < HEADER_COMMIT_MS) return;
    this.#sendStreamHead(null);
    this.#lastPingMs = nowMs;
    this.#client.write(this.#parts.client.ping);
  }

  /** A fault of ours must not leave a client waiting nor an answer that looks whole. */
  #breakOff(fault: unknown): void {
    this.#services.onFault(fault);
    if (this.#finished) return;
    this.#ending.abort();
    this.#client.destroy();
    this.#finish(this.#result, new AppError('internal', 'Something went wrong on our side.', { cause: fault }));
  }

  #finish(result: EnsembleResult | null, error: AppError | null): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#seat !== null) this.#services.sweeper.delete(this.#seat);
    try {
      const receipt = this.#receipt(result, error, keepBodies(this.#parts.keeper, this.#services));
      this.#services.onReceipt(receipt);
      this.#parts.trace?.end(receipt);
    } finally {
      this.#services.onEnd();
    }
  }

  #receipt(result: EnsembleResult | null, error: AppError | null, commitment: BodyCommitment | null): Receipt {
    const { request, facts, decision, chat } = this.#parts;
    const totalMs = this.#services.clock.monotonic() - request.startedAtMs;
    const receipt = receiptOf({
      ...{ request, facts, decision, error, commitment, stream: chat.stream, loss: this.#loss, totalMs },
      records: result?.calls.attempts ?? [],
      answered: null,
      clientGone: error?.code === 'client_gone',
      continued: false,
      status: this.#client.status,
      overheadMs: this.#overheadMs ?? totalMs,
      sandbox: result?.calls.sandbox ?? false,
    });
    if (result === null) return receipt;
    const outcome = result.ok && error === null ? result.outcome : receipt.outcome;
    const { usage, costUsd } = result.calls;
    return { ...receipt, outcome, usage, cost_usd: costUsd, ensemble: result.record };
  }
}
