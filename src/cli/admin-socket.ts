import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** `sun_path` of a unix socket holds 104 bytes on macOS and 108 on Linux, the closing zero included. */
const MAX_PATH_BYTES = 103;

export interface AdminSocketPath {
  /** null where no path on this machine is short enough. */
  path: string | null;
  /** Removes what was made for it besides the socket itself. */
  remove(): void;
}

/**
 * Where the server listens for commands of its own machine: in the data folder or, where that path is too long for a
 * socket, in a folder of its own that only this user may enter. The lock file tells commands which.
 */
export function createAdminSocketPath(dataDir: string): AdminSocketPath {
  const beside = join(dataDir, 'admin.sock');
  if (Buffer.byteLength(beside) <= MAX_PATH_BYTES) return { path: beside, remove: () => undefined };
  const elsewhere = join(mkdtempSync(join(tmpdir(), 'alidade-')), 'admin.sock');
  const remove = (): void => rmSync(dirname(elsewhere), { recursive: true, force: true });
  if (Buffer.byteLength(elsewhere) <= MAX_PATH_BYTES) return { path: elsewhere, remove };
  remove();
  return { path: null, remove };
}
