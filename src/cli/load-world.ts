import type { OfflineWorld } from '../offline/offline-world.ts';
import type { CommandContext } from './context.ts';
import { loadOrFail, noteOrFail, type UsableConfiguration } from './load-or-fail.ts';

export interface LoadedWorld extends UsableConfiguration {
  world: OfflineWorld;
}

/**
 * The configuration and the world that a server would make of it.
 * @throws AppError config_invalid with every problem and its place
 */
export async function loadWorldOrFail(path: string | undefined, context: CommandContext): Promise<LoadedWorld> {
  const result = loadOrFail(path, context);
  const { buildOfflineWorld } = await import('../offline/offline-world.ts');
  const world = await buildOfflineWorld({ ...result, env: context.env, now: context.now() });
  noteOrFail(world.problems, context);
  return { ...result, world };
}
