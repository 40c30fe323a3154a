import type { Decision, Moment } from '../contracts/decision.ts';
import type { RequestFacts } from '../contracts/request-facts.ts';
import type { CallPurpose } from '../contracts/vocabulary.ts';
import { decide } from '../routing/decide.ts';
import { offlinePolicy } from './offline-policy.ts';
import type { OfflineWorld } from './offline-world.ts';

/** Makes a decision of the past again; `purpose`: of a call from inside. A promise only where rules meet a combination for the first time. */
export type DecideAgain = (facts: RequestFacts, moment: Moment, purpose?: CallPurpose) => Decision | Promise<Decision>;

/** Decides in a world as a server would, with the rules as they held at each moment, in the order of the moments. */
export function createDecider(world: OfflineWorld): DecideAgain {
  let nowMs = 0;
  let asked = 0;
  const policy = offlinePolicy(world, () => nowMs);
  const snapshot = world.gatewayWorld.world;
  return (facts, moment, purpose) => {
    nowMs = Date.parse(moment.now);
    asked += 1;
    // A key of its own for each: the bound on new combinations protects a server, and here nobody waits.
    const waiting = policy.prepare(facts, { id: String(asked) });
    const make = (): Decision => decide(facts, snapshot, moment, policy.eligibilityFor(purpose));
    return waiting === null ? make() : waiting.then(make);
  };
}
