/** Ratio of tokens that a vendor reported to those estimated, per model family; plain data, so that it can be kept. */
export interface FamilyCalibration {
  /** Reports counted, older ones less and less. */
  weight: number;
  /** Mean of the logarithm of the ratio. */
  mean: number;
  /** 95th percentile of the logarithm of the ratio. */
  p95: number;
}

export type TokenCalibrationState = Map<string, FamilyCalibration>;

/** Estimates for one family, corrected by what was reported. */
export interface CalibratedTokens {
  tokens: number;
  p95: number;
}

/** A family is trusted after this many reports; before that its own numbers blend in slowly. */
const TRUSTED_AFTER = 50;
/** Reports in memory: about the last thousand decide, so that a new tokenizer is noticed within a day. */
const MEMORY = 1_000;
/** Share of the distance by which a percentile moves; the classic step of stochastic approximation. */
const STEP = 0.05;
const QUANTILE = 0.95;
/** Reports outside this range are images, caches or errors, not a tokenizer. */
const MOST_RATIO = 8;
/** Short prompts are all overhead. */
const LEAST_TOKENS = 20;
/** Where nothing is known: half again as many. */
const START_P95 = Math.log(1.5);

/**
 * Learns from returned usage how many tokens a model family makes of a text. The state is given and changed in place, so
 * that the caller may keep, copy and journal it; no clock, no randomness.
 */
export class TokenCalibration {
  readonly #state: TokenCalibrationState;

  constructor(state: TokenCalibrationState = new Map()) {
    this.#state = state;
  }

  /** Takes a reported count beside our estimate of the same text; odd pairs are left out. */
  report(family: string, estimated: number, reported: number): void {
    if (!(estimated >= LEAST_TOKENS) || !(reported > 0) || !Number.isFinite(reported)) return;
    const ratio = reported / estimated;
    if (ratio > MOST_RATIO || ratio < 1 / MOST_RATIO) return;
    const log = Math.log(ratio);
    const before = this.#state.get(family) ?? { weight: 0, mean: 0, p95: START_P95 };
    const weight = Math.min(before.weight + 1, MEMORY);
    const step = Math.max(STEP, 1 / weight) * (before.weight < TRUSTED_AFTER ? 2 : 1);
    this.#state.set(family, {
      weight,
      mean: before.mean + (log - before.mean) / weight,
      p95: before.p95 + step * (log > before.p95 ? QUANTILE : QUANTILE - 1),
    });
  }

  /** The same correction as factors, to be written down beside a decision; null: nothing was reported yet. */
  factorsOf(family: string): { mean: number; p95: number; trust: number } | null {
    const known = this.#state.get(family);
    if (known === undefined) return null;
    const trust = Math.min(1, known.weight / TRUSTED_AFTER);
    return { mean: Math.exp(trust * known.mean), p95: Math.exp(known.p95), trust };
  }

  /**
   * Corrects an estimate for a family. An unknown family keeps it as it is; a known one moves towards its own ratio as
   * reports come in. The percentile is never below the estimate.
   */
  apply(family: string, { tokens, p95 }: CalibratedTokens): CalibratedTokens {
    const known = this.#state.get(family);
    if (known === undefined) return { tokens, p95 };
    const trust = Math.min(1, known.weight / TRUSTED_AFTER);
    const corrected = Math.ceil(tokens * Math.exp(trust * known.mean));
    const own = tokens * Math.exp(known.p95);
    return { tokens: corrected, p95: Math.max(corrected, Math.ceil(trust * own + (1 - trust) * p95)) };
  }
}
