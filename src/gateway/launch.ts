import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { Ensemble } from '../contracts/ensemble.ts';
import { AppError } from '../contracts/errors.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { ActiveTrace, Tracing } from '../contracts/tracing.ts';
import type { WrittenStrings } from '../lib/json-writer.ts';
import { type AttemptGate, existsIn } from './attempt-gate.ts';
import { BodyKeeper } from './body-keeper.ts';
import { CallGate } from './call-gate.ts';
import { AnswerSoFar } from './carried-text.ts';
import { chatOf } from './codecs.ts';
import { type FactsNow, factsNowOf, type Surroundings } from './current-facts.ts';
import type { DeadlineSweeper } from './deadlines.ts';
import { EnsembleExchange } from './ensembles/ensemble-exchange.ts';
import { screenWith } from './ensembles/screen-answer.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import type { FairTurns } from './fair-turns.ts';
import type { GatewayServices } from './gateway-parts.ts';
import type { ExchangeRun, InnerDoor } from './inner-door.ts';
import { intentOf } from './intent.ts';
import { CLIENT_DIALECTS, laneSourceOf } from './lanes.ts';
import type { RequestBudget } from './limits/request-budget.ts';
import { keepsNoBody } from './obligations.ts';
import type { PolicyGuard } from './policy-guard.ts';
import type { PreparedRequest } from './prepare.ts';
import { asAppError, type Recording } from './recording.ts';
import type { RunningExchanges } from './running-exchanges.ts';
import type { BegunText } from './seam.ts';
import { streamRules } from './stream-rules.ts';
import { continuationTokens, lanesFor } from './token-lanes.ts';
import type { TokenReplacer } from './token-replacement.ts';
import type { TokenisedRequest } from './tokenised-request.ts';
import type { TrafficMemory } from './traffic-memory.ts';

/** How many 32-bit seeds there are. */
const SEEDS = 2 ** 32;

/** A request that is to be answered by somebody else. */
export interface DecidedRequest {
  request: GatewayRequest;
  prepared: PreparedRequest;
  decision: Decision;
  /** Rules and facts that decided (PolicyGuard.inForce). */
  decidedUnder: unknown;
  plan: readonly Deployment[];
  budget: RequestBudget;
  /** Long strings of it that were written ahead. Absent: none. */
  written?: WrittenStrings;
  /** Called once, when it is over. */
  onEnd: () => void;
}

/** What of a gateway a decided request runs on. */
export interface LaunchPad extends Surroundings {
  services: GatewayServices;
  memory: TrafficMemory;
  policy: PolicyGuard;
  tokens: TokenReplacer;
  recording: Recording;
  running: RunningExchanges;
  sweeper: DeadlineSweeper;
  turns: FairTurns;
  door: InnerDoor;
}

/** What all exchanges share. */
function sharedBy({ services, memory, sweeper, turns }: LaunchPad) {
  const { upstream, clock, randomSeed, keepBodies } = services;
  const { health, rests, bank, retries, hedges } = memory;
  return {
    ...{ upstream, clock, sweeper, turns, health, rests, bank, retries, hedges },
    random: () => randomSeed() / SEEDS,
    onBodies: keepBodies,
  };
}

/** From a decision to an exchange that runs, with everything that it may ask while it does. */
export class Launcher {
  readonly #pad: LaunchPad;
  readonly #catalogue: AttemptGate;
  readonly #shared: ReturnType<typeof sharedBy>;
  readonly #deploymentNow = (id: string): Deployment | undefined => this.#pad.world().world.deploymentsById.get(id);

  constructor(pad: LaunchPad) {
    this.#pad = pad;
    this.#shared = sharedBy(pad);
    this.#catalogue = pad.services.gate ?? { isPermittedNow: (deployment) => existsIn(pad.world().world, deployment) };
  }

