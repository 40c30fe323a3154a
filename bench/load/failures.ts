/** Failed exchanges by reason, so that a report can say what went wrong and not only how often. */
export class Failures {
  private readonly reasons = new Map<string, number>();
  count = 0;

  add(reason: string): void {
    this.count += 1;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  byReason(): Record<string, number> {
    return Object.fromEntries(this.reasons);
  }
}

/** What every job reports. */
export interface JobOutcome {
  completed: number;
  failed: number;
  failures: Record<string, number>;
  seconds: number;
}
