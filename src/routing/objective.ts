import type { World } from '../contracts/decision.ts';
import type { Objective } from '../contracts/route.ts';

/** Of worlds that state none: libraries and tests. The written order. */
const BY_TABLE: Objective = Object.freeze({
  mode: 'table',
  margin: 0.05,
  alpha: 0.1,
  usd_per_success: 0.05,
  usd_per_second_waited: 0.0005,
});

/** Under which name the objective of a use case stands among those of the world. */
export const useCaseObjective = (useCase: string): string => `use_case/${useCase}`;

/** The same object for the same world and mode, since comparisons are kept by it. */
const otherModes = new WeakMap<Objective, Objective>();

function inMode(objective: Objective, mode: Objective['mode']): Objective {
  if (objective.mode === mode) return objective;
  const known = otherModes.get(objective);
  if (known !== undefined) return known;
  const made = { ...objective, mode };
  otherModes.set(objective, made);
  return made;
}

/** What a request is ranked for: its use case's objective, else the default one; `mode` is what the request chose, or null. */
export function objectiveFor(useCase: string | null, mode: Objective['mode'] | null, world: World): Objective {
  const ofUseCase = useCase === null ? undefined : world.objectives.get(useCaseObjective(useCase));
  const objective = ofUseCase ?? world.objectives.get('default') ?? BY_TABLE;
  return mode === null ? objective : inMode(objective, mode);
}
