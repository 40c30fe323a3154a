import { randomInt } from 'node:crypto';
import type { PublishedDecision } from '../contracts/decision.ts';
import { NO_REQUEST_HEADERS } from '../contracts/gateway-request.ts';
import { type LongTextScanner, RequestDetector } from '../gateway/detection.ts';
import { routeRequest } from '../gateway/route-request.ts';
import { Vetting } from '../gateway/vetting.ts';
import { detect } from '../privacy/detect.ts';
import { offlinePolicy } from './offline-policy.ts';
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
export async function routeOffline(world: OfflineWorld, body: Buffer, now: Date): Promise<PublishedDecision> {
  const policy = offlinePolicy(world, () => now.getTime());
  const detector = new RequestDetector(scanHere, SETTINGS);
  const vetting = new Vetting(detector, policy);
  return routeRequest(
    { body, key: null, headers: NO_REQUEST_HEADERS },
    {
      ...{ world: () => world.gatewayWorld, vetting, eligibility: policy.eligibility },
      admit: () => undefined,
      momentNow: () => ({
        now: now.toISOString(),
        seed: randomInt(0x1_0000_0000),
        session: null,
        budget_left_usd: null,
        health: {},
      }),
    },
  );
}
