import { normalQuantile } from '../../lib/normal.ts';

interface Power {
  /** Two-sided; default .05. */
  alpha?: number;
  /** Default .8. */
  power?: number;
}

const reachOf = ({ alpha = 0.05, power = 0.8 }: Power): number => normalQuantile(1 - alpha / 2) + normalQuantile(power);

/**
 * The smallest difference that a paired comparison of n items can be expected to see, before anything is spent.
 * `discordantShare`: the share of items on which the two are expected to differ. Planned with sd = sqrt(share), which is
 * the variance under no difference and a little more than under one.
 */
export const minimalPairedEffect = (n: number, discordantShare: number, options: Power = {}): number =>
  reachOf(options) * Math.sqrt(discordantShare / n);

/** The same for two separate samples of n items each, around a rate. */
export const minimalUnpairedEffect = (n: number, rate: number, options: Power = {}): number =>
  reachOf(options) * Math.sqrt((2 * rate * (1 - rate)) / n);

/** Items that a paired comparison needs to see `effect`. */
export const itemsForPairedEffect = (effect: number, discordantShare: number, options: Power = {}): number =>
  Math.ceil((reachOf(options) ** 2 * discordantShare) / effect ** 2);
