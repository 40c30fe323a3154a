import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRepositoryFile, repositoryRoot } from '../support/repository.ts';

const folderOf = (dialect: string): string => `src/wire/${dialect}/fixtures`;

const names = (dialect: string, ending: string): string[] =>
  readdirSync(join(repositoryRoot, folderOf(dialect))).filter((name) => name.endsWith(ending));

/** The streams among a dialect's fixtures, as text. */
export const streamCorpus = (dialect: string): string[] =>
  names(dialect, '.sse.txt').map((name) => readRepositoryFile(`${folderOf(dialect)}/${name}`));

/** The bodies among a dialect's fixtures whose names begin so. */
export const bodyCorpus = (dialect: string, prefix: string): unknown[] =>
  names(dialect, '.json')
    .filter((name) => name.startsWith(prefix))
    .map((name) => (JSON.parse(readRepositoryFile(`${folderOf(dialect)}/${name}`)) as { body: unknown }).body);
