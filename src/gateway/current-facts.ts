import type { ApiKey } from '../contracts/api-key.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import { factsUnder } from './apply-detection.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { PreparedRequest } from './prepare.ts';

/** The facts of a request as they are at the moment of the question. null: nothing may be called for it any more. */
export type FactsNow = () => RequestFacts | null;

/** What a request was read under and may be replaced while it is answered. */
export interface Surroundings {
  world(): GatewayWorld;
  /** A key as it is by now. null: it was revoked, or nobody has it any more. */
  keyNow(key: ApiKey): ApiKey | null;
}

/** null in open mode. */
export function currentKey({ key }: PreparedRequest, keyNow: Surroundings['keyNow']): ApiKey | null | 'gone' {
  return key === null ? null : (keyNow(key) ?? 'gone');
}

/**
 * The same object as long as neither configuration nor key were replaced; the request's own where that was never.
 * Made once its facts are complete.
 */
export function factsNowOf(prepared: PreparedRequest, { world, keyNow }: Surroundings): FactsNow {
  let known: { gateway: GatewayWorld; key: ApiKey | null; facts: RequestFacts | null } = {
    gateway: prepared.readIn,
    key: prepared.key,
    facts: prepared.facts,
  };
  return () => {
    const gateway = world();
    const key = currentKey(prepared, keyNow);
    if (key === 'gone') return null;
    if (known.gateway !== gateway || known.key !== key) {
      known = { gateway, key, facts: factsUnder(prepared, gateway, key) };
    }
    return known.facts;
  };
}

/** Whether configuration and key are still those that the request was read with. */
export const isReadNow = (prepared: PreparedRequest, { world, keyNow }: Surroundings): boolean =>
  prepared.readIn === world() && currentKey(prepared, keyNow) === prepared.key;
