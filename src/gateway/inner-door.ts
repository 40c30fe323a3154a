import type {
  Call,
  CallOptions,
  CallResult,
  Consider,
  Consideration,
  ConsideredDeployment,
} from '../contracts/call.ts';
import type { ChatRequest } from '../contracts/chat-request.ts';
import type { UseCaseConfig } from '../contracts/configuration.ts';
import type { Decision, Moment } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import { AppError } from '../contracts/errors.ts';
import { type GatewayRequest, NO_REQUEST_HEADERS } from '../contracts/gateway-request.ts';
import type { JournalRecord } from '../contracts/journal.ts';
import type { Receipt } from '../contracts/receipt.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { createIds } from '../lib/ids.ts';
import { isoTime } from '../lib/iso-time.ts';
import { decide } from '../routing/decide.ts';
import type { UpstreamCodec } from '../wire/codec.ts';
import { partsClient, partsClientDialect } from '../wire/parts/codec.ts';
import { withRestoredAnswers } from '../wire/tokens/restored-codec.ts';
import { createTranslateLane } from '../wire/translate-lane.ts';
import type { CallContent } from './apply-detection.ts';
import { type CallParent, isLabelledCall, useCaseOf } from './call-facts.ts';
import { settlementOf } from './call-settlement.ts';
import { CarriedTokens } from './carried-tokens.ts';
import type { Clock } from './clock.ts';
import { UPSTREAM_CODECS } from './codecs.ts';
import type { Exchange } from './exchange.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { receiptOf } from './exchange-receipt.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { Conversation } from './learning/conversation-id.ts';
import { CappedBudget } from './limits/capped-budget.ts';
import type { AttemptBudgets, RequestBudget } from './limits/request-budget.ts';
import { reservationOf } from './limits/reservation.ts';
import { PartsSink } from './parts-sink.ts';
import { ALSO_NEEDED, type PolicyGuard } from './policy-guard.ts';
import { refusalOf } from './refusal.ts';
import { needsTokens } from './token-lanes.ts';
import { demandsTokens, type TokenScope } from './token-replacement.ts';
import type { TokenisedChat } from './tokenised-request.ts';
import { UnderstoodCall } from './understood-call.ts';
import { changesTooFast, MOST_ROUNDS } from './vetting.ts';

/** How an exchange is run besides what is in its parts. */
export interface ExchangeRun {
  /** On record before any byte of it leaves. */
  labelled: boolean;
  /** Whether what it cost is what such requests cost. */
  teaches: boolean;
  /** That it belongs to; null: none. */
  conversation: Conversation | null;
  intent: () => JournalRecord;
  /** What of the receipt is known only here. Absent: nothing. */
  complete?: (receipt: Receipt) => Receipt;
  onEnd: () => void;
}

/** What the door needs of the gateway that it belongs to. */
export interface DoorHost {
  readonly clock: Clock;
  readonly policy: PolicyGuard;
  /** Of this moment. */
  world(): GatewayWorld;
  moment(nowMs: number, facts: RequestFacts, leftUsd: number | null): Moment;
  run(parts: ExchangeParts, run: ExchangeRun): Exchange;
  /** @throws AppError shutting_down, journal_unavailable */
  refuseWhatCannotBe(labelled: boolean, hasParent: boolean): void;
  /** Limits of a request that nobody else has admitted. @throws AppError rate_limited */
  admit(useCase: UseCaseConfig | null, requestId: string): RequestBudget;
  record(receipt: Receipt): void;
  /** What is in a call that is not its parent's own request. null: nobody looks. */
  search(request: ChatRequest): Promise<CallContent | null>;
  /** The call with tokens in place of personal data, or why there is no such thing. */
  tokenise(request: ChatRequest, scope: TokenScope, shared: CarriedTokens | null): Promise<TokenisedChat | AppError>;
}

type Asked = Omit<CallOptions, 'signal'>;

