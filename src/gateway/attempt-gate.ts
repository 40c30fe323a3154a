import type { World } from '../contracts/decision.ts';
import type { Deployment } from '../contracts/deployment.ts';

/**
 * Asked right before every single call, whatever it is for: a plan was made when the request came in, and policy,
 * catalogue and facts may have changed since. It can only take deployments out.
 */
export interface AttemptGate {
  /**
   * Sees to it that `isPermittedNow` can answer; null: it can, and there is nothing to wait for. Where it rejects (AppError),
   * whatever is undecided is not permitted. Absent: nothing is ever waited for.
   */
  prepare?(carried: string | null): Promise<void> | null;
  /**
   * @param carried text of the answer so far that the call would carry besides the request (a continuation); null: none
   */
  isPermittedNow(deployment: Deployment, carried: string | null): boolean;
}

/** All of an endpoint that a call is made of; what it is told of facts, limits and times is none of it. */
function asCalled({ model, upstreamModel, endpoint }: Deployment): unknown[] {
  const { dialect, auth, extraHeaders, quirks, sandbox } = endpoint;
  return [model, upstreamModel, endpoint.private, dialect, auth, extraHeaders, quirks, sandbox];
}

/**
 * Without policy: the deployment must still exist, at the same address, with the same credentials, and be called the same
 * way. Rules are asked about it as it is now, and the call is made as it was: they must be one thing.
 */
export function existsIn(world: World, deployment: Deployment): boolean {
  const current = world.deploymentsById.get(deployment.id);
  if (current === deployment) return true;
  if (current?.endpoint.digest !== deployment.endpoint.digest) return false;
  return JSON.stringify(asCalled(current)) === JSON.stringify(asCalled(deployment));
}
