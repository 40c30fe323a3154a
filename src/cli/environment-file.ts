import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { AppError } from '../contracts/errors.ts';
import type { CommandContext } from './context.ts';

/**
 * Adds the variables of a file (`NAME=value`, as in .env) that are not set: what somebody set for this one call wins.
 * @throws AppError config_invalid when the file cannot be read
 */
export function readEnvironmentFile(path: string, { cwd, env }: Pick<CommandContext, 'cwd' | 'env'>): void {
  const file = resolve(cwd, path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('config_invalid', `The file ${file} that --env-file names cannot be read.`, { cause });
  }
  for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value;
}