/** A call that has been decided. */
interface DecidedCall {
  requestId: string;
  call: UnderstoodCall;
  /** As they were decided on. */
  facts: RequestFacts;
  /** Rules and facts that decided. */
  decidedUnder: unknown;
  decision: Decision;
  plan: readonly Deployment[];
  budget: AttemptBudgets;
  labelled: boolean;
  parent: CallParent | null;
  /** As deployments may see it that get tokens; null: none does. */
  tokenised: TokenisedChat | AppError | null;
  /** Gives back what was taken for this call alone. */
  release: () => void;
}

const EMPTY_BODY = Buffer.alloc(0);

/** What the parent asks has been searched; an arbiter is shown answers besides. */
const saysTheSame = (a: ChatRequest, b: ChatRequest): boolean =>
  a.turns === b.turns && a.tools === b.tools && a.responseFormat === b.responseFormat;

/** A call as a deployment may see it. @throws AppError where it may see tokens only and there are none */
function chatFor(
  deployment: Deployment,
  request: ChatRequest,
  { decision, tokenised }: DecidedCall,
): { to: UpstreamCodec; request: ChatRequest } {
  const to = UPSTREAM_CODECS[deployment.endpoint.dialect];
  if (!needsTokens(decision, deployment)) return { to, request };
  if (tokenised === null) throw new AppError('internal', 'Tokens are demanded and were not made.');
  if (tokenised instanceof AppError) throw tokenised;
  return { to: withRestoredAnswers(to, tokenised.restore), request: tokenised.chat };
}

const tokensOf = ({ tokens, holdUnder }: TokenisedChat, world: DoorHost['world']) => ({
  tokenCounts: tokens.counts,
  tokensHold: () => holdUnder(world().tokens),
});

const ended = (): AppError => new AppError('superseded', 'The call was ended before it was answered.');

const nothing = (): void => undefined;

/** The inner door to models (contracts/call.ts): from *decide* on, an inner call lives as any request does. */
export class InnerDoor {
  readonly #host: DoorHost;
  readonly #parents = new Map<string, CallParent>();
  readonly #shared = new WeakMap<CallParent, CarriedTokens>();
  readonly #newId = createIds('req_');

  constructor(host: DoorHost) {
    this.#host = host;
  }

  /** From here on calls can be made on behalf of this request, until the function that is returned is called. */
  open(parent: CallParent): () => void {
    this.#parents.set(parent.requestId, parent);
    this.#shared.set(parent, new CarriedTokens(parent.chat));
    return () => this.#parents.delete(parent.requestId);
  }

