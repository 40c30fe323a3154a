import { randomInt } from 'node:crypto';
import type { PublishedDecision } from '../contracts/decision.ts';
import { NO_REQUEST_HEADERS } from '../contracts/gateway-request.ts';
import type { GatewayWorld } from '../gateway/gateway-world.ts';
import { routeRequest } from '../gateway/route-request.ts';

/**
 * The decision that `POST /api/route` of a server just started would give to whoever may do everything: no health has
 * been measured yet. A `moment` in the body pins it.
 * @throws AppError for whatever is wrong with the body
 */
export function routeOffline(world: GatewayWorld, body: Buffer, now: Date): PublishedDecision {
  return routeRequest({ body, key: null, headers: NO_REQUEST_HEADERS }, world, () => ({
    now: now.toISOString(),
    seed: randomInt(0x1_0000_0000),
    session: null,
    budget_left_usd: null,
    health: {},
  }));
}
