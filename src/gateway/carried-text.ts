import type { RequestFacts } from '../contracts/request-facts.ts';
import { factsUnder } from './apply-detection.ts';
import type { Detection, RequestDetector } from './detection.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { PreparedRequest } from './prepare.ts';

/**
 * What was answered so far, as another deployment would see it that goes on with it: it was no part of what rules have
 * judged, so it is searched like a request and decided together with it.
 */
export interface CarriedText {
  search(answered: string): Detection | Promise<Detection>;
  /** The facts of this moment with what was found. null: nobody may be shown it. */
  factsWith(found: Detection): RequestFacts | null;
}

/** @param gateway of the moment at which it is asked */
export function carriedText(
  prepared: PreparedRequest,
  detector: RequestDetector,
  gateway: () => GatewayWorld,
): CarriedText {
  return {
    search: (answered) => detector.detect({ texts: [answered], characters: answered.length, unscannable: false }),
    factsWith: (found) => factsUnder(prepared, gateway(), found),
  };
}