  readonly call: Call = async (request, options) => {
    const decided = await this.#decide(request, options);
    try {
      if (options.signal.aborted) throw ended();
      this.#host.refuseWhatCannotBe(decided.labelled, decided.parent !== null);
      if (decided.plan.length === 0) throw refusalOf(decided.decision, this.#host.world().world);
    } catch (error) {
      decided.release();
      this.#recordRefusal(request, options, decided, error as AppError);
      throw error;
    }
    return this.#begin(request, options, decided);
  };

  readonly consider: Consider = async (request, options) => {
    const { facts, decision, plan, release } = await this.#decide(request, options);
    release();
    const atMs = this.#host.clock.now();
    return {
      plan: plan.map((deployment, place) => considered(deployment, decision, place, facts, atMs)),
      removed: decision.removed,
      refusal: plan.length === 0 ? refusalOf(decision, this.#host.world().world) : null,
      estimatedTokens: facts.estimatedTokens,
      estimatedTokensP95: facts.estimatedTokensP95,
    } satisfies Consideration;
  };

  async #decide(request: ChatRequest, options: Asked): Promise<DecidedCall> {
    const host = this.#host;
    const parent = this.#parentOf(options);
    host.refuseWhatCannotBe(false, parent !== null);
    const isKnown = parent !== null && saysTheSame(request, parent.chat);
    const content = isKnown ? null : await host.search(request);
    const call = new UnderstoodCall({ request, options, parent, content }, host.world);
    const prepare = (): Promise<void> | null => host.policy.prepare(call.read(), parent?.key ?? null);
    let waiting = prepare();
    for (let round = 0; waiting !== null; round += 1) {
      if (round === MOST_ROUNDS) throw changesTooFast();
      await waiting;
      // Rules, configuration or facts that were replaced meanwhile are asked anew.
      waiting = prepare();
    }
    // From the last look to the decision nothing is waited for, so that both see the same.
    const decided = this.#decideNow(call, options, parent);
    if (!demandsTokens(decided.decision)) return decided;
    return { ...decided, tokenised: await this.#tokenise(request, parent) };
  }

  #decideNow(call: UnderstoodCall, options: Asked, parent: CallParent | null): DecidedCall {
    const host = this.#host;
    const facts = call.read();
    const gateway = host.world();
    const { world } = gateway;
    const requestId = this.#newId();
    const admitted = parent === null ? host.admit(useCaseOf(options, gateway), requestId) : null;
    const whole = (parent?.budget ?? admitted) as AttemptBudgets;
    const { usd } = options.budget;
    const budget = usd === null ? whole : new CappedBudget(whole, usd, host.clock);
    const moment = host.moment(host.clock.now(), facts, budget.leftUsd);
    const decision = decide(facts, world, moment, host.policy.eligibilityFor(options.purpose));
    const plan = decision.plan.map(({ deployment }) => world.deploymentsById.get(deployment) as Deployment);
    const decidedUnder = host.policy.inForce;
    const labelled = isLabelledCall(facts, parent);
    const release = (): void => admitted?.end();
    return {
      ...{ requestId, call, facts, decision, decidedUnder, plan, budget, labelled, parent, release },
      tokenised: null,
    };
  }

  /** One map for all calls on behalf of a request: what a member says of a token means the same to whoever judges it. */
  #tokenise(request: ChatRequest, parent: CallParent | null): Promise<TokenisedChat | AppError> {
    const scope = { key: parent?.key?.id ?? null, session: parent?.session ?? null };
    return this.#host.tokenise(request, scope, parent === null ? null : (this.#shared.get(parent) ?? null));
  }

