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

/** What a request inside another one spent. */
interface InnerSpending {
  parentId: string;
  spending: readonly SubjectSpending[];
}

/** Dollars that no snapshot has: of a process that was killed, or of a month whose snapshot is lost. */
export class BudgetReplay {
  readonly #parts: BudgetReplayParts;
  readonly #requestIds = new Set<string>();
  /** By subject. Added up at once: a month may have millions of receipts. */
  readonly #sums = new Map<string, SubjectSpending>();
  readonly #inner: InnerSpending[] = [];
  #counted = 0;

  constructor(parts: BudgetReplayParts) {
    this.#parts = parts;
  }

  /** Receipts that cost something. */
  get counted(): number {
    return this.#counted;
  }

  /** A receipt that the snapshot does not know. */
  add(receipt: Receipt): void {
    const { request_id: id, parent_id: parentId, attempts } = receipt;
    if (this.#requestIds.has(id)) return;
    this.#requestIds.add(id);
    const paid = attempts.filter(({ cost_usd: cost }) => cost !== null && cost > 0);
    if (paid.length === 0) return;
    const subjects = this.#parts.subjectsOf(receipt).filter(({ limits }) => limitsDollars(limits));
    const spending = paid.flatMap((attempt) => this.#spendingOf(attempt, subjects));
    if (spending.length === 0) return;
    this.#counted += 1;
    if (parentId === null) this.#sum(spending);
    else this.#inner.push({ parentId, spending });
  }

  /** Puts everything in the limiter's books. */
  finish(): void {
    const { limiter, snapshot } = this.#parts;
    const open = (snapshot.open ?? []).filter(({ request_id: id }) => !this.#requestIds.has(id));
    // The receipt of a request repeats the attempts of its sub-calls, which have receipts of their own.
    for (const { parentId, spending } of this.#inner) if (!this.#requestIds.has(parentId)) this.#sum(spending);
    limiter.restore({ ...snapshot, open, subjects: [...snapshot.subjects, ...this.#sums.values()] });
  }

  #sum(spending: readonly SubjectSpending[]): void {
    for (const { scope, id, usd } of spending) {
      const sum = this.#sums.get(`${scope} ${id}`) ?? { scope, id, usd: {} };
      for (const [period, amount] of Object.entries(usd)) sum.usd[period] = (sum.usd[period] ?? 0) + amount;
      this.#sums.set(`${scope} ${id}`, sum);
    }
  }

  #spendingOf(attempt: AttemptRecord, subjects: readonly LimitSubject[]): SubjectSpending[] {
    const { deployment, started_at: startedAt } = attempt;
    const cost = attempt.cost_usd ?? 0;
    const usd = { [startedAt.slice(0, '2026-11-22'.length)]: cost, [startedAt.slice(0, '2026-11'.length)]: cost };
    const own = this.#parts.deploymentSubject(deployment);
    const whose = own !== null && limitsDollars(own.limits) ? [...subjects, own] : subjects;
    return whose.map(({ scope, id }) => ({ scope, id, usd }));
  }
}