  /** One model answers. `tokenised`: what deployments are shown that get tokens; null: none does. */
  begin(decided: DecidedRequest, tokenised: TokenisedRequest | AppError | null): void {
    const { request, prepared, decision, onEnd } = decided;
    this.run(this.#partsOf(decided, tokenised), {
      labelled: prepared.labelled,
      teaches: true,
      conversation: prepared.conversation,
      intent: () => intentOf(request, prepared, decision),
      onEnd,
    });
  }

  /** Several models answer together. @throws AppError where they cannot */
  beginEnsemble(decided: DecidedRequest, ensemble: Ensemble): void {
    const { services, recording, running, sweeper, door, world } = this.#pad;
    const { ensembles, clock, detector } = services;
    const { request, prepared, decision, onEnd } = decided;
    if (ensembles === undefined || prepared.facts.operation !== 'chat') {
      throw new AppError('invalid_request', 'An ensemble answers chats and nothing else.', { param: 'model' });
    }
    const { deploymentsById } = world().world;
    const chat = chatOf(prepared.read, request.body);
    const { labelled, options } = prepared;
    const factsNow = factsNowOf(prepared, this.#pad);
    const decides = (): boolean =>
      factsNow()?.attributes?.labelled !== false || (world().unlabelledPersonal ?? 'record') !== 'record';
    const exchange = new EnsembleExchange(
      { ...this.#partsOf(decided, null), ensemble, chat, factsNow, labelled, session: options.session },
      {
        ...{ ...ensembles, clock, door, sweeper },
        screen: screenWith(detector ?? null, decides),
        deploymentOf: (id) => deploymentsById.get(id),
        onReceipt: (receipt) => recording.record(receipt),
        onBodies: services.keepBodies,
        onFault: (error) => services.onFault(asAppError(error), request.requestId),
        onEnd: () => {
          onEnd();
          running.delete(seat);
        },
      },
    );
    const seat = running.add(exchange);
    const intent = recording.intent(() => intentOf(request, prepared, decision));
    if (labelled) recording.startOnRecord(exchange, request.requestId, intent);
    else exchange.start();
  }

  run(parts: ExchangeParts, run: ExchangeRun): Exchange {
    const { services, memory, policy, recording, running } = this.#pad;
    const { request, decision, plan } = parts;
    const deploymentNow = this.#deploymentNow;
    const intent = recording.intent(run.intent);
    memory.retries.request(request.startedAtMs);
    const exchange = new Exchange(parts, {
      ...this.#shared,
      gate: new CallGate(parts, { policy, catalogue: this.#catalogue, deploymentNow, intent }),
      onReceipt: (receipt) => {
        for (const incident of policy.incidentsOf(receipt, decision, plan)) {
          services.onRegionIncident?.(incident, receipt.request_id);
        }
        recording.record(run.complete?.(receipt) ?? receipt);
        if (!run.teaches) return;
        const makerOf = (id: string): string | null => deploymentNow(id)?.maker ?? null;
        memory.learning.record(receipt, run.conversation, makerOf, services.clock.now());
      },
      onFault: (error) => services.onFault(asAppError(error), request.requestId),
      onEnd: () => {
        try {
          run.onEnd();
        } finally {
          running.delete(seat);
        }
      },
    });
    const seat = running.add(exchange);
    if (run.labelled) recording.startOnRecord(exchange, request.requestId, intent);
    else exchange.start();
    return exchange;
  }

  #partsOf(decided: DecidedRequest, tokenised: TokenisedRequest | AppError | null): ExchangeParts {
    const { request, prepared, decision, decidedUnder, plan, budget, written } = decided;
    const { services, world } = this.#pad;
    const factsNow = factsNowOf(prepared, this.#pad);
    const { tracing, detector } = services;
    const { read, facts, options, faultSuffix } = prepared;
    const { deadlineMs, resilience } = world();
    const asItCame = laneSourceOf(request, read, facts.estimatedTokens);
    const source = written === undefined ? asItCame : { ...asItCame, written };
    const tokens = continuationTokens(decision, tokenised, (shown, answered) =>
      this.#tokenise(request, shown, answered),
    );
    const rules = streamRules(prepared, decision, source, resilience, tokens);
    const { holdBack, hedge, continuation } = rules;
    const lanes = lanesFor(source, decision, tokenised, () => world().tokens);
    const carry = tokens === null || continuation === null ? null : (text: string) => continuation.tokenise(text);
    const parts: ExchangeParts = {
      request,
      client: CLIENT_DIALECTS[request.dialect],
      facts,
      factsNow,
      decision,
      decidedUnder,
      plan,
      laneFor: lanes.laneFor,
      stream: read.request.stream,
      receiptInAnswer: options.receiptInAnswer,
      strict: options.strict,
      faultSuffix,
      deadlineMs: Math.min(options.deadlineMs ?? Number.POSITIVE_INFINITY, deadlineMs),
      budget,
      keeper: this.#keeperOf(decided, factsNow),
      trace: tracing === null ? null : this.#traceOf(request, tracing),
      holdBack,
      hedge,
      continuation,
    };
    if (detector !== undefined) parts.carried = new AnswerSoFar(prepared, detector, this.#pad, carry);
    const { tokenCounts, tokensHold } = lanes;
    if (tokenCounts !== undefined) parts.tokenCounts = tokenCounts;
    if (tokensHold !== undefined) parts.tokensHold = tokensHold;
    return parts;
  }

  /** As TokenReplacer.ofAnswer. A fault of ours is told, whoever goes on without. */
  async #tokenise(request: GatewayRequest, shown: TokenisedRequest, answered: string): Promise<BegunText | AppError> {
    const { tokens, world, services } = this.#pad;
    const begun = await tokens.ofAnswer(shown, answered, world().tokens);
    if (begun instanceof AppError && begun.code === 'internal') services.onFault(begun, request.requestId);
    return begun;
  }

  #traceOf({ headers, operation, receivedAtMs }: GatewayRequest, tracing: Tracing): ActiveTrace {
    const { deploymentsById } = this.#pad.world().world;
    return tracing.start(headers.traceparent, operation, receivedAtMs, (id) => deploymentsById.get(id));
  }

  /** Kept is what use case and rules let be kept, when it was decided and when it is over. */
  #keeperOf({ request, prepared, decision, plan }: DecidedRequest, factsNow: FactsNow): BodyKeeper | null {
    const { useCase } = prepared;
    if (useCase?.keep_bodies !== true || keepsNoBody(decision)) return null;
    const { world, policy } = this.#pad;
    return new BodyKeeper(request, useCase.id, () => {
      const facts = factsNow();
      const isWanted = world().useCases.get(useCase.id)?.keep_bodies === true;
      return isWanted && facts !== null && policy.mayKeep(facts, plan);
    });
  }
}
