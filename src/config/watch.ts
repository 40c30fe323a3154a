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

/** Reports a change once two looks in a row see the same new state, so that a file being written is not read half. */
export function watchConfiguration(options: WatchOptions): ConfigurationWatch {
  const { files, clock, initial } = options;
  let watched = initial.readFiles;
  let loadedState = fingerprint(watched, files);
  let lastState = loadedState;
  let closed = false;

  const reload = (state: string) => {
    const result = options.load();
    const sameFiles = result.readFiles.join('\n') === watched.join('\n');
    watched = result.readFiles;
    // The state from before the load counts: what changed while loading is seen by the next look.
    loadedState = sameFiles ? state : fingerprint(watched, files);
    lastState = loadedState;
    options.onChange(toChange(result, initial));
  };
  const look = () => {
    const state = fingerprint(watched, files);
    const settled = state === lastState;
    lastState = state;
    if (settled && state !== loadedState) reload(state);
    if (!closed) cancel = clock.after(POLL_MS, look);
  };
  let cancel = clock.after(POLL_MS, look);
  return {
    check() {
      const state = fingerprint(watched, files);
      if (!closed && state !== loadedState) reload(state);
    },
    close() {
      closed = true;
      cancel();
    },
  };
}

/** A file that is gone is a mistake or a move: falling back to the default table would open what it had closed. */
function toChange(result: LoadResult, initial: LoadResult): ConfigurationChange {
  const file = initial.source.file;
  if (file !== null && result.source.file !== file) {
    const message = 'The configuration file is gone; what was loaded from it stays in force.';
    return { ok: false, problems: [{ severity: 'error', path: [], message, hint: null, file, line: 1, column: 1 }] };
  }
  const { loaded, source, problems } = result;
  return loaded === null ? { ok: false, problems } : { ok: true, loaded, source, problems };
}

function fingerprint(paths: readonly string[], files: ConfigurationFiles): string {
  return paths.map((path) => files.fingerprint(path) ?? 'missing').join('\n');
}
