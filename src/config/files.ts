import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';

/** The few things the configuration asks of a file system, so that tests need none. */
export interface ConfigurationFiles {
  /** Text of a file, or null where there is none or it cannot be read. */
  readText(path: string): string | null;
  kind(path: string): 'file' | 'folder' | null;
  /** Names of what lies in a folder; empty where there is none. */
  names(path: string): readonly string[];
  /** Changes whenever the file does; null where there is none. */
  fingerprint(path: string): string | null;
}

/** null also where nobody may look (permission, a loop of links, a mount that is gone): a running server asks every second. */
function look(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

export const DISK: ConfigurationFiles = {
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Every caller says what was expected at this path; why it cannot be read adds nothing that `ls` does not show.
      return null;
    }
  },
  kind(path) {
    const stats = look(path);
    if (stats === null) return null;
    return stats.isDirectory() ? 'folder' : 'file';
  },
  names(path) {
    try {
      return readdirSync(path);
    } catch {
      // A folder that is missing has been reported by whoever looked for it.
      return [];
    }
  },
  fingerprint(path) {
    const stats = look(path);
    return stats === null ? null : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
  },
};

/** The same files, telling `paths` of every one whose text is asked for. */
export function recordingReads(files: ConfigurationFiles, paths: string[]): ConfigurationFiles {
  return {
    ...files,
    readText(path) {
      if (!paths.includes(path)) paths.push(path);
      return files.readText(path);
    },
  };
}
