import { normalQuantile } from '../../lib/normal.ts';

/** What a judge or detector was measured at against people. */
export interface JudgeCalibration {
  /** Of items that people call positive: how many, and how many of them the judge called positive. */
  positives: number;
  truePositives: number;
  /** Of items that people call negative: how many, and how many of them the judge called negative. */
  negatives: number;
  trueNegatives: number;
}

export interface CorrectedRate {
  /** What the judge said. */
  raw: number;
  /** What it means, within [0, 1]. */
  rate: number;
  low: number;
  high: number;
}

/**
 * Rogan-Gladen: (p + q0 - 1) / (q0 + q1 - 1) with specificity q0 and sensitivity q1, with the interval of Lang and
 * Reiczigel (2014), as arXiv:2511.21140 uses it: it carries the error of the calibration too. null where the judge tells
 * positives from negatives no better than chance: then its rate means nothing.
 */
export function correctRate(
  said: number,
  n: number,
  calibration: JudgeCalibration,
  alpha = 0.05,
): CorrectedRate | null {
  const { positives, truePositives, negatives, trueNegatives } = calibration;
  if (n === 0 || positives === 0 || negatives === 0) return null;
  const raw = said / n;
  const youden = truePositives / positives + trueNegatives / negatives - 1;
  if (!(youden > 0)) return null;
  const z = normalQuantile(1 - alpha / 2);
  const p = (said + (z * z) / 2) / (n + z * z);
  const sensitivity = (truePositives + 1) / (positives + 2);
  const specificity = (trueNegatives + 1) / (negatives + 2);
  const j = sensitivity + specificity - 1;
  if (!(j > 0)) return null;
  const centre = (p + specificity - 1) / j;
  const errorOfSensitivity = (sensitivity * (1 - sensitivity)) / (positives + 2);
  const errorOfSpecificity = (specificity * (1 - specificity)) / (negatives + 2);
  const shift = 2 * z * z * (centre * errorOfSensitivity - (1 - centre) * errorOfSpecificity);
  const reach =
    (z / j) *
    Math.sqrt((p * (1 - p)) / (n + z * z) + centre ** 2 * errorOfSensitivity + (1 - centre) ** 2 * errorOfSpecificity);
  return {
    raw,
    rate: clamp((raw + trueNegatives / negatives - 1) / youden),
    low: clamp(centre + shift - reach),
    high: clamp(centre + shift + reach),
  };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
