import type { HealthSnapshot, Moment } from '../contracts/decision.ts';

/** Error rate above which a deployment goes behind healthy ones: the source article's threshold, strictly. */
export const ERROR_RATE_THRESHOLD = 0.05;
/** Calls in the window below which a measured rate says nothing. */
export const ERROR_RATE_CALLS = 20;

/** Two-sided 95 %. */
const Z = 1.959964;

/** Lower bound of Wilson's 95 % interval for a rate of `rate` in `calls` trials (Wilson 1927). */
export function wilsonLowerBound(rate: number, calls: number): number {
  const z2 = Z * Z;
  const centre = rate + z2 / (2 * calls);
  const spread = Z * Math.sqrt((rate * (1 - rate)) / calls + z2 / (4 * calls * calls));
  return (centre - spread) / (1 + z2 / calls);
}

/**
 * Whether a deployment yields to healthy ones. A rate that was given (`calls` null) is taken at its word: .05 stays,
 * .0501 yields. A measured one yields when it is above the threshold beyond chance.
 */
export function hasHighErrorRate(health: HealthSnapshot | undefined): boolean {
  if (health === undefined) return false;
  if (health.calls === null) return health.error_rate > ERROR_RATE_THRESHOLD;
  if (health.calls < ERROR_RATE_CALLS) return false;
  return wilsonLowerBound(health.error_rate, health.calls) > ERROR_RATE_THRESHOLD;
}

/** What the moment says of a deployment. Ids are chosen by people, and `constructor` is a legal one. */
export const healthOf = (moment: Moment, id: string): HealthSnapshot | undefined =>
  Object.hasOwn(moment.health, id) ? moment.health[id] : undefined;
