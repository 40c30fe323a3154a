// gateway/: a request's life from bytes to receipt: read, inspect, decide, attempts, commit, account.
// May import: contracts/, lib/ and all of tier 1. Upstreams, journal, metrics and time come in as arguments.
// Start here: `handle` is the lifecycle (docs/lifecycle.md draws it); exchange.ts is what follows a decision.
// Nothing on this path waits for a database, and nothing but exchange.ts writes to a client.
// A request that is refused before a decision has a receipt too, with decision null.

import type { Decision, Moment, PublishedDecision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { Ensemble } from '../contracts/ensemble.ts';
import { AppError } from '../contracts/errors.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { Limiter, RateState } from '../contracts/limits.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { isoTime } from '../lib/iso-time.ts';
import { decide } from '../routing/decide.ts';
import type { ClientDialect } from '../wire/dialect.ts';
import { type Admission, Admissions } from './admission.ts';
import { factsUnder, inspectCall } from './apply-detection.ts';
import { type AttemptGate, existsIn } from './attempt-gate.ts';
import { RateBank } from './bank/rate-bank.ts';
import { BodyKeeper } from './body-keeper.ts';
import { CallGate } from './call-gate.ts';
import { carriedText } from './carried-text.ts';
import { chatOf } from './codecs.ts';
import { CredentialRests } from './credential-rests.ts';
import { DeadlineSweeper } from './deadlines.ts';
import { EnsembleExchange } from './ensembles/ensemble-exchange.ts';
import { screenWith } from './ensembles/screen-answer.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import type { GatewayServices } from './gateway-parts.ts';
import type { GatewayWorld } from './gateway-world.ts';
import { HealthBoard } from './health.ts';
import { HedgeBudget } from './hedge-budget.ts';
import { type ExchangeRun, InnerDoor } from './inner-door.ts';
import { intentOf } from './intent.ts';
import { CLIENT_DIALECTS, countsTokens, laneSourceOf } from './lanes.ts';
import type { Conversation } from './learning/conversation-id.ts';
import { Learning } from './learning/learning.ts';
import { MemoryLimiter } from './limits/memory-limiter.ts';
import type { RequestBudget } from './limits/request-budget.ts';
import { keepsNoBody } from './obligations.ts';
import { type OwnAnswer, ownCount, ownReceipt, refusal, sendOwnAnswer } from './own-answer.ts';
import { PolicyGuard } from './policy-guard.ts';
import { type PreparedRequest, prepareRequest } from './prepare.ts';
import { isLargeBody, type ReadRequest, readRequestInTurns } from './read-request.ts';
import { asAppError, notRecordable, Recording } from './recording.ts';
import { refusalOf } from './refusal.ts';
import { RetryBudget } from './retry-budget.ts';
import { type RouteQuery, routeRequest } from './route-request.ts';
import { RunningExchanges } from './running-exchanges.ts';
import { streamRules } from './stream-rules.ts';
import { lanesFor } from './token-lanes.ts';
import { demandsTokens, TokenReplacer } from './token-replacement.ts';
import type { TokenisedRequest } from './tokenised-request.ts';
import { Vetting } from './vetting.ts';

/** How many 32-bit seeds there are. */
const SEEDS = 2 ** 32;

export class Gateway {
  // What is known of deployments, credentials and quotas is kept over reloads of the configuration.
  readonly health = new HealthBoard();
  readonly rests = new CredentialRests();
  readonly bank: RateBank;
  readonly limiter: Limiter;
  /** Models for what is part of the product itself (contracts/call.ts). */
  readonly door: InnerDoor;
  #learning = new Learning();
  #retries = new RetryBudget();
  #hedges = new HedgeBudget(0);
  #gate: AttemptGate;
  #policy: PolicyGuard;
  #vetting: Vetting;
  #recording: Recording;
  #tokens: TokenReplacer;
  #services: GatewayServices;
  #world: GatewayWorld;
  #sweeper: DeadlineSweeper;
  #admissions: Admissions;
  #running = new RunningExchanges();

  constructor(services: GatewayServices, world: GatewayWorld) {
    this.#services = services;
    this.#world = world;
    this.#sweeper = new DeadlineSweeper(services.clock, (error) => services.onFault(asAppError(error), 'sweeper'));
    this.bank = new RateBank(services.clock);
    this.#tokens = new TokenReplacer(services.detector ?? null);
    this.#policy = new PolicyGuard(services.policy ?? null, this.#tokens.offers(world.tokens));
    this.#recording = new Recording(services);
    this.#vetting = new Vetting(services.detector ?? null, this.#policy);
    this.limiter = services.limiter ?? new MemoryLimiter(services.clock);
    this.#admissions = new Admissions(this.limiter, services.clock);
    this.#gate = services.gate ?? { isPermittedNow: (deployment) => existsIn(this.#world.world, deployment) };
    this.door = new InnerDoor({
      clock: services.clock,
      policy: this.#policy,
      world: () => this.#world,
      moment: (nowMs, facts, leftUsd) => this.#moment(nowMs, facts, null, leftUsd),
      admit: (useCase, requestId) => this.#admissions.admitUseCase(useCase, this.#world, requestId),
      refuseWhatCannotBe: (labelled, hasParent) => this.#refuseWhatCannotBe(labelled, hasParent),
      run: (parts, run) => this.#run(parts, run),
      record: (receipt) => this.#recording.record(receipt),
      inspect: (facts, request) => inspectCall(facts, request, services.detector ?? null, this.#world),
      tokenise: (request, scope, shared) => this.#tokens.ofChat(request, scope, this.#world.tokens, shared),
    });
    this.setWorld(world);
  }

  get world(): GatewayWorld {
    return this.#world;
  }

  /** Requests that are running keep the world they were decided in. */
  setWorld(world: GatewayWorld): void {
    this.#world = world;
    this.#hedges.share = world.resilience?.hedge_share ?? 0;
  }

  /** Makes what was recorded visible to decisions; called every HealthBoard.EPOCH_MS. */
  publishHealth(): void {
    this.health.publish(this.#services.clock.monotonic());
    this.#learning.publish();
    this.bank.publish(this.#world.world.deployments);
    this.limiter.sweep();
  }

  /** Health of a deployment as operators see it; null: it was never called. */
  healthView(deployment: Deployment) {
    const nowMs = this.#services.clock.monotonic();
    const view = this.health.view(deployment, nowMs);
    const snapshot = this.health.snapshot(deployment);
    if (view === null) return null;
    return {
      latency_ms: snapshot?.latency_ms ?? null,
      ...view,
      resting_credentials: this.rests.resting(deployment, nowMs),
    };
  }

  /** The same for every deployment that was called. */
  healthViews() {
    return this.#world.world.deployments.flatMap((deployment) => {
      const view = this.healthView(deployment);
      return view === null ? [] : [{ deployment: deployment.id, ...view }];
    });
  }

  get inFlight(): number {
    return this.#running.size;
  }

  get draining(): boolean {
    return this.#running.draining;
  }

  clientDialect(name: GatewayRequest['dialect']): ClientDialect {
    return CLIENT_DIALECTS[name];
  }

  /** Takes a request to its end; answers through its sink and never throws. */
  handle(request: GatewayRequest): void {
    const admission = this.#admissions.open(request, this.#world);
    const read: { body?: ReadRequest; prepared: PreparedRequest | null } = { prepared: null };
    const understand = (): PreparedRequest => {
      const prepared = prepareRequest(request, this.#world, read.body);
      if (read.prepared === null) admission.admitUseCase(prepared.useCase);
      read.prepared = prepared;
      return prepared;
    };
    const decide = (prepared: PreparedRequest): void => {
      this.#running.refuseWhileDraining();
      this.#proceed(request, prepared, admission);
    };
    const giveBack = (error: unknown): void => this.#giveBack(request, read.prepared, admission, error);
    try {
      this.#running.refuseWhileDraining();
      admission.admitKey();
      // A long text is searched in turns, and policy may meet a combination for the first time: whoever brings it waits.
      const vet = () => this.#vetting.vet({ understand, world: () => this.#world, key: request.key, decide });
      if (!isLargeBody(request.body)) return void vet()?.catch(giveBack);
      readRequestInTurns(request)
        .then((body) => {
          read.body = body;
          return vet();
        })
        .catch(giveBack);
    } catch (error) {
      giveBack(error);
    }
  }

  #giveBack(request: GatewayRequest, prepared: PreparedRequest | null, admission: Admission, error: unknown): void {
    admission.end();
    this.#refuse(request, prepared, admission.budget.requests, asAppError(error));
  }

  /** Decides and calls nobody: route-request.ts, with the health that this gateway has seen. */
  route(request: RouteQuery & Pick<GatewayRequest, 'receivedAtMs'>): Promise<PublishedDecision> {
    const gateway = { world: () => this.#world, vetting: this.#vetting, eligibility: this.#policy.eligibility };
    return routeRequest(request, gateway, (prepared) =>
      this.#moment(request.receivedAtMs, prepared.facts, prepared.conversation, null),
    );
  }

  /** Stops taking requests, waits for the running ones, and ends what is left after the timeout. */
  drain(timeoutMs: number): Promise<void> {
    return this.#running.drain(timeoutMs);
  }

  #moment(nowMs: number, facts: RequestFacts, conversation: Conversation | null, leftUsd: number | null): Moment {
    const quota = this.bank.expiring;
    const { deployments } = this.#world.world;
    return {
      now: isoTime(nowMs),
      seed: this.#services.randomSeed(),
      budget_left_usd: leftUsd,
      health: this.health.healthOf(deployments),
      ...(quota === undefined ? {} : { quota_expires_s: quota }),
      ...this.#learning.momentOf(facts, conversation, deployments, nowMs),
    };
  }

  #proceed(request: GatewayRequest, prepared: PreparedRequest, admission: Admission): void {
    const { world } = this.#world;
    const { facts, conversation } = prepared;
    const moment = this.#moment(request.receivedAtMs, facts, conversation, admission.budget.leftUsd);
    const decision = decide(prepared.facts, world, moment, this.#policy.eligibility);
    prepared.decision = decision;
    const decided = decision.plan.map((entry) => world.deploymentsById.get(entry.deployment) as Deployment);
    const [best] = decided;
    if (best === undefined) throw refusalOf(decision, world);
    const counts = request.operation === 'count_tokens';
    if (counts && (prepared.ensemble !== null || !countsTokens(best))) {
      this.#answerOurselves(request, prepared, ownCount(prepared), admission.budget.requests);
      return admission.end();
    }
    if (prepared.faultSuffix !== null && best.sandbox !== true) {
      throw new AppError('model_not_found', 'Only sandbox deployments can be asked to fail with +fault-.', {
        param: 'model',
      });
    }
    this.#hedges.request(this.#services.clock.monotonic());
    this.#refuseWhatCannotBe(prepared.labelled, false);
    if (prepared.ensemble !== null) {
      return this.#beginEnsemble(request, prepared, prepared.ensemble, decision, admission);
    }
    const plan = counts ? decided.filter(countsTokens) : decided;
    if (demandsTokens(decision)) this.#beginWithTokens(request, prepared, decision, plan, admission);
    else this.#begin(request, prepared, decision, plan, admission, null);
  }

  /** What may only be shown as tokens is replaced first, once for all attempts. */
  #beginWithTokens(
    request: GatewayRequest,
    prepared: PreparedRequest,
    decision: Decision,
    plan: readonly Deployment[],
    admission: Admission,
  ): void {
    const scope = { key: request.key?.id ?? null, session: prepared.options.session };
    this.#tokens
      .ofRequest(prepared, request.body, scope, this.#world.tokens)
      .then((tokenised) => {
        if (tokenised instanceof AppError && tokenised.code === 'internal') {
          this.#services.onFault(tokenised, request.requestId);
        }
        this.#refuseWhatCannotBe(prepared.labelled, false);
        this.#begin(request, prepared, decision, plan, admission, tokenised);
      })
      .catch((error: unknown) => this.#giveBack(request, prepared, admission, error));
  }

  /** What runs when the server stops may still make the calls that it needs to come to its end. */
  #refuseWhatCannotBe(labelled: boolean, isPartOfRunning: boolean): void {
    if (!isPartOfRunning) this.#running.refuseWhileDraining();
    if (labelled && !this.#services.journal.accepting) throw notRecordable();
  }

  #begin(
    request: GatewayRequest,
    prepared: PreparedRequest,
    decision: Decision,
    plan: readonly Deployment[],
    admission: Admission,
    tokenised: TokenisedRequest | AppError | null,
  ): void {
    this.#run(this.#partsOf(request, prepared, decision, plan, admission.budget, tokenised), {
      labelled: prepared.labelled,
      teaches: true,
      conversation: prepared.conversation,
      intent: () => intentOf(request, prepared, decision),
      onEnd: () => admission.end(),
    });
  }

  #beginEnsemble(
    request: GatewayRequest,
    prepared: PreparedRequest,
    ensemble: Ensemble,
    decision: Decision,
    admission: Admission,
  ): void {
    const { ensembles, keepBodies, clock, detector } = this.#services;
    if (ensembles === undefined || prepared.facts.operation !== 'chat') {
      throw new AppError('invalid_request', 'An ensemble answers chats and nothing else.', { param: 'model' });
    }
    const { world, unlabelledPersonal } = this.#world;
    const chat = chatOf(prepared.read, request.body);
    const { useCase, labelled, options } = prepared;
    const own = { ensemble, chat, useCase, labelled, session: options.session };
    const exchange = new EnsembleExchange(
      { ...this.#partsOf(request, prepared, decision, [], admission.budget, null), ...own },
      {
        ...{ ...ensembles, clock, door: this.door, sweeper: this.#sweeper },
        screen: screenWith(detector ?? null, labelled || (unlabelledPersonal ?? 'record') !== 'record'),
        deploymentOf: (id) => world.deploymentsById.get(id),
        onReceipt: (receipt) => this.#recording.record(receipt),
        onBodies: (keeper) => keepBodies(keeper.record()),
        onFault: (error) => this.#services.onFault(asAppError(error), request.requestId),
        onEnd: () => {
          admission.end();
          this.#running.delete(seat);
        },
      },
    );
    const seat = this.#running.add(exchange);
    const intent = () => intentOf(request, prepared, decision);
    if (labelled) this.#recording.startOnRecord(exchange, request.requestId, intent);
    else exchange.start();
  }

  #run(parts: ExchangeParts, run: ExchangeRun): Exchange {
    const { request, decision, plan } = parts;
    this.#retries.request(this.#services.clock.monotonic());
    const exchange = new Exchange(parts, {
      ...this.#exchangeServices(),
      gate: new CallGate(parts, this.#policy, this.#gate, (id) => this.#world.world.deploymentsById.get(id)),
      onReceipt: (receipt) => {
        for (const incident of this.#policy.incidentsOf(receipt, decision, plan)) {
          this.#services.onRegionIncident?.(incident, receipt.request_id);
        }
        this.#recording.record(run.complete?.(receipt) ?? receipt);
        if (run.teaches) this.#learning.record(receipt, run.conversation, this.#makerOf, this.#services.clock.now());
      },
      onFault: (error) => this.#services.onFault(asAppError(error), request.requestId),
      onEnd: () => {
        try {
          run.onEnd();
        } finally {
          this.#running.delete(seat);
        }
      },
    });
    const seat = this.#running.add(exchange);
    if (run.labelled) this.#recording.startOnRecord(exchange, request.requestId, run.intent);
    else exchange.start();
    return exchange;
  }

  #partsOf(
    request: GatewayRequest,
    prepared: PreparedRequest,
    decision: Decision,
    plan: readonly Deployment[],
    budget: RequestBudget,
    tokenised: TokenisedRequest | AppError | null,
  ): ExchangeParts {
    const { read, facts, options, faultSuffix } = prepared;
    const source = laneSourceOf(request, read, facts.estimatedTokens);
    const { tracing, detector } = this.#services;
    return {
      request,
      client: this.clientDialect(request.dialect),
      facts,
      factsNow: () => (prepared.readIn === this.#world ? facts : factsUnder(prepared, this.#world)),
      ...(detector === undefined ? {} : { carried: carriedText(prepared, detector, () => this.#world) }),
      decision,
      plan,
      ...lanesFor(source, decision, tokenised),
      stream: read.request.stream,
      receiptInAnswer: options.receiptInAnswer,
      strict: options.strict,
      faultSuffix,
      deadlineMs: Math.min(options.deadlineMs ?? Number.POSITIVE_INFINITY, this.#world.deadlineMs),
      budget,
      keeper: this.#keeperOf(request, prepared, decision),
      trace: tracing?.start(request.headers.traceparent, request.operation, request.receivedAtMs) ?? null,
      ...streamRules(prepared, decision, source, this.#world.resilience),
    };
  }

  /** What all exchanges share. */
  #exchangeServices() {
    const { upstream, clock, randomSeed, keepBodies } = this.#services;
    return {
      upstream,
      clock,
      sweeper: this.#sweeper,
      health: this.health,
      rests: this.rests,
      bank: this.bank,
      retries: this.#retries,
      hedges: this.#hedges,
      random: () => randomSeed() / SEEDS,
      onBodies: keepBodies,
    };
  }

  #keeperOf(request: GatewayRequest, { useCase }: PreparedRequest, decision: Decision): BodyKeeper | null {
    return useCase?.keep_bodies === true && !keepsNoBody(decision) ? new BodyKeeper(request, useCase.id) : null;
  }

  #makerOf = (deployment: string): string | null => this.#world.world.deploymentsById.get(deployment)?.maker ?? null;

  /** Answers and records a request that never reaches an attempt. */
  #answerOurselves(
    request: GatewayRequest,
    prepared: PreparedRequest | null,
    answer: OwnAnswer,
    requests: RateState | null,
  ): void {
    sendOwnAnswer(request, prepared, this.clientDialect(request.dialect), answer, requests);
    this.#recording.record(
      ownReceipt(request, prepared, answer, this.#services.clock.monotonic() - request.startedAtMs),
    );
  }

  #refuse(
    request: GatewayRequest,
    prepared: PreparedRequest | null,
    requests: RateState | null,
    error: AppError,
  ): void {
    if (error.code === 'internal') this.#services.onFault(error, request.requestId);
    const answer = refusal(this.clientDialect(request.dialect), error, request.requestId);
    this.#answerOurselves(request, prepared, answer, requests);
  }
}
