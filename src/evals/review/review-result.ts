import { type AgreementInterval, fleissKappa, kappaInterval } from '../stats/agreement.ts';
import { bradleyTerry } from '../stats/bradley-terry.ts';
import { clusteredMean } from '../stats/clustered-error.ts';
import { studentQuantile } from '../stats/distributions.ts';
import { type Verdict, verdictOf } from '../stats/verdict.ts';
import { type JudgeAgreement, judgeAgreement } from './review-judge.ts';
import type { JudgeRecord, Reviewer, ReviewHead, Seal, SealedItem, Vote } from './review-store.ts';
import { isTurned } from './side.ts';

interface Interval {
  estimate: number;
  low: number;
  high: number;
}

/**
 * Fleiss' kappa over items that all their raters have judged, with a bootstrap interval over items. It is null where all
 * said one and the same everywhere: `agreed`, the share of pairs of votes that are alike, then says all there is to say.
 */
export interface Agreement extends AgreementInterval {
  agreed: number;
  items: number;
  criterion: string | null;
}

export interface ReviewProgress extends ReviewHead {
  reviewers: readonly { reviewer: string; votes: number; skipped: number; gold_right: number; gold_seen: number }[];
  votes: number;
  /** Items with as many votes as wanted, gold left out. */
  complete: number;
  agreement: readonly Agreement[];
  skip_reasons: readonly string[];
  /** A model that judged the same texts, against the experts; null: none did. */
  judge: JudgeAgreement | null;
}

export interface ReviewResult extends ReviewProgress {
  /** Pairwise: of the second run against the first. */
  preference: (Interval & { wins: number; losses: number; ties: number; verdict: Verdict }) | null;
  strengths: readonly { run: string; log_strength: number; low: number; high: number }[];
  /** What the intervals of `strengths` are over: items where fewer than five people voted. */
  strengths_over: 'voters' | 'items';
  /** Rubric: mean by run and criterion. */
  ratings: readonly (Interval & { run: string; criterion: string; n: number })[];
}

/** A vote in terms of the stored order of texts: which one won. */
type Won = 'first' | 'second' | 'tie';

/** Of reviews that were set up before their head named it. */
const FORMER_MARGIN = 0.05;
const SEED = 1;

function wonOf(vote: Vote, seal: Seal): Won | null {
  if (vote.choice === 'tie') return 'tie';
  if (vote.choice !== 'left' && vote.choice !== 'right') return null;
  const turned = isTurned(seal.secret, vote.reviewer, vote.item);
  return (vote.choice === 'left') === turned ? 'second' : 'first';
}

function kappaOf(rows: readonly (readonly number[])[], criterion: string | null): Agreement[] {
  if (rows.length < 2) return [];
  return [{ ...kappaInterval(rows, fleissKappa, SEED), agreed: agreedShare(rows), items: rows.length, criterion }];
}

/** Of all pairs of votes on one item, the share that says the same. */
function agreedShare(rows: readonly (readonly number[])[]): number {
  let alike = 0;
  let pairs = 0;
  for (const row of rows) {
    const raters = row.reduce((sum, votes) => sum + votes, 0);
    pairs += (raters * (raters - 1)) / 2;
    alike += row.reduce((sum, votes) => sum + (votes * (votes - 1)) / 2, 0);
  }
  return alike / pairs;
}

/** Ratings of items with exactly the wanted number of raters, as counts by category. */
function countsOf(
  items: readonly SealedItem[],
  votes: readonly Vote[],
  raters: number,
  category: (vote: Vote) => number | null,
  categories: number,
): number[][] {
  const byItem = Map.groupBy(votes, ({ item }) => item);
  return items.flatMap(({ item, gold }) => {
    const given = (byItem.get(item) ?? []).flatMap((vote) => category(vote) ?? []);
    if (gold || given.length < raters || raters < 2) return [];
    const counts = new Array<number>(categories).fill(0);
    for (const value of given.slice(0, raters)) counts[value] = (counts[value] ?? 0) + 1;
    return [counts];
  });
}

