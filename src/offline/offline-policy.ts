import { PolicyGuard } from '../gateway/policy-guard.ts';
import { evaluateHere } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { policyWorldOf } from '../policy-source.ts';
import type { OfflineWorld } from './offline-world.ts';

/** The rules that a server with this configuration would have in force, evaluated in this thread. `now`: ms since the epoch. */
export function offlinePolicy({ gatewayWorld, bundle, tokenise }: OfflineWorld, now: () => number): PolicyGuard {
  return new PolicyGuard(
    new PolicyEngine({
      evaluator: evaluateHere,
      now,
      world: policyWorldOf(bundle, gatewayWorld.world.deployments),
      tokenise,
    }),
    true,
  );
}
