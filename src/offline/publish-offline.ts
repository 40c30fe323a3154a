import type { Decision, PublishedDecision } from '../contracts/decision.ts';
import { publishDecision } from '../routing/explain.ts';
import { buildOfflineWorld, type OfflineWorldInput } from './offline-world.ts';

/**
 * A decision of the past with its sentence and versions, where this configuration still makes the world that it was
 * made in; else as it was recorded. One that has them already stays as it is.
 */
export async function publishOffline(
  decision: Decision & Partial<PublishedDecision>,
  input: OfflineWorldInput,
): Promise<Decision & Partial<PublishedDecision>> {
  if (decision.explanation !== undefined) return decision;
  const { world } = (await buildOfflineWorld(input)).gatewayWorld;
  return world.version === decision.world ? publishDecision(decision, world) : decision;
}
