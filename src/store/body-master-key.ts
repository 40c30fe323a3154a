import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import { sha256Hex } from '../lib/hash.ts';
import { newKey } from './body-seal.ts';

/** In the data folder, outside `bodies/`, so that a copy of the bodies alone opens nothing. */
export const MASTER_KEY_FILE = 'body-key';

const HEAD = 'alidade body key v1';
const FORM = /^alidade body key v1\n([A-Za-z0-9+/]{43}=)\n([0-9a-f]{16})\n$/;

/** Tells a damaged file from another key. */
const checkOf = (key: Buffer): string => sha256Hex(Buffer.concat([Buffer.from(HEAD), key])).slice(0, 16);

/**
 * The key that wraps the keys of bodies; null where there is none yet.
 * @throws AppError config_invalid naming the file when it is damaged
 */
export function readMasterKey(path: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('config_invalid', `${path} cannot be read.`, { cause });
  }
  const match = FORM.exec(text);
  const key = match === null ? null : Buffer.from(match[1] as string, 'base64');
  if (key !== null && checkOf(key) === match?.[2]) return key;
  throw new AppError('config_invalid', `${path} is damaged. Restore it from a backup; nothing was changed.`);
}

/** Makes a name in a folder outlive a power loss: bodies that were kept would else be there without their key. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Written beside and renamed, so that a crash leaves no half of a key. @throws Error when it cannot be written */
export function createMasterKey(path: string): Buffer {
  const key = newKey();
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, `${HEAD}\n${key.toString('base64')}\n${checkOf(key)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
  return key;
}
