import type { BudgetSnapshot, Limiter, LimitSubject, SubjectSpending } from '../../contracts/limits.ts';
import type { AttemptRecord, Receipt } from '../../contracts/receipt.ts';
import type { AttemptRole } from '../../contracts/vocabulary.ts';
import { limitsDollars } from './limit-account.ts';

/** Attempts that a receipt repeats from the receipts of its sub-calls. */
const OF_SUB_CALLS: ReadonlySet<AttemptRole> = new Set(['member', 'arbiter', 'judge']);

export interface BudgetReplayParts {
  limiter: Limiter;
  /** Taken over at the end; what it calls open is, for requests with a receipt, replaced by what that says. */
  snapshot: BudgetSnapshot;
  /** Whom a request was counted for, deployments aside. */
  subjectsOf: (receipt: Receipt) => readonly LimitSubject[];
  /** Limits of a deployment of today; null: it has none. */
  deploymentSubject: (deployment: string) => LimitSubject | null;
}

/** Dollars of a process that was killed: what it had saved, and receipts that it appended afterwards. */
export class BudgetReplay {
  readonly #parts: BudgetReplayParts;
  readonly #recorded = new Set<string>();
  readonly #spent: SubjectSpending[] = [];
  /** Receipts with attempts that cost something. */
  counted = 0;

  constructor(parts: BudgetReplayParts) {
    this.#parts = parts;
  }

  /** A receipt that the snapshot does not know. */
  add(receipt: Receipt): void {
    this.#recorded.add(receipt.request_id);
    const subjects = this.#parts.subjectsOf(receipt).filter(({ limits }) => limitsDollars(limits));
    let costs = false;
    for (const attempt of receipt.attempts) {
      // A sub-call has a receipt of its own, with the same attempts.
      if (receipt.parent_id === null && OF_SUB_CALLS.has(attempt.role)) continue;
      if (attempt.cost_usd === null || attempt.cost_usd === 0) continue;
      costs = true;
      this.#book(attempt, subjects);
    }
    if (costs) this.counted += 1;
  }

  /** Puts everything in the limiter's books. */
  finish(): void {
    const { limiter, snapshot } = this.#parts;
    const open = (snapshot.open ?? []).filter(({ request_id: id }) => !this.#recorded.has(id));
    limiter.restore({ ...snapshot, open, subjects: [...snapshot.subjects, ...this.#spent] });
  }

  #book({ deployment, started_at: startedAt, cost_usd: cost }: AttemptRecord, subjects: readonly LimitSubject[]): void {
    const usd = {
      [startedAt.slice(0, '2026-11-22'.length)]: cost ?? 0,
      [startedAt.slice(0, '2026-11'.length)]: cost ?? 0,
    };
    for (const { scope, id } of subjects) this.#spent.push({ scope, id, usd });
    const own = this.#parts.deploymentSubject(deployment);
    if (own !== null && limitsDollars(own.limits)) this.#spent.push({ scope: own.scope, id: own.id, usd });
  }
}
