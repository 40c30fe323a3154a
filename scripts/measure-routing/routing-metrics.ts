// Purpose: figures by which routers are compared, from recorded outcomes. Pure; may import nothing.
// PGR, APGR and CPT as in RouteLLM (arXiv:2406.18665), hull and AIQ as in RouterBench (arXiv:2403.12031),
// PerfGain and CostSave as in LLMRouterBench (arXiv:2601.07206).
// Start reading at curveOf.

/** Scores of the same prompt by two models, 0 to 1. */
export interface PairOutcome {
  weak: number;
  strong: number;
}

/** What a router reaches when `cost` is spent: a share of strong calls, or dollars. */
export interface Point {
  cost: number;
  quality: number;
}

/** Places of the scores, highest first. */
export function orderOf(scores: Float64Array): Int32Array {
  return Int32Array.from(scores.keys()).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

/**
 * Quality by the share of prompts that the strong model answers, when those of the highest score go to it first. Equals
 * are drawn by lot, so between two different scores the curve is straight. `weights`: how often each prompt counts.
 */
export function curveOf(
  outcomes: readonly PairOutcome[],
  scores: Float64Array,
  order: Int32Array = orderOf(scores),
  weights: Int32Array | null = null,
): Point[] {
  let total = 0;
  let quality = 0;
  for (const [place, { weak }] of outcomes.entries()) {
    const weight = weights?.[place] ?? 1;
    total += weight;
    quality += weight * weak;
  }
  const points: Point[] = [{ cost: 0, quality: quality / total }];
  let taken = 0;
  for (let at = 0; at < order.length; at += 1) {
    const place = order[at] as number;
    const { weak, strong } = outcomes[place] as PairOutcome;
    const weight = weights?.[place] ?? 1;
    taken += weight;
    quality += weight * (strong - weak);
    const next = order[at + 1];
    if (next !== undefined && scores[next] === scores[place]) continue;
    points.push({ cost: taken / total, quality: quality / total });
  }
  return points;
}

const ends = (curve: readonly Point[]): [weak: number, strong: number] => [
  (curve[0] as Point).quality,
  (curve.at(-1) as Point).quality,
];

/** Mean over all shares of how much of the way from the weak to the strong model is recovered; random gives .5. */
export function averageGapRecovered(curve: readonly Point[]): number {
  const [weak, strong] = ends(curve);
  return (areaUnder(curve) - weak) / (strong - weak);
}

function areaUnder(curve: readonly Point[]): number {
  let area = 0;
  for (const [index, point] of curve.entries()) {
    const before = curve[index - 1];
    if (before !== undefined) area += (point.cost - before.cost) * ((point.quality + before.quality) / 2);
  }
  return area;
}

/** The least cost at which the curve reaches a quality; null where it never does. */
export function costReaching(curve: readonly Point[], quality: number): number | null {
  for (const [index, point] of curve.entries()) {
    if (point.quality < quality) continue;
    const before = curve[index - 1];
    if (before === undefined || before.quality >= quality) return point.cost;
    return before.cost + ((quality - before.quality) / (point.quality - before.quality)) * (point.cost - before.cost);
  }
  return null;
}

/** Least share of strong calls that recovers `gap` (0 to 1) of the way from the weak to the strong model. */
export function callShareFor(curve: readonly Point[], gap: number): number | null {
  const [weak, strong] = ends(curve);
  return costReaching(curve, weak + gap * (strong - weak));
}

/** The upper hull, never falling: what can be had at each cost by choosing between points by lot. */
export function hullOf(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.cost - b.cost || b.quality - a.quality);
  const hull: Point[] = [];
  for (const point of sorted) {
    const last = hull.at(-1);
    if (last !== undefined && point.quality <= last.quality) continue;
    while (hull.length >= 2 && !turnsRight(hull.at(-2) as Point, hull.at(-1) as Point, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

const turnsRight = (a: Point, b: Point, c: Point): boolean =>
  (b.quality - a.quality) * (c.cost - b.cost) > (c.quality - b.quality) * (b.cost - a.cost);

/**
 * Average improvement in quality: mean height of the hull over a range of costs. The hull must begin at `from` or before
 * it; after its last point more money buys nothing.
 */
export function averageQuality(hull: readonly Point[], from: number, to: number): number {
  const inside = hull.filter(({ cost }) => cost > from && cost < to);
  const ranged = [heightAt(hull, from), ...inside, heightAt(hull, to)];
  return areaUnder(ranged) / (to - from);
}

function heightAt(hull: readonly Point[], cost: number): Point {
  const after = hull.findIndex((point) => point.cost >= cost);
  if (after < 0) return { cost, quality: (hull.at(-1) as Point).quality };
  const right = hull[after] as Point;
  const left = hull[after - 1];
  if (left === undefined) {
    if (right.cost > cost) throw new RangeError('The hull begins after the range of costs');
    return { cost, quality: right.quality };
  }
  const part = (cost - left.cost) / (right.cost - left.cost);
  return { cost, quality: left.quality + part * (right.quality - left.quality) };
}

/** How much better the best point is than the best single model, as a share of the latter. */
export const performanceGain = (curve: readonly Point[], bestSingle: Point): number =>
  Math.max(...curve.map(({ quality }) => quality)) / bestSingle.quality - 1;

/** Share of the best single model's cost that is saved at its quality; null where that is never reached. */
export function costSaved(curve: readonly Point[], bestSingle: Point): number | null {
  const cost = costReaching(hullOf(curve), bestSingle.quality);
  return cost === null ? null : 1 - cost / bestSingle.cost;
}

/** Bounds between which 95 % of the values lie. */
export function intervalOf(values: readonly number[]): [low: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))] as number;
  return [at(0.025), at(0.975)];
}
