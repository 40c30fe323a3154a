import type { Moment, PublishedDecision } from '../contracts/decision.ts';
import type { GatewayRequest } from '../contracts/gateway-request.ts';
import { decide } from '../routing/decide.ts';
import type { Eligibility } from '../routing/eligibility.ts';
import { publishDecision } from '../routing/explain.ts';
import type { GatewayWorld } from './gateway-world.ts';
import { type PreparedRequest, prepareRequest } from './prepare.ts';
import { readMoment } from './read-moment.ts';
import type { Vetting } from './vetting.ts';

/** What deciding needs of a request: nobody is called, so there is nobody to answer. */
export type RouteQuery = Pick<GatewayRequest, 'body' | 'key' | 'headers'>;

/** What decides, in force when it is asked. */
export interface RouteParts {
  world: () => GatewayWorld;
  vetting: Vetting;
  eligibility: Eligibility;
  /** Called once, as soon as one knows for what the question is. @throws AppError rate_limited */
  admit(prepared: PreparedRequest): void;
  momentNow(prepared: PreparedRequest): Moment;
}

/**
 * Decides and calls nobody. A `moment` in the body pins it: the same moment gives the same plan.
 * @throws AppError for whatever the caller got wrong
 */
export async function routeRequest(
  query: RouteQuery,
  { world, vetting, eligibility, admit, momentNow }: RouteParts,
): Promise<PublishedDecision> {
  let admitted = false;
  const understand = (): PreparedRequest => {
    const prepared = prepareRequest({ ...query, operation: 'either', dialect: 'openai' }, world());
    if (!admitted) admit(prepared);
    admitted = true;
    return prepared;
  };
  const { promise, resolve } = Promise.withResolvers<PublishedDecision>();
  const publish = (prepared: PreparedRequest): void => {
    const { facts, read, readIn } = prepared;
    const moment = readMoment(read.request.body.moment) ?? momentNow(prepared);
    resolve(publishDecision(decide(facts, readIn.world, moment, eligibility), readIn.world));
  };
  const isCurrent = ({ readIn }: PreparedRequest): boolean => readIn === world();
  await vetting.vet({ understand, isCurrent, key: query.key, decide: publish });
  return promise;
}
