import type { Decision, PublishedDecision, World } from '../contracts/decision.ts';
import { AppError } from '../contracts/errors.ts';
import { publishDecision } from '../routing/explain.ts';
import { buildOfflineWorld, type OfflineWorldInput } from './offline-world.ts';
import { worldOfThen } from './world-of-then.ts';

/** The world that was decided in, as the journal describes it; null: it cannot be had. */
async function worldOf(decision: Decision, journal: string, input: OfflineWorldInput): Promise<World | null> {
  try {
    const then = await worldOfThen(decision.world, new Date(decision.moment.now), journal, input);
    const { world } = then.world.gatewayWorld;
    return world.version === decision.world ? world : null;
  } catch (error) {
    // Its evidence was deleted.
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}

interface PastDecision {
  decision: Decision & Partial<PublishedDecision>;
  /** This configuration would no longer decide in the world that it was made in. */
  elsewhere: boolean;
}

/**
 * A decision of the past with its sentence and versions, where the world that it was made in can still be had; else as
 * it was recorded. One that has them already stays as it is.
 */
export async function publishOffline(
  decision: Decision & Partial<PublishedDecision>,
  journal: string,
  input: OfflineWorldInput,
): Promise<PastDecision> {
  if (decision.explanation !== undefined) return { decision, elsewhere: false };
  const here = (await buildOfflineWorld(input)).gatewayWorld.world;
  const elsewhere = here.version !== decision.world;
  const world = elsewhere ? await worldOf(decision, journal, input) : here;
  return { decision: world === null ? decision : publishDecision(decision, world), elsewhere };
}
