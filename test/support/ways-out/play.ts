import { vi } from 'vitest';
import { COUNTRY_GROUPS } from '../../../src/catalog/facts/country-groups.ts';
import { AppError } from '../../../src/contracts/errors.ts';
import type { CallPurpose } from '../../../src/contracts/vocabulary.ts';
import { DeadlineSweeper } from '../../../src/gateway/deadlines.ts';
import { RequestDetector } from '../../../src/gateway/detection.ts';
import { evaluateHere } from '../../../src/policy/evaluate-rules.ts';
import { PolicyEngine } from '../../../src/policy/policy-engine.ts';
import { createHandling } from '../../../src/privacy/tokens/handling.ts';
import { TENANT_KEY } from '../../../src/privacy/tokens/test-tokens.ts';
import { testRoute, testWorld } from '../../../src/routing/test-world.ts';
import { chatRequest } from '../chat-requests.ts';
import { testEnsemble } from '../ensembles.ts';
import { createTestGateway, ManualClock } from '../gateway.ts';
import { TODAY } from '../policy-world.ts';
import { SteppedUpstream } from '../upstream/stepped-upstream.ts';
import { faultsOf, InForce, mustBeOnRecord } from './judged.ts';
import { type Answer, type Asked, eventsOf, MODELS, modelOf, SAID, type Situation } from './situation.ts';

/** What became of a situation. */
export interface Played {
  /** What left though something in force at that moment forbade it. */
  forbidden: string[];
  /** By role, and how many of them went out with tokens in place of values. */
  calls: Record<string, number>;
  withTokens: number;
  faults: readonly unknown[];
}

/** Steps after which a request that has not ended never will. */
const MOST_STEPS = 20_000;
/** Time that goes by while nothing else happens, milliseconds. */
const TICK_MS = 1_000;

const ALL_MODELS = Array.from({ length: MODELS }, (_, index) => modelOf(index));

/** One gateway over upstreams in memory and a clock that moves only while nothing else does. */
class Play {
  readonly #situation: Situation;
  readonly #clock = new ManualClock();
  readonly #policy: PolicyEngine;
  readonly #upstream: SteppedUpstream;
  readonly #test: ReturnType<typeof createTestGateway>;
  readonly #forbidden: string[] = [];
  #now: InForce;
  #asked: Asked;
  #recordsBefore = 0;
  #reloads: Situation['reloads'];
  #withTokens = 0;

