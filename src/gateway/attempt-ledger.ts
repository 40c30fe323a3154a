import type { AttemptRecord } from '../contracts/receipt.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { Operation } from '../contracts/vocabulary.ts';
import type { Attempt } from './attempt.ts';
import type { QuotaNeed } from './bank/vendor-quota.ts';
import { callOutcomeOf } from './call-outcome.ts';
import type { Clock } from './clock.ts';
import type { CredentialRests } from './credential-rests.ts';
import { recordOfAttempt } from './receipt-builder.ts';

const NOTHING: QuotaNeed = Object.freeze({ input: 0, output: 0 });

function usedOf({ usage, usage_source: source }: AttemptRecord): QuotaNeed | null {
  if (source === 'none') return NOTHING;
  const { input_tokens: input, output_tokens: output } = usage;
  return input === null && output === null ? null : { input: input ?? 0, output: output ?? 0 };
}

/**
 * The books of one request: one entry an attempt, made once, whatever came of it. What an attempt says of its deployment,
 * its credential and its vendor's limits is booked with it.
 */
export class AttemptLedger {
  readonly #operation: Operation;
  readonly #facts: RequestFacts;
  readonly #clock: Clock;
  readonly #rests: CredentialRests;
  /** By number of the attempt. */
  readonly #records: AttemptRecord[] = [];

  constructor(operation: Operation, facts: RequestFacts, clock: Clock, rests: CredentialRests) {
    this.#operation = operation;
    this.#facts = facts;
    this.#clock = clock;
    this.#rests = rests;
  }

  /** In the order in which the attempts began; those that still run are left out. */
  get records(): readonly AttemptRecord[] {
    const [first] = this.#records;
    if (this.#records.length === 1 && first !== undefined) return [first];
    // Of a hedge and its rival the later one may be booked first.
    return this.#records.filter((record) => record !== undefined);
  }

  /** Books an attempt that has ended. */
  settle(attempt: Attempt, clientGone: boolean): AttemptRecord {
    const booked = this.#records[attempt.number];
    if (booked !== undefined) return booked;
    const record = recordOfAttempt(attempt, this.#facts, clientGone);
    this.#records[attempt.number] = record;
    const nowMs = attempt.endedAtMs ?? this.#clock.monotonic();
    // Embeddings and counts say nothing about how a deployment chats, and must not be able to spoil its record.
    const outcome = this.#operation === 'chat' ? callOutcomeOf(attempt.error) : null;
    attempt.call.pass.settle(outcome, attempt.firstTokenMs, attempt.stream, nowMs);
    attempt.ticket.end(usedOf(record));
    attempt.budget.settle(record);
    if (attempt.error === null) this.#rests.answered(attempt.deployment, attempt.call.credential, nowMs);
    return record;
  }

  /** A running attempt as it would be booked now, for a receipt that rides on the end of its own stream. */
  preview(attempt: Attempt): AttemptRecord {
    return recordOfAttempt(attempt, this.#facts, false);
  }
}
