import { dirname, resolve } from 'node:path';
import type { Configuration } from '../contracts/configuration.ts';
import type { ConfigurationFinding } from '../contracts/configuration-problem.ts';

export type StoreLocation = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string };

/** Absolute places on this machine that the configuration names, relative ones taken from the folder of its file. */
export interface ConfigurationPaths {
  store: StoreLocation;
  /** Journal, lock, admin socket, hashes of keys, snapshots. */
  dataDir: string;
  /** null where none is named. */
  policies: string | null;
}

const DEFAULT_FOLDER = '.alidade';
const DEFAULT_DATABASE = 'alidade.db';

export function configurationPaths(
  configuration: Configuration,
  folder: string,
): { paths: ConfigurationPaths; findings: ConfigurationFinding[] } {
  const url = configuration.store?.url;
  const located = url === undefined ? null : parseStoreUrl(url, folder);
  const named = configuration.data_dir === undefined ? null : resolve(folder, configuration.data_dir);
  // A database is the projection of one journal: two servers of one folder with data folders of their own share none.
  const store = located ?? {
    kind: 'sqlite',
    path: resolve(named ?? resolve(folder, DEFAULT_FOLDER), DEFAULT_DATABASE),
  };
  const findings: ConfigurationFinding[] = [];
  if (url !== undefined && located === null) {
    const message = 'The store is not at a place that this program knows.';
    const hint = 'Write sqlite://path/relative/to/this/file, sqlite:///absolute/path or postgres://user@host/database.';
    findings.push({ severity: 'error', path: ['store', 'url'], message, hint });
  }
  const beside = store.kind === 'sqlite' ? dirname(store.path) : resolve(folder, DEFAULT_FOLDER);
  const dataDir = named ?? beside;
  const policies = configuration.policies === undefined ? null : resolve(folder, configuration.policies);
  return { paths: { store, dataDir, policies }, findings };
}

/** `sqlite://a/b` is relative and `sqlite:///a/b` absolute, so the text after the scheme is the path as it stands. */
function parseStoreUrl(url: string, folder: string): StoreLocation | null {
  if (/^postgres(ql)?:\/\/./.test(url)) return URL.canParse(url) ? { kind: 'postgres', url } : null;
  const path = /^sqlite:\/\/(.+)$/.exec(url)?.[1];
  return path === undefined || path.endsWith('/') ? null : { kind: 'sqlite', path: resolve(folder, path) };
}
