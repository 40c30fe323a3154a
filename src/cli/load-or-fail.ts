import { type LoadedConfiguration, type LoadResult, loadConfiguration } from '../config/load.ts';
import { type ConfigurationProblem, formatProblem, hasErrors } from '../config/problem.ts';
import { AppError } from '../contracts/errors.ts';
import type { CommandContext } from './context.ts';

/** Finds and reads the configuration as every command does: `--config`, ALIDADE_CONFIG, upward from here. */
export const load = (path: string | undefined, { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>): LoadResult =>
  loadConfiguration({ path, cwd, env });

export interface UsableConfiguration extends LoadResult {
  loaded: LoadedConfiguration;
}

/** Notes warnings. @throws AppError config_invalid with every problem and its place */
export function noteOrFail(problems: readonly ConfigurationProblem[], context: CommandContext): void {
  const lines = problems.map(formatProblem);
  if (hasErrors(problems)) throw new AppError('config_invalid', lines.join('\n'));
  for (const line of lines) context.note(`${line}\n`);
}

/**
 * The configuration, its warnings noted.
 * @throws AppError config_invalid with every problem and its place
 */
export function loadOrFail(path: string | undefined, context: CommandContext): UsableConfiguration {
  const result = load(path, context);
  noteOrFail(result.problems, context);
  return result as UsableConfiguration;
}
