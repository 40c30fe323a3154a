import type { RequestFacts } from '../contracts/request-facts.ts';
import { unlabelledPersonal } from '../policy/unlabelled-personal.ts';
import type { Detection, RequestDetector } from './detection.ts';
import type { GatewayWorld } from './gateway-world.ts';
import type { PreparedRequest } from './prepare.ts';

/**
 * The facts of a request together with what was answered so far, which another deployment would see that goes on with it.
 * The answer was no part of what rules have judged. null: nobody may be shown it.
 */
export type FactsCarrying = (answered: string) => RequestFacts | null | Promise<RequestFacts | null>;

/** @param gateway of the moment at which it is asked */
export function factsCarrying(
  prepared: PreparedRequest,
  detector: RequestDetector,
  gateway: () => GatewayWorld,
): FactsCarrying {
  return (answered) => {
    const found = detector.detect({ texts: [answered], characters: answered.length, unscannable: false });
    if (found instanceof Promise) return found.then((later) => withFound(prepared, later, gateway()));
    return withFound(prepared, found, gateway());
  };
}

function withFound(prepared: PreparedRequest, found: Detection, gateway: GatewayWorld): RequestFacts | null {
  const { facts, labelled, detection } = prepared;
  const mode = gateway.unlabelledPersonal ?? 'record';
  if (found.incomplete !== null && (labelled || mode !== 'record')) return null;
  const classes = [...new Set([...(detection?.classes ?? []), ...found.classes])];
  const attributes = prepared.attributesIn(gateway, labelled ? classes : []);
  if (attributes === null) return null;
  const outcome = unlabelledPersonal(mode, labelled, classes);
  if (!outcome.permitted) return null;
  // What has to be tokenised was sent to the client in clear, and is shown to nobody else.
  if (outcome.obligations.includes('tokenise')) return null;
  return { ...facts, attributes };
}