export function progressOf(
  head: ReviewHead,
  seal: Seal,
  reviewers: readonly Reviewer[],
  votes: readonly Vote[],
  judge: JudgeRecord | null,
): ReviewProgress {
  const sealed = new Map(seal.items.map((item) => [item.item, item]));
  const judged = votes.filter(({ choice }) => choice !== 'skip');
  const perItem = Map.groupBy(judged, ({ item }) => item);
  const complete = seal.items.filter(
    ({ item, gold }) => !gold && (perItem.get(item)?.length ?? 0) >= head.raters_per_item,
  ).length;
  const place: Readonly<Record<Won, number>> = { first: 0, second: 1, tie: 2 };
  const agreement =
    head.kind === 'pairwise'
      ? kappaOf(
          countsOf(
            seal.items,
            votes,
            head.raters_per_item,
            (vote) => {
              const won = wonOf(vote, seal);
              return won === null ? null : place[won];
            },
            3,
          ),
          null,
        )
      : head.criteria.flatMap((criterion) =>
          kappaOf(
            countsOf(
              seal.items,
              votes,
              head.raters_per_item,
              ({ scores }) => (scores[criterion] === undefined ? null : scores[criterion] - 1),
              5,
            ),
            criterion,
          ),
        );
  return {
    ...head,
    reviewers: reviewers.map(({ reviewer }) => {
      const mine = votes.filter((vote) => vote.reviewer === reviewer);
      const gold = mine.filter(({ item, choice }) => sealed.get(item)?.gold === true && choice !== 'skip');
      return {
        reviewer,
        votes: mine.filter(({ choice }) => choice !== 'skip').length,
        skipped: mine.filter(({ choice }) => choice === 'skip').length,
        gold_right: gold.filter((vote) => wonOf(vote, seal) === 'first').length,
        gold_seen: gold.length,
      };
    }),
    votes: judged.length,
    complete,
    agreement,
    judge:
      judge === null
        ? null
        : judgeAgreement(judge, (item) => (perItem.get(item) ?? []).flatMap((vote) => wonOf(vote, seal) ?? [])),
    skip_reasons: votes.flatMap(({ choice, comment }) => (choice === 'skip' ? [comment] : [])),
  };
}

export function resultOf(
  head: ReviewHead,
  seal: Seal,
  reviewers: readonly Reviewer[],
  votes: readonly Vote[],
  judge: JudgeRecord | null,
): ReviewResult {
  const progress = progressOf(head, seal, reviewers, votes, judge);
  const sealed = new Map(seal.items.map((item) => [item.item, item]));
  const counted = votes.filter(({ item }) => sealed.get(item)?.gold === false);
  if (head.kind === 'rubric') {
    return {
      ...{ ...progress, preference: null, strengths: [], strengths_over: 'items' },
      ratings: ratingsOf(head, sealed, counted),
    };
  }
  const decided = counted.flatMap((vote) => {
    const won = wonOf(vote, seal);
    return won === null ? [] : [{ ...vote, won }];
  });
  const [first = '', second = ''] = head.runs;
  const points = decided.map(({ won }): number => (won === 'second' ? 1 : won === 'first' ? -1 : 0));
  const { strengths, over } = bradleyTerry(
    decided.map(({ won, reviewer: voter, item }) => ({
      ...{ left: first, right: second, voter, item },
      winner: won === 'first' ? ('left' as const) : won === 'second' ? ('right' as const) : ('tie' as const),
    })),
    { seed: SEED },
  );
  const interval = meanWithin(
    points,
    decided.map(({ item }) => item),
  );
  const count = (value: number): number => points.filter((point) => point === value).length;
  return {
    ...progress,
    preference:
      interval === null
        ? null
        : {
            ...interval,
            wins: count(1),
            losses: count(-1),
            ties: count(0),
            verdict: verdictOf(interval, head.margin ?? FORMER_MARGIN),
          },
    strengths: strengths.map(({ name, logStrength, low, high }) => ({
      run: name,
      log_strength: logStrength,
      low,
      high,
    })),
    strengths_over: over,
    ratings: [],
  };
}

/** Ratings go from 1 to 5: two points either way. */
const MIDDLE = 3;
const REACH = 2;

/** Votes on one item hang together: the interval is over items. null without a vote; never narrower than its data. */
function meanWithin(values: readonly number[], clusters: readonly string[]): Interval | null {
  if (values.length === 0) return null;
  const { mean, standardError, degrees } = clusteredMean(values, clusters);
  // Where all say the same there is no spread to measure: three more unlike votes bound what could have been seen.
  const least = Math.abs(mean) === 1 || standardError === 0 ? 3 / (degrees + 1) : 0;
  const reach =
    degrees < 1 ? Number.POSITIVE_INFINITY : Math.max(least, studentQuantile(0.975, degrees) * standardError);
  return { estimate: mean, low: Math.max(-1, mean - reach), high: Math.min(1, mean + reach) };
}

function ratingsOf(
  head: ReviewHead,
  sealed: ReadonlyMap<string, SealedItem>,
  votes: readonly Vote[],
): ReviewResult['ratings'] {
  return head.runs.flatMap((run, index) =>
    head.criteria.flatMap((criterion) => {
      const mine = votes.filter(
        ({ item, scores }) => sealed.get(item)?.of[0] === index && scores[criterion] !== undefined,
      );
      if (mine.length === 0) return [];
      const within = meanWithin(
        mine.map(({ scores }) => ((scores[criterion] ?? MIDDLE) - MIDDLE) / REACH),
        mine.map(({ item }) => sealed.get(item)?.sample ?? item),
      );
      if (within === null) return [];
      const points = (value: number): number => MIDDLE + REACH * value;
      const { estimate, low, high } = within;
      return [{ run, criterion, estimate: points(estimate), low: points(low), high: points(high), n: mine.length }];
    }),
  );
}
