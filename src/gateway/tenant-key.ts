import { Buffer } from 'node:buffer';
import { hash, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivacyConfig } from '../contracts/configuration.ts';
import { AppError } from '../contracts/errors.ts';
import { createHandling } from '../privacy/tokens/handling.ts';
import type { TokenSettings } from './tokenised-request.ts';

/** Whoever reads it can tell which values lie behind tokens that were seen, by trying. */
const MODE = 0o600;
const NAME = 'tenant.key';
const KEY_BYTES = 32;
const WRITTEN = /^[0-9a-f]{64}\n?$/;

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * The secret that tokens are made with: of the configuration, or of a file in the data folder that is made at the first
 * start. Replicas that have no folder in common must be given one, else a conversation that moves gets new tokens.
 * @throws AppError config_invalid where the file is there and holds no key: another one would orphan the tokens of
 *   running conversations without a word
 */
export function tenantKeyOf(configured: string | undefined, dataDir: string): Uint8Array {
  // Hashed, so that every secret of enough characters gives 32 bytes, however it is written.
  if (configured !== undefined) return hash('sha256', configured, 'buffer');
  const path = join(dataDir, NAME);
  return readKey(path) ?? makeKey(path);
}

function readKey(path: string): Uint8Array | null {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    if (isMissing(error)) return null;
    throw new AppError('config_invalid', `${path} cannot be read.`, { cause: error });
  }
  if (!WRITTEN.test(text)) throw new AppError('config_invalid', `${path} holds no key; restore it from a backup.`);
  // A backup that was unpacked by somebody else's rules; what others could read before is not undone by this.
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, MODE);
  return Buffer.from(text.trim(), 'hex');
}

/** Written whole under another name first: half a key would be a different one. */
function makeKey(path: string): Uint8Array {
  const key = randomBytes(KEY_BYTES);
  const file = openSync(`${path}.new`, 'w', MODE);
  try {
    writeSync(file, `${key.toString('hex')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  return key;
}

/**
 * How tokens are made under a configuration.
 * @throws AppError config_invalid as tenantKeyOf
 */
export function tokenSettingsOf(privacy: PrivacyConfig, dataDir: string): TokenSettings {
  return {
    tenantKey: tenantKeyOf(privacy.tenant_key, dataDir),
    handling: createHandling(privacy.types, privacy.otherwise),
  };
}
