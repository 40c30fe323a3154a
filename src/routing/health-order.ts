import type { HealthSnapshot, Moment } from '../contracts/decision.ts';
import { wilsonInterval } from '../lib/wilson.ts';

/** Error rate above which a deployment goes behind healthy ones: the source article's threshold, strictly. */
export const ERROR_RATE_THRESHOLD = 0.05;
/** Calls in the window below which a measured rate says nothing. */
const ERROR_RATE_CALLS = 20;

/**
 * Whether a deployment yields to healthy ones. A rate that was given (`calls` null) is taken at its word: .05 stays,
 * .0501 yields. A measured one yields when the lower bound of Wilson's 95 % interval is above the threshold: when it
 * is beyond chance.
 */
export function hasHighErrorRate(health: HealthSnapshot | undefined): boolean {
  if (health === undefined) return false;
  if (health.calls === null) return health.error_rate > ERROR_RATE_THRESHOLD;
  // The bound lies below the rate itself, so most deployments are settled without it.
  if (health.calls < ERROR_RATE_CALLS || health.error_rate <= ERROR_RATE_THRESHOLD) return false;
  return wilsonInterval(health.error_rate * health.calls, health.calls).low > ERROR_RATE_THRESHOLD;
}

/** What the moment says of a deployment. Ids are chosen by people, and `constructor` is a legal one. */
export const healthOf = (moment: Moment, id: string): HealthSnapshot | undefined =>
  Object.hasOwn(moment.health, id) ? moment.health[id] : undefined;
