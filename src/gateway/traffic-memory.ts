import type { Moment } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { isoTime } from '../lib/iso-time.ts';
import { RateBank } from './bank/rate-bank.ts';
import type { Clock } from './clock.ts';
import { CredentialRests } from './credential-rests.ts';
import { HealthBoard } from './health.ts';
import { HedgeBudget } from './hedge-budget.ts';
import type { Conversation } from './learning/conversation-id.ts';
import { Learning } from './learning/learning.ts';
import { RetryBudget } from './retry-budget.ts';

/** What else a moment says. */
export interface MomentOf {
  nowMs: number;
  seed: number;
  conversation: Conversation | null;
  leftUsd: number | null;
  /** undefined: none. */
  quarantined: readonly string[] | undefined;
}

/**
 * What traffic has taught of deployments, credentials and quotas, and what it may spend on extra calls. Kept over reloads of
 * the configuration.
 */
export class TrafficMemory {
  readonly health = new HealthBoard();
  readonly rests = new CredentialRests();
  readonly bank: RateBank;
  readonly learning: Learning;
  readonly retries = new RetryBudget();
  readonly hedges = new HedgeBudget(0);
  readonly #clock: Clock;

  constructor(clock: Clock, learning: Learning = new Learning()) {
    this.#clock = clock;
    this.learning = learning;
    this.bank = new RateBank(clock);
  }

  /** Makes what was recorded visible to decisions. */
  publish(deployments: readonly Deployment[]): void {
    this.health.publish(this.#clock.monotonic());
    this.learning.publish();
    this.bank.publish(deployments);
  }

  momentOf(facts: RequestFacts, deployments: readonly Deployment[], of: MomentOf): Moment {
    const quota = this.bank.expiring;
    const { session, learned, token_ratios } = this.learning.momentOf(facts, of.conversation, deployments, of.nowMs);
    const moment: Moment = {
      now: isoTime(of.nowMs),
      seed: of.seed,
      session,
      budget_left_usd: of.leftUsd,
      health: this.health.healthOf(deployments),
    };
    if (quota !== undefined) moment.quota_expires_s = quota;
    if (of.quarantined !== undefined) moment.quarantined = of.quarantined;
    if (learned !== undefined) moment.learned = learned;
    if (token_ratios !== undefined) moment.token_ratios = token_ratios;
    return moment;
  }

  /** Health of a deployment as operators see it; null: it was never called. */
  viewOf(deployment: Deployment) {
    const nowMs = this.#clock.monotonic();
    const view = this.health.view(deployment, nowMs);
    const snapshot = this.health.snapshot(deployment);
    if (view === null) return null;
    return {
      latency_ms: snapshot?.latency_ms ?? null,
      ...view,
      resting_credentials: this.rests.resting(deployment, nowMs),
    };
  }
}
