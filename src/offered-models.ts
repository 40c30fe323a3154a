// offered-models.ts: which names a caller may put into `model`.
// May import contracts/, catalog/, routing/ and types of gateway/; app.ts is its only user.
// Start at listModels. What is listed can be called: a model with a deployment, an ensemble that could answer.
// Keys see what they may use and nothing else.
// Pure: the world comes in as an argument.
import { nearestModels } from './catalog/model-names.ts';
import type { ApiKey } from './contracts/api-key.ts';
import type { World } from './contracts/decision.ts';
import type { ListedModel } from './contracts/listed-model.ts';
import type { GatewayWorld } from './gateway/gateway-world.ts';
import { deploymentsOf, resolveTarget } from './routing/targets.ts';

const mayUse = (key: ApiKey | null, model: string): boolean =>
  key?.models == null ||
  key.models.some((pattern) => pattern === model || (pattern.endsWith('/*') && model.startsWith(pattern.slice(0, -1))));

function resolveServed(target: string, world: World): boolean {
  const found = resolveTarget(target, world);
  return found !== null && deploymentsOf(found, world).length > 0;
}

/** Models that a key may name: `auto`, every logical model with a deployment, every ensemble that could answer. */
export function listModels({ world, ensembles }: GatewayWorld, key: ApiKey | null): ListedModel[] {
  const entry = (id: string, owner: string): ListedModel => ({ id, object: 'model', created: 0, owned_by: owner });
  const models = [...world.deploymentsByModel.keys()].filter((model) => mayUse(key, model)).sort();
  const offered = [...(ensembles?.values() ?? [])].filter((ensemble) => {
    const served = ensemble.members.filter((member) => resolveServed(member, world));
    return served.length >= ensemble.quorum && ensemble.members.every((member) => mayUse(key, member));
  });
  return [
    entry('auto', 'alidade'),
    ...models.map((model) => entry(model, model.slice(0, model.indexOf('/')))),
    ...offered.map(({ name }) => entry(`ensemble/${name}`, 'alidade')),
  ];
}

/** Says so, with names that are like it. */
export function unknownModelMessage(id: string, world: World): string {
  const near = nearestModels(id, world.knownModels, 3);
  const hint = near.length === 0 ? 'GET /v1/models lists them.' : `Did you mean ${near.join(', ')}?`;
  return `There is no model ${JSON.stringify(id)}. ${hint}`;
}
