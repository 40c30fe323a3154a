import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';

/** Name of the event that carries a checkpoint; `details` is `CheckpointDetails`. */
export const CHECKPOINT_EVENT = 'checkpoint';

/** The public half of the signing key, beside the journal folder: for whoever verifies. */
export const PUBLIC_KEY_FILE = 'audit-key.pub.pem';

/** The end of a chain, signed: whoever keeps it elsewhere can later show that nothing before it was changed or cut. */
export interface Checkpoint {
  chain: string;
  /** Of the last record that is covered. */
  seq: number;
  hash: string;
  /** RFC 3339. */
  at: string;
  key_id: string;
  /** The 32 bytes of an Ed25519 public key in base64. */
  public_key: string;
  /** The 64 bytes of an Ed25519 signature over `checkpointText` in base64. */
  signature: string;
}

/** A checkpoint as an event line holds it: the chain and the time are the line's own. */
export interface CheckpointDetails {
  head_seq: number;
  head_hash: string;
  key_id: string;
  public_key: string;
  signature: string;
}

/** Signs with the private half of `publicKey`. */
export interface CheckpointSigner {
  readonly keyId: string;
  /** As in `Checkpoint`. */
  readonly publicKey: string;
  /** Ed25519 signature of the UTF-8 of `text` in base64. */
  sign(text: string): string;
}

/** What comes before the 32 bytes of a key in its DER form (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PUBLIC_KEY_BYTES = 32;

/** The first 16 hexadecimal digits of the SHA-256 of the key's bytes. */
export const keyIdOf = (publicKey: string): string =>
  hash('sha256', Buffer.from(publicKey, 'base64'), 'hex').slice(0, 16);

/** The bytes of an Ed25519 key in base64. */
export function rawPublicKey(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return der.subarray(der.length - PUBLIC_KEY_BYTES).toString('base64');
}

/**
 * What is signed: six lines, each ended by a line feed. The first line keeps the signature from being taken for one
 * over anything else that the key might ever sign.
 */
function checkpointText(checkpoint: Omit<Checkpoint, 'public_key' | 'signature'>): string {
  const { chain, seq, hash, at, key_id } = checkpoint;
  return `alidade checkpoint v1\n${chain}\n${seq}\n${hash}\n${at}\n${key_id}\n`;
}

/** Signs the end of a chain. */
export function signCheckpoint(
  head: Pick<Checkpoint, 'chain' | 'seq' | 'hash' | 'at'>,
  signer: CheckpointSigner,
): Checkpoint {
  const signed = { ...head, key_id: signer.keyId };
  return { ...signed, public_key: signer.publicKey, signature: signer.sign(checkpointText(signed)) };
}

const parsedKeys = new Map<string, KeyObject>();

/** @throws Error when it is no Ed25519 key */
function parseKey(publicKey: string): KeyObject {
  let key = parsedKeys.get(publicKey);
  if (key === undefined) {
    const raw = Buffer.from(publicKey, 'base64');
    if (raw.length !== PUBLIC_KEY_BYTES) throw new Error('not 32 bytes');
    key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), type: 'spki', format: 'der' });
    // One journal has a few keys; a forged one with thousands must not fill the memory.
    if (parsedKeys.size < 16) parsedKeys.set(publicKey, key);
  }
  return key;
}

/** Whether `signature` is one over the UTF-8 of `text` by that key. False, too, for what is no key or no signature. */
export function signatureHolds(text: string, publicKey: string, signature: string): boolean {
  try {
    return verify(null, Buffer.from(text), parseKey(publicKey), Buffer.from(signature, 'base64'));
  } catch {
    // Not a key or not a signature: nothing that could be believed.
    return false;
  }
}

/** Why a checkpoint is not to be believed, whoever signed it; null when key and signature belong together. */
export function checkpointFault(checkpoint: Checkpoint): string | null {
  const { public_key, key_id, signature } = checkpoint;
  if (keyIdOf(public_key) !== key_id) return 'Its key id is not that of its public key: a forged checkpoint.';
  if (signatureHolds(checkpointText(checkpoint), public_key, signature)) return null;
  return 'Its signature does not hold: a forged checkpoint.';
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** The checkpoint in an event's members, its form checked and nothing else; null when it has another form. */
export function readCheckpoint(record: unknown): Checkpoint | null {
  const { chain, at, details } = record as { chain?: unknown; at?: unknown; details?: Partial<CheckpointDetails> };
  const { head_seq: seq, head_hash: hash, key_id, public_key, signature } = details ?? {};
  if (!isText(chain) || !isText(at) || !isText(hash) || !isText(key_id) || !isText(public_key) || !isText(signature)) {
    return null;
  }
  return Number.isSafeInteger(seq) ? { chain, seq: seq as number, hash, at, key_id, public_key, signature } : null;
}
