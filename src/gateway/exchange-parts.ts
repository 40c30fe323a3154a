import type { BodyCommitment, BodyRecord } from '../contracts/body-log.ts';
import type { HoldBackConfig } from '../contracts/configuration.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import type { PolicyAction } from '../contracts/policy.ts';
import type { Receipt } from '../contracts/receipt.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { TokenCounts } from '../contracts/tokens.ts';
import type { ActiveTrace } from '../contracts/tracing.ts';
import type { UpstreamClient } from '../contracts/upstream.ts';
import type { AttemptRole } from '../contracts/vocabulary.ts';
import type { ClientDialect, Lane } from '../wire/dialect.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { RateBank } from './bank/rate-bank.ts';
import type { BodyKeeper } from './body-keeper.ts';
import type { CarriedText } from './carried-text.ts';
import type { Clock } from './clock.ts';
import type { Continuation } from './continuation.ts';
import type { CredentialRests } from './credential-rests.ts';
import type { FactsNow } from './current-facts.ts';
import type { DeadlineSweeper } from './deadlines.ts';
import type { FairTurns } from './fair-turns.ts';
import type { HealthBoard } from './health.ts';
import type { HedgeBudget } from './hedge-budget.ts';
import type { AttemptBudgets } from './limits/request-budget.ts';
import type { RetryBudget } from './retry-budget.ts';

/** One request that has been decided. */
export interface ExchangeParts {
  request: GatewayRequest;
  client: ClientDialect;
  facts: RequestFacts;
  /** Absent: as they were. */
  factsNow?: FactsNow;
  /** What rules must allow besides sending, for what becomes of the answer. Absent: nothing. */
  needs?: PolicyAction;
  /** Absent: nobody looks into what was answered. */
  carried?: CarriedText;
  decision: Decision;
  /** Rules and facts that decided (PolicyGuard.inForce). */
  decidedUnder: unknown;
  plan: readonly Deployment[];
  /** A new lane for each attempt. @throws AppError where the request cannot be put in the deployment's dialect */
  laneFor(deployment: Deployment): Lane;
  /** What becomes of tokens; goes on changing until the answer is over. Absent: none were made. */
  tokenCounts?: TokenCounts;
  /** Whether the tokens that were made hide all that must be hidden by now. Absent: none were made. */
  tokensHold?: () => boolean;
  stream: boolean;
  /** The caller asked for its receipt inside the answer. */
  receiptInAnswer: boolean;
  /** Rather refuse than lose anything of the request on the way. */
  strict: boolean;
  /** Added to the upstream model of the first attempt, sandbox only. */
  faultSuffix: string | null;
  deadlineMs: number;
  /** Limits of whoever asks: held for each attempt. */
  budget: AttemptBudgets;
  /** For use cases that keep bodies. */
  keeper: BodyKeeper | null;
  trace: ActiveTrace | null;
  /** Begins to send only after so many tokens or milliseconds, so that a stream that dies early is begun anew. */
  holdBack: HoldBackConfig | null;
  /** Whether a second deployment is asked when the first is slower than usual to its first token. */
  hedge: boolean;
  /** Where a stream that breaks after text was sent may go on; null: it ends with an error. */
  continuation: Continuation | null;
  /** Of every attempt, for calls that are made on behalf of something else. Absent: by its place in the plan. */
  role?: AttemptRole;
}

/** What all requests share. */
export interface ExchangeServices {
  upstream: UpstreamClient;
  clock: Clock;
  sweeper: DeadlineSweeper;
  turns: FairTurns;
  health: HealthBoard;
  rests: CredentialRests;
  bank: RateBank;
  retries: RetryBudget;
  hedges: HedgeBudget;
  gate: AttemptGate;
  /** Uniform in [0, 1). */
  random: () => number;
  onReceipt(receipt: Receipt): void;
  /** What the receipt says of them; null where they cannot be kept. */
  onBodies(record: BodyRecord): BodyCommitment | null;
  /** A fault of ours that cost the request its answer. */
  onFault(error: unknown): void;
  /** Called exactly once, after the receipt. */
  onEnd(): void;
}
