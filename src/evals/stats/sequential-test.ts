import { logBeta } from './distributions.ts';

/** Where a sequential comparison stands; may be read after every pair. */
export interface SequentialState {
  n01: number;
  n10: number;
  /** Evidence against "both equally good": under that hypothesis it ever exceeds 1/alpha with a chance of at most alpha. */
  eValue: number;
  /** The smallest alpha at which it has been decided so far; 1 at first, never rises. */
  anytimeP: number;
  decided: 'a' | 'b' | null;
}

export interface SequentialTest {
  /** `outcome`: which of the two alone was right on this item; null where both or neither were. */
  push(outcome: 'a' | 'b' | null): SequentialState;
  state(): SequentialState;
}

/**
 * A test that stays valid however often it is looked at. On discordant pairs the chance that B won is 1/2 if both are
 * equally good; the e-process is the likelihood of a Beta(1/2, 1/2) mixture against that, a martingale, so by Ville's
 * inequality stopping at 1/alpha errs at most alpha of the time. A plain p value with five looks errs up to 26 %.
 */
export function createSequentialTest(alpha: number): SequentialTest {
  const PRIOR = 0.5;
  const empty = logBeta(PRIOR, PRIOR);
  let n01 = 0;
  let n10 = 0;
  let anytimeP = 1;
  let decided: 'a' | 'b' | null = null;
  const eValue = (): number => Math.exp(logBeta(n01 + PRIOR, n10 + PRIOR) - empty + (n01 + n10) * Math.LN2);
  const state = (): SequentialState => ({ n01, n10, eValue: eValue(), anytimeP, decided });
  return {
    state,
    push(outcome) {
      if (outcome === 'b') n01 += 1;
      else if (outcome === 'a') n10 += 1;
      anytimeP = Math.min(anytimeP, 1 / eValue());
      // The first crossing counts: what comes later cannot take the decision back.
      if (decided === null && anytimeP <= alpha && n01 !== n10) decided = n01 > n10 ? 'b' : 'a';
      return state();
    },
  };
}
