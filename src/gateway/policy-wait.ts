import { AppError } from '../contracts/errors.ts';
import type { AttemptGate } from './attempt-gate.ts';

/**
 * Between the calls of one request policy may change: then its verdicts are waited for before anybody else is called.
 * Where they cannot be had nobody is permitted, and what follows finds that out by itself.
 */
export class PolicyWait {
  readonly #gate: AttemptGate;
  readonly #onFault: (error: unknown) => void;
  /** Why policy could not say whom this request may still call. */
  error: AppError | null = null;

  constructor(gate: AttemptGate, onFault: (error: unknown) => void) {
    this.#gate = gate;
    this.#onFault = onFault;
  }

  /** Does the work at once where nothing is to be waited for, which is nearly always. `carried` as in AttemptGate. */
  before(carried: string | null, work: () => void): void {
    const waiting = this.#gate.prepare?.(carried) ?? null;
    if (waiting === null) return work();
    waiting.then(work, (error: unknown) => {
      if (error instanceof AppError) this.error = error;
      else this.#onFault(error);
      work();
    });
  }
}
