import { type LoadResult, loadConfiguration } from '../config/load.ts';
import { formatProblem, hasErrors } from '../config/problem.ts';
import { AppError } from '../contracts/errors.ts';

/** Finds and reads the configuration as every command does: `--config`, ALIDADE_CONFIG, upward from here. */
export const load = (path: string | undefined): LoadResult =>
  loadConfiguration({ path, cwd: process.cwd(), env: process.env });

/**
 * The configuration, its warnings written to stderr.
 * @throws AppError config_invalid with every problem and its place
 */
export function loadOrFail(path: string | undefined): LoadResult {
  const result = load(path);
  const lines = result.problems.map(formatProblem);
  if (result.loaded === null || hasErrors(result.problems)) throw new AppError('config_invalid', lines.join('\n'));
  for (const line of lines) process.stderr.write(`${line}\n`);
  return result;
}
