import { dirname, join, resolve } from 'node:path';
import type { ConfigurationFiles } from './files.ts';

/** Names looked for in each folder, the first one found counts. */
export const FILE_NAMES = ['alidade.yaml', 'alidade.yml'] as const;

export interface FileSearch {
  /** `--config`. */
  path?: string | undefined;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  files: ConfigurationFiles;
}

/** The configuration file to use. null: none exists, so the built-in default holds. */
export interface FoundFile {
  file: string;
  /** Who named it; a file that somebody named must exist. */
  namedBy: '--config' | 'ALIDADE_CONFIG' | 'search';
}

/** Looks at `--config`, `ALIDADE_CONFIG`, then upward from the working directory. */
export function findConfigurationFile({ path, cwd, env, files }: FileSearch): FoundFile | null {
  if (path !== undefined) return { file: resolve(cwd, path), namedBy: '--config' };
  const named = env.ALIDADE_CONFIG;
  if (named !== undefined && named !== '') return { file: resolve(cwd, named), namedBy: 'ALIDADE_CONFIG' };
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const name = FILE_NAMES.find((candidate) => files.kind(join(folder, candidate)) === 'file');
    if (name !== undefined) return { file: join(folder, name), namedBy: 'search' };
    if (folder === dirname(folder)) return null;
  }
}
