import type { Moment, PublishedDecision } from '../contracts/decision.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import { decide } from '../routing/decide.ts';
import { publishDecision } from '../routing/explain.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { PolicyGuard } from './policy-guard.ts';
import { type PreparedRequest, prepareRequest } from './prepare.ts';
import { readMoment } from './read-moment.ts';

/** What deciding needs of a request: nobody is called, so there is nobody to answer. */
export type RouteQuery = Pick<GatewayRequest, 'body' | 'key' | 'headers'>;

/**
 * Decides and calls nobody. A `moment` in the body pins it: the same moment gives the same plan.
 * @throws AppError for whatever the caller got wrong
 */
export async function routeRequest(
  query: RouteQuery,
  gateway: GatewayWorld,
  policy: PolicyGuard,
  momentNow: (prepared: PreparedRequest) => Moment,
): Promise<PublishedDecision> {
  const prepared = prepareRequest({ ...query, operation: 'either', dialect: 'openai' }, gateway);
  const { facts, read } = prepared;
  const moment = readMoment(read.request.body.moment) ?? momentNow(prepared);
  const waiting = policy.prepare(facts, query.key);
  if (waiting !== null) await waiting;
  return publishDecision(decide(facts, gateway.world, moment, policy.eligibility), gateway.world);
}