  #parentOf({ parentId, purpose }: Asked): CallParent | null {
    if (parentId === null) return null;
    const parent = this.#parents.get(parentId) ?? null;
    if (parent === null && (purpose === 'member' || purpose === 'arbiter')) {
      // Its rules and limits would be lost with it.
      throw new AppError('internal', `The request ${parentId} is not being answered, so nothing is called for it.`);
    }
    return parent;
  }

  #begin(request: ChatRequest, options: CallOptions, decided: DecidedCall): CallResult {
    const settled = Promise.withResolvers<Awaited<CallResult['settled']>>();
    let exchange: Exchange | null = null;
    const end = (): void => exchange?.endWith(ended());
    const sink = new PartsSink(end);
    const asked = this.#requestOf(request, decided, sink);
    const parts = this.#partsOf(request, options, decided, asked);
    const onAbort = (): void => end();
    exchange = this.#host.run(parts, {
      labelled: decided.labelled,
      // A member is asked what anybody might ask it; questions to a judge are of no task.
      teaches: options.purpose === 'member',
      conversation: null,
      intent: () => intentOf(asked, options, decided, request.stream),
      complete: (receipt) => {
        const whole = { ...receipt, parent_id: options.parentId, purpose: options.purpose };
        settled.resolve(settlementOf(whole, sink.model));
        return whole;
      },
      onEnd: () => {
        options.signal.removeEventListener('abort', onAbort);
        decided.release();
      },
    });
    options.signal.addEventListener('abort', onAbort, { once: true });
    return { receiptId: asked.requestId, parts: sink, settled: settled.promise };
  }

  #requestOf(request: ChatRequest, { requestId, parent }: DecidedCall, sink: PartsSink): GatewayRequest {
    const { clock } = this.#host;
    return {
      requestId,
      clientRequestId: null,
      operation: 'chat',
      dialect: request.origin === 'anthropic' ? 'anthropic' : 'openai',
      key: parent?.key ?? null,
      headers: {
        ...NO_REQUEST_HEADERS,
        traceparent: parent?.traceparent ?? null,
        sandboxFault: parent?.sandboxFault ?? null,
      },
      body: EMPTY_BODY,
      receivedAtMs: clock.now(),
      startedAtMs: clock.monotonic(),
      sink,
    };
  }

  #partsOf(request: ChatRequest, options: CallOptions, decided: DecidedCall, asked: GatewayRequest): ExchangeParts {
    const { call, facts, decision, decidedUnder, plan, budget, parent, tokenised } = decided;
    const { purpose } = options;
    return {
      request: asked,
      client: partsClientDialect,
      facts,
      factsNow: call.factsNow,
      decision,
      decidedUnder,
      plan,
      laneFor: (deployment) =>
        createTranslateLane({
          from: partsClient,
          ...chatFor(deployment, request, decided),
          requestId: asked.requestId,
          createdS: Math.floor(asked.receivedAtMs / 1000),
          estimatedInputTokens: facts.estimatedTokens,
        }),
      ...(tokenised === null || tokenised instanceof AppError ? {} : tokensOf(tokenised, this.#host.world)),
      stream: request.stream,
      receiptInAnswer: false,
      strict: purpose === 'member' && parent?.strict === true,
      faultSuffix: null,
      deadlineMs: this.#deadlineMs(options, parent, asked.startedAtMs),
      budget,
      keeper: null,
      trace: null,
      holdBack: null,
      hedge: false,
      continuation: null,
      ...(purpose === 'evaluation' ? {} : { role: purpose }),
      ...(ALSO_NEEDED[purpose] === undefined ? {} : { needs: ALSO_NEEDED[purpose] }),
    };
  }

  #deadlineMs({ deadlineMs }: CallOptions, parent: CallParent | null, nowMs: number): number {
    const left = parent === null ? this.#host.world().deadlineMs : Math.max(0, parent.deadlineAtMs - nowMs);
    return Math.min(deadlineMs ?? Number.POSITIVE_INFINITY, left);
  }

  #recordRefusal(request: ChatRequest, options: CallOptions, decided: DecidedCall, error: AppError): void {
    const { facts, decision } = decided;
    const asked = this.#requestOf(request, decided, new PartsSink(nothing));
    const receipt = receiptOf({
      ...{ request: asked, facts, decision, stream: request.stream, error },
      ...{ records: [], answered: null, clientGone: false, continued: false, status: error.status },
      ...{ totalMs: 0, overheadMs: 0, loss: [], sandbox: false, commitment: null },
    });
    this.#host.record({ ...receipt, parent_id: options.parentId, purpose: options.purpose });
  }
}

function considered(
  deployment: Deployment,
  decision: Decision,
  place: number,
  facts: RequestFacts,
  atMs: number,
): ConsideredDeployment {
  const entry = decision.plan[place];
  return {
    deployment: deployment.id,
    model: deployment.model,
    maker: deployment.maker,
    obligations: entry?.obligations ?? [],
    expectedUsd: entry?.expected_cost_usd ?? null,
    mostUsd: reservationOf(facts, deployment, atMs).usd,
    contextWindowTokens: deployment.contextWindowTokens,
    evidence: entry?.evidence ?? null,
    sandbox: deployment.sandbox,
  };
}

function intentOf(
  asked: GatewayRequest,
  { parentId }: CallOptions,
  { facts, decision }: DecidedCall,
  stream: boolean,
): JournalRecord {
  return {
    kind: 'intent',
    request_id: asked.requestId,
    at: isoTime(asked.receivedAtMs),
    key: asked.key?.id ?? null,
    use_case: facts.useCase,
    decision,
    client_request_id: null,
    parent_id: parentId,
    operation: 'chat',
    dialect: asked.dialect,
    stream,
  };
}
