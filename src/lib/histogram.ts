export interface HistogramRange {
  /** Values up to this one are all counted as it. Default 0.01. */
  lowest?: number;
  /** Values from this one on are all counted as it. Default 10,000,000: in milliseconds, close to three hours. */
  highest?: number;
}

const RELATIVE_ERROR = 0.02;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
const DEFAULT_LOWEST = 0.01;
const DEFAULT_HIGHEST = 1e7;

/**
 * Distribution of positive values in buckets whose bounds grow by a constant factor, so that every quantile is within
 * 2 % of a true sample of that rank, in constant memory (about 4 KiB for the default range). Buckets and estimate as in
 * DDSketch (C. Masson, J. E. Rim, H. K. Lee, PVLDB 12(12), 2019, section 2). Values outside the range count as its ends;
 * `min`, `max` and `sum` are exact. The unit is the caller's.
 */
export class Histogram {
  readonly lowest: number;
  readonly highest: number;
  readonly #offset: number;
  // Doubles count exactly to 2^53 where 32-bit counters would overflow in a long-lived process.
  readonly #counts: Float64Array;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Throws RangeError unless 0 < lowest < highest. */
  constructor(range: HistogramRange = {}) {
    this.lowest = range.lowest ?? DEFAULT_LOWEST;
    this.highest = range.highest ?? DEFAULT_HIGHEST;
    if (!(this.lowest > 0 && this.highest > this.lowest && Number.isFinite(this.highest))) {
      throw new RangeError('A histogram needs 0 < lowest < highest');
    }
    this.#offset = bucketOf(this.lowest);
    this.#counts = new Float64Array(bucketOf(this.highest) - this.#offset + 1);
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** The smallest value recorded, null without values. */
  get min(): number | null {
    return this.#count === 0 ? null : this.#min;
  }

  /** The largest value recorded, null without values. */
  get max(): number | null {
    return this.#count === 0 ? null : this.#max;
  }

  /** Counts one value. One that is not a finite number is left out: a single NaN would spoil every later sum. */
  record(value: number): void {
    if (!Number.isFinite(value)) return;
    const index = bucketOf(this.#clamp(value)) - this.#offset;
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /**
   * The value at rank ceil(q * count) in ascending order (q = 0.5 is the lower median), within 2 %; null without values.
   * Throws RangeError unless 0 <= q <= 1.
   */
  quantile(q: number): number | null {
    if (!(q >= 0 && q <= 1)) throw new RangeError('A quantile lies in [0, 1]');
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    let index = -1;
    while (seen < rank) seen += this.#counts[++index] as number;
    const estimate = (2 * GAMMA ** (index + this.#offset)) / (GAMMA + 1);
    // No sample lies beyond the exact extremes, so neither does an answer: this only brings an estimate closer.
    return Math.min(Math.max(estimate, this.#clamp(this.#min)), this.#clamp(this.#max));
  }

  /** Adds another histogram's values. Throws RangeError when its range differs. */
  merge(other: Histogram): void {
    if (other.lowest !== this.lowest || other.highest !== this.highest) {
      throw new RangeError('Histograms of different ranges cannot be merged');
    }
    for (let index = 0; index < this.#counts.length; index++) {
      this.#counts[index] = (this.#counts[index] as number) + (other.#counts[index] as number);
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Forgets all values. */
  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  #clamp(value: number): number {
    return Math.min(Math.max(value, this.lowest), this.highest);
  }
}

function bucketOf(value: number): number {
  return Math.ceil(Math.log(value) / LOG_GAMMA);
}
