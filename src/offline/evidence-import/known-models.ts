import { catalogueNames } from '../../catalog/model-names.ts';
import type { World } from '../../contracts/decision.ts';
import { nearMatches } from '../../routing/near-matches.ts';
import { deploymentsOf, resolveTarget } from '../../routing/targets.ts';

/** Whom a name means. */
export interface Measured {
  model: string;
  deployment: string | null;
}

/** Finds models under the names that sources give them. */
export class KnownModels {
  readonly #world: World;
  readonly #names: ReadonlySet<string>;
  readonly #byShortName = new Map<string, string | null>();

  constructor(world: World) {
    this.#world = world;
    this.#names = new Set([...world.knownModels, ...world.deploymentsByModel.keys(), ...catalogueNames()]);
    for (const name of this.#names) {
      const short = name.slice(name.indexOf('/') + 1).toLowerCase();
      // Of two makers' models of one name neither is meant for certain.
      this.#byShortName.set(short, this.#byShortName.has(short) ? null : name);
    }
  }

  /** `maker/model`, `maker/model@endpoint`, a deployment, an alias, or a name that only one maker uses; else null. */
  find(name: string): Measured | null {
    const target = resolveTarget(name, this.#world);
    if (target === null) {
      const model = this.#names.has(name) ? name : (this.#byShortName.get(name.toLowerCase()) ?? null);
      return model === null ? null : { model, deployment: null };
    }
    if (target.kind === 'model' && target.endpoint === null) return { model: target.model, deployment: null };
    const [deployment] = deploymentsOf(target, this.#world);
    return deployment === undefined ? null : { model: deployment.model, deployment: deployment.id };
  }

  unknown(name: string): string {
    const near = nearMatches(name, this.#names, 3);
    const hint = near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`;
    return `there is no model ${JSON.stringify(name)}.${hint}`;
  }
}
