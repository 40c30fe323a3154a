import { type CheckpointSigner, keyIdOf, signatureHolds } from './checkpoint.ts';

/** Name of the event by which one signing key hands over to the next; `details` is `RotationDetails`. */
export const ROTATION_EVENT = 'audit_key_rotated';

/** Beside the journal folder: every rotation there was, a line each, signed, so that none needs a record that is gone. */
export const ROTATIONS_FILE = 'audit-keys.jsonl';

/** A signing key gives way to another at one place of the chain. Both sign the same text: neither can be slipped in. */
export interface KeyRotation {
  chain: string;
  /** Of the record right before the rotation's own: the last one that the old key may have signed. */
  seq: number;
  hash: string;
  /** RFC 3339. */
  at: string;
  /** The key that ends here. */
  key_id: string;
  public_key: string;
  next_key_id: string;
  next_public_key: string;
  /** The old key may be known to others: nothing is believed any more for its signature alone. */
  revoked: boolean;
  /** Over `rotationText`, by the old key and by the next one. */
  signature: string;
  next_signature: string;
}

/** A rotation as an event line holds it: the chain and the time are the line's own. */
export type RotationDetails = Omit<KeyRotation, 'chain' | 'seq' | 'hash' | 'at'> & {
  head_seq: number;
  head_hash: string;
};

function rotationText(rotation: Omit<KeyRotation, 'signature' | 'next_signature'>): string {
  const { chain, seq, hash, at, key_id, next_key_id, next_public_key, revoked } = rotation;
  return `alidade key rotation v1\n${chain}\n${seq}\n${hash}\n${at}\n${key_id}\n${next_key_id}\n${next_public_key}\n${revoked ? 'revoked' : 'retired'}\n`;
}

/** Signs the hand-over at the end of a chain with both keys. */
export function signRotation(
  head: Pick<KeyRotation, 'chain' | 'seq' | 'hash' | 'at' | 'revoked'>,
  old: CheckpointSigner,
  next: CheckpointSigner,
): KeyRotation {
  const keys = {
    key_id: old.keyId,
    public_key: old.publicKey,
    next_key_id: next.keyId,
    next_public_key: next.publicKey,
  };
  const text = rotationText({ ...head, ...keys });
  return { ...head, ...keys, signature: old.sign(text), next_signature: next.sign(text) };
}

/** Why a rotation is not to be believed, whatever the chain says; null when both keys have signed it. */
export function rotationFault(rotation: KeyRotation): string | null {
  const { key_id, public_key, next_key_id, next_public_key, signature, next_signature } = rotation;
  if (keyIdOf(public_key) !== key_id || keyIdOf(next_public_key) !== next_key_id) {
    return 'A key id in it is not that of its public key: a forged rotation.';
  }
  if (public_key === next_public_key) return 'It hands a key over to itself: a forged rotation.';
  const text = rotationText(rotation);
  if (!signatureHolds(text, public_key, signature)) return 'The signature of the key that ends does not hold: forged.';
  if (!signatureHolds(text, next_public_key, next_signature)) {
    return 'The signature of the key that begins does not hold: forged.';
  }
  return null;
}

const TEXTS = ['chain', 'hash', 'at', 'key_id', 'public_key', 'next_key_id', 'next_public_key', 'signature'] as const;

/** The rotation in what somebody wrote, its form checked and nothing else; null when it has another form. */
function asRotation(value: Record<string, unknown>): KeyRotation | null {
  const isWhole =
    TEXTS.every((name) => typeof value[name] === 'string') &&
    typeof value.next_signature === 'string' &&
    typeof value.revoked === 'boolean' &&
    Number.isSafeInteger(value.seq);
  if (!isWhole) return null;
  const { chain, seq, hash, at, key_id, public_key, next_key_id, next_public_key, revoked } =
    value as unknown as KeyRotation;
  const { signature, next_signature } = value as unknown as KeyRotation;
  const keys = { key_id, public_key, next_key_id, next_public_key };
  return { chain, seq, hash, at, ...keys, revoked, signature, next_signature };
}

/** As `asRotation`, of an event's members. */
export function readRotation(record: unknown): KeyRotation | null {
  const { chain, at, details } = record as { chain?: unknown; at?: unknown; details?: Record<string, unknown> };
  if (typeof details !== 'object' || details === null) return null;
  return asRotation({ ...details, chain, at, seq: details.head_seq, hash: details.head_hash });
}

/** One line of the list of rotations, without its line feed. */
export const rotationLine = (rotation: KeyRotation): string => JSON.stringify({ alidade_key_rotation: 1, ...rotation });

/** The rotations of a list. @throws Error naming file and line that cannot be believed */
export function readRotations(text: string, file: string): KeyRotation[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const rotation = parseLine(line);
    const fault = rotation === null ? 'It is no rotation of a key.' : rotationFault(rotation);
    if (rotation === null || fault !== null) {
      throw new Error(`${file}, line ${index + 1}, cannot be believed. ${fault}`);
    }
    return [rotation];
  });
}

function parseLine(line: string): KeyRotation | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? asRotation(value as Record<string, unknown>) : null;
  } catch {
    // Said by the caller, with file and line.
    return null;
  }
}
