/**
 * The cap of one run: what has been spent, and what calls under way may still spend. A call is bounded by what is left
 * when it begins, so that the cap can be exceeded by no more than a call's own estimate is wrong.
 */
export class Spending {
  readonly #capUsd: number | null;
  #spentUsd = 0;
  #heldUsd = 0;

  constructor(capUsd: number | null) {
    this.#capUsd = capUsd;
  }

  /** null: no cap. */
  get leftUsd(): number | null {
    return this.#capUsd === null ? null : Math.max(0, this.#capUsd - this.#spentUsd - this.#heldUsd);
  }

  /** Bounds of `count` calls that begin together, each by its share of what is left; `weights` say how dear each is. */
  shares(weights: readonly number[], keptUsd = 0): (number | null)[] {
    const left = this.leftUsd;
    if (left === null) return weights.map(() => null);
    const room = Math.max(0, left - keptUsd);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => (total === 0 ? room / weights.length : (room * weight) / total));
  }

  /** Holds a bound until the call has ended. @returns what books it */
  hold(boundUsd: number | null): (spentUsd: number | null) => void {
    const held = boundUsd ?? 0;
    this.#heldUsd += held;
    let open = true;
    return (spentUsd) => {
      if (!open) return;
      open = false;
      this.#heldUsd -= held;
      // What nobody knows counts as all that it could have been.
      this.#spentUsd += spentUsd ?? held;
    };
  }
}
