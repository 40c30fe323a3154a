import { join } from 'node:path';
import type { ConfigurationFiles } from './files.ts';
import type { LoadedConfiguration, LoadResult } from './load.ts';
import type { ConfigurationProblem, ConfigurationSource } from './problem.ts';

/** Time as the watcher needs it, so that tests can move it. */
export interface WatchClock {
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
}

export type ConfigurationChange =
  | { ok: true; loaded: LoadedConfiguration; source: ConfigurationSource; problems: readonly ConfigurationProblem[] }
  /** The last good configuration stays in force. */
  | { ok: false; problems: readonly ConfigurationProblem[] };

export interface WatchOptions {
  /** Loads anew; also tells which files to look at. */
  load: () => LoadResult;
  /** What is in force now. */
  initial: LoadResult;
  /** `stateOf` its files, asked right after they were read: what changed while the rest started is a change, too. */
  initialState: string;
  files: ConfigurationFiles;
  clock: WatchClock;
  onChange: (change: ConfigurationChange) => void;
}

export interface ConfigurationWatch {
  /** Looks now and loads if anything changed, e.g. on SIGHUP. */
  check(): void;
  close(): void;
}

/**
 * Polling sees edits on every file system, also mounted volumes and files that editors and Kubernetes replace, where
 * file events are lost; one stat of a few files a second costs nothing.
 */
const POLL_MS = 1_000;
/** What could not be read for a moment looks the same afterwards, so that what was rejected is read again after so many looks. */
const LOOKS_UNTIL_AGAIN = 15;

/** Reports a change once two looks in a row see the same new state, so that a file being written is not read half. */
export function watchConfiguration(options: WatchOptions): ConfigurationWatch {
  const { files, clock, initial } = options;
  let watched = initial.readFiles;
  let loadedState = options.initialState;
  let lastState = loadedState;
  let closed = false;
  let rejected = false;
  let looksSinceRejected = 0;
  /** Whether the file in force says anything at all. */
  let says = !isBlank(initial, files);

  const reload = (state: string, isAgain = false) => {
    const result = options.load();
    const sameFiles = result.readFiles.join('\n') === watched.join('\n');
    watched = result.readFiles;
    // The state from before the load counts: what changed while loading is seen by the next look.
    loadedState = sameFiles ? state : fingerprint(watched, files);
    lastState = loadedState;
    const change = toChange(result, initial);
    rejected = !change.ok;
    looksSinceRejected = 0;
    // It has been told.
    if (rejected && isAgain) return;
    if (change.ok && says && isBlank(result, files)) {
      options.onChange(keptBecause('is empty', initial));
      return;
    }
    if (change.ok) says = !isBlank(result, files);
    options.onChange(change);
  };
  const look = () => {
    const state = fingerprint(watched, files);
    const settled = state === lastState;
    lastState = state;
    if (rejected) looksSinceRejected += 1;
    if (settled && state !== loadedState) reload(state);
    else if (looksSinceRejected >= LOOKS_UNTIL_AGAIN) reload(state, true);
    if (!closed) cancel = clock.after(POLL_MS, look);
  };
  let cancel = clock.after(POLL_MS, look);
  return {
    check() {
      const state = fingerprint(watched, files);
      if (!closed && (rejected || state !== loadedState)) reload(state);
    },
    close() {
      closed = true;
      cancel();
    },
  };
}

/** Differs once a file that counted in a load has changed. */
export const stateOf = ({ readFiles }: LoadResult, files: ConfigurationFiles): string => fingerprint(readFiles, files);

/** A file that is gone is a mistake or a move: falling back to the default table would open what it had closed. */
function toChange(result: LoadResult, initial: LoadResult): ConfigurationChange {
  const file = initial.source.file;
  if (file !== null && result.source.file !== file) return keptBecause('is gone', initial);
  const { loaded, source, problems } = result;
  return loaded === null ? { ok: false, problems } : { ok: true, loaded, source, problems };
}

function keptBecause(why: string, { source }: LoadResult): ConfigurationChange {
  const message = `The configuration file ${why}; what was loaded from it stays in force.`;
  const place = { file: source.file ?? '', line: 1, column: 1 };
  return { ok: false, problems: [{ severity: 'error', path: [], message, hint: null, ...place }] };
}

/** A file that is being written, or for which the disk had no room, is empty. */
function isBlank({ source: { file } }: LoadResult, files: ConfigurationFiles): boolean {
  const text = file === null ? '' : files.readText(file);
  return text?.split('\n').every((line) => /^\s*(#.*|---\s*)?$/.test(line)) === true;
}

const MANIFEST = 'BUNDLE.sha256';

/** Of rules, every one in their folder. */
function fingerprint(paths: readonly string[], files: ConfigurationFiles): string {
  const all = paths.flatMap((path) => {
    if (files.kind(path) !== 'folder') return [path];
    const names = files.names(path).filter((name) => name.endsWith('.cedar') || name === MANIFEST);
    return names.toSorted().map((name) => join(path, name));
  });
  return all.map((path) => `${path} ${files.fingerprint(path) ?? 'missing'}`).join('\n');
}