  constructor(situation: Situation) {
    this.#situation = situation;
    this.#asked = situation.requests[0] as Asked;
    this.#reloads = [...situation.reloads].sort((a, b) => a.call - b.call || a.event - b.event);
    this.#now = new InForce(situation.first);
    this.#policy = new PolicyEngine({
      evaluator: evaluateHere,
      now: () => TODAY.getTime(),
      world: this.#policyWorld(),
      tokenise: situation.tokenise,
    });
    const answerTo = (call: number): Answer => situation.answers[call % situation.answers.length] as Answer;
    this.#upstream = new SteppedUpstream({
      leaves: (request, call) => {
        const body = request.body.toString('utf8');
        this.#judge(request.endpoint.id, body);
        return eventsOf(answerTo(call), (JSON.parse(body) as { stream?: boolean }).stream === true);
      },
      waits: (call) => answerTo(call).waits,
      comes: (call, event) => this.#reload(call, event),
    });
    this.#test = createTestGateway({
      deployments: this.#now.deployments,
      clock: this.#clock,
      services: { upstream: this.#upstream, keyNow: () => this.#now.keyNow },
      policy: this.#policy,
      tokens: this.#tokens,
      // Whatever is asked here is short enough to be searched at once.
      detector: new RequestDetector(
        { scanAll: () => Promise.reject(new TypeError('A text is longer than any in this test.')) },
        { maxCharacters: 60_000, budgetMs: 60_000, plugIn: null },
      ),
      ensembles: [testEnsemble({ strategy: situation.strategy, members: ALL_MODELS, arbiters: [modelOf(2)] })],
    });
    this.#putInForce();
    // Enough quick streams to tell that one is slow.
    for (const deployment of this.#now.deployments) {
      for (let call = 0; call < 40; call += 1) this.#test.gateway.health.admit(deployment, 0)?.settle('ok', 1, true, 0);
    }
    this.#test.gateway.publishHealth();
  }

  async run(): Promise<Played> {
    for (const asked of this.#situation.requests) {
      this.#asked = asked;
      this.#recordsBefore = this.#test.journal.records.length;
      await this.#passing(asked.way === 'chat' || asked.way === 'ensemble' ? this.#send(asked) : this.#call(asked));
    }
    await this.#test.close();
    const calls: Record<string, number> = {};
    for (const { attempts, ensemble } of this.#test.journal.receipts) {
      // What members were asked is in receipts of their own.
      if (ensemble !== undefined) continue;
      for (const { role } of attempts) calls[role] = (calls[role] ?? 0) + 1;
    }
    return { forbidden: this.#forbidden, calls, withTokens: this.#withTokens, faults: this.#test.faults };
  }

  #policyWorld() {
    return { bundle: this.#now.bundle, deployments: this.#now.deployments, groups: COUNTRY_GROUPS };
  }

  get #tokens() {
    return { tenantKey: TENANT_KEY, handling: createHandling(this.#now.force.keepsMail ? { email: 'keep' } : {}) };
  }

  #putInForce(): void {
    const { deployments, useCases, force } = this.#now;
    const row = testRoute({ default: true, primary: ALL_MODELS.slice(0, 1), fallback: ALL_MODELS.slice(1) });
    this.#policy.publish(this.#policyWorld());
    this.#test.gateway.setWorld({
      ...this.#test.gateway.world,
      world: testWorld(deployments, [row]),
      useCases,
      unlabelledPersonal: force.unlabelledPersonal as 'record',
      tokens: this.#tokens,
      resilience: { hedge_share: 1, continuation_prompts: {} },
    });
  }

  #reload(call: number, event: number): void {
    const [next] = this.#reloads;
    if (next === undefined || call < next.call || (call === next.call && event < next.event)) return;
    this.#reloads = this.#reloads.slice(1);
    this.#now = new InForce(next.change(this.#now.force));
    this.#putInForce();
  }

  #judge(endpoint: string, body: string): void {
    const { tokenise } = this.#situation;
    this.#forbidden.push(...faultsOf(this.#asked, this.#now, { endpoint, body }, tokenise as 'when_asked'));
    if (body.includes('PII_')) this.#withTokens += 1;
    const records = this.#test.journal.records.slice(this.#recordsBefore);
    if (mustBeOnRecord(this.#asked, this.#now, body) && !records.some(({ kind }) => kind === 'intent')) {
      this.#forbidden.push(`${this.#asked.way} to ${endpoint} is not on record`);
    }
  }

  async #send({ way, said, stream, useCase, withKey, obliged, model }: Asked): Promise<void> {
    const alidade = {
      ...(useCase === null ? {} : { use_case: useCase }),
      ...(obliged ? { obligations: ['tokenise'] } : {}),
    };
    const body = { messages: [{ role: 'user', content: SAID[said] }], stream, alidade };
    const key = withKey ? { key: this.#now.key } : {};
    await this.#test.send({ ...body, model: way === 'ensemble' ? 'ensemble/review' : model }, key).ended;
  }

  async #call({ way, said, stream, useCase, obliged, model }: Asked): Promise<void> {
    const turns = [{ role: 'user' as const, parts: [{ type: 'text' as const, text: SAID[said] as string }] }];
    try {
      const result = await this.#test.gateway.door.call(chatRequest({ model, stream, turns }), {
        ...{ parentId: null, purpose: way as CallPurpose, budget: { usd: null } },
        obligations: obliged ? ['tokenise'] : [],
        signal: new AbortController().signal,
        ...(useCase === null ? {} : { useCase }),
      });
      for await (const _part of result.parts);
      await result.settled;
    } catch (error) {
      // Refused, which is an answer.
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** Lets everything happen that can; only then time goes by. */
  async #passing(work: Promise<void>): Promise<void> {
    const over = { yet: false };
    const ended = work.finally(() => {
      over.yet = true;
    });
    for (let step = 0; !over.yet; step += 1) {
      if (step > MOST_STEPS) throw new Error('A request never ended.');
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (over.yet || this.#upstream.step()) continue;
      this.#clock.advance(TICK_MS);
      vi.advanceTimersByTime(DeadlineSweeper.INTERVAL_MS);
    }
    await ended;
  }
}

/** Plays one situation to its end. Timers must be fake: `vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })`. */
export const play = (situation: Situation): Promise<Played> => new Play(situation).run();
