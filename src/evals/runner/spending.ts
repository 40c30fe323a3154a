/** What a run has spent, and whether its budget bears another call. */
export class Spending {
  readonly #budget: number | null;
  readonly #proof: number;
  #spent = 0;
  #priced = 0;
  #unpriced = false;
  #exhausted = false;

  /** `proof`: what proving the judge cost before the first call; it counts, but says nothing about the price of an answer. */
  constructor(budget: number | null, proof: number | null) {
    this.#budget = budget;
    this.#proof = proof ?? 0;
    this.pay(proof);
  }

  /** null: the price is unknown. */
  pay(cost: number | null): void {
    if (cost === null) this.#unpriced = true;
    else this.#spent += cost;
  }

  /** Another answer was asked for and came: the mean price is over these. */
  answered(): void {
    this.#priced += 1;
  }

  /** A budget that is not ours to count, such as a use case's, did not pay for a call. */
  exhaust(): void {
    this.#exhausted = true;
  }

  /** Most that one more call may cost; null: no bound. */
  get left(): number | null {
    return this.#budget === null ? null : Math.max(0, this.#budget - this.#spent);
  }

  /** Whether one more call may be begun while so many are under way. */
  allows(underWay: number): boolean {
    if (this.#exhausted) return false;
    if (this.#budget === null) return true;
    // A bound cannot be kept by what has no price.
    if (this.#unpriced) return false;
    // What is under way will cost about what others did: the bound must hold when all of it has come in.
    const mean = this.#priced === 0 ? 0 : (this.#spent - this.#proof) / this.#priced;
    return this.#spent + (underWay + 1) * mean <= this.#budget && this.#spent < this.#budget;
  }

  /** null: some calls had no known price. */
  get total(): number | null {
    return this.#unpriced ? null : this.#spent;
  }
}
