import { randomInt } from 'node:crypto';
import type { PublishedDecision } from '../contracts/decision.ts';
import { NO_REQUEST_HEADERS } from '../contracts/gateway-request.ts';
import { type LongTextScanner, RequestDetector } from '../gateway/detection.ts';
import { PolicyGuard } from '../gateway/policy-guard.ts';
import { routeRequest } from '../gateway/route-request.ts';
import { Vetting } from '../gateway/vetting.ts';
import { evaluateHere } from '../policy/evaluate-rules.ts';
import { PolicyEngine } from '../policy/policy-engine.ts';
import { policyWorldOf } from '../policy-source.ts';
import { detect } from '../privacy/detect.ts';
import type { OfflineWorld } from './offline-world.ts';

/** Nobody else waits for this thread. */
const scanHere: LongTextScanner = {
  scanAll: (texts) => Promise.resolve({ complete: true, findings: texts.map((text) => detect(text)) }),
};
const SETTINGS = { maxCharacters: Number.POSITIVE_INFINITY, budgetMs: Number.POSITIVE_INFINITY, plugIn: null };

/**
 * The decision that `POST /api/route` of a server just started would give to whoever may do everything: no health has
 * been measured yet, and the rules are those of the configuration. A `moment` in the body pins it.
 * @throws AppError for whatever is wrong with the body
 */
export async function routeOffline(
  { gatewayWorld, bundle }: OfflineWorld,
  body: Buffer,
  now: Date,
): Promise<PublishedDecision> {
  const engine = new PolicyEngine({
    evaluator: evaluateHere,
    now: () => now.getTime(),
    world: policyWorldOf(bundle, gatewayWorld.world.deployments),
    tokenise: 'when_asked',
  });
  const policy = new PolicyGuard(engine);
  const detector = new RequestDetector(scanHere, SETTINGS);
  const vetting = new Vetting(detector, policy);
  const parts = { world: () => gatewayWorld, vetting, eligibility: policy.eligibility };
  return routeRequest({ body, key: null, headers: NO_REQUEST_HEADERS }, parts, () => ({
    now: now.toISOString(),
    seed: randomInt(0x1_0000_0000),
    session: null,
    budget_left_usd: null,
    health: {},
  }));
}
