import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../contracts/errors.ts';
import { type CheckpointSigner, keyIdOf, PUBLIC_KEY_FILE, rawPublicKey } from './checkpoint.ts';

/** The private key that checkpoints are signed with, in the data folder. */
export const SIGNING_KEY_FILE = 'audit-key.pem';

/** The key that a rotation is handing over to, until the old one has given way. */
const NEXT_KEY_FILE = 'audit-key.next.pem';

export interface StoredSigner extends CheckpointSigner {
  readonly publicKeyPem: string;
}

/** Bits of a mode that let others than the owner in. */
const OTHERS = 0o077;

export function writeDurably(path: string, text: string, mode: number): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** The names too: after a power loss a signed journal without its key would not open. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function readPrivateKey(path: string): KeyObject | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('config_invalid', `${path} cannot be read.`, { cause });
  }
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below: whatever the parser found wrong could quote the key.
  }
  throw new AppError(
    'config_invalid',
    `${path} is no Ed25519 private key: damaged, or another file. Restore it from a backup; the journal was not touched.`,
  );
}

/**
 * The signer of a data folder.
 * @param create whether a key is made where there is none: not where a journal has been signed before
 * @param onProblem told when others than the owner may read the key
 * @throws AppError config_invalid naming the file
 */
export function loadSigner(dataDir: string, create: boolean, onProblem: (problem: string) => void): StoredSigner {
  const path = join(dataDir, SIGNING_KEY_FILE);
  let key = readPrivateKey(path);
  if (key === null) {
    if (!create) {
      throw new AppError(
        'config_invalid',
        `${path} is missing, and the journal beside it is signed. Restore the key, or move the journal folder away to begin a new chain; nothing was changed.`,
      );
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    key = newKey(path);
  } else if ((statSync(path).mode & OTHERS) !== 0) {
    onProblem(`${path} may be read by others than its owner: chmod 600.`);
  }
  return signerOf(key);
}

function newKey(path: string): KeyObject {
  const key = generateKeyPairSync('ed25519').privateKey;
  writeDurably(path, key.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600);
  return key;
}

function signerOf(privateKey: KeyObject): StoredSigner {
  const publicHalf = createPublicKey(privateKey);
  const publicKey = rawPublicKey(publicHalf);
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    publicKeyPem: publicHalf.export({ type: 'spki', format: 'pem' }) as string,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}

/** Puts the public half where those who verify find it. A copy that somebody changed would only mislead them. */
export function publishPublicKey(dataDir: string, { publicKeyPem }: StoredSigner): void {
  const path = join(dataDir, PUBLIC_KEY_FILE);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== publicKeyPem) writeDurably(path, publicKeyPem, 0o644);
}

/** Makes the key to hand over to. It lies beside the old one until `settleNextKey`. */
export const createNextKey = (dataDir: string): StoredSigner => signerOf(newKey(join(dataDir, NEXT_KEY_FILE)));

/** The public key that a rotation was about to hand over to, or null. @throws AppError config_invalid naming the file */
export function nextPublicKey(dataDir: string): string | null {
  const key = readPrivateKey(join(dataDir, NEXT_KEY_FILE));
  return key === null ? null : signerOf(key).publicKey;
}

/** Ends a rotation, finished or broken off: the next key takes the old one's place where the journal says so. */
export function settleNextKey(dataDir: string, inForce: string | null): void {
  const next = nextPublicKey(dataDir);
  if (next === null) return;
  const path = join(dataDir, NEXT_KEY_FILE);
  // In the old one's place: of a key that no longer counts nothing is kept that could sign.
  if (next === inForce) renameSync(path, join(dataDir, SIGNING_KEY_FILE));
  else rmSync(path);
  syncFolder(dataDir);
}
