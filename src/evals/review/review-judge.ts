import { countedReasons } from '../counted-reasons.ts';
import { type AgreementInterval, cohenKappa, kappaInterval } from '../stats/agreement.ts';
import type { JudgeRecord } from './review-store.ts';

export interface JudgeAgreement {
  deployment: string;
  /** Items with a verdict of the judge and a majority of experts. */
  items: number;
  /**
   * Cohen's kappa with the majority, interval by bootstrap over items. null: too few; `estimate` null: undefined, since
   * judge and experts said one and the same everywhere.
   */
  kappa: AgreementInterval | null;
  /** Items on which both said the same. */
  agreed: number;
  flipped: number;
  no_verdict: number;
  /** Why there was none, most frequent first. */
  failures: readonly { reason: string; count: number }[];
  /** What it cost; null: unknown. */
  cost_usd: number | null;
  /** Why it ended: all judged, money, or a stop; it goes on where it is asked for again. */
  stopped: 'complete' | 'budget' | 'paused';
}

/** The judge against the majority of experts; items on which experts are split are left out. */
export function judgeAgreement(
  { deployment, items, cost_usd: cost = null, stopped = 'complete' }: JudgeRecord,
  expertsOf: (item: string) => readonly ('first' | 'second' | 'tie')[],
): JudgeAgreement {
  const pairs = items.flatMap(({ item, won }): (readonly [string, string])[] => {
    const majority = majorityOf(expertsOf(item));
    return won === null || majority === null ? [] : [[won, majority]];
  });
  const kappa = (sample: readonly (readonly [string, string])[]): number | null =>
    cohenKappa(
      sample.map(([judge]) => judge),
      sample.map(([, expert]) => expert),
    );
  return {
    deployment,
    items: pairs.length,
    kappa: pairs.length < 2 ? null : kappaInterval(pairs, kappa, 1),
    agreed: pairs.filter(([said, expert]) => said === expert).length,
    flipped: items.filter(({ flipped }) => flipped).length,
    no_verdict: items.filter(({ won }) => won === null).length,
    failures: countedReasons(items.flatMap(({ won, reason }) => (won === null ? [reason ?? 'not on record'] : []))),
    cost_usd: cost,
    stopped,
  };
}

function majorityOf(votes: readonly string[]): string | null {
  const counts = [...Map.groupBy(votes, (vote) => vote)].map(([vote, all]) => ({ vote, count: all.length }));
  const best = counts.sort((left, right) => right.count - left.count)[0];
  return best !== undefined && best.count * 2 > votes.length ? best.vote : null;
}
