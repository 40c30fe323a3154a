// gateway/: a request's life from bytes to receipt: read, inspect, decide, attempts, commit, account.
// May import: contracts/, lib/ and all of tier 1. Upstreams, journal, metrics and time come in as arguments.
// Start here: `handle` is the lifecycle (docs/lifecycle.md draws it); exchange.ts is what follows a decision.
// Nothing on this path waits for a database, and nothing but exchange.ts writes to a client.
// A request that is refused before a decision has a receipt too, with decision null.

import type { Moment, PublishedDecision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { Limiter, RateState } from '../contracts/limits.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { decide } from '../routing/decide.ts';
import type { ClientDialect } from '../wire/dialect.ts';
import { type Admission, Admissions } from './admission.ts';
import { searchCall } from './apply-detection.ts';
import { isReadNow, type Surroundings } from './current-facts.ts';
import { DeadlineSweeper } from './deadlines.ts';
import { FairTurns } from './fair-turns.ts';
import type { GatewayServices } from './gateway-parts.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { HealthBoard } from './health.ts';
import { InnerDoor } from './inner-door.ts';
import { CLIENT_DIALECTS, countsTokens } from './lanes.ts';
import { type DecidedRequest, Launcher } from './launch.ts';
import type { Conversation } from './learning/conversation-id.ts';
import { MemoryLimiter } from './limits/memory-limiter.ts';
import { type OwnAnswer, ownCount, ownReceipt, refusal, sendOwnAnswer } from './own-answer.ts';
import { PolicyGuard } from './policy-guard.ts';
import { type PreparedRequest, prepareRequest } from './prepare.ts';
import { isLargeBody, type ReadRequest, readRequestInTurns } from './read-request.ts';
import { asAppError, notRecordable, Recording } from './recording.ts';
import { refusalOf } from './refusal.ts';
import { type RouteQuery, routeRequest } from './route-request.ts';
import { RunningExchanges } from './running-exchanges.ts';
import { demandsTokens, TokenReplacer } from './token-replacement.ts';
import type { TokenisedRequest } from './tokenised-request.ts';
import { TrafficMemory } from './traffic-memory.ts';
import { Vetting } from './vetting.ts';
import { writeAhead } from './write-ahead.ts';

export class Gateway {
  readonly limiter: Limiter;
  /** Models for what is part of the product itself (contracts/call.ts). */
  readonly door: InnerDoor;
  /** Of all requests, for whatever many of them may want to do at once. */
  readonly turns: FairTurns;
  readonly #memory: TrafficMemory;
  readonly #policy: PolicyGuard;
  readonly #vetting: Vetting;
  readonly #recording: Recording;
  readonly #tokens: TokenReplacer;
  readonly #services: GatewayServices;
  readonly #admissions: Admissions;
  readonly #running = new RunningExchanges();
  readonly #launcher: Launcher;
  readonly #surroundings: Surroundings;
  #world: GatewayWorld;

  constructor(services: GatewayServices, world: GatewayWorld) {
    const { clock, detector = null } = services;
    this.#services = services;
    this.#world = world;
    this.#memory = new TrafficMemory(clock, services.learning);
    this.turns = new FairTurns(() => clock.monotonic());
    this.#tokens = new TokenReplacer(detector);
    this.#policy = new PolicyGuard(services.policy ?? null, this.#tokens.offers(world.tokens));
    this.#recording = new Recording(services);
    this.#vetting = new Vetting(detector, this.#policy);
    this.limiter = services.limiter ?? new MemoryLimiter(clock);
    this.#admissions = new Admissions(this.limiter, clock);
    this.#surroundings = { world: () => this.#world, keyNow: services.keyNow ?? ((key) => key) };
    this.door = this.#openDoor();
    this.#launcher = new Launcher({
      ...{ ...this.#surroundings, services, memory: this.#memory, policy: this.#policy, recording: this.#recording },
      ...{ running: this.#running, door: this.door, tokens: this.#tokens, turns: this.turns },
      sweeper: new DeadlineSweeper(clock, (error) => services.onFault(asAppError(error), 'sweeper')),
    });
    this.setWorld(world);
  }

  /** Calls from inside meet the same limits, rules and records as requests. */
  #openDoor(): InnerDoor {
    const { clock, detector = null } = this.#services;
    return new InnerDoor({
      clock,
      policy: this.#policy,
      world: () => this.#world,
      moment: (nowMs, facts, leftUsd) => this.#moment(nowMs, facts, null, leftUsd),
      admit: (useCase, requestId) => this.#admissions.admitUseCase(useCase, this.#world, requestId),
      refuseWhatCannotBe: (labelled, hasParent) => this.#refuseWhatCannotBe(labelled, hasParent),
      run: (parts, run) => this.#launcher.run(parts, run),
      record: (receipt) => this.#recording.record(receipt),
      search: (request) => searchCall(request, detector),
      tokenise: (request, scope, shared) => this.#tokens.ofChat(request, scope, this.#world.tokens, shared),
    });
  }

  get world(): GatewayWorld {
    return this.#world;
  }

  get health(): HealthBoard {
    return this.#memory.health;
  }

  /** Requests that are running keep their plan; each of their calls meets the new world (call-gate.ts). */
  setWorld(world: GatewayWorld): void {
    this.#world = world;
    this.#memory.hedges.share = world.resilience?.hedge_share ?? 0;
  }

  /** Makes what was recorded visible to decisions; called every HealthBoard.EPOCH_MS. */
  publishHealth(): void {
    this.#memory.publish(this.#world.world.deployments);
    this.limiter.sweep();
  }

  /** Health of a deployment as operators see it; null: it was never called. */
  healthView(deployment: Deployment) {
    return this.#memory.viewOf(deployment);
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
      const prepared = prepareRequest(this.#withCurrentKey(request), this.#world, read.body);
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
      const isCurrent = (prepared: PreparedRequest): boolean => isReadNow(prepared, this.#surroundings);
      const vet = () => this.#vetting.vet({ understand, isCurrent, key: request.key, decide });
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

  /** A body may take its time to come, and a key be revoked meanwhile. @throws AppError invalid_api_key */
  #withCurrentKey(request: GatewayRequest): GatewayRequest {
    if (request.key === null) return request;
    const key = this.#surroundings.keyNow(request.key);
    if (key === null) throw new AppError('invalid_api_key', 'This key is unknown or revoked.');
    return key === request.key ? request : { ...request, key };
  }

  #giveBack(request: GatewayRequest, prepared: PreparedRequest | null, admission: Admission, error: unknown): void {
    admission.end();
    this.#refuse(request, prepared, admission.budget.requests, asAppError(error));
  }

  /** Decides and calls nobody: route-request.ts, with the health that this gateway has seen and what the key has left. */
  async route(request: RouteQuery & Pick<GatewayRequest, 'receivedAtMs'>): Promise<PublishedDecision> {
    const headers = { ...request.headers, idempotencyKey: null };
    const admission = this.#admissions.open({ key: request.key, headers, requestId: '' }, this.#world);
    try {
      admission.admitKey();
      return await routeRequest(request, {
        ...{ world: () => this.#world, vetting: this.#vetting, eligibility: this.#policy.eligibility },
        admit: (prepared) => admission.admitUseCase(prepared.useCase),
        momentNow: ({ facts, conversation }) =>
          this.#moment(request.receivedAtMs, facts, conversation, admission.budget.leftUsd),
      });
    } finally {
      admission.end();
    }
  }

  /** Stops taking requests, waits for the running ones, and ends what is left after the timeout. */
  drain(timeoutMs: number): Promise<void> {
    return this.#running.drain(timeoutMs);
  }

  #moment(nowMs: number, facts: RequestFacts, conversation: Conversation | null, leftUsd: number | null): Moment {
    const { deployments } = this.#world.world;
    const seed = this.#services.randomSeed();
    const quarantined = this.#policy.quarantined(deployments);
    return this.#memory.momentOf(facts, deployments, { nowMs, seed, conversation, leftUsd, quarantined });
  }

  #proceed(request: GatewayRequest, prepared: PreparedRequest, admission: Admission): void {
    const { world } = this.#world;
    const { facts, conversation } = prepared;
    const counts = request.operation === 'count_tokens';
    // To count tokens costs none, so an empty budget says nothing about it.
    const leftUsd = counts ? null : admission.budget.leftUsd;
    const moment = this.#moment(request.receivedAtMs, facts, conversation, leftUsd);
    const decision = decide(prepared.facts, world, moment, this.#policy.eligibility);
    prepared.decision = decision;
    const deployments = decision.plan.map((entry) => world.deploymentsById.get(entry.deployment) as Deployment);
    const [best] = deployments;
    if (best === undefined) throw refusalOf(decision, world);
    if (counts && (prepared.ensemble !== null || !countsTokens(best))) {
      this.#answerOurselves(request, prepared, ownCount(prepared), admission.budget.requests);
      return admission.end();
    }
    if (prepared.faultSuffix !== null && best.sandbox !== true) {
      throw new AppError('model_not_found', 'Only sandbox deployments can be asked to fail with +fault-.', {
        param: 'model',
      });
    }
    this.#memory.hedges.request(request.startedAtMs);
    this.#refuseWhatCannotBe(prepared.labelled, false);
    const decided: DecidedRequest = {
      request,
      prepared,
      decision,
      decidedUnder: this.#policy.inForce,
      budget: admission.budget,
      plan: counts ? deployments.filter(countsTokens) : deployments,
      onEnd: () => admission.end(),
    };
    if (prepared.ensemble !== null) return this.#launcher.beginEnsemble(decided, prepared.ensemble);
    const giveBack = (error: unknown): void => this.#giveBack(request, prepared, admission, error);
    if (demandsTokens(decision)) this.#beginWithTokens(decided, giveBack);
    else this.#begin(decided, null, giveBack);
  }

  /** What may only be shown as tokens is replaced first, once for all attempts. */
  #beginWithTokens(decided: DecidedRequest, giveBack: (error: unknown) => void): void {
    const { request, prepared } = decided;
    const scope = { key: request.key?.id ?? null, session: prepared.options.session };
    this.#tokens
      .ofRequest(prepared, request.body, scope, this.#world.tokens)
      .then((tokenised) => {
        if (tokenised instanceof AppError && tokenised.code === 'internal') {
          this.#services.onFault(tokenised, request.requestId);
        }
        this.#refuseWhatCannotBe(prepared.labelled, false);
        this.#begin(decided, tokenised, giveBack);
      })
      .catch(giveBack);
  }

  /** What is large and has to be put in other words is written first. */
  #begin(
    decided: DecidedRequest,
    tokenised: TokenisedRequest | AppError | null,
    giveBack: (error: unknown) => void,
  ): void {
    const { request, prepared, plan } = decided;
    const writing = writeAhead(request.body, prepared.read, plan, tokenised instanceof AppError ? null : tokenised);
    if (writing === null) return this.#launcher.begin(decided, tokenised);
    writing
      .then((written) => {
        this.#refuseWhatCannotBe(prepared.labelled, false);
        this.#launcher.begin({ ...decided, written }, tokenised);
      })
      .catch(giveBack);
  }

  /** What runs when the server stops may still make the calls that it needs to come to its end. */
  #refuseWhatCannotBe(labelled: boolean, isPartOfRunning: boolean): void {
    if (!isPartOfRunning) this.#running.refuseWhileDraining();
    if (labelled && !this.#services.journal.accepting) throw notRecordable();
  }

  /** Answers and records a request that never reaches an attempt. */
  #answerOurselves(
    request: GatewayRequest,
    prepared: PreparedRequest | null,
    answer: OwnAnswer,
    requests: RateState | null,
  ): void {
    sendOwnAnswer(request, prepared, this.clientDialect(request.dialect), answer, requests);
    const { clock, tracing } = this.#services;
    const receipt = ownReceipt(request, prepared, answer, clock.monotonic() - request.startedAtMs);
    this.#recording.record(receipt);
    tracing?.start(request.headers.traceparent, request.operation, request.receivedAtMs, () => undefined).end(receipt);
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
