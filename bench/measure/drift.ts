export interface Point {
  x: number;
  y: number;
}

/** How fast something grows, in units of y per unit of x. */
export interface Drift {
  slope: number;
  /** 95 % of what the slope may be. */
  low: number;
  high: number;
}

const SEGMENTS = 10;
const LEAST_PER_SEGMENT = 2;
/** 97.5 % of Student's t with eight degrees of freedom: nine steps between ten segments, one slope. */
const STUDENT = 2.306;
/** Of a random walk, means of neighbouring segments differ by two thirds of what its ends do (its variance; Working 1960). */
const OF_MEANS = 1.5;

/**
 * The lowest reading from each on: what was given back later, a tooth of the collector's saw or a heap made smaller, was not
 * kept. Towards the end less can be known to be given back, so that a noisy level seems to rise a little, never to fall.
 */
export function floorOf(points: readonly Point[]): Point[] {
  let lowest = Number.POSITIVE_INFINITY;
  const floor = [...points].reverse().map(({ x, y }) => {
    lowest = Math.min(lowest, y);
    return { x, y: lowest };
  });
  return floor.reverse();
}

/**
 * The drift of a series that grows in steps and stays where it has got to, as the memory of a process does (`floorOf`).
 *
 * A line through such points fits too well: one step in the middle is hundreds of points on the wrong side of a flat
 * line, and each counts as if it knew nothing of its neighbour. Here ten segments in a row have one level each, and
 * the nine steps between them say how far they scatter (a random walk with drift, steps weighted by their length in x): two
 * steps of 5 give a slope no narrower than two events can. Around a true line the interval is too wide rather than too
 * narrow. What did not happen while it was watched it cannot know.
 *
 * @param points in the order of x; null for fewer than twenty, or where x does not grow
 */
export function driftOf(points: readonly Point[]): Drift | null {
  if (points.length < SEGMENTS * LEAST_PER_SEGMENT) return null;
  const levels = Array.from({ length: SEGMENTS }, (_, segment) => {
    const from = Math.floor((segment * points.length) / SEGMENTS);
    const to = Math.floor(((segment + 1) * points.length) / SEGMENTS);
    return meanOf(points.slice(from, to));
  });
  const steps = levels.slice(1).map(({ x, y }, index) => {
    const { x: fromX, y: fromY } = levels[index] ?? { x, y };
    return { x: x - fromX, y: y - fromY };
  });
  if (steps.some(({ x }) => x <= 0)) return null;
  const total = steps.reduce((sum, step) => ({ x: sum.x + step.x, y: sum.y + step.y }));
  const slope = total.y / total.x;
  const scatter = steps.reduce((sum, { x, y }) => sum + (y - slope * x) ** 2 / x, 0) / (steps.length - 1);
  const margin = STUDENT * Math.sqrt((OF_MEANS * scatter) / total.x);
  return { slope, low: slope - margin, high: slope + margin };
}

/** Whether the drift is at most `limit`: true or false where the whole interval says so, else null. */
export function isWithin({ low, high }: Drift, limit: number): boolean | null {
  if (high <= limit) return true;
  return low > limit ? false : null;
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce((so, { x, y }) => ({ x: so.x + x, y: so.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
