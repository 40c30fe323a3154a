import type { BudgetSnapshot, Limiter, LimitSubject, SubjectSpending } from '../../contracts/limits.ts';
import type { AttemptRecord, Receipt } from '../../contracts/receipt.ts';
import { limitsDollars } from './limit-account.ts';

export interface BudgetReplayParts {
  limiter: Limiter;
  /** Taken over at the end; what it calls open is, for requests with a receipt, replaced by what that says. */
  snapshot: BudgetSnapshot;
  /** Whom a request was counted for, deployments aside. */
  subjectsOf: (receipt: Receipt) => readonly LimitSubject[];
  /** Limits of a deployment of today; null: it has none. */
  deploymentSubject: (deployment: string) => LimitSubject | null;
}

/** What one receipt says was spent. */
interface Spent {
  parentId: string | null;
  spending: SubjectSpending[];
}

/** Dollars of a process that was killed: what it had saved, and receipts that it appended afterwards. */
export class BudgetReplay {
  readonly #parts: BudgetReplayParts;
  readonly #spent = new Map<string, Spent>();

  constructor(parts: BudgetReplayParts) {
    this.#parts = parts;
  }

  /** Receipts that cost something. */
  get counted(): number {
    return [...this.#spent.values()].filter(({ spending }) => spending.length > 0).length;
  }

  /** A receipt that the snapshot does not know. */
  add(receipt: Receipt): void {
    const subjects = this.#parts.subjectsOf(receipt).filter(({ limits }) => limitsDollars(limits));
    const spending = receipt.attempts.flatMap((attempt) => this.#spendingOf(attempt, subjects));
    this.#spent.set(receipt.request_id, { parentId: receipt.parent_id, spending });
  }

  /** Puts everything in the limiter's books. */
  finish(): void {
    const { limiter, snapshot } = this.#parts;
    const open = (snapshot.open ?? []).filter(({ request_id: id }) => !this.#spent.has(id));
    // The receipt of a request repeats the attempts of its sub-calls, which have receipts of their own.
    const own = [...this.#spent.values()].filter(({ parentId }) => parentId === null || !this.#spent.has(parentId));
    const subjects = [...snapshot.subjects, ...own.flatMap(({ spending }) => spending)];
    limiter.restore({ ...snapshot, open, subjects });
  }

  #spendingOf(attempt: AttemptRecord, subjects: readonly LimitSubject[]): SubjectSpending[] {
    const { deployment, started_at: startedAt, cost_usd: cost } = attempt;
    if (cost === null || cost === 0) return [];
    const usd = { [startedAt.slice(0, '2026-11-22'.length)]: cost, [startedAt.slice(0, '2026-11'.length)]: cost };
    const own = this.#parts.deploymentSubject(deployment);
    const whose = own !== null && limitsDollars(own.limits) ? [...subjects, own] : subjects;
    return whose.map(({ scope, id }) => ({ scope, id, usd }));
  }
}
